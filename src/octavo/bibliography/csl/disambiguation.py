"""Disambiguation: names added, given names, the condition, year suffixes (CSL 1.0.2,
"Disambiguation").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from octavo.bibliography.csl.context import Context, Marks, Registry
from octavo.bibliography.csl.namelist import ListStyle
from octavo.bibliography.csl.nameparts import format_name
from octavo.bibliography.csl.nodes import BARE, Node, joined, text_of
from octavo.bibliography.csl.people import Name

_SPACING = re.compile(r"[\s.]")
Trace = list[tuple[int, tuple[Name, ...], ListStyle, int]]


def disambiguate(registry: Registry, order: Sequence[str]) -> None:
    """Fill the registry's marks. ``order`` is that of the bibliography, for the suffixes."""
    area = registry.style.citation
    rule = area.options.get("givenname-disambiguation-rule", "by-cite")
    adds_given = area.option("disambiguate-add-givenname")
    if adds_given and rule != "by-cite":
        _expand_names(registry, order, rule)
    groups = _ambiguous(registry, order)
    if not groups:
        return
    suffixes = area.option("disambiguate-add-year-suffix") or area.label
    if area.option("disambiguate-add-names") or (adds_given and rule == "by-cite"):
        groups = [
            rest
            for group in groups
            for rest in _by_names(registry, group, given=adds_given and rule == "by-cite")
        ]
    if groups:
        groups = [rest for group in groups for rest in _by_condition(registry, group)]
    if suffixes:
        _by_suffix(registry, groups, order)


def _render(
    registry: Registry, item_id: str, marks: Marks | None = None, trace: Trace | None = None
) -> str:
    ctx = Context(registry, registry.items[item_id], "citation", None, "subsequent")
    if marks is not None:
        ctx.marks = marks
    ctx.trace = trace
    ctx.quashed.add("accessed")
    parts = [part(ctx) for part in registry.style.citation.layout]
    return text_of(Node(joined(parts, ()), BARE))


def _marks(registry: Registry, item_id: str) -> Marks:
    if item_id not in registry.marks:
        registry.marks[item_id] = Marks()
    return registry.marks[item_id]


def _grouped(registry: Registry, ids: Iterable[str]) -> list[list[str]]:
    groups: dict[str, list[str]] = {}
    for item_id in ids:
        groups.setdefault(_render(registry, item_id), []).append(item_id)
    return list(groups.values())


def _ambiguous(registry: Registry, ids: Iterable[str]) -> list[list[str]]:
    return [group for group in _grouped(registry, ids) if len(group) > 1]


def _expand_names(registry: Registry, order: Sequence[str], rule: str) -> None:
    """Given names for every name that looks like another's, wherever it is cited."""
    traces: dict[str, Trace] = {}
    people: dict[str, set[Name]] = {}
    for item_id in order:
        trace: Trace = []
        _render(registry, item_id, None, trace)
        traces[item_id] = trace
        for _, names, style, _ in trace:
            for name in names:
                people.setdefault(_look(name, style, 0), set()).add(name)
    for item_id, trace in traces.items():
        for index, names, style, _ in trace:
            shown = names[:1] if rule.startswith("primary-name") else names
            if rule.startswith("primary-name") and index:
                continue
            for n, name in enumerate(shown):
                level = _level(name, style, people, full=not rule.endswith("with-initials"))
                if level:
                    _marks(registry, item_id).given[index, n] = level


def _look(name: Name, style: ListStyle, level: int) -> str:
    return text_of(format_name(name, style.name, inverted=False, level=level))


def _level(name: Name, style: ListStyle, people: dict[str, set[Name]], *, full: bool) -> int:
    """How much of a given name sets it apart from the others that look the same."""
    others = {
        other
        for other in people.get(_look(name, style, 0), ())
        if _SPACING.sub("", other.given) != _SPACING.sub("", name.given)
    }
    if not others:
        return 0
    levels = []
    if style.name.initialize_with is not None and style.name.form == "short":
        levels.append(1)
    if full or style.name.initialize_with is None:
        levels.append(2)
    best, most = 0, len(others)
    for level in levels:
        left = sum(_look(other, style, level) == _look(name, style, level) for other in others)
        if left < most:
            best, most = level, left
    return best


def _by_names(registry: Registry, group: list[str], *, given: bool) -> list[list[str]]:
    """Show more names, then more of the names, until the cites differ; what is left over."""
    left = [group]
    if registry.style.citation.option("disambiguate-add-names"):
        left = _add_names(registry, group, _extent(registry, group), {})
    if given:
        left = [rest for part in left for rest in _add_given(registry, part)]
    return left


def _extent(registry: Registry, group: list[str]) -> tuple[int, int]:
    """How many names the group's cites show, and how many they could show."""
    base, most = 10**6, 0
    for item_id in group:
        trace: Trace = []
        _render(registry, item_id, None, trace)
        for _, names, _, count in trace:
            base, most = min(base, count), max(most, len(names))
    return (base if most else 0), most


def _keep(registry: Registry, ids: Iterable[str]) -> dict[str, Marks]:
    return {item_id: _marks(registry, item_id).copy() for item_id in ids}


def _add_names(
    registry: Registry, group: list[str], extent: tuple[int, int], useful: dict[str, Marks]
) -> list[list[str]]:
    """One name more at a time; a group that cannot be parted keeps what parted it from others."""
    useful = useful or _keep(registry, group)
    count, most = extent
    for more in range(count + 1, most + 1):
        for item_id in group:
            _marks(registry, item_id).et_al = dict.fromkeys(range(8), more)
        split = _grouped(registry, group)
        if len(split) > 1:
            parted = _keep(registry, group)
            return [
                rest
                for part in split
                if len(part) > 1
                for rest in _add_names(registry, part, (more, most), {i: parted[i] for i in part})
            ]
    registry.marks.update(useful)
    return [group]


def _add_given(registry: Registry, group: list[str]) -> list[list[str]]:
    """More of the given names, name by name; with ``disambiguate-add-names``, of added names
    too.
    """
    base, most = _extent(registry, group)
    start = max(_marks(registry, group[0]).et_al.get(0, 0), base, 1)
    top = most if registry.style.citation.option("disambiguate-add-names") else start
    before = _keep(registry, group)
    for count in range(start, max(top, start) + 1):
        for item_id in group:
            registry.marks[item_id] = before[item_id].copy()
            if count > start:
                registry.marks[item_id].et_al = dict.fromkeys(range(8), count)
        for n in range(count):
            for level in (1, 2):
                for item_id in group:
                    _marks(registry, item_id).given[0, n] = level
                split = _grouped(registry, group)
                if len(split) > 1:
                    return [
                        rest
                        for part in split
                        if len(part) > 1
                        for rest in _add_given(registry, part)
                    ]
            for item_id in group:
                _marks(registry, item_id).given.pop((0, n), None)
    registry.marks.update(before)
    return [group]


def _by_condition(registry: Registry, group: list[str], level: int = 1) -> list[list[str]]:
    """``disambiguate="true"``, one test more at a time, for cites that it sets apart."""
    before = [_render(registry, item_id) for item_id in group]
    for item_id in group:
        _marks(registry, item_id).condition = level
    after = [_render(registry, item_id) for item_id in group]
    split = _grouped(registry, group)
    if len(split) == 1:
        rest = _by_condition(registry, group, level + 1) if after != before else [group]
        if rest == [group]:
            for item_id in group:
                _marks(registry, item_id).condition = level - 1
        return rest
    left: list[list[str]] = []
    for part in split:
        if len(part) > 1:
            left += _by_condition(registry, part, level + 1)
    return left


def _by_suffix(registry: Registry, groups: list[list[str]], order: Sequence[str]) -> None:
    rank = {item_id: n for n, item_id in enumerate(order)}
    for group in groups:
        for n, item_id in enumerate(sorted(group, key=lambda i: rank.get(i, 0))):
            _marks(registry, item_id).suffix = letters(n)


def letters(number: int) -> str:
    """0 is a, 25 is z, 26 is aa."""
    out = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        out = chr(97 + digit) + out
    return out
