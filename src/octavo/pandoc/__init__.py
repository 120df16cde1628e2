"""Pandoc: the one border to the converter, and the shape of its document tree."""
