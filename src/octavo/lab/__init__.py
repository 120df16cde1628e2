"""Octavo in JupyterLab: the server's extension and the nbconvert exporters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension/octavo-lab", "dest": "octavo-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "octavo.lab"}]


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    from octavo.lab.handlers import add_handlers  # noqa: PLC0415 - only a server needs them
    from octavo.lab.protection import protect_texts  # noqa: PLC0415

    add_handlers(server_app)
    if not protect_texts():
        server_app.log.warning(
            "octavo: this jupytext is not known; keep the header that octavo adopt writes"
        )
