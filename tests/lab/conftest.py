"""A JupyterLab and a browser, once for all tests of a process; each test finds the page empty."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from tests.lab.running import Lab, make_workspace, running
from tests.lab.writer import Writer

from octavo.lab import frontend

FAILED = pytest.StashKey[bool]()
CLEAR = """async () => {
  const app = window.jupyterapp;
  for (const widget of Array.from(app.shell.widgets('main'))) {
    if (widget.context) { widget.context.model.dirty = false; }
    widget.close();
  }
  for (const widget of Array.from(app.shell.widgets('down'))) { widget.close(); }
  await new Promise(done => setTimeout(done, 150));
}"""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab at a workspace of 10,000 sources."""
    sources = frontend.sources_folder()
    if sources is not None and not frontend.is_current(sources):
        pytest.skip("the front end is not built: octavo lab --build-only")
    root = make_workspace(tmp_path_factory.mktemp("lab") / "workspace", 10_000)
    with running(root, tmp_path_factory.mktemp("home")) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium here")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def _page(browser: Any, lab: Lab) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1500, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(8_000)
    page.asked = []
    context.on("request", lambda request: page.asked.append(request.url))
    page.goto(lab.front)
    page.wait_for_selector(".jp-Launcher, .jp-NotebookPanel", timeout=60_000)
    page.wait_for_function("window.jupyterapp !== undefined")
    page.evaluate("fetch('/octavo/sources').then(answer => answer.text())")
    page.wait_for_timeout(1500)
    yield page
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Let fixtures know whether their test failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def writer(_page: Any, lab: Lab, request: pytest.FixtureRequest) -> Iterator[Writer]:
    """One page for all tests; each begins with nothing open, and leaves nothing unsaved."""
    found = Writer(page=_page, root=lab.root, url=lab.url)
    yield found
    if request.node.stash.get(FAILED, False):
        found.shot(f"failed-{request.node.name}")
    for _ in range(3):
        _page.keyboard.press("Escape")
    _page.evaluate(CLEAR)
    for close in _page.locator(".jp-toastContainer .jp-Toast-button").all():
        if close.is_visible():
            close.click()
