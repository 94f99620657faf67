"""Measure raftkit on its own reference implementation, and write the table of docs/bench.md.

    make bench                          everything, one seed
    python bench/bench.py --seed 3 2C   some parts or tests

Two measurements. The first runs every test in this process, one after another, and samples
whose code is running; the second runs the command itself, start-up included, as a user does.
Machines differ and are busy: compare ratios within one table, not tables.
"""

import argparse
import gc
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from page import write_section

import raftkit
from raftkit.model import Limits, Result
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.suite import Test, find_tests, suites_dir

ROOT = Path(raftkit.__file__).parent
SAMPLE_SECONDS = 0.001
FEWEST_SAMPLES = 20
"""Below this a share would be noise, and is left out."""
SHARES = ("implementation", "kernel", "harness")


@dataclass(frozen=True, slots=True)
class Row:
    """One test's figures."""

    result: Result
    cpu_seconds: float
    events: int
    shares: Counter[str]


class Sampler:
    """Whose code runs: the implementation's, the kernel's (raftkit/sim), or the rest of the harness.

    What a C library does (encoding, hashing, writing) counts for whoever called it.
    """

    def __init__(self, implementation: Path) -> None:
        self._implementation = str(implementation.resolve().parent)
        self.samples: Counter[str] = Counter()

    def __enter__(self) -> "Sampler":
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _sample(self, _: int, frame: FrameType | None) -> None:
        kernel = str(ROOT / "sim")
        while frame is not None:
            file = frame.f_code.co_filename
            if file.startswith(self._implementation):
                self.samples["implementation"] += 1
                return
            if file.startswith(kernel):
                self.samples["kernel"] += 1
                return
            if file.startswith(str(ROOT)):
                self.samples["harness"] += 1
                return
            frame = frame.f_back


def measure(test: Test, implementation: Path, seed: int, folder: Path) -> Row:
    """Run one test with its trace on disk, as raftkit does."""
    trace = folder / "trace.jsonl"
    request = RunRequest(
        suite=str(suites_dir() / Path(test.suite).name),
        test=test.id,
        implementation=str(implementation),
        seed=seed,
        limits=Limits(),
        trace_file=str(trace),
    )
    gc.collect()
    gc.disable()
    sampler = Sampler(implementation)
    began = time.process_time()
    with sampler:
        result = run_case(request)
    cpu = time.process_time() - began
    gc.enable()
    with trace.open("rb") as lines:
        events = sum(1 for _ in lines)
    return Row(result, cpu, events, sampler.samples)


def tracing_costs(tests: list[Test], implementation: Path, seed: int, folder: Path) -> list[str]:
    """CPU seconds of all tests with traces off, of failures only, and always; each is the better of two rounds.

    Off, nothing is written. Of failures only, every trace is written as the test runs and removed when it
    passes, so that a run that is killed leaves its trace. Always, it stays.
    """
    costs = {"off": [0.0, 0.0], "failures only": [0.0, 0.0], "always": [0.0, 0.0]}
    for round_ in range(2):
        for test in tests:
            for name, seconds in costs.items():
                seconds[round_] += _cpu(test, implementation, seed, folder, name)
    base = min(costs["off"])
    lines = ["| traces | CPU s | beside none |", "| --- | --: | --: |"]
    lines += [f"| {name} | {min(found):.2f} | {min(found) / base:.2f} |" for name, found in costs.items()]
    return lines


def _cpu(test: Test, implementation: Path, seed: int, folder: Path, traces: str) -> float:
    trace = folder / f"{test.id}.jsonl"
    request = RunRequest(
        suite=str(suites_dir() / Path(test.suite).name),
        test=test.id,
        implementation=str(implementation),
        seed=seed,
        limits=Limits(),
        trace_file="" if traces == "off" else str(trace),
    )
    gc.collect()
    gc.disable()
    began = time.process_time()
    run_case(request)
    if traces == "failures only":
        trace.unlink()
    cpu = time.process_time() - began
    gc.enable()
    return cpu


def table(rows: list[Row]) -> list[str]:
    """The rows of one part, and their sum, as Markdown."""
    return [*(_line(row.result.id, [row]) for row in rows), _line(f"**{rows[0].result.part}**", rows)]


def _line(name: str, rows: list[Row]) -> str:
    cpu = sum(row.cpu_seconds for row in rows)
    lab = sum(row.result.lab_seconds for row in rows)
    events = sum(row.events for row in rows)
    rpcs = sum(row.result.rpcs for row in rows)
    shares: Counter[str] = sum((row.shares for row in rows), Counter())
    total = shares.total()
    enough = total >= FEWEST_SAMPLES
    percents = " | ".join(f"{100 * shares[share] / total:.0f} %" if enough else "" for share in SHARES)
    return (
        f"| {name} | {lab:.1f} | {cpu:.2f} | {lab / cpu:.0f} | {events} | {events / cpu:,.0f} "
        f"| {rpcs} | {rpcs / cpu:,.0f} | {percents} |"
    )


HEADER = [
    "| test | lab s | CPU s | lab s a CPU s | events | events/s | RPCs | RPCs/s | implementation | kernel | harness |",
    "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
]


def end_to_end(names: list[str], implementation: Path, seed: int) -> tuple[float, float]:
    """Wall and CPU seconds of the command itself, children included."""
    options = ["--impl", str(implementation), "--seed", str(seed)]
    command = [sys.executable, str(ROOT.parent / "cli.py"), "test", *names, *options]
    before, began = os.times(), time.perf_counter()
    done = subprocess.run([*command, "--quiet"], capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - began, os.times()
    if done.returncode != 0:
        raise SystemExit(f"the measured run failed:\n{done.stdout}{done.stderr}")
    cpu = after.children_user - before.children_user + after.children_system - before.children_system
    return wall, cpu


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", default=["2A", "2B", "2C", "2D"], help="parts or tests")
    parser.add_argument("--impl", type=Path, default=ROOT.parent / "impls" / "reference" / "raft.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT.parent / "docs" / "bench.md")
    options = parser.parse_args()
    tests = find_tests(options.names, suites_dir=suites_dir())
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(test, options.impl, options.seed, Path(folder)) for test in tests]
        tracing = tracing_costs(tests, options.impl, options.seed, Path(folder))
    lines = [
        f"Written by `make bench` with Python {platform.python_version()}, seed {options.seed}, "
        f"{options.impl.parent.name}/{options.impl.name}, {os.cpu_count()} cores of a shared machine.",
        "A run's CPU time is sampled: *implementation* is the code under test, *kernel* is raftkit/sim, *harness*",
        "is everything else (network, marshalling, trace, suite, checks); left out where samples are too few.",
        "",
        *HEADER,
    ]
    for part in dict.fromkeys(row.result.part for row in rows):
        lines += table([row for row in rows if row.result.part == part])
    lines += [_line("**all**", rows), "", "What traces cost:", "", *tracing, ""]
    wall, cpu = end_to_end(options.names, options.impl, options.seed)
    what = "raftkit test " + " ".join(options.names)
    lines.append(f"The command `{what}`, start-up included: {wall:.1f} s wall-clock time, {cpu:.1f} s CPU.")
    print(write_section("# How fast it is", lines, options.out))
    failed = [row.result for row in rows if row.result.verdict != "passed"]
    if failed:
        raise SystemExit(
            "not all tests passed: " + ", ".join(f"{result.id} {result.reason}" for result in failed)
        )


if __name__ == "__main__":
    main()
