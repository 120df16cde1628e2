"""The stylesheet and the script of every page, named by their digest so that they may be cached."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

FILES = ("style.css", "page.js")

_FOLDER = Path(__file__).parent


@functools.cache
def content(file: str) -> bytes:
    """The bytes of one of :data:`FILES`."""
    return (_FOLDER / file).read_bytes()


@functools.cache
def name(file: str) -> str:
    """Its published name: ``style.css`` becomes ``style.1f0c9a2b.css``."""
    digest = hashlib.sha256(content(file)).hexdigest()[:8]
    stem, _, suffix = file.rpartition(".")
    return f"{stem}.{digest}.{suffix}"


def files() -> dict[str, bytes]:
    """Every asset by its address from the root of the site."""
    return {f"assets/{name(file)}": content(file) for file in FILES}
