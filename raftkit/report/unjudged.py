"""What no oracle could see, told once a run: a pass says nothing about it."""

from collections.abc import Sequence

from raftkit.model import Result
from raftkit.report.clean import clean

ADVICE = "  `rpc_names` on the class gives the paper's names for them: docs/contract.md"


def unjudged(results: Sequence[Result]) -> list[str]:
    """Return what was not judged, in how many tests, by which oracles, and what was seen instead; often nothing."""
    known: dict[str, list[Result]] = {}
    for result in results:
        for blind in result.not_judged:
            known.setdefault(blind.what, []).append(result)
    lines = [line for what, blind_in in known.items() for line in _lines(what, blind_in, len(results))]
    return [*lines, ADVICE] if lines else []


def _lines(what: str, blind_in: Sequence[Result], of: int) -> list[str]:
    first = next(blind for blind in blind_in[0].not_judged if blind.what == what)
    tests = f"{len(blind_in)} of {of} tests" if of > 1 else "this test"
    return [
        f"not judged in {tests}, for want of {what}: {', '.join(first.oracles)}",
        f"  seen instead: {clean(first.instead)}",
    ]
