"""Suites that seeds draw: where they are written, and how a run with one is made again."""

import os
import shlex
from dataclasses import replace
from pathlib import Path

from raftkit.chaos import PART, TEST, ChaosOptions, draw_suite
from raftkit.model import Result
from raftkit.plugin.options import run_options
from raftkit.report.record import repeat_command
from raftkit.runner.recipe import SUITE_COPY, Implementation
from raftkit.stress.work import Asked, Tested

COST = 40.0
"""A drawn scenario takes about 0.6 seconds of processor time, an ordinary test of the lab 0.015."""


def tested_chaos(options: ChaosOptions) -> Tested:
    """The one test of a run in which each seed draws its own suite."""
    return Tested(
        name=TEST,
        id=TEST,
        command="",
        suite="",
        part=PART,
        title="a drawn scenario",
        servers=options.servers,
        cost=COST,
        chaos=options,
    )


def suite_of(tested: Tested, seed: int, folder: Path) -> str:
    """Return the suite of a run: the test's own, or the one that its seed draws, written into the run's folder.

    Raises:
        OSError: It cannot be written.
    """
    if tested.chaos is None:
        return tested.suite
    path = folder / SUITE_COPY
    path.write_text(draw_suite(tested.chaos, seed), encoding="utf-8")
    return os.path.abspath(path)


def near_its_trace(result: Result) -> Result:
    """Name a drawn suite as it is found in the run's folder, wherever that is or comes to be."""
    failure = result.failure
    if failure is None or failure.where is None:
        return result
    return replace(result, failure=replace(failure, where=replace(failure.where, suite=SUITE_COPY)))


def repeat_run(asked: Asked, tested: Tested, implementation: Implementation, seed: int) -> str:
    """Return the command that makes a run again."""
    options = run_options(asked.limits, asked.mode)
    if tested.chaos is None:
        return repeat_command([tested.command], implementation.named, seed, options)
    drawing = [*tested.chaos.arguments(), "--impl", implementation.named, "--seeds", str(seed)]
    return shlex.join(["raftkit", "chaos", *drawing, *options])
