"""Converting in a real browser: forms, progress, cancelling, faults that can be read."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import psutil
import pytest
from tests.lab.running import HEADER
from tests.lab.writer import Writer

pytestmark = pytest.mark.slow


OPENED = """() => {
  const note = address => { window.exported = String(address); };
  window.open = address => {
    if (address) { note(address); }
    return { location: { assign: note, set href(address) { note(address); } } };
  };
}"""


def _essay(body: str) -> str:
    return f"---\ntitle: T\n{HEADER}---\n\n{body}\n"


def test_the_button_asks_for_form_and_style(writer: Writer) -> None:
    """From the toolbar of a file; the result is written, and opens."""
    writer.open("essays/plain.md", "Editor")
    writer.page.locator("[data-jp-item-name='octavo-convert']:visible").click()
    dialog = writer.page.locator(".jp-Dialog")
    dialog.get_by_label("Form").select_option(label="Plain text")
    style = dialog.get_by_label("Citation style")
    style.press_sequentially("modern lang")
    writer.page.locator("#octavo-convert-styles option").first.wait_for(state="attached")
    style.fill("ieee")
    writer.shot("convert")
    writer.press("Enter")
    done = writer.toast("public/plain/plain.txt is written.")
    assert "[1]" in writer.read("public/plain/plain.txt")
    with writer.page.context.expect_page() as opened:
        done.get_by_role("button", name="Open").click()
    assert "[1]" in opened.value.locator("body").inner_text()
    opened.value.close()
    assert not list((writer.root / "public").rglob(".ipynb_checkpoints"))


def test_the_page_opens_with_its_style(writer: Writer) -> None:
    """In a tab, style sheet and all, without the site being built."""
    writer.put("essays/paged.md", _essay("See [@knuth1984texbook]."))
    writer.open("essays/paged.ipynb", "Notebook")
    writer.page.locator("[data-jp-item-name='octavo-convert']").first.wait_for(state="attached")
    writer.start("octavo:convert", form="html")
    with writer.page.context.expect_page() as opened:
        writer.toast("public/paged/index.html").get_by_role("button", name="Open").click()
    opened.value.get_by_text("Knuth 1984").first.wait_for()
    assert "Palatino" in opened.value.evaluate("getComputedStyle(document.body).fontFamily")
    opened.value.close()


def test_a_manuscript_is_downloaded(writer: Writer, tmp_path: Path) -> None:
    """Word's form goes to the program that is for it."""
    writer.open("essays/plain.md", "Editor")
    writer.start("octavo:convert", form="docx")
    done = writer.toast("plain.docx")
    with writer.page.expect_download() as download:
        done.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "plain.docx")
    text = zipfile.ZipFile(tmp_path / "plain.docx").read("word/document.xml").decode()
    assert "1984a" in text


def test_progress_and_cancelling(writer: Writer) -> None:
    """It says which cell runs; cancelled, nothing is written and no kernel is left."""
    code = "import time\ntime.sleep(60)"
    writer.put("essays/slow.md", _essay(f"```python\n{code}\n```"))
    writer.open("essays/slow.md", "Editor")
    writer.start("octavo:convert", form="pdf")
    toast = writer.toast("cell 1 of 1")
    converting = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "octavo.lab.conversion" in " ".join(process.info["cmdline"] or ())
    ]
    children = [child for process in converting for child in process.children(recursive=True)]
    assert any("ipykernel" in " ".join(child.cmdline()) for child in children)
    toast.get_by_role("button", name="Cancel").click()
    writer.toast("cancelled; nothing was written")
    _, alive = psutil.wait_procs([*converting, *children], timeout=10)
    assert alive == []
    assert not (writer.root / "public/slow").exists()


def test_a_fault_is_readable(writer: Writer) -> None:
    """A cell that fails: which line, what Python said, and no more than that."""
    writer.put("essays/failing.md", _essay("```python\nsum = 1\nsum + nobody\n```"))
    writer.open("essays/failing.md", "Editor")
    writer.start("octavo:convert", form="html")
    dialog = writer.page.locator(".jp-Dialog", has_text="the essay was not converted")
    dialog.wait_for(timeout=20_000)
    assert "Line 12: cell 2 failed: NameError" in dialog.inner_text()
    assert "nobody" in dialog.locator("pre").inner_text()
    writer.shot("convert-fault")
    writer.button("Close").click()


def test_warnings_are_told_with_the_result(writer: Writer) -> None:
    """The form is written; what is wrong with it is a button away."""
    writer.put("essays/warned.md", _essay("See [@nobody2000]."))
    writer.open("essays/warned.md", "Editor")
    writer.start("octavo:convert", form="latex")
    done = writer.toast("warned.tex is written")
    done.get_by_role("button", name="Show 1 problem").click()
    writer.page.locator(".jp-Dialog", has_text="nobody2000").wait_for()
    writer.button("Close").click()


@pytest.mark.parametrize(("name", "suffix"), [("Essay", "html"), ("EssayPDF", "pdf")])
def test_save_and_export(writer: Writer, name: str, suffix: str) -> None:
    """The exporters stand in JupyterLab's own menu, and give the page and the paper."""
    writer.put("essays/exported.md", _essay("See [@knuth1984texbook]."))
    writer.open("essays/exported.ipynb", "Notebook")
    writer.page.locator(".lm-MenuBar-item", has_text="File").click()
    writer.page.locator(".lm-Menu-item", has_text="Save and Export Notebook As").hover()
    entry = writer.page.locator(".lm-Menu-item").get_by_text(re.compile(rf"^{name}$"))
    entry.wait_for()
    if name == "Essay":
        writer.shot("export-menu")
    # A tab that only downloads is gone before it can be asked: its address is asked instead.
    writer.page.evaluate(OPENED)
    entry.click()
    writer.page.wait_for_function("window.exported")
    address = writer.page.evaluate("window.exported")
    writer.page.evaluate("delete window.open; delete window.exported")
    sent = {"Referer": f"{writer.url}/lab"}
    answer = writer.page.request.get(address, headers=sent, timeout=30_000)
    data = answer.body()
    assert f"exported.{suffix}" in answer.headers["content-disposition"]
    assert b"Knuth 1984" in data if suffix == "html" else data.startswith(b"%PDF")
