"""Settings of the kernels whose outputs become pages: the reader's own do not reach them.

Figures are drawn as SVG, sharp at any width, their text as text, so that a page can set it in its
own font and colours (book/_ext/course_figures.py). The other setting hides a warning that each
kernel prints about talking over loopback.
"""

from pathlib import Path

SETTINGS = """\
c = get_config()
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.rc = {"svg.fonttype": "none", "svg.hashsalt": "course"}
c.IPKernelApp.log_level = "ERROR"
"""


def write_settings(folder: Path) -> Path:
    """Write the settings into a folder, and give it: IPYTHONDIR names it to the kernels."""
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(SETTINGS, encoding="utf-8")
    return folder
