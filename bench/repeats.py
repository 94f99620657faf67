"""Run every test and seed twice, each time in a fresh process of a Go lab, and count the traces that are identical.

    make repeats SEEDS=1..100 IMPL=impls/go/2022         2A-2D on our own Go lab
    python bench/repeats.py --seeds 1..100 --impl ~/6.824/src/raft 2A TestPersist12C
    python bench/repeats.py --minutes 20                 as far as twenty minutes go, seed by seed

Of two traces that are not the same, the first event that differs is told. Ends with 1 when there are any.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from raftkit.model import Limits, Result, seconds
from raftkit.report.difference import compare, tell
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.runner.values import parse_seeds
from raftkit.suite import Test, find_tests, suites_dir

ROOT = Path(__file__).parents[1]


def run(child: RunnerChild, spec: str, test: Test, seed: int, trace: Path) -> Result:
    """Run a test once."""
    request = RunRequest(
        suite=test.suite,
        test=test.id,
        implementation=spec,
        seed=seed,
        limits=Limits(),
        trace_file=str(trace),
    )
    return child.run(request, About(part=test.part, title=test.title, servers=test.servers))


def differences(
    spec: str, tests: list[Test], seeds: list[int], minutes: float, folder: Path
) -> Iterator[str]:
    """For each pair of runs, what differs first; nothing when they are the same."""
    until = time.monotonic() + minutes * 60
    with closing(RunnerChild()) as one, closing(RunnerChild()) as other:
        for seed in seeds:
            for test in tests:
                if time.monotonic() > until:
                    return
                traces = folder / "first.jsonl", folder / "second.jsonl"
                first, second = run(one, spec, test, seed, traces[0]), run(other, spec, test, seed, traces[1])
                parting = compare(*traces)
                if parting is not None:
                    told = tell(parting)
                    yield f"{test.id}, seed {seed}: {seconds(told.at_ns)} {told.sentence}"
                elif first.trace_digest != second.trace_digest:
                    yield f"{test.id}, seed {seed}: {first.verdict}, and then {second.verdict}"
                else:
                    yield ""


def main() -> int:
    """Run all twice, and say how many were the same."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="parts and tests; default 2A 2B 2C 2D")
    parser.add_argument("--impl", default=str(ROOT / "impls/go/2022"), help="default: our own Go lab")
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("1..100"))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="when to stop")
    asked = parser.parse_args()
    tests = find_tests(asked.names, suites_dir=suites_dir())
    with closing(RunnerChild()) as child:
        spec = child.check(asked.impl)
    pairs = same = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="raftkit-repeats-") as name:
        for difference in differences(spec, tests, asked.seeds, asked.minutes, Path(name)):
            pairs += 1
            same += not difference
            if difference:
                print(difference, flush=True)
    took = time.monotonic() - began
    print(f"{same} of {pairs} traces identical in two runs, {len(tests)} tests; {took:.0f} s")
    return 0 if pairs and same == pairs else 1


if __name__ == "__main__":
    sys.exit(main())
