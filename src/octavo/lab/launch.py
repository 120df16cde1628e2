"""How JupyterLab is started so that everything is on, however Octavo was installed."""

from __future__ import annotations

import os
from pathlib import Path

from octavo.lab import frontend

_HERE = Path(__file__).parent


def environment() -> dict[str, str]:
    """The variables that turn the server extension on, in a clone too, and the news popup off."""
    paths = [str(_HERE / "config"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def options(root: Path) -> list[str]:
    """JupyterLab's options: the workspace's folder and, in a clone, our front end."""
    given = [f"--ServerApp.root_dir={root}"]
    if frontend.sources_folder() is not None:
        given.append(f"--LabApp.extra_labextensions_path={frontend.BUILT}")
    return given
