"""Serving a site on loopback: pages reload when what they are made of changes."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from octavo.workspace import Workspace

_EVENTS = "/_octavo/events"
_SCRIPT = (
    b"<script>new EventSource('" + _EVENTS.encode() + b"').onmessage = "
    b"() => location.reload()</script>"
)


class Bell:
    """Tells waiting pages that something changed."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    def ring(self) -> None:
        """Something changed."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until something changes; returns whether it did within the time."""
        with self._condition:
            before = self._count
            return self._condition.wait_for(lambda: self._count != before, seconds)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def __init__(self, *args: Any, bell: Bell, **kwargs: Any) -> None:
        self.bell = bell
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        if self.path == _EVENTS:
            self._events()
            return
        path = Path(self.translate_path(self.path))
        if path.is_dir() and self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        if path.suffix == ".html" and path.is_file():
            self._page(path)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Requests are not news."""

    def _page(self, path: Path) -> None:
        data = path.read_bytes()
        place = data.rfind(b"</body>")
        data = data[:place] + _SCRIPT + data[place:] if place >= 0 else data
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _events(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                self.wfile.write(
                    b"data: changed\n\n" if self.bell.wait(15) else b": still here\n\n"
                )
                self.wfile.flush()
        except OSError:
            return


@contextmanager
def server(folder: Path, port: int, bell: Bell) -> Iterator[str]:
    """Serve a folder on loopback while the block runs; the value is the address.

    Raises ``OSError`` when the port is taken.
    """
    handler = functools.partial(_Handler, directory=str(folder), bell=bell)
    web = ThreadingHTTPServer(("127.0.0.1", port), handler)
    web.daemon_threads = True
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_address[1]}/"
    finally:
        web.shutdown()
        web.server_close()


def watch(workspace: Workspace, changed: Callable[[], None], stop: threading.Event) -> None:
    """Call ``changed`` whenever a source of the workspace changes, until told to stop."""
    from watchfiles import DefaultFilter, watch  # noqa: PLC0415

    folders = [workspace.essays, workspace.notes, workspace.root / "bibliography"]
    watched = [p for p in (*folders, workspace.root / "pyproject.toml") if p.exists()]
    ignored = (*DefaultFilter.ignore_dirs, ".ipynb_checkpoints")
    chosen = DefaultFilter(ignore_dirs=ignored)
    for _ in watch(
        *watched, stop_event=stop, watch_filter=chosen, debounce=200, raise_interrupt=True
    ):
        changed()
