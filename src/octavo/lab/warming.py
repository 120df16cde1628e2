"""The first rendering is slow, for it loads jupytext, pandoc, a style: done before it is asked."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

from octavo.lab import drafts, preview, rendering
from octavo.lab.desk import open_desk
from octavo.pandoc.worker import PandocError
from octavo.workspace import WorkspaceError

_begun = threading.Event()


def warm(served: Path) -> None:
    """Render a line of text, once in a process; then nothing that is loaded is looked at again.

    A full collection over a server's heap takes a tenth of a second, and would come in the
    middle of a word. What is loaded here stays for as long as the server does.
    """
    if _begun.is_set():
        return
    _begun.set()
    try:
        desk = open_desk(served)
        library = desk.library()
        key = next(iter(library.keys()), "nobody")
        text = f"---\ntitle: Warm\n---\n\nA line.[^1] [@{key}]\n\n[^1]: A note.\n"
        path = desk.address(desk.workspace.essays / "warm.md")
        draft = drafts.read(desk, {"path": path, "text": text})
        rendering.render(desk, draft)
        preview.page(desk, draft)
    except (WorkspaceError, PandocError, OSError, ValueError):
        return  # whoever asks for something is told
    gc.collect()
    gc.freeze()
