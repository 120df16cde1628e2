"""A local service that stands in for the ones on the network."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from octavo.bibliography.sources.services import Services

Reply = tuple[int, dict[str, str], bytes]


@dataclass
class StandIn:
    """A local service; ``routes`` answer by the path's beginning, the longest first."""

    url: str = ""
    routes: dict[str, Callable[[Any], Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def json(self, path: str, body: Any, *, kind: str = "application/json") -> None:
        data = json.dumps(body).encode()
        self.routes[path] = lambda _: (200, {"Content-Type": kind}, data)

    def services(self) -> Services:
        return Services(
            doi=self.url + "/doi", crossref=self.url + "/crossref", arxiv=self.url + "/arxiv",
            openlibrary=self.url + "/ol", pubmed=self.url + "/pubmed/",
        )  # fmt: skip


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    service = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            service.asked.append((self.path, dict(self.headers)))
            path = unquote(self.path)
            for start in sorted(service.routes, key=len, reverse=True):
                if path.startswith(start):
                    status, headers, body = service.routes[start](self)
                    break
            else:
                status, headers, body = 404, {"Content-Type": "text/plain"}, b"no"
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
    service.url = f"http://127.0.0.1:{server.server_port}"
    yield service
    server.shutdown()
    server.server_close()
