"""From the description of a run to its folder, its card, and back."""
