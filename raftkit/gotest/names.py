"""Which of a package's tests are meant: ``2A``, ``TestFigure82C``."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from raftkit.errors import ContractError, SuiteError
from raftkit.gotest.build import Way
from raftkit.gotest.process import TestProcess
from raftkit.gotest.running import ended
from raftkit.model import SECOND, Limits

LISTING = Limits(test_ns=30 * SECOND, cpu_seconds=30.0)
LAST_WORDS = 2_000
_NAME = re.compile(r"^Test\w*$", re.MULTILINE)
_PART = re.compile(r"\d[A-Z]$")
_OTHER_EDITION = {"2": "3", "3": "2"}
"""By what number the lab goes before 2023, and since then: its parts are 2A or 3A."""


def list_tests(program: Path, way: Way) -> list[str]:
    """Ask the program for its tests, in the order of its files.

    Raises:
        ContractError: It does not come to the point of telling.
    """
    told = ended(TestProcess(program, ["-test.list=^Test"], "list", way, LISTING))
    if told.code or told.strike:
        raise ContractError(
            "the package's tests do not tell their names",
            where="go test -list",
            found=told.text[-LAST_WORDS:].strip() or "nothing",
            wanted="a package whose init functions and TestMain come to an end",
        )
    return list(dict.fromkeys(_NAME.findall(told.text)))


def part_of(test: str) -> str:
    """The lab's part that a test's name ends in: ``2A``; or nothing."""
    found = _PART.search(test)
    return found[0] if found else ""


def choose(tests: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the tests that names mean, in their own order; all when there are no names.

    A name is a test's, with or without ``Test``, or a part's. A part that is not there goes by the number that it has
    in other editions.

    Raises:
        SuiteError: One means nothing.
    """
    wanted = {test for name in names for test in _meant(tests, name)}
    return [test for test in tests if test in wanted or not names]


def _meant(tests: Sequence[str], name: str) -> list[str]:
    if found := [test for test in tests if test in (name, f"Test{name}")]:
        return found
    part = name.upper()
    for meant in (part, _OTHER_EDITION.get(part[:1], "") + part[1:]):
        if found := [test for test in tests if part_of(test) == meant]:
            return found
    close = get_close_matches(name, tests, n=3, cutoff=0.4)
    advice = " or ".join(close) or ", ".join(tests[:8])
    raise SuiteError(f"the package has no test `{name}`", file="", advice=advice)
