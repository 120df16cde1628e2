"""Runs as HTML, as pandoc's inlines and as plain text."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

from octavo.bibliography.csl.records import Block, Cited, Link, Run, Styled

_HTML = {
    "italic": ("<i>", "</i>"),
    "bold": ("<b>", "</b>"),
    "superscript": ("<sup>", "</sup>"),
    "subscript": ("<sub>", "</sub>"),
    "small-caps": ('<span style="font-variant:small-caps;">', "</span>"),
    "underline": ('<span style="text-decoration:underline;">', "</span>"),
    "no-italic": ('<span style="font-style:normal;">', "</span>"),
    "no-bold": ('<span style="font-weight:normal;">', "</span>"),
    "no-small-caps": ('<span style="font-variant:normal;">', "</span>"),
    "no-underline": ('<span style="text-decoration:none;">', "</span>"),
    "baseline": ('<span style="baseline">', "</span>"),
    "no-case": ("", ""),
}
_PANDOC = {
    "italic": "Emph",
    "bold": "Strong",
    "superscript": "Superscript",
    "subscript": "Subscript",
    "small-caps": "SmallCaps",
    "underline": "Underline",
}
_UNDONE = {
    "no-italic": "Emph",
    "no-bold": "Strong",
    "no-small-caps": "SmallCaps",
    "no-underline": "Underline",
}


def to_html(runs: Iterable[Run], *, links: bool = True, entries: str = "") -> str:
    """Runs as HTML. ``entries`` is the prefix of the ids of entries, for cites to lead to them."""
    return "".join(_html(run, links, entries) for run in runs)


def _html(run: Run, links: bool, entries: str) -> str:
    if isinstance(run, str):
        return html.escape(run, quote=False)
    inner = "".join(_html(kid, links, entries) for kid in run.children)
    if isinstance(run, Styled):
        start, end = _HTML[run.formatting]
        return f"{start}{inner}{end}"
    if isinstance(run, Block):
        return f'<div class="csl-{run.display}">{inner}</div>'
    if isinstance(run, Link):
        return f'<a href="{html.escape(run.href)}">{inner}</a>' if links else inner
    if not entries:
        return inner
    return f'<a href="#{html.escape(entries + run.item)}">{inner}</a>'


def to_text(runs: Iterable[Run]) -> str:
    """Runs as plain text, without any markup."""
    return "".join(run if isinstance(run, str) else to_text(run.children) for run in runs)


def to_pandoc(runs: Iterable[Run], *, entries: str = "ref-") -> list[dict[str, Any]]:
    """Runs as pandoc's inlines (JSON). Cites lead to entries whose ids begin with ``entries``."""
    out: list[dict[str, Any]] = []
    for run in runs:
        out += _pandoc(run, entries)
    return out


def _pandoc(run: Run, entries: str) -> list[dict[str, Any]]:
    if isinstance(run, str):
        return _words(run)
    if isinstance(run, Styled) and run.formatting in _PANDOC:
        return _styled(run, entries)
    inner = to_pandoc(run.children, entries=entries)
    if isinstance(run, Block):
        return [{"t": "Span", "c": [["", [f"csl-{run.display}"], []], inner]}]
    if isinstance(run, Link):
        return [{"t": "Link", "c": [["", [], []], inner, [run.href, ""]]}]
    if isinstance(run, Cited):
        return [
            {
                "t": "Link",
                "c": [["", [], [["role", "doc-biblioref"]]], inner, [f"#{entries}{run.item}", ""]],
            }
        ]
    return inner


def _styled(run: Styled, entries: str) -> list[dict[str, Any]]:
    """Formatted text; where a part of it undoes the format, the format is interrupted."""
    name = _PANDOC[run.formatting]
    out: list[dict[str, Any]] = []
    pending: list[Run] = []
    for kid in (*run.children, None):
        if kid is not None and not (
            isinstance(kid, Styled) and _UNDONE.get(kid.formatting) == name
        ):
            pending.append(kid)
            continue
        if pending:
            out.append({"t": name, "c": to_pandoc(pending, entries=entries)})
            pending = []
        if isinstance(kid, Styled):
            out += to_pandoc(kid.children, entries=entries)
    return out


def _words(text: str) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for n, word in enumerate(text.split(" ")):
        if n:
            out.append({"t": "Space"})
        if word:
            out.append({"t": "Str", "c": word})
    return [
        o for i, o in enumerate(out) if not (o["t"] == "Space" and i and out[i - 1]["t"] == "Space")
    ]
