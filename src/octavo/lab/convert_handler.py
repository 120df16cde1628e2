"""Converting from the browser: a process of its own, whose progress is told line by line.

The process ends when the browser goes away or the writer cancels; it then clears up after
itself, kernel and half-written files, as ``octavo build`` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web
from tornado.iostream import StreamClosedError

from octavo.lab import conversion
from octavo.lab.endpoint import Endpoint

_PATIENCE = 10.0
"""Seconds that a cancelled conversion has to clear up."""
_LONGEST = 2**26
"""Bytes of a line: the last holds every diagnostic."""


class ConvertHandler(Endpoint):
    """An essay as a file in one of the forms: lines of JSON, the last of them the result."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        body = self.body()
        asked = {name: str(body.get(name) or "") for name in ("path", "form", "style")}
        if asked["form"] not in conversion.FORMS:
            raise web.HTTPError(400, f"there is no form {asked['form']!r}")
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "octavo.lab.conversion", str(self.served()), json.dumps(asked)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_LONGEST,
        )
        try:
            await self._tell(self._process)
        finally:
            await _end(self._process)

    async def _tell(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.set_header("Content-Type", "application/x-ndjson")
        self.set_header("Cache-Control", "no-store")
        said = asyncio.ensure_future(process.stderr.read())
        with contextlib.suppress(StreamClosedError):
            async for line in process.stdout:
                self.write(line)
                await self.flush()
            if await process.wait() != 0:
                self.write(json.dumps({"failed": await _reason(said)}))
            self.finish()

    def on_connection_close(self) -> None:
        """The writer cancelled, or closed the browser."""
        super().on_connection_close()
        process: Any = getattr(self, "_process", None)
        if process is not None and process.returncode is None:
            _interrupt(process)


async def _reason(said: asyncio.Future[bytes]) -> str:
    """The last line of what it said; a process that it left may hold the stream open."""
    try:
        lines = (await asyncio.wait_for(said, 1)).decode("utf-8", "replace").strip().splitlines()
    except TimeoutError:
        lines = []
    return lines[-1] if lines else "it broke off"


def _interrupt(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    _interrupt(process)
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()
