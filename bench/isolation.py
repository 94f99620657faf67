"""Run tests here, locked in, apart, and both; hold the traces side by side, and tell what it costs.

    make isolation SEEDS=1..200         every test of 2A-2D, with each seed, in all four ways
    python bench/isolation.py --seeds 1..20 --minutes 5 --impl my_raft.py 2C

Here and locked in must be the same trace, byte for byte; so must be apart and apart-and-locked-in. Ends with 1 when
two differ. Costs are of one machine, which may be busy: compare them within one table.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.model import Limits, Mode, Result
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.runner.values import parse_seeds
from raftkit.suite import Test, find_tests, suites_dir
from raftkit.worlds.process import isolation_here


@dataclass(slots=True)
class Way:
    """One way to run a test, and what it has cost so far."""

    name: str
    mode: Mode
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


WAYS = (
    Way("here", Mode(isolate=False, apart=False)),
    Way("--isolate", Mode(isolate=True, apart=False)),
    Way("--apart", Mode(isolate=False, apart=True)),
    Way("--isolate --apart", Mode(isolate=True, apart=True)),
)
PAIRS = ((WAYS[0], WAYS[1]), (WAYS[2], WAYS[3]))


def run(child: RunnerChild, spec: str, test: Test, seed: int, way: Way) -> Result:
    """Run a test, and add up what it cost."""
    request = RunRequest(
        suite=test.suite,
        test=test.id,
        implementation=spec,
        seed=seed,
        limits=Limits(),
        mode=way.mode,
    )
    result = child.run(request, About(part=test.part, title=test.title, servers=test.servers))
    way.cpu_seconds += result.cpu_seconds
    way.wall_seconds += result.wall_seconds
    return result


def compare(
    child: RunnerChild, spec: str, test: Test, seed: int, pairs: Sequence[tuple[Way, Way]]
) -> list[str]:
    """Run a test in these ways; one line for each pair that is not the same."""
    lines = []
    for one, other in pairs:
        first, second = (run(child, spec, test, seed, way) for way in (one, other))
        if (first.verdict, first.trace_digest) != (second.verdict, second.trace_digest):
            lines.append(f"{test.id} seed {seed}: {first.verdict} {one.name}, {second.verdict} {other.name}")
    return lines


def table() -> list[str]:
    """The cost of each way that was gone, beside the first."""
    first = WAYS[0]
    return [
        "| | CPU s | of here | wall s | of here |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {way.name} | {way.cpu_seconds:.1f} | {way.cpu_seconds / first.cpu_seconds:.2f} "
            f"| {way.wall_seconds:.1f} | {way.wall_seconds / first.wall_seconds:.2f} |"
            for way in WAYS
            if way.wall_seconds
        ),
    ]


def main() -> int:
    """Compare until the seeds, or the minutes, are used up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="parts, tests or files; 2A 2B 2C 2D by default")
    parser.add_argument("--impl", default=str(suites_dir().parent / "impls/reference"))
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("1..5"))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="end after so long")
    parser.add_argument("--together", action="store_true", help="leave --apart out")
    asked = parser.parse_args()
    print(f"isolation: {isolation_here().level}; {asked.impl}", flush=True)
    ends, child = time.monotonic() + 60 * asked.minutes, RunnerChild()
    spec, tests = child.check(asked.impl, isolate=True), find_tests(asked.names, suites_dir=suites_dir())
    runs, different = 0, []
    try:
        for seed in asked.seeds:
            for test in tests:
                if time.monotonic() > ends:
                    break
                lines = compare(child, spec, test, seed, PAIRS[:1] if asked.together else PAIRS)
                different += lines
                runs += 1
                for line in lines:
                    print(f"DIFFERENT  {line}", flush=True)
    finally:
        child.close()
    print(f"{runs} runs in each way, seeds from {asked.seeds[0]}; {len(different)} pairs differ\n")
    print("\n".join(table()))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
