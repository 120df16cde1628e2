"""Disambiguation: names added, given names, the condition, year suffixes (CSL 1.0.2,
"Disambiguation").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from octavo.bibliography.csl.context import Context, Marks, Registry
from octavo.bibliography.csl.namelist import ListStyle
from octavo.bibliography.csl.nameparts import format_name
from octavo.bibliography.csl.nodes import BARE, Node, joined, text_of
from octavo.bibliography.csl.people import Name

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
    suffixes = area.option("disambiguate-add-year-suffix")
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
    others = people.get(_look(name, style, 0), set()) - {name}
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
    left = group
    if registry.style.citation.option("disambiguate-add-names"):
        left = _add_names(registry, group)
    if given and left:
        left = _add_given(registry, left)
    if not left:
        return []
    return [g for g in _grouped(registry, left) if len(g) > 1]


def _most(registry: Registry, group: list[str]) -> int:
    most = 0
    for item_id in group:
        trace: Trace = []
        _render(registry, item_id, None, trace)
        most = max([most, *(len(names) for _, names, _, _ in trace)])
    return most


def _base(registry: Registry, group: list[str]) -> int:
    trace: Trace = []
    _render(registry, group[0], None, trace)
    return min([count for _, _, _, count in trace], default=0)


def _set_count(registry: Registry, ids: Iterable[str], count: int) -> None:
    for item_id in ids:
        marks = _marks(registry, item_id)
        marks.et_al = dict.fromkeys(range(8), count) if count else {}


def _add_names(registry: Registry, group: list[str]) -> list[str]:
    left = list(group)
    for count in range(_base(registry, group) + 1, _most(registry, group) + 1):
        _set_count(registry, left, count)
        split = _grouped(registry, left)
        if len(split) == 1:
            continue
        left = [item_id for g in split if len(g) > 1 for item_id in g]
        if not left:
            return []
    useful = _least_count(registry, left)
    _set_count(registry, left, useful)
    return left


def _least_count(registry: Registry, left: list[str]) -> int:
    """The fewest names that part the rest as well as all of them do."""
    if not left:
        return 0
    wanted = len(_grouped(registry, left))
    most = _most(registry, left)
    for count in range(most + 1):
        _set_count(registry, left, count)
        if len(_grouped(registry, left)) == wanted:
            return count
    return most


def _add_given(registry: Registry, group: list[str]) -> list[str]:
    left = list(group)
    most = _most(registry, left)
    start = max(_marks(registry, left[0]).et_al.get(0, 0), _base(registry, left))
    top = most if registry.style.citation.option("disambiguate-add-names") else start
    for count in range(max(start, 1), max(top, start, 1) + 1):
        before = {item_id: _marks(registry, item_id).copy() for item_id in left}
        if count > start:
            _set_count(registry, left, count)
        parted = False
        for n in range(count):
            for level in (1, 2):
                left, better = _try_given(registry, left, n, level)
                parted = parted or better
                if not left:
                    return []
        if not parted:
            for item_id in left:
                registry.marks[item_id] = before[item_id]
    return left


def _try_given(registry: Registry, left: list[str], n: int, level: int) -> tuple[list[str], bool]:
    groups = _grouped(registry, left)
    rest: list[str] = []
    better = False
    for group in groups:
        old = {item_id: _marks(registry, item_id).copy() for item_id in group}
        for item_id in group:
            _marks(registry, item_id).given[0, n] = level
        split = _grouped(registry, group)
        if len(split) == 1:
            for item_id in group:
                registry.marks[item_id] = old[item_id]
            rest += group
            continue
        better = True
        rest += [item_id for g in split if len(g) > 1 for item_id in g]
    return rest, better


def _by_condition(registry: Registry, group: list[str]) -> list[list[str]]:
    """``disambiguate="true"`` for cites that it sets apart."""
    for item_id in group:
        _marks(registry, item_id).condition = True
    split = _grouped(registry, group)
    if len(split) == 1:
        for item_id in group:
            _marks(registry, item_id).condition = False
        return [group]
    return [g for g in split if len(g) > 1]


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
