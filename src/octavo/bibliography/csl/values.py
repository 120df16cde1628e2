"""JSON values as text."""

from __future__ import annotations

from typing import Any


def as_text(value: Any) -> str:
    """A JSON value as text; "" for what is not text at all."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else ""
