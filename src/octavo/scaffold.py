"""Beginnings: a new workspace, a new essay, a new reading note; and foreign files taken in."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from octavo.bibliography.csl.records import CslItem
from octavo.bibliography.notes import HEADER, new_note, note_name, quoted
from octavo.files import write_atomically
from octavo.notebooks import pair
from octavo.workspace import Workspace

TEMPLATE = Path(__file__).with_name("template")
_RENAMED = {"dot-gitignore": ".gitignore"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What adopting a file would write; ``old`` is "" where the file is new."""

    target: Path
    old: str
    new: str
    note: str = ""


def init(path: Path) -> tuple[Path, ...]:
    """Make a new workspace from the template; returns the files written.

    Raises ``FileExistsError`` naming the files that are in the way: nothing is overwritten.
    """
    plan = {}
    for source in sorted(p for p in TEMPLATE.rglob("*") if p.is_file()):
        relative = source.relative_to(TEMPLATE)
        if "__pycache__" in relative.parts:
            continue
        plan[path / relative.with_name(_RENAMED.get(relative.name, relative.name))] = source
    taken = [str(target.relative_to(path)) for target in plan if target.exists()]
    if taken:
        raise FileExistsError(", ".join(taken))
    for target, source in plan.items():
        write_atomically(target, source.read_bytes())
    return tuple(plan)


def slugify(title: str) -> str:
    """A title as a file's name and address: ASCII letters where Unicode has them, and dashes.

    >>> slugify("Über das Lesen, Teil 2")
    'uber-das-lesen-teil-2'
    """
    folded = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss"))
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", kept).strip("-")[:80].strip("-") or "essay"


def new_essay(workspace: Workspace, title: str, today: datetime.date) -> tuple[Path, Path]:
    """Write both halves of a new essay. Raises ``FileExistsError`` when the name is taken."""
    settings = workspace.settings
    author = f"authors:\n  - name: {quoted(settings.author)}\n" if settings.author else ""
    text = (
        f"---\ntitle: {quoted(title)}\ndate: {today.isoformat()}\n{author}lang: {settings.lang}\n"
        f'summary: ""\nstatus: draft\n{HEADER}\n---\n\n'
    )
    return _write_pair(workspace.essays / f"{slugify(title)}.md", text)


def new_reading_note(
    workspace: Workspace, citekey: str, item: CslItem, today: datetime.date
) -> tuple[Path, Path]:
    """Write both halves of a new reading note. Raises ``FileExistsError`` when there is one."""
    text = new_note(citekey, item, today, workspace.settings.lang)
    return _write_pair(workspace.notes / f"{note_name(citekey)}.md", text)


def _write_pair(path: Path, text: str) -> tuple[Path, Path]:
    notebook = path.with_suffix(".ipynb")
    for file in (path, notebook):
        if file.exists():
            raise FileExistsError(str(file))
    write_atomically(path, text)
    write_atomically(notebook, pair.notebook_json(pair.to_notebook(text)))
    return path, notebook


def adopt(workspace: Workspace, path: Path) -> Adoption:
    """What taking a file into the workspace's essays would write; nothing is written here.

    Every byte of a text is kept; what is missing of the header is added. Raises ``ValueError``
    when the file can't be adopted as it is.
    """
    inside = path.resolve().is_relative_to(workspace.root)
    if path.suffix == ".ipynb":
        return _adopt_notebook(workspace, path.resolve(), inside)
    if path.suffix != ".md":
        raise ValueError(f"{path.name} is neither Markdown nor a notebook")
    target = path.resolve() if inside else workspace.essays / path.name
    data = path.read_bytes()
    try:
        old = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8: {error.reason}") from None
    if not inside and target.exists():
        raise ValueError(f"{target} is there already")
    new = protected(old, path.stem)
    return Adoption(target=target, old=old if inside else "", new=new)


def _adopt_notebook(workspace: Workspace, path: Path, inside: bool) -> Adoption:
    notebook = pair.parse_notebook(path.read_text(encoding="utf-8-sig"))
    target = (path if inside else workspace.essays / path.name).with_suffix(".md")
    if target.exists():
        raise ValueError(f"{path.name} has its text already: {target.name}")
    new = protected(pair.to_text(notebook), path.stem)
    note = "" if inside else f"copy {path.name} to {target.parent} too, to keep its outputs"
    return Adoption(target=target, old="", new=new, note=note)


def protected(text: str, name: str) -> str:
    """The text with a header that protects it; its line ends, BOM and words stay as they are.

    Raises ``ValueError`` when the header that is there can't be extended.
    """
    told = pair.told_format(_plain(text))
    if told == pair.FORMAT["format_name"]:
        return text
    if told:
        raise ValueError(
            f"its header names another jupytext format ({told}); "
            "convert it first: jupytext --to md:markdown FILE"
        )
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    end = "\r\n" if "\r\n" in text else "\n"
    body = text.removeprefix("\ufeff")
    front = _FRONT.match(body)
    if front is None:
        title = re.search(r"^# +(.+?)[ \t#]*\r?$", body, re.MULTILINE)
        said = quoted(title.group(1) if title else name.replace("-", " ").capitalize())
        header = HEADER.replace("\n", end)
        return f"{bom}---{end}title: {said}{end}{header}{end}---{end}{end}{body}"
    place, added = _addition(front)
    new = bom + body[:place] + added.replace("\n", end) + body[place:]
    if not pair.is_protected(_plain(new)):
        raise ValueError(
            "its header can't be extended: it must be YAML between two lines of `---`; "
            f"write this there by hand:\n{HEADER}"
        )
    return new


_FRONT = re.compile(r"---[ \t]*\r?\n(?P<yaml>(?:.*\r?\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_JUPYTER = re.compile(r"^jupyter:[ \t]*\r?\n(?P<indent>[ ]+)?", re.MULTILINE)
_JUPYTEXT = re.compile(r"^(?P<indent>[ ]+)jupytext:[ \t]*\r?\n(?P<inner>[ ]+)", re.MULTILINE)


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _addition(front: re.Match[str]) -> tuple[int, str]:
    """Where a header that is there wants what, so that it protects the text."""
    start, header = front.start("yaml"), front["yaml"]
    told = "text_representation:\n{0}  extension: .md\n{0}  format_name: markdown\n"
    jupyter = _JUPYTER.search(header)
    if jupyter is None:
        return front.end("yaml"), f"{HEADER}\n"
    jupytext = _JUPYTEXT.search(header, jupyter.end() - len(jupyter["indent"] or ""))
    if jupytext is not None and jupytext["indent"] == jupyter["indent"]:
        inner = jupytext["inner"]
        return start + jupytext.start("inner"), inner + told.format(inner)
    indent = jupyter["indent"] or "  "
    place = jupyter.start("indent") if jupyter["indent"] else jupyter.end()
    return start + place, f"{indent}jupytext:\n{indent}  {told.format(indent + '  ')}"
