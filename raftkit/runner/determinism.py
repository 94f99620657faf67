"""``--check-determinism``: every test once more, in another process, and the two traces held side by side.

The second run has other hashes (PYTHONHASHSEED), so that the order of sets of strings is another one. If it
differs, a third run decides whose doing that is: with the first run's hashes everything must be as it was. If it
is, the implementation hangs on the order of sets, which is worth a warning and no more, as raftkit fixes it; if it
is not, the run cannot be repeated from its seed, and no verdict on it means anything.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from raftkit.model import Failure, Result, Verdict, seconds
from raftkit.report.difference import Parting, Told, tell
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild, never
from raftkit.runner.replay import parting_of
from raftkit.runner.request import RunRequest

NOT_REPEATABLE = "NotRepeatable"
OTHER_HASHES = "1"
"""The second child's PYTHONHASHSEED; the first has 0."""
_CAUSES = (
    "look for what differs between two processes: files that are read, hash() of plain objects, modules in C with "
    "clocks or random numbers of their own, such as sqlite3"
)


class DeterminismCheck:
    """Runs tests again."""

    def __init__(self, should_stop: Callable[[], bool] = never) -> None:
        self._other = RunnerChild(should_stop, hash_seed=OTHER_HASHES)
        self._same = RunnerChild(should_stop)

    def close(self) -> None:
        """End the children."""
        self._other.close()
        self._same.close()

    def judge(self, request: RunRequest, about: About, result: Result) -> Result:
        """Return the result as it is if the test can be repeated, with a warning or as an error if not.

        Raises:
            Stopped: Somebody asked us to stop.
        """
        if result.verdict is Verdict.ERROR:
            return result
        if not request.trace_file:
            return _warned(result, f"{result.id} was not run twice: its trace cannot be written")
        again = replace(request, trace_file=f"{Path(request.trace_file).with_suffix('')}.again.jsonl")
        result = self._judge(request, again, about, result)
        if result.failure is None or result.failure.kind != NOT_REPEATABLE:
            Path(again.trace_file).unlink(missing_ok=True)
        return result

    def _judge(self, request: RunRequest, again: RunRequest, about: About, result: Result) -> Result:
        first = Path(request.trace_file)
        second = self._other.run(again, about)
        if second.verdict is Verdict.ERROR:
            return _warned(result, f"{result.id} was not compared with a second run: {second.reason}")
        other = parting_of(first, result.trace_digest, second)
        if other is None:
            return result
        same = parting_of(first, result.trace_digest, self._same.run(again, about))
        if same is None:
            told = tell(other)
            return _warned(
                result,
                f"{result.id} depends on the order of sets of strings, or on hash(): with another PYTHONHASHSEED, "
                f"at {seconds(told.at_ns)} {told.sentence}",
            )
        return _not_repeatable(result, same, again.trace_file)


def _warned(result: Result, text: str) -> Result:
    return replace(result, warnings=(*result.warnings, text))


def _not_repeatable(result: Result, parting: Parting, second: str) -> Result:
    told = tell(parting)
    failure = Failure(
        kind=NOT_REPEATABLE,
        summary=f"two runs with seed {result.seed} part at {seconds(told.at_ns)}",
        expected="the same seed gives the same run, event by event, in every process",
        observed=f"event {parting.number + 1} is {_first(told.before)} in one, and {_first(told.now)} in the other",
        advice=_CAUSES,
        details=f"{side_by_side(told)}\ntrace of the second run: {second}",
    )
    reason = (
        f"{NOT_REPEATABLE}: {failure.summary}; the first ended as {result.verdict.value.replace('_', ' ')}"
    )
    return replace(result, verdict=Verdict.ERROR, reason=reason, failure=failure)


def _first(lines: list[str]) -> str:
    return " ".join(lines[0].split()) if lines else "the end of the trace"


def side_by_side(told: Told) -> str:
    """What both have done, then what each of them did."""
    sections = (("both", told.common), ("first run", told.before), ("second run", told.now))
    return "\n".join(
        f"{name}:\n" + "\n".join(f"  {line}" for line in lines) for name, lines in sections if lines
    )
