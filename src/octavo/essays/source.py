"""Reading an essay: a pair, a lone ``.md`` or a lone ``.ipynb`` becomes one record."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from octavo.essays import frontmatter
from octavo.essays.records import FrontMatter
from octavo.essays.text import Places
from octavo.files import read_text
from octavo.notebooks import pair
from octavo.records import Diagnostic, Outcome, Span

MAX_BYTES = 50_000_000
"""A text larger than this is no essay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An essay as its writer left it.

    ``text`` is the Markdown text with its header and ``\\n`` line ends; for a lone notebook it
    is what jupytext writes of it. ``path`` is the file that diagnostics point into.
    """

    slug: str
    path: Path
    notebook: Path | None
    text: str
    front: FrontMatter
    header_lines: int

    @property
    def body(self) -> str:
        """The text after the header."""
        return frontmatter.split(self.text)[1]

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def has_code(self) -> bool:
        """Whether a kernel is needed."""
        return pair.has_code(self.body)

    def places(self) -> Places:
        """Where tokens stand in the text."""
        return Places.of(self.path, self.text)


def read_pair(slug: str, paths: tuple[Path, ...]) -> Outcome[Source]:
    """Read the halves of an essay that exist; the text is the truth where there is one."""
    by_suffix = {path.suffix: path for path in paths}
    text_path, notebook = by_suffix.get(".md"), by_suffix.get(".ipynb")
    if text_path is not None:
        read = read_text(text_path)
        path, text = text_path, read.value
    else:
        assert notebook is not None
        read = _text_of_notebook(notebook)
        path, text = notebook, read.value
    made = of_text(slug, path, text, notebook)
    faults = made.diagnostics if text or not read.diagnostics else ()
    return Outcome(value=made.value, diagnostics=(*read.diagnostics, *faults))


def of_text(slug: str, path: Path, text: str, notebook: Path | None = None) -> Outcome[Source]:
    """The source that a text is, wherever it is kept, and what is wrong with its header."""
    faults: tuple[Diagnostic, ...] = ()
    if len(text) > MAX_BYTES:
        fault = Diagnostic(
            code="too-large",
            message=f"{path.name} has {len(text) // 1_000_000} MB of text",
            span=Span(path=path),
            hint="split it into parts of a series",
        )
        text, faults = "", (fault,)
    header = frontmatter.read(text, path)
    if not faults and not text.strip():
        fault = Diagnostic(
            code="empty-essay",
            message=f"{path.name} is empty",
            span=Span(path=path),
            severity="warning",
            hint="write something, or delete it",
        )
        faults = (fault,)
    source = Source(
        slug=slug,
        path=path,
        notebook=notebook,
        text=text,
        front=header.front,
        header_lines=header.lines,
    )
    return Outcome(value=source, diagnostics=faults or header.diagnostics)


def _text_of_notebook(path: Path) -> Outcome[str]:
    read = read_text(path)
    if read.diagnostics or not read.value.strip():
        return read
    try:
        notebook = pair.parse_notebook(read.value)
    except ValueError as error:
        fault = Diagnostic(
            code="broken-notebook",
            message=f"{path.name} is {str(error).splitlines()[0]}",
            span=Span(path=path),
            hint="open it in JupyterLab, or take it back from your version history",
        )
        return Outcome(value="", diagnostics=(fault,))
    return Outcome(value=pair.to_text(notebook))


def check_pair(source: Source) -> tuple[Diagnostic, ...]:
    """Whether jupytext would keep the text, and whether both halves say the same."""
    if source.path.suffix != ".md":
        return ()
    faults: list[Diagnostic] = []
    if source.text.strip() and not pair.is_protected(source.text):
        dangerous = "\n:::" in source.text
        faults.append(
            Diagnostic(
                code="unprotected-text",
                message="jupytext would "
                + ("destroy this text on save" if dangerous else "guess this text's format")
                + ": its header does not say `format_name: markdown`",
                span=Span(path=source.path, line=1, column=1),
                severity="error" if dangerous else "warning",
                hint=f"run `octavo adopt {source.path.name}`",
            )
        )
    if source.notebook is not None:
        number = pair.out_of_step(source.text, read_text(source.notebook).value)
        if number is not None:
            where = f"at cell {number} of the notebook" if number else "in what they hold"
            faults.append(
                Diagnostic(
                    code="pair-out-of-step",
                    message=f"{source.path.name} and {source.notebook.name} differ {where}",
                    span=Span(path=source.notebook),
                    severity="warning",
                    hint=f"the text counts; `octavo run {source.slug}` renews the notebook",
                )
            )
    return tuple(faults)
