"""What CSL's formatting attributes mean: an element's attributes as a dress."""

from __future__ import annotations

from collections.abc import Mapping

from octavo.bibliography.csl.nodes import BARE, Dress, Part
from octavo.bibliography.csl.richtext import parse

_FORMATS = {
    ("font-style", "italic"): "italic",
    ("font-style", "oblique"): "italic",
    ("font-style", "normal"): "no-italic",
    ("font-variant", "small-caps"): "small-caps",
    ("font-variant", "normal"): "no-small-caps",
    ("font-weight", "bold"): "bold",
    ("font-weight", "normal"): "no-bold",
    ("text-decoration", "underline"): "underline",
    ("text-decoration", "none"): "no-underline",
    ("vertical-align", "sup"): "superscript",
    ("vertical-align", "sub"): "subscript",
    ("vertical-align", "baseline"): "baseline",
}
# The outermost first.
_ORDER = ("vertical-align", "text-decoration", "font-weight", "font-variant", "font-style")


def affix(text: str | None) -> tuple[Part, ...]:
    """An affix or delimiter of a style as parts; it may have the same markup as fields."""
    return tuple(parse(text, quotes=False)) if text else ()


def dress(attributes: Mapping[str, str], *, affixes: bool = True) -> Dress:
    """The dress that an element's attributes ask for."""
    made = Dress(
        formats=tuple(
            _FORMATS[key, attributes[key]]
            for key in _ORDER
            if (key, attributes.get(key)) in _FORMATS
        ),
        quotes=attributes.get("quotes") == "true",
        prefix=affix(attributes.get("prefix")) if affixes else (),
        suffix=affix(attributes.get("suffix")) if affixes else (),
        display=attributes.get("display", ""),
    )
    return made if made else BARE
