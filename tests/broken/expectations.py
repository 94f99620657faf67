"""Implementations that are wrong on purpose, what is expected of each, and how that is tried.

They lie here and, where what is wrong is their Raft, in ``impls/mutants``. A file begins with a docstring: what is wrong, and a paragraph ``Written by ...``. Behind it stands::

    # expect: TEST VERDICT: PHRASE                  for the seeds 1, 2 and 3
    # expect: TEST seed SEED VERDICT: PHRASE        for one seed: where a run costs, or chance matters
    # expect: import refused: PHRASE                before any test runs

The phrase stands somewhere in what the user is shown. Some are odd and no fault: they are expected to pass.
A test is the lab's, or one of ``2X.yaml`` beside this file: situations that the lab seldom comes into.
"""

import ast
import re
from dataclasses import astuple, dataclass, field
from pathlib import Path

from raftkit.errors import ContractError
from raftkit.model import Limits, Result
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild

HERE = Path(__file__).parent
SUITES = HERE.parents[1] / "suites"
MUTANTS = HERE.parents[1] / "impls" / "mutants"
SOUND = HERE / "reference.py"
SEEDS = (1, 2, 3)
REFUSED = "refused"
_OURS = {
    SOUND,
    MUTANTS / SOUND.name,
    Path(__file__),
    HERE / "table.py",
    HERE / "conftest.py",
    *HERE.glob("test_*.py"),
}
_EXPECTATION = re.compile(
    r"^# expect: (?P<test>\w+)(?: seed (?P<seed>\d+))? (?P<verdict>\w+)(?:: (?P<phrase>.+))?$", re.MULTILINE
)


@dataclass(frozen=True)
class Expectation:
    """One header of one file."""

    path: Path
    test: str
    verdict: str
    phrase: str
    seeds: tuple[int, ...]

    @property
    def id(self) -> str:
        return self.path.stem


@dataclass(frozen=True)
class Seen:
    """How it ended: a verdict or ``refused``, the sentence that says why, and all that is shown."""

    verdict: str
    reason: str
    shown: str = field(repr=False)


def broken() -> list[Path]:
    """Every wrong implementation of which something is expected here; of others ``tests/zoo`` expects something."""
    mutants = {path for path in MUTANTS.glob("*.py") if expectations_of(path)}
    return sorted({*HERE.glob("*.py"), *mutants} - _OURS, key=lambda path: path.stem)


def expectations() -> list[Expectation]:
    """Every header."""
    return [expectation for path in broken() for expectation in expectations_of(path)]


def expectations_of(path: Path) -> list[Expectation]:
    """The headers of a file."""
    return [
        Expectation(
            path,
            match["test"],
            match["verdict"],
            match["phrase"] or "",
            (int(match["seed"]),) if match["seed"] else SEEDS if match["verdict"] != REFUSED else (0,),
        )
        for match in _EXPECTATION.finditer(path.read_text())
    ]


def story_of(path: Path) -> tuple[str, str]:
    """What is wrong, and who writes it: the docstring's paragraphs, each on one line."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    wrong, *others = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return wrong, " ".join(others)


def attempt(child: RunnerChild, expectation: Expectation, seed: int, limits: Limits) -> Seen:
    """What the user gets."""
    if expectation.verdict == REFUSED:
        try:
            child.check(str(expectation.path))
        except ContractError as error:
            return Seen(REFUSED, error.message, str(error))
        return Seen("accepted", "", "")
    result = run(child, expectation.path, expectation.test, seed, limits)
    parts = [*astuple(result.failure)] if result.failure else []
    return Seen(
        result.verdict.value,
        result.reason or "; ".join(result.warnings),
        "\n".join([result.reason, *result.warnings, *map(str, parts)]),
    )


def run(child: RunnerChild, implementation: Path, test: str, seed: int, limits: Limits) -> Result:
    """One test."""
    part = test[-2:]
    suite = next(folder / f"{part}.yaml" for folder in (SUITES, HERE) if (folder / f"{part}.yaml").exists())
    request = RunRequest(
        suite=str(suite),
        test=test,
        implementation=str(implementation),
        seed=seed,
        limits=limits,
    )
    return child.run(request, About(part=part, title=test, servers=0))
