"""The server's endpoints below ``/octavo``: authenticated, authorised, thin.

Every handler reads the request, hands the work to a thread, and writes JSON; the work is in
pure functions beside this module. XSRF is checked by Jupyter Server for every POST.
"""

from __future__ import annotations

import asyncio
import datetime
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from octavo.lab import beginnings, conversion, drafts, preview, problems, rendering, sources
from octavo.lab.desk import Desk, OutsideError, open_desk
from octavo.pandoc.worker import PandocError
from octavo.records import Diagnostic
from octavo.workspace import WorkspaceError

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

T = TypeVar("T")

RESOURCE = "contents"
"""Who may read and write contents may use these endpoints (Jupyter Server's authorisation)."""

_LARGEST_BODY = 60_000_000
_drafting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="octavo-drafts")
_reading = ThreadPoolExecutor(max_workers=2, thread_name_prefix="octavo-library")
_converting = ThreadPoolExecutor(max_workers=1, thread_name_prefix="octavo-convert")


class Endpoint(APIHandler):
    """What every endpoint shares."""

    auth_resource = RESOURCE

    def body(self) -> Mapping[str, Any]:
        """The request's JSON object; anything else is a 400."""
        if len(self.request.body) > _LARGEST_BODY:
            raise web.HTTPError(413, "too large")
        try:
            data = json.loads(self.request.body or b"{}")
        except ValueError as error:
            raise web.HTTPError(400, "not JSON") from error
        if not isinstance(data, dict):
            raise web.HTTPError(400, "not a JSON object")
        return data

    def served(self) -> Path:
        """The folder that the server shows."""
        return Path(self.settings["server_root_dir"]).expanduser()

    async def work(self, pool: ThreadPoolExecutor, job: Callable[[Desk], T]) -> T:
        """Do a job at the desk, in a thread; its refusals become statuses."""

        def at_desk() -> T:
            return job(open_desk(self.served()))

        try:
            return await asyncio.get_running_loop().run_in_executor(pool, at_desk)
        except WorkspaceError as error:
            raise web.HTTPError(404, str(error), reason="No workspace") from error
        except OutsideError as error:
            raise web.HTTPError(403, str(error), reason="Outside the workspace") from error
        except (ValueError, KeyError, PandocError) as error:
            raise web.HTTPError(400, str(error), reason="Bad request") from error

    def answer(self, data: object) -> None:
        """Write JSON that no cache keeps."""
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data, ensure_ascii=False))


class StatusHandler(Endpoint):
    """What is here: the workspace, its forms, and whether real-time collaboration is on."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.answer(await self.work(_reading, _status))


def _status(desk: Desk) -> dict[str, Any]:
    return {
        "version": version("octavo"),
        "title": desk.workspace.settings.title,
        "style": desk.workspace.settings.csl,
        "essays": desk.address(desk.workspace.essays),
        "notes": desk.address(desk.workspace.notes),
        "forms": list(conversion.FORMS),
        "collaboration": find_spec("jupyter_server_ydoc") is not None,
        "jupytext": bool(entry_points(group="jupyter_server.extensions", name="jupytext"))
        or find_spec("jupytext") is not None,
    }


class SourcesHandler(Endpoint):
    """Every source, with an entity tag: an unchanged library costs a 304."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        tag = await self.work(_reading, sources.stamp)
        self.set_header("Etag", tag)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        rows = await self.work(_reading, sources.listing)
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-cache")
        self.finish(await self.work(_reading, lambda _: sources.encode(rows, tag)))

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


class FormatHandler(Endpoint):
    """The Markdown cells of a draft as the page will show them."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()

        def job(desk: Desk) -> dict[str, Any]:
            rendered = rendering.render(desk, drafts.read(desk, body))
            return {"cells": {str(n): html for n, html in rendered.cells.items()}}

        self.answer(await self.work(_drafting, job))


class ProblemsHandler(Endpoint):
    """The diagnostics of a draft."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        rows = await self.work(_drafting, lambda d: problems.problems(d, drafts.read(d, body)))
        self.answer({"problems": rows})


class PreviewHandler(Endpoint):
    """The page or the paper of a draft."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        if body.get("form") == "pdf":
            made = await self.work(_drafting, lambda d: preview.paper(d, drafts.read(d, body)))
            if not made.value:
                self.set_status(422)
                self.answer({"diagnostics": _rows(made.diagnostics)})
                return
            self.set_header("Content-Type", "application/pdf")
            self.finish(made.value)
            return
        page = await self.work(_drafting, lambda d: preview.page(d, drafts.read(d, body)))
        self.answer({"html": page.value})


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
        pool = _converting if make is beginnings.reference else _reading
        made = await self.work(pool, lambda desk: make(desk, text, today))
        self.answer({"value": made.value, "diagnostics": _rows(made.diagnostics)})


class ConvertHandler(Endpoint):
    """An essay as a file in one of the forms."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()

        def job(desk: Desk) -> dict[str, Any]:
            address, form = str(body.get("path", "")), str(body.get("form", "html"))
            made = conversion.convert(desk, address, form, str(body.get("style") or ""))
            path = desk.address(made.value) if made.value else ""
            return {"path": path, "diagnostics": _rows(made.diagnostics)}

        self.answer(await self.work(_converting, job))


def _rows(faults: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    return [fault.as_json() for fault in faults]


HANDLERS: Mapping[str, type[Endpoint]] = {
    "status": StatusHandler,
    "sources": SourcesHandler,
    "source": SourceHandler,
    "format": FormatHandler,
    "problems": ProblemsHandler,
    "preview": PreviewHandler,
    "new": NewHandler,
    "convert": ConvertHandler,
}


def add_handlers(server_app: ServerApp) -> None:
    """Add the endpoints to a server."""
    base = server_app.web_app.settings["base_url"]
    routes = [(url_path_join(base, "octavo", name), kind) for name, kind in HANDLERS.items()]
    server_app.web_app.add_handlers(".*$", routes)  # type: ignore[no-untyped-call] # tornado's
