"""Build the wheel and try it where nothing else of ours is: names, data, init, build."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

NEEDED = (
    "octavo/pandoc/worker.lua",
    "octavo/essays/templates/octavo/index.md.j2",
    "octavo/publishing/templates/page.html",
    "octavo/publishing/templates/article.typ",
    "octavo/publishing/assets/style.css",
    "octavo/template/pyproject.toml",
    "octavo/py.typed",
)


def main() -> None:
    """Raise where the wheel isn't what it should be."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ".")
        (wheel,) = work.glob("*.whl")
        check_names(wheel)
        # The dependencies come from this environment, Octavo itself from the wheel alone.
        site = work / "site"
        run(
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--target",
            str(site),
            str(wheel),
        )
        new = work / "new workspace"
        octavo(site, "init", str(new))
        octavo(site, "build", "-C", str(new))
        assert (new / "public" / "index.html").is_file()
    print("wheel: 1 passed, 0 failed")


def check_names(wheel: Path) -> None:
    """The wheel's only top-level import name is ``octavo``, and nothing it needs is missing."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {
        name.split("/")[0] for name in names if ".dist-info" not in name and ".data/" not in name
    }
    assert tops == {"octavo"}, tops
    missing = [name for name in NEEDED if name not in names]
    assert not missing, missing


def octavo(site: Path, *arguments: str) -> None:
    """Run a command of the installed wheel."""
    code = f"import sys; sys.path.insert(0, {str(site)!r}); from octavo.cli import main; main()"
    run(sys.executable, "-c", code, *arguments)


def run(*command: str) -> None:
    """Run a program; raise when it fails."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
