"""The official CSL suite, as a ratchet: a listed case must fail, an unlisted one must pass."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.csl import replay

ACCEPTED = Path(__file__).with_name("accepted_failures.tsv")


def accepted() -> dict[str, str]:
    """The reasons of accepted failures, by case."""
    lines = ACCEPTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line)


@cache
def cases() -> dict[str, dict[str, Any]]:
    """All cases of the suite by name; none where the shared folder is missing."""
    if not replay.SUITE.is_dir():
        return {}
    return {case["name"]: case for case in replay.module("suite").load()}


def passes(case: dict[str, Any]) -> bool:
    """Whether the processor prints what the case wants, at the suite's markup level."""
    levels = replay.module("normalise").levels
    sequence = "citations" in case and case["mode"] == "citation"
    return bool(levels(case["result"], replay.run(case), sequence)["markup"])


@pytest.mark.skipif(not replay.SUITE.is_dir(), reason="the shared conformance folder is not here")
@pytest.mark.parametrize("name", sorted(cases()))
def test_case(name: str) -> None:
    passed = passes(cases()[name])
    if name in accepted():
        assert not passed, f"{name} passes now: take it off {ACCEPTED.name}"
    else:
        assert passed, f"{name} is not among the accepted failures"


@pytest.mark.skipif(not replay.SUITE.is_dir(), reason="the shared conformance folder is not here")
def test_list_is_short_and_of_this_suite() -> None:
    assert accepted().keys() <= cases().keys()
    assert all(reason.strip() for reason in accepted().values())
    assert len(accepted()) <= 0.02 * len(cases())
