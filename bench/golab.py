"""Measure a Go lab three ways, and write a section of docs/bench.md: our suites, its own tests, and these in real time.

    make bench-go                all of 2A-2D; the last way takes six minutes, mostly asleep
    python bench/golab.py 2A     some parts

The last way is what ``go test`` does: one test after another, each by the clock on the wall.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from page import write_section

ROOT = Path(__file__).parents[1]
LAB = "impls/go/2022"
WAYS = {
    "`raftkit test -j 2`": ("test", "-j", "2"),
    "`raftkit gotest -j 2`": ("gotest", "-j", "2"),
    "`raftkit gotest --real -j 1`, as `go test`": ("gotest", "--real", "-j", "1"),
}
HEADER = [
    "| 2A–2D | passed | lab s | wall s | CPU s | beside real time |",
    "| --- | --: | --: | --: | --: | --: |",
]


@dataclass(frozen=True, slots=True)
class Measured:
    """One way's figures; processor time is that of the command and of all that it starts."""

    passed: int
    tests: int
    lab_seconds: float
    wall_seconds: float
    cpu_seconds: float


def measure(command: tuple[str, ...], names: list[str], seed: int) -> Measured:
    """Run the command, its start and the build included."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        before, began = os.times(), time.perf_counter()
        subprocess.run(
            [
                *(sys.executable, str(ROOT / "cli.py"), *command[:1], *names, *command[1:]),
                *("--impl", str(ROOT / LAB), "--seed", str(seed), "--json", str(report)),
            ],
            cwd=folder, stdout=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        wall, after = time.perf_counter() - began, os.times()
        told = json.loads(report.read_text())
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return Measured(told["passed"], len(told["tests"]), told["lab_seconds"], wall, cpu)


def main() -> None:
    """Measure, print, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", default=["2A", "2B", "2C", "2D"], help="parts or tests")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = {name: measure(command, options.names, options.seed) for name, command in WAYS.items()}
    *_, real = found.values()
    lines = [
        f"Written by `make bench-go` with {LAB}, seed {options.seed}, {os.cpu_count()} cores of a shared machine.",
        "The command's start and the lab's build are included, that of Go's library is not.",
        "",
        *HEADER,
    ]
    for name, each in found.items():
        faster = real.wall_seconds / each.wall_seconds
        lines.append(
            f"| {name} | {each.passed}/{each.tests} | {each.lab_seconds:.0f} | {each.wall_seconds:.1f} "
            f"| {each.cpu_seconds:.1f} | {'' if each is real else f'{faster:.0f} times faster'} |"
        )
    print(write_section("## Go labs", lines))
    if any(each.passed < each.tests for each in found.values()):
        raise SystemExit("not all tests passed")


if __name__ == "__main__":
    main()
