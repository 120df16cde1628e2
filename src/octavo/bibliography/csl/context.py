"""The state of rendering one cite or one entry, and what all of a document's cites share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from octavo.bibliography.csl.datevalues import DateValue, read_date
from octavo.bibliography.csl.locale import Locale
from octavo.bibliography.csl.nodes import Part
from octavo.bibliography.csl.people import Name, read_names

if TYPE_CHECKING:
    from octavo.bibliography.csl.records import CitationItem, CslItem
    from octavo.bibliography.csl.style import Style


class Marks:
    """What disambiguation has decided for one item.

    ``et_al`` is the number of names to show in each names list (by its order in the cite),
    ``given`` the
    level of given names for each (list, name): 1 initials, 2 in full; ``condition`` is how
    many tests of ``disambiguate="true"`` hold; ``suffix`` is the year suffix.
    """

    __slots__ = ("condition", "et_al", "given", "suffix")

    def __init__(self) -> None:
        self.et_al: dict[int, int] = {}
        self.given: dict[tuple[int, int], int] = {}
        self.condition = 0
        self.suffix = ""

    def copy(self) -> Marks:
        """An independent copy, to try something on."""
        other = Marks()
        other.et_al = dict(self.et_al)
        other.given = dict(self.given)
        other.condition = self.condition
        other.suffix = self.suffix
        return other


NO_MARKS = Marks()


class Registry:
    """What the cites of one document share."""

    __slots__ = (
        "dates",
        "first_notes",
        "items",
        "labels",
        "locale",
        "marks",
        "numbers",
        "people",
        "style",
    )

    def __init__(self, style: Style, locale: Locale, items: Mapping[str, CslItem]) -> None:
        self.style = style
        self.locale = locale
        self.items = items
        self.marks: dict[str, Marks] = {}
        self.numbers: dict[str, int] = {}
        self.first_notes: dict[str, int] = {}
        self.labels: dict[str, str] = {}
        # What has been read of an item's names and dates, by (id, variable).
        self.people: dict[tuple[str, str], tuple[Name, ...]] = {}
        self.dates: dict[tuple[str, str], DateValue | None] = {}


class Context:
    """One rendering of one item. ``called`` and ``shown`` count variables for ``cs:group``."""

    __slots__ = (
        "area",
        "called",
        "cite",
        "conditions",
        "forced_et_al",
        "id",
        "item",
        "lists",
        "locale",
        "marks",
        "near_note",
        "position",
        "quashed",
        "registry",
        "shown",
        "skip_names",
        "sorting",
        "style",
        "substitute",
        "suffix_done",
        "trace",
    )

    def __init__(
        self,
        registry: Registry,
        item: Mapping[str, Any],
        area: str,
        cite: CitationItem | None = None,
        position: str = "first",
    ) -> None:
        self.registry = registry
        self.style = registry.style
        self.locale = registry.locale
        self.item = item
        self.id = str(item.get("id", ""))
        self.area = area
        self.cite = cite
        self.position = position
        self.near_note = False
        self.marks = registry.marks.get(self.id, NO_MARKS)
        self.quashed: set[str] = set()
        self.called = 0
        self.conditions = 0
        self.shown = 0
        self.skip_names = False
        self.sorting: Mapping[str, str] | None = None
        self.substitute: Any = None
        self.suffix_done = False
        self.lists = 0
        self.trace: list[Any] | None = None
        self.forced_et_al: int | None = None

    def names(self, variable: str) -> tuple[Name, ...]:
        """The names of one of the item's name variables."""
        key = (self.id, variable)
        found = self.registry.people.get(key)
        if found is None:
            found = self.registry.people[key] = read_names(self.item.get(variable))
        return found

    def date(self, variable: str) -> DateValue | None:
        """One of the item's dates."""
        key = (self.id, variable)
        if key not in self.registry.dates:
            self.registry.dates[key] = read_date(self.item.get(variable))
        return self.registry.dates[key]

    @property
    def lang(self) -> str:
        """The language that the item's text is in, else that of the locale."""
        return str(self.item.get("language") or "") or self.locale.lang


Render: TypeAlias = Callable[[Context], "Part | None"]
