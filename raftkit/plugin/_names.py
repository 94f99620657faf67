"""The names by which ``raftkit test`` finds tests again: as short as they can be."""

from collections.abc import Iterable
from pathlib import Path

from raftkit.report.failure import near
from raftkit.suite import suites_dir


def test_name(suite: str, test: str) -> str:
    """The name of one test: bare if it is one of the lab's, else with its suite."""
    folder = suites_dir()
    if Path(suite).parent == folder:
        return test
    return f"{suite_name(suite)}::{test}"


test_name.__test__ = False  # type: ignore[attr-defined]  # pytest: not a test


def suite_name(suite: str) -> str:
    """The name of a suite: its path below the suites' folder without the ending, else its path."""
    folder = suites_dir()
    if Path(suite).is_relative_to(folder):
        return Path(suite).relative_to(folder).with_suffix("").as_posix()
    return near(suite)


def folder_names(tests: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The names of tests in the run's folder: a test's own, and its suite with it where that is not enough."""
    names: dict[tuple[str, str], str] = {}
    for suite, test in dict.fromkeys(tests):
        tries = [test, f"{test}.{Path(suite).stem}"]
        tries += [f"{tries[1]}.{number}" for number in range(2, len(names) + 3)]
        taken = set(names.values())
        names[suite, test] = next(name for name in tries if name not in taken)
    return names


def run_names(tests: Iterable[tuple[str, str]], sizes: dict[str, int]) -> list[str]:
    """The names of all tests of a run: a suite that takes part as a whole is named once.

    Args:
        tests: Suite and test, in the run's order; a test may come once for each seed.
        sizes: How many tests each suite has.
    """
    chosen: dict[str, dict[str, None]] = {}
    for suite, test in tests:
        chosen.setdefault(suite, {})[test] = None
    names: list[str] = []
    for suite, ids in chosen.items():
        whole = len(ids) == sizes[suite]
        names += [suite_name(suite)] if whole else [test_name(suite, test) for test in ids]
    return names
