"""A small stand-in for Colab's own module: what the notebooks may ask of it, and no more."""

from google.colab import drive, output

__all__ = ["drive", "output"]
