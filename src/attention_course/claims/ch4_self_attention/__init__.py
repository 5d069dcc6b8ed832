"""Claims of the chapter of the same name."""
