"""A text is never taken for pandoc's by guess while JupyterLab runs with Octavo.

jupytext 1.19 takes any ``.md`` with a line that starts with ``:::`` and no header of its own for
``md:pandoc``, whatever the settings say, and rewrites it on save: citations escaped, YAML gone.
"""

from __future__ import annotations

from typing import Any

from octavo.notebooks import pair


def protect_texts() -> bool:
    """Guard jupytext's guess in this process; False where this jupytext guesses elsewhere."""
    from jupytext import formats  # noqa: PLC0415 - half a second
    from jupytext import jupytext as reader  # noqa: PLC0415

    if not hasattr(formats, "guess_format") or not hasattr(reader, "guess_format"):
        return False
    guess = formats.guess_format
    if getattr(guess, "guarded", False):
        return True

    def guarded(text: str, ext: str) -> Any:
        name, options = guess(text, ext)
        if name == "pandoc" and pair.told_format(text) != "pandoc":
            return pair.FORMAT["format_name"], {}
        return name, options

    guarded.guarded = True  # type: ignore[attr-defined]
    formats.guess_format = reader.guess_format = guarded
    return True
