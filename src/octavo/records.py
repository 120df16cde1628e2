"""The records that every other module speaks in: where, what is wrong, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A place in a writer's file. Lines and columns count from 1; 0 is the whole."""

    path: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [str(self.path)]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault in the writer's coordinates.

    ``code`` is stable and kebab-case (``unknown-citekey``), so that a writer can silence exactly
    one; ``message`` says what is wrong, ``hint`` what to do next.
    """

    code: str
    message: str
    span: Span | None = None
    severity: Severity = "error"
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        hint = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{self.severity}: {self.message} [{self.code}]{hint}"

    def as_json(self) -> dict[str, Any]:
        """The form that ``--json`` prints."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "path": str(self.span.path) if self.span else None,
            "line": self.span.line if self.span else 0,
            "column": self.span.column if self.span else 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """A value together with every fault met on the way to it."""

    value: T
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether no diagnostic is an error."""
        return all(d.severity != "error" for d in self.diagnostics)
