"""A wing: every claim of the lecture notes, the experiment that tests it, and its verdict."""
