"""Converting an essay for the browser: run what must be run, write the form, say what is wrong.

As a program (``python -m octavo.lab.conversion FOLDER REQUEST``) it says on standard output, in
lines of JSON, what it is doing and at the end what came of it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args

from filelock import FileLock

from octavo.essays import pipeline
from octavo.files import write_atomically
from octavo.lab.desk import Desk, OutsideError, open_desk
from octavo.pandoc.worker import PandocError, shared
from octavo.publishing import assets, work
from octavo.publishing.memory import Memory
from octavo.publishing.plan import Form
from octavo.records import Diagnostic, Outcome
from octavo.workspace import WorkspaceError

FORMS: tuple[Form, ...] = get_args(Form)
"""Every form of ``octavo build --to`` that is one."""


def convert(
    desk: Desk,
    address: str,
    form: str,
    style: str = "",
    report: Callable[[str], None] | None = None,
) -> Outcome[Path | None]:
    """Write an essay in one of :data:`FORMS` below the site's output, as a build would.

    The value is the file; None when a cell fails or the form can't be written. Raises
    ``ValueError`` for an unknown form and :class:`octavo.lab.desk.OutsideError`.
    """
    wanted = next((known for known in FORMS if known == form), None)
    if wanted is None:
        raise ValueError(f"there is no form {form!r}; there are {', '.join(FORMS)}")
    path = desk.path(address)
    pair = tuple(p for s in (".md", ".ipynb") if (p := path.with_suffix(s)).is_file())
    if not pair:
        raise ValueError(f"there is no essay {address!r}")
    cache = desk.workspace.cache
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "build.lock"):
        prepared = pipeline.prepare(desk.slug(path), pair, cache / "runs", report=report)
        if prepared.value is None:
            return Outcome(value=None, diagnostics=prepared.diagnostics)
        if report is not None:
            report("writing")
        written = _write(desk, prepared.value, wanted, style)
        return replace(written, diagnostics=_once(prepared.diagnostics, written.diagnostics))


def _write(desk: Desk, prepared: pipeline.Prepared, form: Form, style: str) -> Outcome[Path | None]:
    source = prepared.source
    if style:
        source = replace(source, front=replace(source.front, csl=style))
    work.start(replace(desk.station(), execute=True))
    made = work.make(replace(prepared, source=source), form)
    try:
        written = work.write(made.value, form)
    except PandocError as error:
        return Outcome(value=None, diagnostics=_once(made.diagnostics, (_refused(form, error),)))
    faults = _once(made.diagnostics, written.diagnostics)
    if written.value is None:
        return Outcome(value=None, diagnostics=faults)
    _settle(desk, source.slug, form)
    return Outcome(value=desk.workspace.output / written.value[0][0], diagnostics=faults)


def _settle(desk: Desk, slug: str, form: Form) -> None:
    """The next build makes its own; until then a page has the style sheet that it names."""
    memory = Memory(desk.workspace.cache / "build.sqlite")
    try:
        memory.forget(slug, form)
    finally:
        memory.close()
    for name, data in assets.files().items() if form == "html" else ():
        target = desk.workspace.output / name
        if not target.is_file():
            write_atomically(target, data)


def _once(*faults: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return tuple(dict.fromkeys(fault for some in faults for fault in some))


def _refused(form: str, error: PandocError) -> Diagnostic:
    return Diagnostic(
        code="not-converted",
        message=f"pandoc can't write {form}: {str(error).splitlines()[0]}",
        hint="simplify the part that it names",
    )


def main() -> None:
    """Convert what the arguments ask for; see the module."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    # What a kernel or a library prints must not come between our lines.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(data: object) -> None:
        print(json.dumps(data), file=channel, flush=True)

    folder, request = sys.argv[1:3]
    asked = json.loads(request)
    try:
        desk = open_desk(Path(folder))
        made = convert(
            desk, asked["path"], asked["form"], asked["style"], lambda text: say({"said": text})
        )
    except KeyboardInterrupt:
        shared().close()
        sys.exit(130)
    except (OutsideError, WorkspaceError, ValueError) as error:
        say({"failed": str(error)})
        return
    except (PandocError, RecursionError, OSError) as error:
        fault = work.unforeseen(error, Path(asked["path"]))
        say({"path": "", "diagnostics": [fault.as_json()]})
        return
    faults = [fault.as_json() for fault in made.diagnostics]
    say({"path": desk.address(made.value) if made.value else "", "diagnostics": faults})


if __name__ == "__main__":
    main()
