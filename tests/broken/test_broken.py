"""Implementations that are wrong on purpose: each is convicted by the test that its header names.

A header reads ``# expect: TEST VERDICT: PHRASE``; the phrase stands somewhere in what the user is shown.
``reference.py`` is a link to the reference implementation: each file changes the one thing that is wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import pytest

from raftkit.model import Limits, Result, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild

HERE = Path(__file__).parent
SUITES = HERE.parents[1] / "suites"
SOUND = HERE / "reference.py"
EXPECTATION = re.compile(r"^# expect: (?P<test>\w+) (?P<verdict>\w+): (?P<phrase>.+)$", re.MULTILINE)
SEEDS = (1, 2, 3)
LIMITS = Limits(idle_seconds=1.0)  # a call that never returns need not cost five seconds here


def broken() -> list[Path]:
    """Every wrong implementation."""
    return sorted(set(HERE.glob("*.py")) - {SOUND, Path(__file__)})


def expectations() -> list[tuple[Path, re.Match[str]]]:
    """Every header, with its file."""
    return [(path, match) for path in broken() for match in EXPECTATION.finditer(path.read_text())]


@pytest.fixture(scope="module")
def child() -> Iterator[RunnerChild]:
    """A runner child, as users have it: some of these take their process with them."""
    runner = RunnerChild()
    yield runner
    runner.close()


def run(child: RunnerChild, implementation: Path, test: str, seed: int) -> Result:
    """One of the lab's tests."""
    part = test[-2:]
    suite = SUITES / f"{part}.yaml"
    request = RunRequest(
        suite=str(suite), test=test, implementation=str(implementation), seed=seed, limits=LIMITS
    )
    return child.run(request, About(part=part, title=test, servers=0))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in broken()])
def test_every_file_says_what_is_wrong_and_who_convicts_it(path):
    """A docstring for people, a header for us."""
    text = path.read_text()
    assert text.startswith('"""')
    assert "Written by " in text
    assert EXPECTATION.search(text)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("path", "expected"), [pytest.param(path, match, id=path.stem) for path, match in expectations()]
)
def test_it_is_convicted(child, path, expected, seed):
    """With this verdict, for this reason, whatever the seed."""
    result = run(child, path, expected["test"], seed)
    shown = "\n".join([result.reason, *(str(part) for part in astuple(result.failure))])
    assert result.verdict is Verdict(expected["verdict"]), shown
    assert expected["phrase"] in shown


@pytest.mark.parametrize("test", sorted({match["test"] for _, match in expectations()}))
def test_the_reference_is_acquitted(child, test):
    """What convicts must not convict everybody."""
    assert run(child, SOUND, test, seed=1).verdict is Verdict.PASSED
