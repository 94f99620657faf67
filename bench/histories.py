"""How long the linearizability checker takes, and where it gives up: the table in docs/linearizability.md.

python bench/histories.py

Histories are what clients see of one correct machine, each waiting for its answer before it asks again. *Lost* is the
share of operations whose outcome nobody knows. Each is judged twice: as it is, and with one get in its middle replaced
by what an earlier one saw.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "linearizability"))
from histories import served_history

from raftkit.linearizability import MODELS, Judgement, Kind, Operation, Outcome, check

CASES = [
    (operations, keys, clients, lost)
    for operations, keys in ((1_000, 10), (1_000, 1), (10_000, 100), (10_000, 1))
    for clients, lost in ((3, 0.0), (5, 0.05), (10, 0.05))
]


def main() -> None:
    """Print the table."""
    print("| model | operations | keys | clients | lost | correct: s | | one stale get: s | |")
    print("| --- | --: | --: | --: | --: | --: | --- | --: | --- |")
    for name in MODELS:
        for operations, keys, clients, lost in CASES:
            history = served_history(
                Random(1), MODELS[name], operations=operations, clients=clients, keys=keys, uncertain=lost
            )
            cells = [name, f"{operations:,}", str(keys), str(clients), f"{lost:.0%}"]
            for judged in (history, _with_a_stale_get(history)):
                seconds, judgement = _timed(judged, name)
                evidence = judgement.counterexample
                found = judgement.finding + (f", {len(evidence.operations)} shown" if evidence else "")
                cells += [f"{seconds:.2f}", found]
            print("| " + " | ".join(cells) + " |", flush=True)


def _with_a_stale_get(history: list[Operation]) -> list[Operation]:
    gets = [
        o for o in history if o.action.kind is Kind.GET and o.outcome is Outcome.OK and o.action.key == "k0"
    ]
    late = gets[len(gets) // 2]
    stale = next(o for o in gets if o.result and o.result != late.result)
    return [replace(o, result=stale.result) if o is late else o for o in history]


def _timed(history: list[Operation], name: str) -> tuple[float, Judgement]:
    began = time.process_time()
    judgement = check(history, MODELS[name])
    return time.process_time() - began, judgement


if __name__ == "__main__":
    main()
