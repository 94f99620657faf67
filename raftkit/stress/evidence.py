"""What is left of a run beside its line in the journal: its trace, how to repeat it, what it follows from."""

import contextlib
import shlex
import shutil
import sys
from pathlib import Path

import msgspec

from raftkit.model import Result, Verdict
from raftkit.report.clean import clean
from raftkit.report.json_report import SCHEMA_VERSION, JsonFile, json_test
from raftkit.report.record import Record
from raftkit.runner.past_runs import RESULT_FILE, TRACE_FILE
from raftkit.runner.recipe import SUITE_COPY, Implementation, recipe
from raftkit.stress.drawn import repeat_run, suite_of
from raftkit.stress.work import Asked, Tested

SCRIPT_FILE = "repeat.sh"


def case_folder(test: str, seed: int, salt: int = 0, version: int = 0) -> str:
    """The name of a run's folder in the stress run's."""
    neighbour = f"~{salt}" if salt else ""
    return f"{test}-{seed}{neighbour}" + (f"-v{version + 1}" if version else "")


def leave(folder: Path, asked: Asked, tested: Tested, implementation: Implementation, result: Result) -> None:
    """Put ``result.json``, ``repeat.sh`` and the suite's text beside a run's trace.

    Raises:
        OSError: They cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    suite = suite_of(tested, result.seed, folder)
    repeat = repeat_run(asked, tested, implementation, result.seed)
    record = Record(result=result, repeat=repeat, folder=folder.name)
    follows_from = recipe(implementation, suite, result.seed, asked.limits, asked.mode)
    head = {"schema_version": SCHEMA_VERSION}
    JsonFile(folder / RESULT_FILE).write_value(
        head | json_test(record) | {"recipe": msgspec.to_builtins(follows_from)}
    )
    if tested.chaos is None:
        shutil.copyfile(suite, folder / SUITE_COPY)
    _write_script(folder / SCRIPT_FILE, record)


def _write_script(path: Path, record: Record) -> None:
    lines = [
        "#!/bin/sh",
        f"# {clean(record.result.reason) or record.result.verdict.value}",
        f"cd {shlex.quote(str(Path.cwd()))} || exit",
        f'PATH="$PATH":{shlex.quote(str(Path(sys.executable).parent))}',
        f'exec {record.repeat} "$@"',
    ]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    path.chmod(0o755)


def draw(folder: Path) -> None:
    """Put the picture beside a run's trace, as far as that goes."""
    from raftkit.report.html import draw_beside  # only failures are drawn

    with contextlib.suppress(OSError):
        draw_beside(folder / TRACE_FILE, folder / RESULT_FILE)


def remove(folder: Path) -> None:
    """Remove a run's folder, as far as that goes."""
    with contextlib.suppress(OSError):
        shutil.rmtree(folder)


def is_kept(verdict: Verdict, salt: int, keep: str) -> bool:
    """Whether a run leaves a folder, at least until its group has enough. Of neighbours only the rate matters."""
    return not salt and (keep == "all" or verdict is not Verdict.PASSED)
