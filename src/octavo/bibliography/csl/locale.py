"""Locales: terms, date formats and options, with CSL's fallback (CSL 1.0.2, "Locale Files").

A :class:`LocaleLayer` is one ``cs:locale`` element, from a locale file or from a style; layers are
merged from the most general to the most particular into one :class:`Locale`.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NAMESPACE = "{http://purl.org/net/xbiblio/csl}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_FALLBACK = {"verb-short": "verb", "symbol": "short", "short": "long", "verb": "long"}
PRIMARY_DIALECTS = {
    "en": "en-US", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "pt": "pt-PT", "zh": "zh-CN",
    "nb": "nb-NO", "nn": "nn-NO", "sr": "sr-Cyrl-RS", "cs": "cs-CZ", "da": "da-DK", "et": "et-EE",
    "el": "el-GR", "he": "he-IL", "ja": "ja-JP", "ko": "ko-KR", "sl": "sl-SI", "sv": "sv-SE",
    "uk": "uk-UA", "vi": "vi-VN", "ca": "ca-AD", "cy": "cy-GB", "fa": "fa-IR", "hi": "hi-IN",
    "af": "af-ZA", "km": "km-KH", "no": "nb-NO", "hy": "hy-AM", "ms": "ms-MY", "pa": "pa-PK",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One wording of a term. ``gender`` is the noun's own, ``gender_form`` the one it agrees
    with.
    """

    single: str
    multiple: str
    gender: str = ""
    gender_form: str = ""
    match: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocaleLayer:
    """One ``cs:locale``: what it says and nothing inherited."""

    lang: str
    terms: Mapping[tuple[str, str], tuple[Term, ...]] = field(default_factory=dict)
    dates: Mapping[str, ET.Element] = field(default_factory=dict)
    options: Mapping[str, bool] = field(default_factory=dict)


class Locale:
    """Merged layers: what the processor asks for words."""

    __slots__ = ("cache", "dates", "lang", "options", "ordinals", "terms")

    def __init__(self, lang: str, layers: Iterable[LocaleLayer]) -> None:
        self.lang = lang
        self.terms: dict[tuple[str, str], tuple[Term, ...]] = {}
        self.dates: dict[str, ET.Element] = {}
        self.options: dict[str, bool] = {}
        self.cache: dict[object, object] = {}
        for layer in layers:
            if any(name.startswith("ordinal") for name, _ in layer.terms):
                self.terms = {
                    key: term
                    for key, term in self.terms.items()
                    if not key[0].startswith("ordinal")
                }
            self.terms.update(layer.terms)
            self.dates.update(layer.dates)
            self.options.update(layer.options)

    def with_layers(self, layers: Iterable[LocaleLayer]) -> Locale:
        """This locale under a style's own ``cs:locale`` elements."""
        base = LocaleLayer(lang=self.lang, terms=self.terms, dates=self.dates, options=self.options)
        return Locale(self.lang, [base, *layers])

    @property
    def punctuation_in_quote(self) -> bool:
        """Whether commas and periods move inside closing quotation marks."""
        return self.options.get("punctuation-in-quote", False)

    @property
    def english(self) -> bool:
        """Whether title case makes sense."""
        return self.lang[:2].lower() == "en"

    def term(
        self, name: str, form: str = "long", *, plural: bool = False, gender: str = ""
    ) -> str | None:
        """A term's text in a form or what that form falls back to; None where it is unknown."""
        wanted: str | None = form
        while wanted is not None:
            found = self.terms.get((name, wanted))
            if found is not None:
                term = _agreeing(found, gender)
                return term.multiple if plural else term.single
            wanted = _FALLBACK.get(wanted)
        return None

    def gender(self, name: str) -> str:
        """The grammatical gender of a noun ("" where none is given)."""
        found = self.terms.get((name, "long"))
        return found[0].gender if found else ""


def _agreeing(terms: tuple[Term, ...], gender: str) -> Term:
    for term in terms:
        if term.gender_form == gender:
            return term
    return next((t for t in terms if not t.gender_form), terms[0])


def fallback_chain(lang: str) -> list[str]:
    """The names of the locales behind a language tag, the most general first."""
    chain = ["en-US"]
    if not lang:
        return chain
    base = lang.split("-", maxsplit=1)[0].lower()
    for name in (base, PRIMARY_DIALECTS.get(base, f"{base}-{base.upper()}"), lang):
        if name not in chain:
            chain.append(name)
    return chain


def parse_layer(element: ET.Element) -> LocaleLayer:
    """Read one ``cs:locale`` element."""
    terms: dict[tuple[str, str], tuple[Term, ...]] = {}
    dates: dict[str, ET.Element] = {}
    options: dict[str, bool] = {}
    for child in element.iter():
        tag = child.tag.removeprefix(NAMESPACE) if isinstance(child.tag, str) else ""
        if tag == "term":
            key = (child.get("name", ""), child.get("form", "long"))
            term = _term(child)
            others = (t for t in terms.get(key, ()) if t.gender_form != term.gender_form)
            terms[key] = (*others, term)
        elif tag == "date":
            dates[child.get("form", "text")] = child
        elif tag == "style-options":
            options.update({k: v == "true" for k, v in child.attrib.items()})
    return LocaleLayer(lang=element.get(XML_LANG, ""), terms=terms, dates=dates, options=options)


def parse_locale(xml: str) -> LocaleLayer:
    """Read a locale file. Raises ``xml.etree.ElementTree.ParseError`` if it is not XML."""
    return parse_layer(ET.fromstring(xml))


def _term(element: ET.Element) -> Term:
    single = multiple = element.text or ""
    for child in element:
        if child.tag == NAMESPACE + "single":
            single = child.text or ""
        elif child.tag == NAMESPACE + "multiple":
            multiple = child.text or ""
    return Term(
        single=_tidy(single),
        multiple=_tidy(multiple),
        gender=element.get("gender", ""),
        gender_form=element.get("gender-form", ""),
        match=element.get("match", ""),
    )


def _tidy(text: str) -> str:
    """Line breaks and indentation in a term are the file's, not the language's."""
    text = text.replace("'", "’")
    return " ".join(text.split("\n")).strip("\t\r\n") if "\n" in text else text
