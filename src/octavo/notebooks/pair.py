"""Pairs of a Markdown text and a notebook, by jupytext.

The text is the truth for prose and code, the notebook holds the outputs. The header that DESIGN
§4 prescribes protects a text: without it jupytext takes any file with a ``:::`` line for
``md:pandoc`` and destroys it on save.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from nbformat import NotebookNode

FORMAT = {"extension": ".md", "format_name": "markdown"}
SETTINGS = {
    "formats": "ipynb,md",
    "notebook_metadata_filter": (
        "kernelspec,jupytext.text_representation.extension,"
        "jupytext.text_representation.format_name,-all"
    ),
    "cell_metadata_filter": "tags,title,region_name,-all",
}
"""``[tool.jupytext]`` of every workspace."""

CellKind = Literal["code", "markdown", "raw"]

_CODE_FENCE = re.compile(r"^```(?:python|ipython3?|julia|R)\b[^\n]*$", re.MULTILINE)
_MAGIC = re.compile(r"\A%%(\w+)[^\n]*\n")
_OPTION = re.compile(r"^#\|\s*([\w-]+)\s*:\s*(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a notebook, without its outputs."""

    kind: CellKind
    source: str
    tags: tuple[str, ...] = ()
    name: str = ""

    @property
    def listing(self) -> str:
        """The language of a code cell that is only shown, "" for one that is run.

        jupytext makes a ``%%sh`` cell of a fence of another language than the notebook's: what
        an essay shows of a shell is not to be executed.
        """
        magic = _MAGIC.match(self.source) if self.kind == "code" else None
        return magic.group(1) if magic else ""

    @property
    def evaluated(self) -> bool:
        """Whether a kernel runs this cell; ``#| eval`` decides, where it is there."""
        return self.kind == "code" and self.options.get("eval", not self.listing) is not False

    @property
    def code(self) -> str:
        """The source without its ``#|`` option lines."""
        lines = _MAGIC.sub("", self.source).split("\n")
        return "\n".join(line for line in lines if not _OPTION.match(line)).strip("\n")

    @property
    def options(self) -> dict[str, Any]:
        """The ``#| key: value`` lines at the top of a code cell, read as YAML."""
        import yaml  # noqa: PLC0415 - only essays with code need it

        lines = []
        for line in _MAGIC.sub("", self.source).split("\n"):
            if not (line.startswith("#|") or not line.strip()):
                break
            lines.append(line[2:].removeprefix(" "))
        try:
            options = yaml.safe_load("\n".join(lines)) or {}
        except yaml.YAMLError:
            options = {m[1]: m[2] for line in lines if (m := _OPTION.match(f"#| {line}"))}
        return options if isinstance(options, dict) else {}


def has_code(text: str) -> bool:
    """Whether an essay's text holds a cell that a kernel would run."""
    return bool(_CODE_FENCE.search(text))


def is_protected(text: str) -> bool:
    """Whether a text's header tells jupytext its format, so that saving can't destroy it."""
    return told_format(text) == FORMAT["format_name"]


def told_format(text: str) -> str:
    """The jupytext format that a text's header names, "" where it names none."""
    import yaml  # noqa: PLC0415 - the header of a text that is only converted is read elsewhere

    if not text.startswith("---") or "format_name" not in (header := text.split("\n---", 1)[0]):
        return ""
    try:
        found = yaml.load(header[3:], Loader=yaml.CBaseLoader)
        for key in ("jupyter", "jupytext", "text_representation", "format_name"):
            found = found[key]
    except (yaml.YAMLError, KeyError, TypeError):
        return ""
    return str(found)


def cells_of(text: str) -> tuple[Cell, ...]:
    """The cells of a Markdown text."""
    return cells_of_notebook(to_notebook(text))


def cells_of_notebook(notebook: NotebookNode) -> tuple[Cell, ...]:
    """The cells of a notebook node."""
    return tuple(
        Cell(
            kind=cell.cell_type,
            source=cell.source,
            tags=tuple(cell.metadata.get("tags", ())),
            name=str(cell.metadata.get("name", "")),
        )
        for cell in notebook.cells
    )


def to_notebook(text: str) -> NotebookNode:
    """The notebook of a Markdown text, with cell ids that follow from what the cells say.

    A header that is no YAML is kept as it is: its own diagnostic says what is wrong with it.
    """
    import jupytext  # noqa: PLC0415 - half a second
    import yaml  # noqa: PLC0415

    try:
        notebook = jupytext.reads(text, fmt=dict(FORMAT))
    except (yaml.YAMLError, AttributeError, TypeError):  # the last two: YAML, but no mapping
        notebook = _below_a_broken_header(text)
    for cell, identifier in zip(notebook.cells, cell_ids(notebook), strict=True):
        cell["id"] = identifier
    return notebook


def _below_a_broken_header(text: str) -> NotebookNode:
    import jupytext  # noqa: PLC0415 - half a second
    from nbformat import v4  # noqa: PLC0415

    body = _without_header(text)
    if body == text:
        return v4.new_notebook(cells=[v4.new_markdown_cell(text)])
    notebook = jupytext.reads(body.lstrip("\n"), fmt=dict(FORMAT))
    header = text[: len(text) - len(body)]
    notebook.cells.insert(0, v4.new_raw_cell(header))
    return notebook


def to_text(notebook: NotebookNode) -> str:
    """The Markdown text of a notebook, as JupyterLab saves it in a workspace."""
    import jupytext  # noqa: PLC0415 - half a second
    from jupytext.config import JupytextConfiguration  # noqa: PLC0415

    settings = JupytextConfiguration(**SETTINGS)
    return str(jupytext.writes(notebook, fmt=dict(FORMAT), config=settings))


def parse_notebook(data: str) -> NotebookNode:
    """A notebook from its JSON. Raises ``ValueError`` when it is none."""
    import nbformat  # noqa: PLC0415

    try:
        return nbformat.reads(data, as_version=4)
    except Exception as error:
        raise ValueError(f"not a notebook: {error}") from error


def cell_ids(notebook: NotebookNode) -> list[str]:
    """Stable ids: a digest of kind and source, and a count where two cells are alike."""
    seen: Counter[str] = Counter()
    ids = []
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\0{cell.source}".encode()).hexdigest()[:8]
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids


def out_of_step(text: str, notebook_json: str) -> int | None:
    """The number (from 1) of the notebook's first cell that its text doesn't hold.

    None when both halves say the same; 0 when the notebook can't be read, or the text holds
    more than the notebook. Needs no jupytext: every cell must stand in the text, in order, and
    nothing but fences and blank lines between them.
    """
    try:
        cells = json.loads(notebook_json)["cells"]
        sources = [_joined(cell["source"]) for cell in cells]
        headed = bool(cells) and cells[0]["cell_type"] == "raw"
    except (ValueError, KeyError, TypeError):
        return 0
    place, rest = 0, []
    body = f"\n{_without_header(text)}\n"
    for number, source in enumerate(sources, start=1):
        wanted = _MAGIC.sub("", source).strip("\n")
        if not wanted:
            continue
        # Whole lines, and the line end before a cell may end the one above it.
        found = body.find(f"\n{wanted}\n", max(place - 1, 0))
        if found < 0 and number == 1 and headed and wanted.startswith("---"):
            header = text[: len(text) - len(body) + 2].split("\n")
            if set(wanted.split("\n")) <= {*header, "---"}:
                continue
        if found < 0:
            return number
        rest.append(body[place:found])
        place = found + len(wanted) + 2
    rest.append(body[place:])
    return 0 if any(_says_something(gap) for gap in rest) else None


def _joined(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _without_header(text: str) -> str:
    if not text.startswith("---"):
        return text
    end = text.find("\n---", 3)
    return text[end + 4 :] if end >= 0 else text


def _says_something(gap: str) -> bool:
    lines = (line.strip() for line in gap.split("\n"))
    return any(
        line
        and not line.startswith(
            ("```", "<!-- #region", "<!-- #endregion", "<!-- #raw", "<!-- #endraw")
        )
        and line not in ("<!-- -->",)
        for line in lines
    )


def notebook_json(notebook: NotebookNode) -> str:
    """A notebook as the text of its file."""
    import nbformat  # noqa: PLC0415

    return str(nbformat.writes(notebook, version=4)) + "\n"


def renewed(text: str, outputs: tuple[tuple[Any, ...], ...], language: str, old: str = "") -> str:
    """The notebook half of a text, with outputs for each of its cells, as the text of its file.

    ``old`` is the file of a notebook that has no text half: its ids and metadata are kept.
    """
    from nbformat import from_dict  # noqa: PLC0415

    notebook = parse_notebook(old) if old else to_notebook(text)
    kinds = [cell.cell_type for cell in to_notebook(text).cells]
    given = [output for kind, output in zip(kinds, outputs, strict=True) if kind == "code"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, (cell, new) in enumerate(zip(code, given, strict=True), start=1):
        cell.outputs = [from_dict(output) for output in new]
        cell.execution_count = count if new else None
    notebook.metadata["language_info"] = {"name": language}
    return notebook_json(notebook)
