"""Heatmaps, curves and bars, with one look for each rung."""
