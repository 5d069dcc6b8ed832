"""What is taken out of the built website, and that nobody misses it."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

sys.path.append(str(Path(__file__).parents[1] / "book" / "_ext"))
import lighten


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), dtype=int)


def test_a_drawing_of_pixels_keeps_its_look_at_half_its_bytes_or_less():
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.imshow(np.linspace(0, 1, 48).reshape(6, 8), cmap="Blues")
    ax.set_title("weights")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    lighter = lighten.fewer_colours(file.getvalue())
    assert len(lighter) < len(file.getvalue()) / 2
    assert pixels(lighter).shape == pixels(file.getvalue()).shape
    assert np.abs(pixels(lighter) - pixels(file.getvalue())).max() <= 16  # of 255


@pytest.mark.parametrize("picture", [Image.new("1", (3, 2)), Image.new("RGBA", (300, 200))])
def test_a_picture_that_would_not_shrink_or_lets_its_ground_through_stays_as_it_is(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    assert lighten.fewer_colours(file.getvalue()) == file.getvalue()


def test_screen_readers_hear_no_icons_and_the_own_name_of_what_unfolds():
    page = '<i class="fas fa-list"></i><i>so</i><summary aria-label="Toggle hidden content">Show it'
    quiet = lighten.quiet(page)
    assert quiet == '<i aria-hidden="true" class="fas fa-list"></i><i>so</i><summary>Show it'
    assert lighten.quiet(quiet) == quiet
