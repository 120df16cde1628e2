"""Parameters: the names that the cell tagged ``parameters`` gives, and values for them."""

from __future__ import annotations

import ast
import difflib
from pathlib import Path

from octavo.notebooks.records import Plan
from octavo.records import Diagnostic, Span


def names(plan: Plan) -> tuple[str, ...]:
    """The names that a plan's parameters cell assigns; () where there is none."""
    found: dict[str, None] = {}
    for cell in plan.cells:
        if cell.kind != "code" or "parameters" not in cell.tags:
            continue
        try:
            tree = ast.parse(cell.code)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id] = None
    return tuple(found)


def check(plan: Plan, path: Path) -> tuple[Diagnostic, ...]:
    """A diagnostic for each given parameter that the essay doesn't have (Python only)."""
    if not plan.kernel.startswith("python"):
        return ()
    known = names(plan)
    return tuple(
        Diagnostic(
            code="unknown-parameter",
            message=f"the essay has no parameter {name!r}",
            span=Span(path=path),
            hint=_hint(name, known),
        )
        for name, _ in plan.parameters
        if name not in known
    )


def _hint(name: str, known: tuple[str, ...]) -> str:
    if not known:
        return "tag the cell that sets the values with `parameters`"
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"it has {', '.join(known)}"
