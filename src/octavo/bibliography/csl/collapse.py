"""Cite grouping and collapsing: ranges of numbers, authors named once, runs of year suffixes."""

from __future__ import annotations

from itertools import pairwise

from octavo.bibliography.csl import attributes
from octavo.bibliography.csl.cites import Cite
from octavo.bibliography.csl.context import Registry
from octavo.bibliography.csl.nodes import BARE, Node, Part, find, text_of


def collapsed(registry: Registry, cites: list[Cite]) -> list[Part]:
    """The cites of a cluster with what stands between them."""
    options = registry.style.citation.options
    kind = options.get("collapse", "")
    if kind == "citation-number":
        return _numbers(registry, cites)
    if kind or "cite-group-delimiter" in options:
        return _by_author(registry, cites, kind)
    pieces = [cite.whole(capital=registry.style.in_note and n == 0) for n, cite in enumerate(cites)]
    return _spread(registry, pieces)


def between(left: Node, right: Node, delimiter: tuple[Part, ...]) -> list[Part]:
    """A delimiter, unless the writer's own affixes bring a comma."""
    if text_of(right).lstrip().startswith(","):
        return []
    if text_of(left).rstrip().endswith(","):
        return [" "]
    return list(delimiter)


def _spread(registry: Registry, pieces: list[Node]) -> list[Part]:
    out: list[Part] = []
    last: Node | None = None
    for piece in pieces:
        if not text_of(piece):
            continue
        if last is not None:
            out += between(last, piece, registry.style.citation.delimiter)
        out.append(piece)
        last = piece
    return out


def _numbers(registry: Registry, cites: list[Cite]) -> list[Part]:
    """Three numbers or more in a row become a range."""
    dash = registry.locale.term("citation-range-delimiter") or "–"
    after = registry.style.citation.options.get("after-collapse-delimiter")
    runs: list[list[Cite]] = []
    for cite in cites:
        number = registry.numbers.get(cite.item.id, 0)
        if (
            runs
            and cite.plain
            and runs[-1][-1].plain
            and number == registry.numbers.get(runs[-1][-1].item.id, 0) + 1
        ):
            runs[-1].append(cite)
        else:
            runs.append([cite])
    out: list[Part] = []
    between = registry.style.citation.delimiter
    for run in runs:
        if out:
            out += between
        between = registry.style.citation.delimiter
        if len(run) > 2:
            out += [run[0].whole(), dash, run[-1].whole()]
            if after is not None:
                between = attributes.affix(after)
        else:
            out += _spread(registry, [cite.whole() for cite in run])
    return out


def _by_author(registry: Registry, cites: list[Cite], kind: str) -> list[Part]:
    options = registry.style.citation.options
    plain = registry.style.citation.delimiter
    after = plain
    if "after-collapse-delimiter" in options:
        after = attributes.affix(options["after-collapse-delimiter"])
    groups: dict[str, list[Cite]] = {}
    for cite in cites:
        groups.setdefault(cite.names or text_of(cite.body(suffix=False)), []).append(cite)
    out: list[Part] = []
    last: list[Cite] = []
    for group in groups.values():
        if last:
            out += (
                after
                if kind and (len(last) > 1 or not cites[0].registry.style.citation.keys)
                else plain
            )
        opening = registry.style.in_note and not out
        out += _group(registry, group, kind, after if kind else plain, opening=opening)
        last = group
    return out


def _inner(registry: Registry) -> tuple[Part, ...]:
    """What stands between cites of the same authors."""
    options = registry.style.citation.options
    if "cite-group-delimiter" in options:
        return attributes.affix(options["cite-group-delimiter"])
    return (registry.style.in_note and registry.style.citation.delimiter) or (", ",)


def _group(
    registry: Registry, group: list[Cite], kind: str, after: tuple[Part, ...], *, opening: bool
) -> list[Part]:
    """Cites of the same authors: the names once, then years, then perhaps suffixes only."""
    options = registry.style.citation.options
    inner = _inner(registry)
    tight = registry.style.citation.delimiter
    for name in ("year-suffix-delimiter", "cite-group-delimiter"):
        if name in options:
            tight = attributes.affix(options[name])
            break
    rows: list[list[Cite]] = []
    for cite in group:
        if kind.startswith("year-suffix") and rows and _same_year(rows[-1][-1], cite):
            rows[-1].append(cite)
        else:
            rows.append([cite])
    out: list[Part] = []
    last: Cite | None = None
    for row in rows:
        body = row[0].body(skip=True) if last is not None and kind else None
        piece = row[0].whole(body, capital=opening and last is None)
        if not text_of(piece):
            continue
        if last is not None:
            out += inner if last.plain or not kind else after
        out.append(piece)
        last = row[-1]
        if len(row) > 1:
            out += _suffixes(registry, row, tight, ranged=kind == "year-suffix-ranged")
    return out


def _same_year(left: Cite, right: Cite) -> bool:
    if not (left.plain and right.plain):
        return False
    return text_of(left.body(skip=True, suffix=False)) == text_of(
        right.body(skip=True, suffix=False)
    ) and bool(_suffix(right))


def _suffix(cite: Cite) -> Node | None:
    return find(cite.body(skip=True), "year-suffix")


def _suffixes(
    registry: Registry, row: list[Cite], tight: tuple[Part, ...], *, ranged: bool
) -> list[Part]:
    out: list[Part] = []
    runs: list[list[Cite]] = [[row[0]]]
    for left, right in pairwise(row):
        if ranged and _number(registry, right) == _number(registry, left) + 1:
            runs[-1].append(right)
        else:
            runs.append([right])
    dash = registry.locale.term("year-range-delimiter") or "–"
    for n, run in enumerate(runs):
        shown = run[1:] if n == 0 else run
        if len(run) > 2:
            if n:
                out += [*tight, _marked(run[0])]
            out += [dash, _marked(run[-1])]
            continue
        for cite in shown:
            out += [*tight, _marked(cite)]
    return out


def _number(registry: Registry, cite: Cite) -> int:
    marks = registry.marks.get(cite.item.id)
    value = 0
    for char in marks.suffix if marks is not None else "":
        value = value * 26 + ord(char) - 96
    return value


def _marked(cite: Cite) -> Node:
    suffix = _suffix(cite)
    return Node([suffix] if suffix is not None else [], BARE, "cite", cite.item.id)
