"""Diagrams in one grammar: a few parts, written as SVG in the colours of the page."""
