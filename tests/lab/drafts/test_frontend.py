"""Whether the front end is built anew, and with what: by the digest of its sources."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from octavo.lab import frontend, launch


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A front end's sources, built already."""
    folder = tmp_path / "labextension"
    for name in ("src/index.ts", "style/index.css", "schema/a.json", "package.json", "yarn.lock"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    stamp = tmp_path / "built" / frontend.NAME / frontend.STAMP
    stamp.parent.mkdir(parents=True)
    stamp.write_text(frontend.digest(folder) + "\n", encoding="ascii")
    return folder


def test_a_check_out_is_no_change(sources: Path, tmp_path: Path) -> None:
    """Times say nothing, and what was built of the same bytes is not built again."""
    os.utime(sources / "src/index.ts", (1, 1))
    assert frontend.is_current(sources, tmp_path / "built")
    assert frontend.ensure(sources, tmp_path / "built") is False


@pytest.mark.parametrize("name", ["src/index.ts", "src/new.ts", "style/index.css", "yarn.lock"])
def test_a_changed_source_is_a_change(sources: Path, tmp_path: Path, name: str) -> None:
    """A new file too; what is not a source is none."""
    (sources / "node_modules").mkdir()
    (sources / "node_modules/x.js").write_text("x", encoding="utf-8")
    assert frontend.is_current(sources, tmp_path / "built")
    (sources / name).write_text("other", encoding="utf-8")
    assert not frontend.is_current(sources, tmp_path / "built")


@pytest.mark.parametrize(("version", "enough"), [
    ("v18.4.0", False), ("v20.13.1", False), ("v20.19.0", True), ("v21.7.3", False),
    ("v22.11.0", False), ("v22.12.0", True), ("v24.1.0", True), ("nonsense", False),
])  # fmt: skip
@pytest.mark.skipif(os.name != "posix", reason="a program of two lines stands in for Node")
def test_which_node_the_builder_takes(tmp_path: Path, version: str, enough: bool) -> None:
    """Debian 12's own is too old."""
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
    node.chmod(node.stat().st_mode | stat.S_IXUSR)
    assert frontend._is_new_enough(str(node)) is enough


def test_jupyterlab_is_started_at_the_workspace(tmp_path: Path) -> None:
    """With the settings that turn the news popup off, beside those that are there."""
    assert f"--ServerApp.root_dir={tmp_path}" in launch.options(tmp_path)
    folder = Path(launch.environment()["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0])
    news = folder / "labconfig/default_setting_overrides.json"
    assert '"fetchNews": "false"' in news.read_text(encoding="utf-8")
