"""A wing: exercises, and checks that say what is wrong, not only that it is."""
