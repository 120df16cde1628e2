"""Lowering: an executed notebook becomes one Markdown text and the pictures that go with it.

The cells are joined before they are parsed, so that a footnote or a link defined in one cell
works in another. nbconvert chooses and prints the outputs, through a template of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from octavo.essays.records import Media
from octavo.essays.source import Source
from octavo.notebooks import inline
from octavo.notebooks.pair import Cell
from octavo.notebooks.records import Run

_PRIORITY = [
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/html",
    "text/latex",
    "text/plain",
]
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)
"""ECMA-48 control sequences, and control characters that no page may hold."""

_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lowered:
    """One Markdown text without a header, and the media that it names."""

    text: str
    media: tuple[Media, ...] = ()


def lower_text(source: Source) -> Lowered:
    """An essay without code is its own Markdown text."""
    return Lowered(text=source.body)


def lower(cells: tuple[Cell, ...], run: Run) -> Lowered:
    """The text of an executed essay; ``run`` belongs to these cells."""
    if all(cell.kind == "markdown" for cell in _after_header(cells)):
        return Lowered(text=_joined(cells, run))
    notebook = _notebook(cells, run)
    text, resources = _exporter().from_notebook_node(notebook)
    media = tuple(
        Media(name=name, data=data) for name, data in sorted(resources.get("outputs", {}).items())
    )
    return Lowered(text=text, media=media)


def _after_header(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    headed = bool(cells) and cells[0].kind == "raw" and cells[0].source.startswith("---")
    return cells[1:] if headed else cells


def _joined(cells: tuple[Cell, ...], run: Run) -> str:
    """The text of prose alone, as the exporter's template would join it."""
    shown = _after_header(cells)
    values = run.values[len(cells) - len(shown) :]
    sources = (inline.substitute(c.source, v) for c, v in zip(shown, values, strict=True))
    return "".join(f"\n\n{source}\n\n" for source in sources)


def _notebook(cells: tuple[Cell, ...], run: Run) -> Any:
    """What nbconvert is given; it checks the whole once, so no node is checked by itself."""
    from nbformat import from_dict  # noqa: PLC0415

    shown = _after_header(cells)
    first = len(cells) - len(shown)
    nodes: list[dict[str, Any]] = []
    for cell, outputs, values in zip(shown, run.outputs[first:], run.values[first:], strict=True):
        if cell.kind == "code" and cell.options.get("include", True) is False:
            continue
        nodes.append({"id": f"c{len(nodes)}", **_node(cell, run.language, outputs, values)})
    metadata = {"language_info": {"name": run.language}}
    return from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": nodes})


def _node(cell: Cell, language: str, outputs: tuple[Any, ...], values: Any) -> dict[str, Any]:
    node: dict[str, Any] = {"cell_type": cell.kind, "metadata": {}, "source": cell.source}
    if cell.kind == "markdown":
        node["source"] = inline.substitute(cell.source, values)
    elif cell.kind == "code":
        frame = _frame(cell, cell.listing or language, ran=bool(outputs))
        shown = cell.options.get("output", True) is not False
        node["metadata"] = {"octavo": frame}
        node |= {"outputs": list(outputs) if shown else [], "execution_count": None}
    return node


def _frame(cell: Cell, language: str, *, ran: bool) -> dict[str, Any]:
    """What stands around a cell and before its outputs, and the options its outputs need."""
    options = cell.options
    label = str(options.get("label", ""))
    shown = options.get("echo", True) is not False and cell.code.strip()
    hidden = "" if shown else " .cell-quiet"
    caption = str(options.get("fig-cap", options.get("tbl-cap", "")))
    waiting = (
        f"\n:::: {{#{label}}}\n*Not run yet.*\n\n{caption}\n::::\n" if label and not ran else ""
    )
    return {
        "opening": f":::::: {{.cell{hidden}}}",
        "closing": f"{waiting}::::::",
        "input": _code(cell.code, language, options) if shown else "",
        "label": label,
        "caption": caption,
        "alt": str(options.get("fig-alt", "")),
        "width": str(options.get("fig-width", "")),
    }


def _code(code: str, language: str, options: dict[str, Any]) -> str:
    attributes = [f".{language}", ".cell-code"]
    fold = options.get("code-fold")
    if fold is True or fold == "show":
        attributes.append(f'code-fold="{"show" if fold == "show" else "true"}"')
    if summary := options.get("code-summary"):
        attributes.append(f'code-summary="{_quoted(str(summary))}"')
    return _fenced(code, " ".join(attributes))


def _fenced(text: str, attributes: str) -> str:
    runs = [len(run) for run in re.findall(r"`{3,}", text)]
    fence = "`" * (max(runs, default=2) + 1)
    return f"{fence} {{{attributes}}}\n{text}\n{fence}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@cache
def _exporter() -> Any:
    from nbconvert.exporters import TemplateExporter  # noqa: PLC0415
    from traitlets.config import Config  # noqa: PLC0415

    config = Config(
        {
            "ExtractOutputPreprocessor": {
                "enabled": True,
                "output_filename_template": "cell-{cell_index}-{index}{extension}",
                "extract_output_types": {"image/png", "image/jpeg", "image/svg+xml"},
            },
            "NbConvertBase": {"display_data_priority": _PRIORITY},
        }
    )
    exporter = TemplateExporter(
        config=config,
        template_name="octavo",
        template_file="index.md.j2",
        extra_template_basedirs=[str(_TEMPLATES)],
    )
    for name in ("verbatim", "picture", "displayed", "html_block", "raw_block"):
        exporter.register_filter(name, globals()[f"_{name}"])
    return exporter


def _verbatim(text: str, kind: str) -> str:
    classes = " ".join(f".{name}" for name in kind.split())
    return f"::: {{.cell-output {classes}}}\n{_fenced(_printed(text), '.output')}\n:::"


def _printed(text: str) -> str:
    """What a terminal would show in the end: no escape sequences, no overwritten lines."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").rstrip().split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def _picture(output: Any, mime: str, cell: Any) -> str:
    frame = cell.metadata.octavo
    name = output.metadata.filenames[mime]
    attributes = []
    if frame.label.startswith("fig-") and not frame.get("used"):
        attributes.append(f"#{frame.label}")
        frame["used"] = True
    width = frame.width or output.metadata.get(mime, {}).get("width")
    if width:
        attributes.append(f'width="{width}"')
    attributes.append(f'alt="{_quoted(frame.alt or "")}"')
    image = f"![{frame.caption}]({name}){{{' '.join(attributes)}}}"
    return f"::: {{.cell-output .display}}\n{image}\n:::"


def _displayed(text: str, cell: Any) -> str:
    frame = cell.metadata.octavo
    if frame.label.startswith(("tbl-", "fig-")) and not frame.get("used"):
        frame["used"] = True
        text = f":::: {{#{frame.label}}}\n{text}\n\n{frame.caption}\n::::"
    return f"::::: {{.cell-output .display}}\n{text}\n:::::"


def _html_block(data: Any) -> str:
    """HTML for the page, and for other forms what the kernel offers besides."""
    html = _fenced(data["text/html"].strip(), "=html").replace("{=html}", "{=html}")
    plain = data.get("text/plain", "")
    if not plain or "<table" in data["text/html"]:
        return html
    return f"{html}\n\n::: {{.not-page}}\n{_fenced(plain, '.output')}\n:::"


def _raw_block(source: str, mime: str) -> str:
    formats = {"text/html": "html", "text/latex": "latex", "text/markdown": ""}
    if mime.startswith("text/markdown"):
        return source
    target = formats.get(mime, mime)
    return _fenced(source, f"={target}") if target else ""
