"""The installed wheel in JupyterLab, in a real browser, on a machine without Node.

Plain ``jupyter lab``, then ``octavo lab``, then ``octavo lab`` with real-time collaboration
installed. Run after ``wheel.py``, with the same folder; the browser is driven from here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from machine import Machine
from playwright.sync_api import sync_playwright
from tests.lab.writer import Writer

COLLABORATION = "jupyter-collaboration==5.0.4"
TOKEN = "only-for-tests"
ESSAY = "essays/welcome.ipynb"
TOAST = ".jp-toastContainer .Toastify__toast"


def main() -> None:
    """Raise where a session isn't what it should be."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the servers are stopped then, too
    machine = Machine(folder=Path(sys.argv[1]).resolve())
    python = str(machine.bin / "python")
    octavo = [python, "-m", "octavo", "lab", "-C", str(machine.workspace), "--"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        with session(machine, browser, [str(machine.bin / "jupyter"), "lab"]) as writer:
            check_extensions(writer)
        with session(machine, browser, octavo) as writer:
            check_extensions(writer)
            check_citing(writer)
            toasts = writer.page.locator(TOAST).all_inner_texts()
            assert not toasts, toasts  # no news, and no warning of what isn't there
        machine.install(COLLABORATION)
        with session(machine, browser, octavo) as writer:
            check_warning(writer)
            check_citing(writer)
        browser.close()
    print("wheel in JupyterLab: 3 passed, 0 failed")


def check_extensions(writer: Writer) -> None:
    """The server answers for this workspace, the front end is active, the launcher has both."""
    status = writer.page.evaluate("fetch('/octavo/status').then(answer => answer.json())")
    assert status["essays"] == "essays", status
    assert not status["collaboration"], status
    assert writer.page.evaluate("window.jupyterapp.isPluginActivated('octavo-lab:sources')")
    for name in ("Essay", "Reading Note"):
        card = writer.page.locator(".jp-LauncherCard[data-category='Octavo']")
        card.get_by_text(name, exact=True).wait_for()


def check_citing(writer: Writer) -> None:
    """Open the essay, type ``[@``, see the list, and press Enter."""
    writer.open(ESSAY)
    writer.cell(1)
    before = writer.source().count("[@bush1945think]")
    writer.press("Enter", "Enter")
    writer.type("Cited anew [@bush")
    writer.list_shown().get_by_text("As We May Think").first.wait_for()
    writer.press("Enter")
    writer.page.wait_for_timeout(200)
    source = writer.source()
    assert source.count("[@bush1945think]") == before + 1, source[-100:]


def check_warning(writer: Writer) -> None:
    """What can lose text is said at once, and none of it is cut off."""
    toast = writer.page.locator(TOAST, has_text="Real-time collaboration")
    toast.wait_for()
    assert "…" not in toast.inner_text(), toast.inner_text()


@contextlib.contextmanager
def session(machine: Machine, browser: Any, command: list[str]) -> Iterator[Writer]:
    """A page of the JupyterLab that a command starts, once all that comes up at first is up."""
    print("+", *(part.removeprefix(f"{machine.folder}/") for part in command), flush=True)
    with serving(machine, command) as url:
        context = browser.new_context(viewport={"width": 1500, "height": 900})
        page = context.new_page()
        page.set_default_timeout(15_000)
        try:
            page.goto(f"{url}/lab?token={TOKEN}&reset")
            page.wait_for_selector(".jp-Launcher", timeout=60_000)
            page.wait_for_function("window.jupyterapp !== undefined")
            page.evaluate("async () => { await window.jupyterapp.restored; }")
            page.wait_for_timeout(2000)
            yield Writer(page=page, root=machine.workspace, url=url)
        finally:
            context.close()


@contextlib.contextmanager
def serving(machine: Machine, command: list[str]) -> Iterator[str]:
    """The address of a server; stopped however the check ends, and shown when it fails."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = [
        "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", "--expose-app-in-browser",
        f"--IdentityProvider.token={TOKEN}",
    ]  # fmt: skip
    log = machine.folder / "lab.log"
    home = machine.folder / "home"
    home.mkdir(exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *options],
            env={**machine.environment, "HOME": str(home)},
            cwd=machine.workspace,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait(url, process)
        yield url
    except Exception:
        print(log.read_text(encoding="utf-8", errors="replace")[-4000:], file=sys.stderr)
        raise
    finally:
        stop(url, process)


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; raise when it ended or takes a minute."""
    until = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/api", timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError("JupyterLab did not start")


def stop(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end itself and its kernels; end its whole group if it doesn't."""
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(f"{url}/api/shutdown", method="POST", headers=headers)
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        urllib.request.urlopen(request, timeout=5).close()
        process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    main()
