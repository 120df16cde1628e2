"""The fixtures of this folder."""

from __future__ import annotations

from tests.standin import stand_in

__all__ = ["stand_in"]
