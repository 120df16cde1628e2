"""The CSL 1.0.2 processor: style, locale, items and citations in, formatted text out. Pure."""
