"""The disk: whole files in, whole files out, never half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from octavo.records import Diagnostic, Outcome, Span


def write_atomically(path: Path, content: str | bytes, *, durable: bool = True) -> bool:
    """Write ``content`` to ``path`` so that a reader sees the old or the new, never a part.

    Returns whether anything changed: a file that already holds ``content`` is left alone.
    Without ``durable`` a loss of power may take it back: for what can be made again.
    Text is written as UTF-8 with the line ends it has. Raises ``OSError`` as the disk does.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with _temporary_beside(path) as (descriptor, temporary):
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(data)
            handle.flush()
            if durable:
                os.fsync(handle.fileno())
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
    return True


@contextlib.contextmanager
def _temporary_beside(path: Path) -> Iterator[tuple[int, Path]]:
    descriptor, name = tempfile.mkstemp(
        prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent
    )
    temporary = Path(name)
    try:
        yield descriptor, temporary
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_text(path: Path) -> Outcome[str]:
    """A text file as the writer sees it: UTF-8 without its BOM, every line ended by ``\\n``.

    Bytes that are no text give a diagnostic and what can be read of them.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        fault = _unreadable(path, f"{path.name} can't be read: {error.strerror}", "")
        return Outcome(value="", diagnostics=(fault,))
    if b"\0" in data:
        fault = _unreadable(path, f"{path.name} is not a text file", "move it out of the folder")
        return Outcome(value="", diagnostics=(fault,))
    faults: tuple[Diagnostic, ...] = ()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        span = Span(path=path, line=line, column=column)
        message = f"{path.name} is not UTF-8: byte 0x{data[error.start]:02x}"
        hint = "save the file as UTF-8"
        faults = (Diagnostic(code="not-utf8", message=message, span=span, hint=hint),)
        text = data.decode("utf-8-sig", "replace")
    return Outcome(value=text.replace("\r\n", "\n").replace("\r", "\n"), diagnostics=faults)


def _unreadable(path: Path, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code="unreadable-file", message=message, span=Span(path=path), hint=hint)
