"""What somebody asked of ``raftkit gotest``, and how to ask for one run of it again."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from raftkit.cli._keywords import Fits
from raftkit.gotest import Way
from raftkit.model import Limits, Mode
from raftkit.plugin.options import run_options


@dataclass(frozen=True, slots=True, kw_only=True)
class GoTestOptions:
    """The options, understood.

    Attributes:
        names: Parts and tests; empty for all.
        implementation: The lab, as the user named it.
        runs: How often each test runs; None for as long as it takes to fail.
        until_fail: Whether the first failure ends the run.
        jobs: Tests at a time; None for one a core.
        seed: Of each test's first run; the next has the next.
        fits: Which tests, of those that are named; None for all.
        way: How time passes.
        limits: What a test may use.
        json: Where results are written, too.
        verbose: Whether what tests print is shown.
    """

    names: list[str]
    implementation: str
    runs: int | None
    until_fail: bool
    jobs: int | None
    seed: int
    fits: Fits | None
    way: Way
    limits: Limits
    json: Path | None
    verbose: bool

    @property
    def seeds_text(self) -> str:
        """The runs, by their seeds where these mean something."""
        if self.way is not Way.VIRTUAL:
            return "once" if self.runs == 1 else f"{self.runs or 'any number of'} times"
        if self.runs == 1:
            return f"seed {self.seed}"
        return f"seeds {self.seed}..{'' if self.runs is None else self.seed + self.runs - 1}"

    def repeat(self, test: str, seed: int) -> str:
        """The command that runs a test again."""
        words = ["raftkit", "gotest", test, "--impl", self.implementation]
        if self.way is Way.VIRTUAL:
            words += ["--seed", str(seed)]
        else:
            words += [f"--{self.way}", "--until-fail"]  # nothing fixes what happens: it takes patience
        return shlex.join([*words, *run_options(self.limits, Mode())])
