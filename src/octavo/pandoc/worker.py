"""One long-lived ``pandoc lua`` process, so that a conversion costs milliseconds, not a process.

Measured (DESIGN §5): a process for each essay costs 45 ms before it reads a word.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

Ast: TypeAlias = dict[str, Any]
"""Pandoc's document in its JSON form: ``pandoc-api-version``, ``meta``, ``blocks``."""

_SCRIPT = Path(__file__).with_name("worker.lua")

PATIENCE = 180.0
"""Seconds that one conversion may take; a document that needs more is at fault."""
MEMORY = "3g"
"""The heap that pandoc may have, so that no document can take the machine with it."""


class PandocError(Exception):
    """Pandoc refused a document; the message is pandoc's own."""


_NO_NETWORK = {
    **dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9"),
    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
    **dict.fromkeys(("no_proxy", "NO_PROXY"), ""),
}
"""pandoc fetches pictures for some forms; behind a proxy that isn't there, it doesn't."""


class Worker:
    """A pandoc process that converts documents one after another.

    Safe to share between threads. The process starts with the first conversion, starts again
    after a fault, and ends with :meth:`close`, or by itself when its parent is gone. A document
    that takes longer than ``patience`` seconds is given up: twenty unclosed brackets keep
    pandoc's Markdown reader busy for ever.
    """

    patience: float
    """Seconds after which a conversion is given up; whoever waits for each key has few."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def convert(
        self,
        text: str | bytes,
        *,
        source: str,
        target: str,
        **task: Any,
    ) -> bytes:
        """Convert a document from one format to another.

        ``source`` and ``target`` are pandoc format names with extensions. ``task`` may hold
        ``options`` (a mapping of pandoc's ``WriterOptions``), ``reader`` (of its
        ``ReaderOptions``), ``template`` (a template's text), ``standalone`` (a whole document,
        by pandoc's own template) and ``folder`` (where images are found).
        Raises :class:`PandocError`.
        """
        payload = text.encode("utf-8") if isinstance(text, str) else text
        request = json.dumps({"source": source, "target": target, **task}).encode("utf-8")
        with self._lock:
            return self._ask(request, payload)

    def read(self, text: str, source: str = "markdown") -> Ast:
        """Parse a text into pandoc's document tree. Raises :class:`PandocError`."""
        tree: Ast = json.loads(self.convert(text, source=source, target="json"))
        return tree

    def write(self, tree: Mapping[str, Any], target: str, **task: Any) -> str:
        """Write a document tree as text; ``task`` as in :meth:`convert`."""
        return self.convert(encode(tree), source="json", target=target, **task).decode("utf-8")

    def start(self) -> None:
        """Start the process now, so that it is ready by the time it is asked."""
        with self._lock:
            self._running()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes, payload: bytes) -> bytes:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        clock = threading.Timer(self.patience, process.kill)
        clock.daemon = True
        clock.start()
        try:
            process.stdin.write(b"%d %d\n" % (len(request), len(payload)) + request + payload)
            process.stdin.flush()
            status, _, size = process.stdout.readline().partition(b" ")
            answer = process.stdout.read(int(size or 0))
        except BaseException:
            # Half an exchange leaves the stream out of step: only a new process is safe.
            self._stop()
            raise
        finally:
            clock.cancel()
            clock.join()  # a pool forks only from a process with one thread
        if status == b"ok":
            return answer
        if not status:
            self._stop()
            raise PandocError(
                f"pandoc needed more than {MEMORY} of memory or {self.patience:.0f} seconds; "
                "look for brackets left open"
            )
        raise PandocError(answer.decode("utf-8", "replace"))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [pandoc_path(), "+RTS", f"-M{MEMORY}", "-RTS", "lua", str(_SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **_NO_NETWORK},
                # Ctrl-C in the terminal is for us; we end the worker ourselves.
                start_new_session=sys.platform != "win32",
            )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()


def encode(tree: Mapping[str, Any]) -> bytes:
    """Pandoc's JSON form of a tree as bytes."""
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


@functools.cache
def pandoc_path() -> str:
    """The pandoc program that the ``pypandoc_binary`` wheel carries."""
    spec = importlib.util.find_spec("pypandoc")
    if spec is not None and spec.origin is not None:
        # Importing the package costs 20 ms (urllib and all) for the sake of one path.
        carried = Path(spec.origin).with_name("files") / "pandoc"
        if carried.is_file():
            return str(carried)
    import pypandoc  # noqa: PLC0415

    return str(pypandoc.get_pandoc_path())


_shared: dict[int, Worker] = {}


def shared() -> Worker:
    """This process's worker; a forked child gets one of its own."""
    worker = _shared.get(os.getpid())
    if worker is None:
        _shared.clear()
        worker = _shared[os.getpid()] = Worker()
        atexit.register(worker.close)
    return worker
