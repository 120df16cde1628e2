"""The words around an essay, by language; a language that isn't here is served in English."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from typing import Literal

_KEYS = (
    "contents", "notes", "note", "tip", "warning", "important", "caution", "code", "formula",
    "table", "equation", "series", "previous", "next", "follows", "answers", "linked", "cite",
    "paper", "minutes", "words", "updated", "licence", "tags", "all", "archive", "feed", "skip",
    "abstract", "keywords", "latest", "undated", "home", "draft", "lost", "lost_hint", "part",
)  # fmt: skip
_TABLE = {
    "en": (
        "Contents", "Notes", "Note", "Tip", "Warning", "Important", "Caution", "Code", "Formula",
        "Table", "Equation", "Series", "Previous", "Next", "In answer to", "Answered by",
        "Linked from", "Cite as", "Paper (PDF)", "min read", "words", "revised", "Licence", "Tags",
        "All essays", "Archive", "Feed", "Skip to the text", "Abstract", "Keywords", "Latest",
        "Undated", "Home", "Draft", "There is no such page", "It may have moved: look in the",
        "Part",
    ),
    "de": (
        "Inhalt", "Anmerkungen", "Hinweis", "Tipp", "Warnung", "Wichtig", "Vorsicht", "Code",
        "Formel", "Tabelle", "Gleichung", "Reihe", "Zurück", "Weiter", "Antwort auf",
        "Beantwortet von", "Verlinkt von", "Zitieren als", "Aufsatz (PDF)", "Min. Lesezeit",
        "Wörter", "überarbeitet", "Lizenz", "Schlagwörter", "Alle Essays", "Archiv", "Feed",
        "Zum Text", "Zusammenfassung", "Schlagwörter", "Neueste", "Ohne Datum", "Start", "Entwurf",
        "Diese Seite gibt es nicht", "Vielleicht ist sie umgezogen: siehe", "Teil",
    ),
    "fr": (
        "Sommaire", "Notes", "Remarque", "Astuce", "Avertissement", "Important", "Attention",
        "Code", "Formule", "Tableau", "Équation", "Série", "Précédent", "Suivant", "En réponse à",
        "Réponses", "Cité par", "Citer", "Article (PDF)", "min de lecture", "mots", "révisé",
        "Licence", "Mots-clés", "Tous les essais", "Archives", "Flux", "Aller au texte", "Résumé",
        "Mots-clés", "Derniers essais", "Sans date", "Accueil", "Brouillon",
        "Cette page n’existe pas", "Elle a peut-être été déplacée : voir", "Partie",
    ),
    "es": (
        "Contenido", "Notas", "Nota", "Consejo", "Advertencia", "Importante", "Precaución",
        "Código", "Fórmula", "Tabla", "Ecuación", "Serie", "Anterior", "Siguiente",
        "En respuesta a", "Respuestas", "Enlazado desde", "Citar como", "Artículo (PDF)",
        "min de lectura", "palabras", "revisado", "Licencia", "Etiquetas", "Todos los ensayos",
        "Archivo", "Canal", "Ir al texto", "Resumen", "Palabras clave", "Últimos", "Sin fecha",
        "Inicio", "Borrador", "Esta página no existe", "Quizá se ha movido: véase", "Parte",
    ),
}  # fmt: skip


@functools.cache
def words(lang: str) -> Mapping[str, str]:
    """Every word by its key, in the language of a BCP 47 tag."""
    values = _TABLE.get(lang.split("-", maxsplit=1)[0].lower(), _TABLE["en"])
    return dict(zip(_KEYS, values, strict=True))


def is_rtl(lang: str) -> bool:
    """Whether a language is written from right to left in its usual script."""
    return lang.split("-", maxsplit=1)[0].lower() in {"ar", "dv", "fa", "he", "ps", "ur", "yi"}


def long_date(date: datetime.date, lang: str) -> str:
    """A date as the language writes it, by the Unicode CLDR (``November 23, 2026``)."""
    return _date(date, lang, "long")


def short_date(date: datetime.date, lang: str) -> str:
    """A date in little room (``Nov 23, 2026``)."""
    return _date(date, lang, "medium")


@functools.lru_cache(maxsize=8192)
def _date(date: datetime.date, lang: str, form: Literal["long", "medium"]) -> str:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - only where a page is written
    from babel.dates import format_date  # noqa: PLC0415

    try:
        locale = Locale.parse(lang, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return str(format_date(date, form, locale=locale))
