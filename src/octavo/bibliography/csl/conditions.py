"""The conditions of ``cs:if`` and ``cs:else-if``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from octavo.bibliography.csl import variables
from octavo.bibliography.csl.context import Context

Test: TypeAlias = Callable[[Context], bool]


def _type(value: str) -> Test:
    return lambda ctx: ctx.item.get("type") == value


def _variable(value: str) -> Test:
    return lambda ctx: variables.has(ctx, value)


def _numeric(value: str) -> Test:
    return lambda ctx: variables.is_numeric(variables.text(ctx, value))


def _uncertain(value: str) -> Test:
    def test(ctx: Context) -> bool:
        date = ctx.date(value)
        return date is not None and date.circa

    return test


def _locator(value: str) -> Test:
    name = value.replace("_", " ")
    return lambda ctx: (
        ctx.cite is not None and bool(ctx.cite.locator) and ctx.cite.label in (value, name)
    )


_IMPLIED = {
    "first": {"first"},
    "subsequent": {"subsequent", "ibid", "ibid-with-locator"},
    "ibid": {"ibid", "ibid-with-locator"},
    "ibid-with-locator": {"ibid-with-locator"},
}


def _position(value: str) -> Test:
    if value == "near-note":
        return lambda ctx: ctx.area == "citation" and ctx.near_note
    implied = _IMPLIED.get(value, set())
    return lambda ctx: ctx.area == "citation" and ctx.position in implied


def _disambiguate(value: str) -> Test:
    wanted = value == "true"

    def test(ctx: Context) -> bool:
        # Each test that a cite meets needs one more level: texts are added one at a time.
        ctx.conditions += 1
        return (ctx.conditions <= ctx.marks.condition) is wanted

    return test


_TESTS: dict[str, Callable[[str], Test]] = {
    "type": _type,
    "variable": _variable,
    "is-numeric": _numeric,
    "is-uncertain-date": _uncertain,
    "locator": _locator,
    "position": _position,
    "disambiguate": _disambiguate,
}


_ALTERNATIVES = frozenset({"type", "locator"})


def _one_of(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda ctx: any(test(ctx) for test in tests)


def _tests(attrs: Mapping[str, str]) -> Iterator[Test]:
    for name, value in attrs.items():
        if name in _ALTERNATIVES:
            # An item has one type, a cite one locator: several values are alternatives.
            yield _one_of([_TESTS[name](word) for word in value.split()])
        elif name in _TESTS:
            for word in value.split():
                yield _TESTS[name](word)


def compile_test(attrs: Mapping[str, str]) -> Test:
    """All the conditions of one branch as one test, by its ``match``."""
    tests = list(_tests(attrs))
    match = attrs.get("match", "all")
    if len(tests) == 1 and match != "none":
        return tests[0]
    if match == "any":
        return lambda ctx: any(test(ctx) for test in tests)
    if match == "none":
        return lambda ctx: not any(test(ctx) for test in tests)
    return lambda ctx: all(test(ctx) for test in tests)
