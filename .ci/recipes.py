"""Run the three recipes of scripts/ on a copy of this workspace: they must work as they stand."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PARTS = ("essays", "notebooks", "bibliography", "scripts")


def main() -> None:
    """Raise where a recipe fails, or is longer than 40 lines."""
    root = Path(__file__).parent.parent
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "workspace"
        for part in PARTS:
            shutil.copytree(root / part, copy / part)
        shutil.copy(root / "pyproject.toml", copy)
        for name in ("execute", "convert", "publish"):
            script = copy / "scripts" / f"{name}.py"
            assert len(script.read_text().splitlines()) <= 40, script
            subprocess.run([sys.executable, str(script)], cwd=copy, check=True)
        assert list((copy / "public").rglob("*.pdf"))
    print("recipes: 3 passed, 0 failed")


if __name__ == "__main__":
    main()
