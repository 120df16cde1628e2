"""Inline values: `` `{python} expression` `` in prose stands for what the kernel says it is."""

from __future__ import annotations

import re

MIME = "application/vnd.octavo.inline+json"

_EXPRESSION = re.compile(r"(?<!`)`\{(\w+)\}[ \t]+([^`\n]+?)[ \t]*`(?!`)")


def expressions(source: str) -> tuple[str, ...]:
    """The inline expressions of a Markdown cell, in order."""
    return tuple(match.group(2) for match in _EXPRESSION.finditer(source))


def substitute(source: str, values: tuple[str, ...]) -> str:
    """The cell's text with each expression replaced by its value; code without a value stays."""
    left = iter(values)
    return _EXPRESSION.sub(lambda match: next(left, match.group()), source)


def question(wanted: tuple[str, ...]) -> str:
    """Python code that sends the values of expressions without touching the writer's names."""
    shown = "(lambda v: v._repr_markdown_() if hasattr(v, '_repr_markdown_') else str(v))"
    values = ", ".join(f"{shown}(\n{expression}\n)" for expression in wanted)
    return f"__import__('IPython').display.display({{{MIME!r}: [{values}]}}, raw=True)"
