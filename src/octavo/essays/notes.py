"""Footnotes: those without a text, those that nothing refers to, those defined twice."""

from __future__ import annotations

import difflib
from collections import Counter

from octavo.essays.text import Places
from octavo.records import Diagnostic

_DEFINITION = r"^ {0,3}\[\^([^\]\s]+)\]:"
_REFERENCE = r"(?<!\\)\[\^([^\]\s]+)\](?!:)"


def check(places: Places) -> tuple[Diagnostic, ...]:
    """What is wrong with the footnotes of a text."""
    defined = places.find_all(_DEFINITION)
    starts = {match.end() for match, _ in defined}
    used = [(m, span) for m, span in places.find_all(_REFERENCE) if m.end() + 1 not in starts]
    texts = Counter(match.group(1) for match, _ in defined)
    references = Counter(match.group(1) for match, _ in used)
    faults = []
    for match, span in used:
        name = match.group(1)
        if name not in texts:
            near = difflib.get_close_matches(name, [*texts], n=1)
            hint = f"did you mean [^{near[0]}]?" if near else f"write it: `[^{name}]: text`"
            message = f"footnote [^{name}] has no text"
            faults.append(
                Diagnostic(code="footnote-without-text", message=message, span=span, hint=hint)
            )
    seen: Counter[str] = Counter()
    for match, span in defined:
        name = match.group(1)
        seen[name] += 1
        if seen[name] == 2:
            message, hint = (
                f"footnote [^{name}] is written twice",
                "rename one; only one is printed",
            )
            faults.append(
                Diagnostic(code="duplicate-footnote", message=message, span=span, hint=hint)
            )
        elif name not in references:
            message, hint = f"footnote [^{name}] is never used", f"refer to it with [^{name}]"
            faults.append(
                Diagnostic(
                    code="unused-footnote",
                    message=message,
                    span=span,
                    severity="warning",
                    hint=hint,
                )
            )
    return tuple(faults)
