"""The build hook: a wheel carries the built front end, an editable install needs none.

``octavo lab`` builds the front end of a clone on demand (``octavo.lab.frontend``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent


class FrontEndHook(BuildHookInterface[Any]):
    """Builds the front end by the digest of its sources and adds it to the wheel."""

    def dependencies(self) -> list[str]:
        """pip, which fetches Node and jlpm where they are missing; uv and build have none."""
        return ["pip"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before a target is built."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(ROOT / "src"))
        from octavo.lab import frontend  # noqa: PLC0415 - importable only with src on the path

        frontend.ensure(ROOT / "labextension")
        built = frontend.BUILT / frontend.NAME
        target = f"share/jupyter/labextensions/{frontend.NAME}"
        build_data["shared_data"][str(built)] = target
        build_data["shared_data"][str(ROOT / "labextension/install.json")] = (
            f"{target}/install.json"
        )
