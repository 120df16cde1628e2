"""Zotero 7's local API: items, collections, and the annotations of their attachments.

The API is that of https://www.zotero.org/support/dev/web_api/v3, served by the program itself on
this machine for user 0; it has to be allowed in Zotero's settings (Advanced).
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from octavo.bibliography.annotations import Annotation
from octavo.bibliography.sources import items
from octavo.bibliography.sources.http import FetchError, Web
from octavo.bibliography.sources.items import Item

LOCAL = "http://127.0.0.1:23119/api"
_PAGE = 500
_KEY_IN_EXTRA = re.compile(r"^\s*citation key\s*:\s*(\S+)\s*$", re.IGNORECASE | re.MULTILINE)
_QUOTED = frozenset({"highlight", "underline", "note", "text"})
_NOT_REFERENCES = frozenset({"attachment", "note", "annotation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoteroItem:
    """A reference in Zotero: its key there, its citekey if it has one, and what is marked in it."""

    key: str
    citekey: str
    item: Item
    annotations: tuple[Annotation, ...] = ()


def pull(web: Web, base: str = LOCAL, collection: str = "") -> tuple[ZoteroItem, ...]:
    """Every reference of the library, or of a collection named by name or key, by key.

    Raises :class:`FetchError`; ``not-found`` when there is no such collection.
    """
    root = f"{base}/users/0"
    try:
        prefix = f"{root}/collections/{_collection(web, root, collection)}" if collection else root
        top = list(_all(web, f"{prefix}/items/top", include="data,csljson"))
        attachments = list(_all(web, f"{root}/items", itemType="attachment"))
        marks = list(_all(web, f"{root}/items", itemType="annotation"))
    except FetchError as error:
        raise _explained(error) from error
    by_item = _annotations(attachments, marks)
    found = [
        ZoteroItem(
            key=one["key"],
            citekey=_citekey(one["data"]),
            item=_item(one),
            annotations=tuple(by_item.get(one["key"], ())),
        )
        for one in top
        if one.get("data", {}).get("itemType") not in _NOT_REFERENCES
    ]
    return tuple(sorted(found, key=lambda one: one.key))


def _explained(error: FetchError) -> FetchError:
    code = error.diagnostic.code
    if code == "unreachable":
        return FetchError(code, "Zotero does not answer", "Start Zotero 7, and try again.")
    if code == "service-error":
        return FetchError(
            code,
            f"Zotero refuses: {error.diagnostic.message}",
            "Allow other applications to communicate with Zotero (Settings, Advanced).",
        )
    return error


def _all(web: Web, url: str, **params: str) -> Iterator[Mapping[str, Any]]:
    """Every object of a list, page by page: the local API has no limit of its own."""
    start = 0
    while True:
        page = {"format": "json", "limit": str(_PAGE), "start": str(start), **params}
        answer = web.get(url, params=page)
        found = answer.json()
        if not isinstance(found, list):
            raise FetchError("not-metadata", f"{url} answered with something else than a list")
        yield from (one for one in found if isinstance(one, dict) and "key" in one)
        start += len(found)
        if not found or start >= int(answer.headers.get("total-results") or 0):
            return


def _collection(web: Web, root: str, wanted: str) -> str:
    known = {one["key"]: str(one["data"].get("name")) for one in _all(web, f"{root}/collections")}
    for key, name in known.items():
        if wanted in (key, name):
            return str(key)
    names = ", ".join(sorted(known.values())) or "none"
    raise FetchError("not-found", f"Zotero has no collection {wanted}", f"There are: {names}.")


def _citekey(data: Mapping[str, Any]) -> str:
    if data.get("citationKey"):
        return str(data["citationKey"])
    match = _KEY_IN_EXTRA.search(str(data.get("extra") or ""))
    return match.group(1) if match else ""


def _item(one: Mapping[str, Any]) -> Item:
    raw: Any = one.get("csljson")
    if isinstance(raw, str):
        raw = json.loads(raw)
    if isinstance(raw, dict) and isinstance(raw.get("items"), list):
        raw = raw["items"]
    if isinstance(raw, list):
        raw = raw[0] if raw else {}
    item = items.clean(raw if isinstance(raw, dict) else {})
    item.setdefault("title", str(one.get("data", {}).get("title") or ""))
    if "note" in item:  # Zotero's Extra: the citekey in it is not a note on the work
        item["note"] = re.sub(r"(?i)citation key:\s*\S+\s*", "", item["note"]).strip()
    item.pop("citation-key", None)
    return {name: value for name, value in item.items() if value}


def _annotations(
    attachments: Iterable[Mapping[str, Any]], marks: Iterable[Mapping[str, Any]]
) -> dict[str, list[Annotation]]:
    owner = {one["key"]: one.get("data", {}).get("parentItem") or one["key"] for one in attachments}
    found: defaultdict[str, list[Annotation]] = defaultdict(list)
    for one in marks:
        data = one.get("data", {})
        text, comment = data.get("annotationText") or "", data.get("annotationComment") or ""
        parent = owner.get(data.get("parentItem"))
        if parent and data.get("annotationType") in _QUOTED and (text or comment):
            found[parent].append(
                Annotation(
                    key=one["key"],
                    text=items.plain_text(text),
                    comment=items.plain_text(comment),
                    page=str(data.get("annotationPageLabel") or ""),
                    colour=str(data.get("annotationColor") or ""),
                    order=str(data.get("annotationSortIndex") or ""),
                )
            )
    return {key: sorted(some, key=lambda a: (a.order, a.key)) for key, some in found.items()}
