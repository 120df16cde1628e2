"""What every endpoint shares: who may ask, what a request may hold, how an answer is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado import web

from octavo.lab.desk import Desk, OutsideError, open_desk
from octavo.pandoc.worker import PandocError
from octavo.records import Diagnostic
from octavo.workspace import WorkspaceError

T = TypeVar("T")

RESOURCE = "contents"
"""Who may read and write contents may use these endpoints (Jupyter Server's authorisation)."""

_LARGEST_BODY = 60_000_000


class Endpoint(APIHandler):
    """An endpoint at the desk of the folder that the server shows."""

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
        except (ValueError, KeyError, PandocError, RecursionError) as error:
            raise web.HTTPError(400, str(error), reason="Bad request") from error

    def answer(self, data: object) -> None:
        """Write JSON that no cache keeps."""
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data, ensure_ascii=False))


def rows(faults: tuple[Diagnostic, ...]) -> list[dict[str, Any]]:
    """Diagnostics as JSON."""
    return [fault.as_json() for fault in faults]
