"""What is to be run, and what came of it: a failed cell is a value, not an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from octavo.notebooks.pair import Cell

Output: TypeAlias = Mapping[str, Any]
"""One output of a cell in nbformat 4.5's form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a kernel is asked to do: the cells, where, with which kernel and parameters."""

    cells: tuple[Cell, ...]
    folder: Path
    kernel: str = "python3"
    parameters: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The cell that stopped an execution: its number from 1 and its faulty line from 1."""

    cell: int
    line: int
    source: str
    name: str
    message: str
    traceback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a plan: for each cell its outputs and the values of its inline expressions."""

    digest: str
    outputs: tuple[tuple[Output, ...], ...]
    values: tuple[tuple[str, ...], ...]
    failure: Failure | None = None
    language: str = "python"
