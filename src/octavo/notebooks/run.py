"""Execution by papermill: each notebook in a kernel process of its own, which ends with it."""

from __future__ import annotations

import itertools
import logging
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from octavo.notebooks import inline, store
from octavo.notebooks.records import Failure, Output, Plan, Run

Report = Callable[[int, int], None]
"""Called before each code cell with its number and how many there are."""

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"(?:line |Cell In\[\d+\], line |-+> ?)(\d+)")
_ASKED = "octavo-inline"
_RUNNING = "octavo-running"


def execute(plan: Plan, report: Report | None = None) -> Run:
    """Run a plan's cells in a new kernel and say what came of it.

    The kernel works in ``plan.folder``; ``#| eval: false`` skips a cell, the tag
    ``raises-exception`` allows it to fail, ``parameters`` marks the cell whose values
    ``plan.parameters`` replace (papermill's convention). The kernel is gone when this returns
    or raises. Raises ``RuntimeError`` when there is no such kernel.
    """
    notebook = _prepare(plan)
    failure: Failure | None = None
    with _kernel(plan.kernel) as manager, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        executed, error = _papermill(notebook, plan, manager, report)
    if error is not None:
        failure = _failure(plan, executed, error)
    outputs: list[tuple[Output, ...]] = [()] * len(plan.cells)
    values: list[tuple[str, ...]] = [()] * len(plan.cells)
    for cell in executed.cells:
        place = cell.metadata.get("octavo")
        if place is None:
            continue
        if cell.metadata.get(_ASKED):
            values[place] = _answers(cell.outputs)
        else:
            outputs[place] = tuple(_clean(output) for output in cell.outputs)
    language = executed.metadata.get("language_info", {}).get("name", "python")
    return Run(
        digest=store.digest(plan),
        outputs=tuple(outputs),
        values=tuple(values),
        failure=failure,
        language=language,
    )


def _prepare(plan: Plan) -> Any:
    from nbformat import v4  # noqa: PLC0415

    notebook = v4.new_notebook(metadata={"kernelspec": _kernelspec(plan.kernel)})
    for place, cell in enumerate(plan.cells):
        metadata: dict[str, Any] = {"octavo": place, "tags": list(cell.tags)}
        if cell.evaluated:
            notebook.cells.append(v4.new_code_cell(cell.source, metadata=metadata))
        elif cell.kind == "markdown" and (wanted := inline.expressions(cell.source)):
            metadata[_ASKED] = True
            notebook.cells.append(v4.new_code_cell(inline.question(wanted), metadata=metadata))
    return notebook


def _kernelspec(name: str) -> dict[str, str]:
    from jupyter_client.kernelspec import (  # noqa: PLC0415
        KernelSpecManager,
        NoSuchKernel,
    )

    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        known = ", ".join(sorted(KernelSpecManager().find_kernel_specs())) or "none"
        raise RuntimeError(f"no kernel {name!r} is installed here (installed: {known})") from None
    return {"name": name, "display_name": spec.display_name, "language": spec.language}


@contextmanager
def _kernel(name: str) -> Iterator[Any]:
    from jupyter_client.manager import AsyncKernelManager  # noqa: PLC0415

    # A short folder of its own: the path of an ipc socket may have 107 bytes at most.
    folder = Path(tempfile.mkdtemp(prefix="octavo-"))
    manager = AsyncKernelManager(
        kernel_name=name,
        transport="ipc",
        connection_file=str(folder / "k.json"),
    )
    try:
        yield manager
    finally:
        _end(manager)
        shutil.rmtree(folder, ignore_errors=True)


def _end(manager: Any) -> None:
    process = getattr(manager.provisioner, "process", None)
    if process is None:
        return
    with suppress(Exception):
        process.kill()
        process.wait(timeout=5)


def _papermill(
    notebook: Any, plan: Plan, manager: Any, report: Report | None
) -> tuple[Any, BaseException | None]:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415
    from papermill.engines import NBClientEngine, papermill_engines  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415
    from papermill.execute import execute_notebook  # noqa: PLC0415

    seen: list[Any] = [notebook]
    total = sum(1 for cell in notebook.cells if not cell.metadata.get(_ASKED))

    class Engine(NBClientEngine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
            seen[0] = nb_man.nb
            return super().execute_managed_notebook(nb_man, kernel_name, **options)

    numbers = itertools.count(1)

    def started(cell: Any, **_: Any) -> None:
        seen[0].metadata[_RUNNING] = cell.metadata.get("octavo", -1)
        if report is not None and "octavo" in cell.metadata and not cell.metadata.get(_ASKED):
            report(next(numbers), total)

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # faults are returned, not logged
    papermill_engines.register("octavo", Engine)
    python = plan.kernel.startswith("python")
    try:
        execute_notebook(
            notebook,
            None,
            parameters=dict(plan.parameters),
            engine_name="octavo",
            kernel_name=plan.kernel,
            progress_bar=False,
            cwd=str(plan.folder),
            km=manager,
            on_cell_start=started,
            extra_arguments=["--InlineBackend.figure_formats=retina"] if python else [],
        )
    except (PapermillExecutionError, DeadKernelError, CellTimeoutError) as error:
        return seen[0], error
    return seen[0], None


def _answers(outputs: list[Any]) -> tuple[str, ...]:
    for output in outputs:
        if inline.MIME in output.get("data", {}):
            return tuple(output["data"][inline.MIME])
    return ()


def _clean(output: Any) -> Output:
    kept = {key: value for key, value in output.items() if key != "execution_count"}
    if kept["output_type"] == "execute_result":
        kept["output_type"] = "display_data"
    return kept


def _inline_failure(plan: Plan, place: int, output: Any) -> Failure:
    """The expression that failed: each has a line of its own in the question."""
    wanted = inline.expressions(plan.cells[place].source)
    lines = _LINE.findall(_ANSI.sub("", "\n".join(output.traceback)))
    number = (int(lines[0]) - 2) // 2 if lines else 0
    expression = wanted[number] if 0 <= number < len(wanted) else wanted[0]
    return Failure(
        cell=place + 1,
        line=1,
        source=expression,
        name=output.ename,
        message=f"{output.evalue} (inline value `{expression}`)",
        traceback="An inline value sees only what the cells before it have made.",
    )


def _failure(plan: Plan, executed: Any, error: BaseException) -> Failure | None:
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            if output.output_type != "error" or "raises-exception" in cell.metadata.get("tags", ()):
                continue
            place = cell.metadata.get("octavo", 0)
            if cell.metadata.get(_ASKED):
                return _inline_failure(plan, place, output)
            traceback = _ANSI.sub("", "\n".join(output.traceback))
            lines = _LINE.findall(traceback)
            return Failure(
                cell=place + 1,
                line=int(lines[0]) if lines else 1,
                source=plan.cells[place].source,
                name=output.ename,
                message=output.evalue,
                traceback=traceback,
            )
    if isinstance(error, PapermillExecutionError):
        return None  # papermill counts the errors that a cell's tag allows too
    place = int(executed.metadata.get(_RUNNING, -1))
    return Failure(
        cell=place + 1,
        line=1,
        source=plan.cells[place].source if place >= 0 else "",
        name=type(error).__name__,
        message=str(error),
        traceback="",
    )
