"""What the theme loads and the pages do not need, taken out when the website has been built.

Of Font Awesome's two thousand icons the pages show some thirty: their fonts and the theme's style
sheet are cut to those, and the script that would draw them a second time is dropped. Style sheets
of others keep the rules that a page can need, a third of them; pictures of pixels, 256 colours.
The index of the theme's search stays for readers without a server, and is loaded when it is asked
for, by book/_static/search.js. Pictures get their sizes, so that the text does not jump.
Screen readers hear neither the letters behind icons nor one name for all that unfolds.
"""

import base64
import re
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import imagesize
from PIL import Image
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))
import cut_styles

import make_font

# Bootstrap is in the first; the course's own sheets are short and stay as they are written.
SHEETS_OF_OTHERS = (
    "styles/pydata-sphinx-theme.css",
    "styles/sphinx-book-theme.css",
    "sphinx-design.min.css",
    "basic.css",
    "mystnb.*.css",
)
# The script of Font Awesome, the three of the theme's search, and the one that marks what was
# searched for, which stops at the title of a drawing.
SCRIPTS = re.compile(
    r'\s*<script(?: defer)? src="[^"]*'
    r"(?:fontawesome|searchtools|language_data|searchindex|sphinx_highlight)\.js"
    r'[^"]*"></script>'
)
ICON_RULES = re.compile(r'((?:\.fa-[\w-]+:before,?)+)\{content:"[^"]*"\}')
ICON_NAMES = re.compile(r"fa-[\w-]+")
PRIVATE = range(0xE000, 0xF900)  # where Font Awesome has its icons, and Unicode has nothing
ICONS = re.compile(r'<i (?=class="[^"]*\bfa-)(?![^>]*aria-hidden)')
UNFOLDS = re.compile(r'<summary aria-label="Toggle hidden content"')  # it has a text of its own
IMAGES = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]+)"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", lighten, priority=900)  # when all that is built is there
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def lighten(app: Sphinx, exception: Exception | None) -> None:
    """Lighten every page, and the files that all of them load."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    pages = sorted(site.rglob("*.html"))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if "bd-article" in text:
            lighter = quiet(size_images(drop_scripts(text), page.parent))
            page.write_text(lighter, encoding="utf-8")
    cut_icons(site / "_static", pages)
    cut_sheets(site / "_static", pages)
    for picture in site.glob("_images/*.png"):
        picture.write_bytes(fewer_colours(picture.read_bytes()))
    for useless in ("scripts/fontawesome.js", "scripts/*.map", "styles/*.map", "locales"):
        for path in (site / "_static").glob(useless):
            if path.is_file():
                path.unlink()


def drop_scripts(page: str) -> str:
    """The page without the scripts that it does not need.

    Raises:
        ExtensionError: the theme loads them in another way than the one that is known here.
    """
    lighter, dropped = SCRIPTS.subn("", page)
    if dropped < 5:
        raise ExtensionError(
            f"expected 5 scripts to drop, found {dropped}; see book/_ext/lighten.py"
        )
    return lighter


def quiet(page: str) -> str:
    """The page without what only disturbs those who hear it."""
    return UNFOLDS.sub("<summary", ICONS.sub('<i aria-hidden="true" ', page))


def size_images(page: str, folder: Path) -> str:
    """The page with a width and a height on every image; the page lies in this folder."""
    return IMAGES.sub(lambda found: sized(found[0], folder), page)


def sized(image: str, folder: Path) -> str:
    """The tag of an image with its width and height, where it does not have them yet."""
    source = SOURCE.search(image)
    if " width=" in image or source is None:
        return image
    address = source[1]
    if address.startswith("data:"):
        data = address.partition(";base64,")[2]
        file: BytesIO | Path = BytesIO(base64.b64decode(data))
    else:
        file = folder / unquote(address.partition("?")[0])
        if not file.is_file():
            return image
    width, height = imagesize.get(file)
    if min(width, height) <= 0:
        return image
    return f'<img width="{round(width)}" height="{round(height)}"{image.removeprefix("<img")}'


def cut_icons(static: Path, pages: Iterable[Path]) -> None:
    """Leave in the theme's style sheet and in the fonts of icons what the pages show."""
    files = [*pages, *static.rglob("*.js")]
    texts = [file.read_text(encoding="utf-8") for file in files if file.name != "fontawesome.js"]
    shown = {name for text in texts for name in ICON_NAMES.findall(text)}
    styles = static / "styles" / "pydata-sphinx-theme.css"

    def kept(rule: re.Match[str]) -> str:
        names = {name.removesuffix(":before") for name in rule[1].replace(".", "").split(",")}
        return rule[0] if names & shown else ""

    styles.write_text(ICON_RULES.sub(kept, styles.read_text(encoding="utf-8")), encoding="utf-8")
    icons = icons_in(static.rglob("*.css"))
    for font in (static / "vendor" / "fontawesome" / "webfonts").glob("*.woff2"):
        font.write_bytes(make_font.cut_file(font, icons))
        font.with_suffix(".ttf").unlink()


def cut_sheets(static: Path, pages: Iterable[Path]) -> None:
    """Leave in the style sheets of others the rules that the pages and their scripts can need."""
    files = [*pages, *static.rglob("*.js")]
    words = cut_styles.words_in(file.read_text(encoding="utf-8") for file in files)
    for pattern in SHEETS_OF_OTHERS:
        for sheet in static.glob(pattern):
            styles = sheet.read_text(encoding="utf-8")
            sheet.write_text(cut_styles.cut(styles, words), encoding="utf-8")


def fewer_colours(picture: bytes) -> bytes:
    """A drawing of pixels in at most 256 colours, where it is opaque and that makes it smaller."""
    drawn = Image.open(BytesIO(picture)).convert("RGBA")
    if drawn.getchannel("A").getextrema() != (255, 255):
        return picture
    lighter = BytesIO()
    drawn.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(lighter, "PNG", optimize=True)
    return min(picture, lighter.getvalue(), key=len)


def icons_in(styles: Iterable[Path]) -> set[str]:
    """The icons that style sheets show, written as they are or by their number."""
    text = "".join(sheet.read_text(encoding="utf-8") for sheet in styles)
    numbers = {int(number, 16) for number in re.findall(r"\\([0-9a-f]{4})\b", text)}
    found = {chr(number) for number in numbers} | set(text)
    return {one for one in found if ord(one) in PRIVATE}
