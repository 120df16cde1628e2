"""Inline values: `` `{python} expression` `` in prose stands for what the kernel says it is."""

from __future__ import annotations

import re

MIME = "application/vnd.octavo.inline+json"

_EXPRESSION = re.compile(
    # Fences and code spans of two backticks or more quote the syntax: they are passed over.
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>``+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    # A paragraph may be wrapped anywhere, but an empty line ends it.
    r"|(?<!`)`\{\w+\}[ \t\n](?P<expression>(?:[^`\n]|\n(?![ \t]*\n))+?)`(?!`)",
    re.MULTILINE | re.DOTALL,
)


def expressions(source: str) -> tuple[str, ...]:
    """The inline expressions of a Markdown cell, in order."""
    found = (match["expression"] for match in _EXPRESSION.finditer(source))
    return tuple(" ".join(expression.split("\n")).strip() for expression in found if expression)


def substitute(source: str, values: tuple[str, ...]) -> str:
    """The cell's text with each expression replaced by its value; code without a value stays."""
    left = iter(values)

    def value(match: re.Match[str]) -> str:
        return next(left, match.group()) if match["expression"] else match.group()

    return _EXPRESSION.sub(value, source)


def question(wanted: tuple[str, ...]) -> str:
    """Python code that sends the values of expressions without touching the writer's names."""
    shown = "(lambda v: v._repr_markdown_() if hasattr(v, '_repr_markdown_') else str(v))"
    values = ", ".join(f"{shown}(\n{expression}\n)" for expression in wanted)
    return f"__import__('IPython').display.display({{{MIME!r}: [{values}]}}, raw=True)"
