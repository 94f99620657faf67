"""Makes docs/broken.md from the wrong implementations and a real run: ``python tests/broken/table.py``.

Each is run in a runner child of its own, with the limits that users have; the seconds are processor time, so
that they do not depend on what else the machine does. Exits with 1 when one of them does not end as its file says.
"""

import resource
import sys
from collections.abc import Iterable
from pathlib import Path

from expectations import SOUND, Expectation, Seen, attempt, expectations, run, story_of

from raftkit.model import Limits
from raftkit.runner.parent import RunnerChild

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "broken.md"
LONGEST_MESSAGE = 110
HEAD = """\
# Ways to fail

Every file of [impls/mutants](../impls/mutants) is the reference implementation with one thing wrong in its Raft; those of
[tests/broken](../tests/broken) break the contract or the harness, or are odd and no fault. This table is made by `python tests/broken/table.py` from those files and a real run with the usual
limits: how the test that convicts it ends, the first line of what its author is shown, and how many seconds of
processor time that takes. Below that line the author gets what was expected and seen, stacks, and the moments
that led there.

*Passed* is what is odd and no fault. *Refused* ends before any test runs, with exit code 4. Tests of parts 2L, 2N, 2S, 2T and 2X are no part of
the lab, which never came into their situation with some hundred seeds, or has no such faults; they are in
[2L.yaml](../tests/broken/2L.yaml), [2N.yaml](../tests/broken/2N.yaml), [2S.yaml](../tests/broken/2S.yaml), [2T.yaml](../tests/broken/2T.yaml) and [2X.yaml](../tests/broken/2X.yaml). Where nothing moves, patience ends after five seconds of real time, and
during an import after ten.

| file | what is wrong | who writes it | test | verdict | message | s |
| --- | --- | --- | --- | --- | --- | ---: |
"""


def row(expectation: Expectation, seen: Seen, seconds: float) -> str:
    """One line of the table."""
    wrong, who = story_of(expectation.path)
    cells = (
        f"[{expectation.id}](../{expectation.path.relative_to(ROOT).as_posix()})",
        wrong,
        who.removeprefix("Written by ").removesuffix("."),
        expectation.test,
        seen.verdict,
        _short(seen.reason),
    )
    return "| " + " | ".join([*map(_cell, cells), f"{seconds:.1f}"]) + " |"


def _short(reason: str) -> str:
    return reason if len(reason) <= LONGEST_MESSAGE else reason[: LONGEST_MESSAGE - 1].rstrip() + "…"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def missing_from(page: str) -> list[str]:
    """Expectations that the page does not show: their file and test."""
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| [")]
    shown = {(cells[0].partition("]")[0].removeprefix("| ["), cells[3], cells[4]) for cells in rows}
    return [
        f"{expectation.id} {expectation.test}"
        for expectation in expectations()
        if (expectation.id, expectation.test, expectation.verdict) not in shown
    ]


def make(every: Iterable[Expectation]) -> tuple[str, bool]:
    """The page, and whether all ended as their files say."""
    rows, good = [], True
    for expectation in every:
        seen, seconds = timed(expectation)
        if seen.verdict != expectation.verdict or expectation.phrase not in seen.shown:
            good = False
            sys.stderr.write(f"{expectation.id}: {seen.verdict}: {seen.reason}\n")
        rows.append(row(expectation, seen, seconds))
    return HEAD + "".join(f"{line}\n" for line in rows), good


def timed(expectation: Expectation) -> tuple[Seen, float]:
    """How it ends in a child of its own, and the processor time that it takes there, from its start to its end."""
    child = RunnerChild()
    run(child, SOUND, "TestInitialElection2A", 1, Limits())  # it is warm from here on
    sample = child.start().sample()
    before = _spent_by_children()
    seen = attempt(child, expectation, expectation.seeds[0], Limits())
    child.close()
    return seen, max(0.0, _spent_by_children() - before - (sample.cpu_seconds if sample else 0.0))


def _spent_by_children() -> float:
    """Processor time of all children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> int:
    """Write the page."""
    page, good = make(expectations())
    PAGE.write_text(page)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
