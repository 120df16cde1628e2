"""The few words that Octavo itself prints in an essay, by language."""

from __future__ import annotations

_WORDS: dict[str, dict[str, str]] = {
    "en": {"fig": "Figure", "tbl": "Table", "eq": "Equation", "sec": "Section", "refs": "References"},
    "de": {"fig": "Abbildung", "tbl": "Tabelle", "eq": "Gleichung", "sec": "Abschnitt", "refs": "Literatur"},
    "fr": {"fig": "Figure", "tbl": "Tableau", "eq": "Équation", "sec": "Section", "refs": "Références"},
    "es": {"fig": "Figura", "tbl": "Tabla", "eq": "Ecuación", "sec": "Sección", "refs": "Referencias"},
    "it": {"fig": "Figura", "tbl": "Tabella", "eq": "Equazione", "sec": "Sezione", "refs": "Riferimenti bibliografici"},
    "pt": {"fig": "Figura", "tbl": "Tabela", "eq": "Equação", "sec": "Seção", "refs": "Referências"},
    "nl": {"fig": "Figuur", "tbl": "Tabel", "eq": "Vergelijking", "sec": "Paragraaf", "refs": "Literatuur"},
    "pl": {"fig": "Rysunek", "tbl": "Tabela", "eq": "Równanie", "sec": "Rozdział", "refs": "Bibliografia"},
    "sv": {"fig": "Figur", "tbl": "Tabell", "eq": "Ekvation", "sec": "Avsnitt", "refs": "Referenser"},
    "da": {"fig": "Figur", "tbl": "Tabel", "eq": "Ligning", "sec": "Afsnit", "refs": "Litteratur"},
    "nb": {"fig": "Figur", "tbl": "Tabell", "eq": "Ligning", "sec": "Avsnitt", "refs": "Referanser"},
    "fi": {"fig": "Kuva", "tbl": "Taulukko", "eq": "Yhtälö", "sec": "Luku", "refs": "Lähteet"},
    "cs": {"fig": "Obrázek", "tbl": "Tabulka", "eq": "Rovnice", "sec": "Oddíl", "refs": "Literatura"},
    "ru": {"fig": "Рисунок", "tbl": "Таблица", "eq": "Уравнение", "sec": "Раздел", "refs": "Литература"},
    "ja": {"fig": "図", "tbl": "表", "eq": "式", "sec": "節", "refs": "参考文献"},
    "zh": {"fig": "图", "tbl": "表", "eq": "公式", "sec": "节", "refs": "参考文献"},
}  # fmt: skip


def word(kind: str, lang: str) -> str:
    """The word for a kind (``fig``, ``tbl``, ``eq``, ``sec``, ``refs``) in a BCP 47 language."""
    return _WORDS.get(lang.split("-")[0].lower(), _WORDS["en"])[kind]
