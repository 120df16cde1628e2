"""The server's endpoints below ``/octavo``: authenticated, authorised, thin.

Every handler reads the request, hands the work to a thread, and writes JSON; the work is in
functions beside this module. XSRF is checked by Jupyter Server for every POST.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from jupyter_server.auth.decorator import authorized
from jupyter_server.utils import url_path_join
from tornado import web

from octavo.bibliography.styles import search_styles
from octavo.lab import (
    beginnings,
    citing,
    comparison,
    conversion,
    drafts,
    preview,
    problems,
    rendering,
    results,
    sources,
    warming,
)
from octavo.lab.convert_handler import ConvertHandler
from octavo.lab.desk import Desk
from octavo.lab.endpoint import Endpoint, rows
from octavo.pandoc import worker

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

COLLABORATION = "jupyter_server_ydoc"
"""The server's half of jupyter-collaboration."""

_PATIENCE = 10.0
"""Seconds. Some twenty open brackets keep pandoc for ever, and everyone else waits behind."""

_drafting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="octavo-drafts")
_reading = ThreadPoolExecutor(max_workers=2, thread_name_prefix="octavo-library")
_fetching = ThreadPoolExecutor(max_workers=1, thread_name_prefix="octavo-fetch")


class StatusHandler(Endpoint):
    """What is here: the workspace, its forms, and whether real-time collaboration is on."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        _drafting.submit(warming.warm, self.served())
        shared = self.settings.get("octavo_collaboration", False)
        self.answer({**await self.work(_reading, _status), "collaboration": shared})


def _status(desk: Desk) -> dict[str, Any]:
    return {
        "version": version("octavo"),
        "title": desk.workspace.settings.title,
        "style": desk.workspace.settings.csl,
        "essays": desk.address(desk.workspace.essays),
        "notes": desk.address(desk.workspace.notes),
        "forms": list(conversion.FORMS),
    }


class SourcesHandler(Endpoint):
    """Every source, with an entity tag: an unchanged library costs a 304."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        citing.soon(self.served())
        tag = await self.work(_reading, sources.stamp)
        self.set_header("Etag", tag)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        listed = await self.work(_reading, sources.listing)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-cache")
        self.finish(await self.work(_reading, lambda _: sources.encode(listed, tag)))

    def compute_etag(self) -> str | None:
        """The tag is set before the body is made."""
        return self._headers.get("Etag")


class SourceHandler(Endpoint):
    """One source in full."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        key = self.get_query_argument("key")
        self.answer(await self.work(_reading, partial(sources.card, key=key)))


class StylesHandler(Endpoint):
    """The citation styles that some words mean."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        query = self.get_query_argument("q", "")

        def job(desk: Desk) -> list[dict[str, str]]:
            found = search_styles(query, (desk.workspace.styles,))
            return [{"name": style.name, "title": style.title} for style in found]

        self.answer({"styles": await self.work(_reading, job)})


class FormatHandler(Endpoint):
    """The Markdown cells of a draft as the page will show them."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()

        def job(desk: Desk) -> dict[str, Any]:
            draft = drafts.read(desk, body)
            cells = rendering.render(desk, draft)
            return {
                "cells": {str(number): html for number, html in cells.items()},
                "questions": drafts.questions(desk, draft),
            }

        self.answer(await self.work(_drafting, job))


class ProblemsHandler(Endpoint):
    """The diagnostics of a draft."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        found = await self.work(_drafting, lambda d: problems.problems(d, drafts.read(d, body)))
        self.answer({"problems": found})


class LocateHandler(Endpoint):
    """The cell of a draft that holds a line of its text, and the line within the cell."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        cell, inside = await self.work(
            _reading, lambda d: problems.locate(drafts.read(d, body), int(body.get("line") or 0))
        )
        self.answer({"cell": cell, "line": inside})


class CompareHandler(Endpoint):
    """What an editor holds beside what is on disk."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        self.answer(await self.work(_reading, lambda d: comparison.compare(d, body)))


class StatesHandler(Endpoint):
    """The state of a pair's files, to tell whether something wrote them."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        path = self.get_query_argument("path")
        self.answer(await self.work(_reading, lambda d: comparison.states(d, path)))


class TakeHandler(Endpoint):
    """What is on disk shall hold: the writer chose it."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        await self.work(_reading, lambda d: comparison.take(d, body))
        self.answer({})


class PreviewHandler(Endpoint):
    """The page or the paper of a draft."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        if body.get("form") == "pdf":
            made = await self.work(_drafting, lambda d: preview.pages(d, drafts.read(d, body)))
            if not made.value:
                self.set_status(422)
            self.answer({"pages": made.value, "diagnostics": rows(made.diagnostics)})
            return
        page = await self.work(
            _drafting, lambda d: preview.page(d, drafts.read(d, body), marked=True)
        )
        self.answer({"html": page.value})


class ResultHandler(Endpoint):
    """What a conversion wrote."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        path = self.get_query_argument("path")
        found = await self.work(_reading, lambda desk: results.result(desk, path))
        self.set_header("Cache-Control", "no-store")
        # An API's own policy would keep the browser's PDF viewer from its parts.
        html = found.kind.startswith("text/html")
        policy = f"{preview.POLICY}; sandbox allow-popups" if html else "frame-ancestors 'self'"
        self.set_header("Content-Security-Policy", policy)
        if found.name:
            self.set_attachment_header(found.name)
        self.finish(found.data, set_content_type=found.kind)


class NewHandler(Endpoint):
    """A new essay, a source's note, or a new reference: what ``make`` says."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body, today = self.body(), datetime.date.today()
        makers = {
            "note": beginnings.note,
            "essay": beginnings.essay,
            "reference": beginnings.reference,
        }
        make, text = makers.get(str(body.get("make"))), str(body.get("text", "")).strip()
        if make is None or not text:
            raise web.HTTPError(400, "say what to make, and of what")
        pool = _fetching if make is beginnings.reference else _reading
        made = await self.work(pool, lambda desk: make(desk, text, today))
        self.answer({"value": made.value, "diagnostics": rows(made.diagnostics)})


HANDLERS: Mapping[str, type[Endpoint]] = {
    "status": StatusHandler,
    "sources": SourcesHandler,
    "source": SourceHandler,
    "styles": StylesHandler,
    "format": FormatHandler,
    "problems": ProblemsHandler,
    "locate": LocateHandler,
    "states": StatesHandler,
    "compare": CompareHandler,
    "take": TakeHandler,
    "preview": PreviewHandler,
    "result": ResultHandler,
    "new": NewHandler,
    "convert": ConvertHandler,
}


def add_handlers(server_app: ServerApp) -> None:
    """Add the endpoints to a server."""
    extensions = server_app.extension_manager.extensions
    shared = extensions.get(COLLABORATION)
    settings = server_app.web_app.settings
    settings["octavo_collaboration"] = shared is not None and bool(shared.enabled)
    worker.shared().patience = _PATIENCE
    base = settings["base_url"]
    routes = [(url_path_join(base, "octavo", name), kind) for name, kind in HANDLERS.items()]
    server_app.web_app.add_handlers(".*$", routes)  # type: ignore[no-untyped-call] # tornado's
