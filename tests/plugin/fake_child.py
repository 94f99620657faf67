"""A runner child without a kernel: the implementation is a file with ``behave(request, on_log)``.

``behave`` returns the fields of the Result that it wants to differ from a pass, or misbehaves for real.
"""

import runpy

from raftkit.errors import ContractError
from raftkit.model import SECOND, Result, Verdict
from raftkit.runner.child import main


def run_case(request, *, on_log):
    module = runpy.run_path(request.implementation)
    if "behave" not in module:
        raise ContractError("no class here has the lab's methods", where=request.implementation)
    if request.trace_file:
        with open(request.trace_file, "w") as file:
            file.write('{"at_ns": 0, "event": "run_started"}\n{"at_ns": 1500000000, "event": "sent"}\n')
    fields = module["behave"](request, on_log) or {}
    base = {
        "id": request.test,
        "part": "2A",
        "title": request.test.lower(),
        "verdict": Verdict.PASSED,
        "seed": request.seed,
        "lab_ns": 3 * SECOND,
        "servers": 3,
        "rpcs": 58,
        "bytes": 16840,
        "trace_digest": "0" * 64,
        "trace_file": request.trace_file,
    }
    return Result(**{**base, **fields})


def check(implementation):
    module = runpy.run_path(implementation)
    if "behave" not in module:
        raise ContractError(
            "no class here has the lab's methods",
            where=implementation,
            found="nothing",
            wanted="class Raft: ...",
            advice="raftkit new DIR writes a skeleton",
        )
    return implementation


if __name__ == "__main__":
    main(lambda: (run_case, check))
