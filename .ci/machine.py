"""A machine without Node and a Python environment apart, for a wheel to be tried on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
NODE = {"node", "nodejs", "npm", "npx", "yarn", "yarnpkg", "pnpm", "corepack"}
LAB = {"jlpm", "jupyter", "jupyter-builder", "jupyter-lab", "octavo"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What stands in one folder, for ``wheel.py`` and then for ``wheel_lab.py``."""

    folder: Path

    @property
    def programs(self) -> Path:
        """The only folder on PATH: this machine's programs less Node's and JupyterLab's."""
        return self.folder / "programs"

    @property
    def bin(self) -> Path:
        """The programs of the Python environment, which has only what is installed into it."""
        return self.folder / "venv/bin"

    @property
    def clone(self) -> Path:
        """The repository as a clone has it: nothing that Git ignores."""
        return self.folder / "clone"

    @property
    def workspace(self) -> Path:
        """The workspace that the installed wheel begins."""
        return self.folder / "new workspace"

    @property
    def environment(self) -> dict[str, str]:
        """The variables of every program run here: no Node, and nobody's Python or Jupyter."""
        foreign = ("PYTHON", "VIRTUAL_ENV", "JUPYTER", "IPYTHON", "OCTAVO", "NODE_PATH")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {**kept, "PATH": str(self.programs)}

    def prepare(self) -> None:
        """Make the programs, the environment and the clone."""
        self.programs.mkdir(parents=True)
        for folder in os.get_exec_path():
            for program in Path(folder).glob("*"):
                link = self.programs / program.name
                if program.name not in NODE | LAB and not link.is_symlink():
                    link.symlink_to(program)
        for name in NODE | LAB:
            assert shutil.which(name, path=str(self.programs)) is None, name
        self.run(sys.executable, "-m", "venv", str(self.folder / "venv"))
        listing = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
        for name in filter(None, self.answer(*listing, cwd=ROOT).split("\0")):
            if (ROOT / name).is_file():
                (self.clone / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.clone / name)

    def pip(self, *arguments: str) -> None:
        """Run the environment's pip; it warns of nothing, and still tells errors."""
        self.run(str(self.bin / "python"), "-m", "pip", *arguments, "-qq")

    def install(self, *requirements: str) -> None:
        """Install as a reader of the manual does, in the versions that are tested here.

        The hashes are left out: pip would demand one of the wheel, too.
        """
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        versions = [line.rstrip(" \\") for line in lines if not line.startswith(" ")]
        pins = self.folder / "versions.txt"
        pins.write_text("\n".join(versions) + "\n", encoding="utf-8")
        self.pip("install", "-c", str(pins), *requirements)

    def run(self, *command: str, cwd: Path | None = None) -> None:
        """Run a program; raise when it fails."""
        subprocess.run(command, check=True, env=self.environment, cwd=cwd or self.folder)

    def answer(self, *command: str, cwd: Path | None = None) -> str:
        """Run a program and return what it prints; raise when it fails."""
        done = subprocess.run(
            command,
            check=True,
            env=self.environment,
            cwd=cwd or self.folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout.strip()
