"""pytest-jupyter for this folder alone: its event loop for every test would stop the browsers'."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jupytext import formats
from jupytext import jupytext as reader
from pytest_jupyter.jupyter_core import *  # noqa: F403 - fixtures and hooks, as a plugin has them
from pytest_jupyter.jupyter_server import *  # noqa: F403
from pytest_jupyter.pytest_tornasync import *  # noqa: F403
from tests.standin import stand_in

__all__ = ["stand_in"]


@pytest.fixture(autouse=True)
def _jupytext_as_it_was() -> Iterator[None]:
    """A server of ours guards jupytext's guess; other tests of this process have their own."""
    guess = formats.guess_format
    yield
    formats.guess_format = reader.guess_format = guess
