"""Who may not read contents may use none of the endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tests.lab.running import make_workspace
from tornado.httpclient import HTTPClientError

from octavo.lab.endpoint import RESOURCE
from octavo.lab.handlers import HANDLERS


class NoContents(Authorizer):
    """Everything but contents is allowed."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """Whether a user may do this."""
        return resource != RESOURCE


@pytest.fixture
def jp_root_dir(tmp_path: Path) -> Path:
    """The server shows a small workspace."""
    return make_workspace(tmp_path / "workspace")


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A server with our extension on."""
    return {"ServerApp": {"jpserver_extensions": {"octavo.lab": True}}}


@pytest.mark.parametrize("endpoint", HANDLERS)
async def test_no_rights_no_answer(
    jp_fetch: Callable[..., Awaitable[Any]], jp_serverapp: Any, endpoint: str
) -> None:
    """A valid token is not enough."""
    jp_serverapp.web_app.settings["authorizer"] = NoContents(parent=jp_serverapp)
    posts = "post" in vars(HANDLERS[endpoint])
    asked: dict[str, Any] = {"method": "POST", "body": "{}"} if posts else {}
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("octavo", endpoint, **asked)
    assert caught.value.code == 403
