"""The CSL 1.0.2 processor: style, locale, items and citations in, formatted text out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from octavo.bibliography.csl.locale import Locale
    from octavo.bibliography.csl.records import Citation, CslItem, Formatted
    from octavo.bibliography.csl.style import Style

__all__ = ["compile_style", "format"]


def compile_style(xml: str | bytes) -> Style:
    """Compile an independent CSL style. Raises ``StyleError`` if it cannot be used."""
    from octavo.bibliography.csl import style  # noqa: PLC0415  # only users of styles pay for it

    return style.compile_style(xml)


def format(  # noqa: A001  # citeproc's word for it
    style: Style, locale: Locale, items: Mapping[str, CslItem], citations: Sequence[Citation]
) -> Formatted:
    """Format a document's citations and bibliography; see ``processor.format_document``."""
    from octavo.bibliography.csl.processor import format_document  # noqa: PLC0415

    return format_document(style, locale, items, citations)
