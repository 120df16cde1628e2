"""pytest-jupyter for this folder alone: its event loop for every test would stop the browsers'."""

from __future__ import annotations

from pytest_jupyter.jupyter_core import *  # noqa: F403 - fixtures and hooks, as a plugin has them
from pytest_jupyter.jupyter_server import *  # noqa: F403
from pytest_jupyter.pytest_tornasync import *  # noqa: F403
from tests.standin import stand_in

__all__ = ["stand_in"]
