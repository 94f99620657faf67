"""From the names that people type to tests."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import raftkit
from raftkit.errors import SuiteError
from raftkit.suite._loader import load_suite
from raftkit.suite._model import Suite, Test
from raftkit.suite._place import suggest

PARTS = ("2A", "2B", "2C", "2D")
"""The lab's parts, in the order in which they run."""
ALIASES = {"3A": "2A", "3B": "2B", "3C": "2C", "3D": "2D"}
"""Since 2023 the course counts this lab as its third."""


def suites_dir() -> Path:
    """Find the suites: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(raftkit.__file__).parent
    checkout = package.parent / "suites"
    return checkout if (checkout / "2A.yaml").is_file() else package / "_data" / "suites"


def find_tests(names: Sequence[str], *, suites_dir: Path) -> list[Test]:
    """Find the tests that names mean.

    A name is a part (``2C``, its newer name ``3C``, or any suite or folder of suites below the suites' folder:
    ``chaos``), a test (``TestFigure82C``, also ``figure82c`` or ``figure8`` where only one test is meant), a file
    (``my.yaml``), a folder, or a test in a file (``my.yaml::TestName``). Upper and lower case do not matter.
    No names at all mean the lab's four parts.

    Returns:
        Each test once: the lab's in their order, then those of other files in the order of the names.

    Raises:
        SuiteError: A name means nothing, or more than one test; or a suite is not well formed.
    """
    library = _Library(suites_dir)
    found: dict[tuple[str, str], Test] = {}
    for name in names or PARTS:
        for test in library.find(name):
            found[test.suite, test.id] = test
    return sorted(found.values(), key=library.place_of)


class _Library:
    """The suites that have been read so far; each is read at most once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read: dict[str, Suite] = {}

    def find(self, name: str) -> Iterable[Test]:
        """Find the tests that one name means."""
        file, separator, test = name.partition("::")
        if separator:
            suite = self.suite_named(file) or self.load(Path(file))
            return [self.pick(test, suite.tests, name)]
        if named := self.suite_named(name):
            return named.tests
        if tests := self.tests_below(name):
            return tests
        if Path(name).suffix.lower() in (".yaml", ".yml") or "/" in name:
            return self.load(Path(name)).tests
        lab = [test for part in PARTS for test in self.part(part).tests]
        is_known = any(name.lower() in names_of(test) for test in lab for names_of in _NAMES)
        return [self.pick(name, lab if is_known else self.all_tests(self.folder), name)]

    def tests_below(self, name: str) -> list[Test]:
        """Read the suites of a folder, by its name below the suites' folder or its path; none for what is no folder."""
        for folder in (self.folder / name.lower(), Path(name)) if name.strip("./") else ():
            if folder.is_dir():
                return self.all_tests(folder)
        return []

    def all_tests(self, folder: Path) -> list[Test]:
        """Read every suite below a folder."""
        return [test for path in sorted(folder.rglob("*.yaml")) for test in self.load(path).tests]

    def suite_named(self, name: str) -> Suite | None:
        """Find a suite by its part, or by its path below the suites' folder without the ending."""
        part = ALIASES.get(name.upper(), name.upper())
        if part in PARTS:
            return self.part(part)
        wanted = name.lower()
        for path in sorted(self.folder.rglob("*.yaml")):
            if path.relative_to(self.folder).with_suffix("").as_posix().lower() == wanted:
                return self.load(path)
        return None

    def part(self, part: str) -> Suite:
        """Read one of the lab's parts."""
        return self.load(self.folder / f"{part}.yaml")

    def load(self, path: Path) -> Suite:
        """Read a suite once, named as people would type it."""
        name = _shown(path)
        if name not in self.read:
            self.read[name] = load_suite(name)
        return self.read[name]

    def pick(self, wanted: str, tests: Sequence[Test], name: str) -> Test:
        """Find the one test that is meant; its exact name goes before a short one."""
        for names_of in _NAMES:
            matches = [test for test in tests if wanted.lower() in names_of(test)]
            if len(matches) == 1:
                return matches[0]
            if matches:
                ids = " or ".join(test.id for test in matches)
                raise SuiteError(f"`{wanted}` means more than one test", file="", advice=f"name {ids}")
        raise SuiteError(f"there is no test or suite `{wanted}`", file="", advice=self.advise(wanted, tests))

    def advise(self, wanted: str, tests: Sequence[Test]) -> str:
        """Suggest what looks like it: tests, short names, parts."""
        short = {alias: test.id for test in tests for alias in (*_without_prefix(test), *_without_part(test))}
        close = suggest(wanted, [*PARTS, *(test.id for test in tests), *short])
        for alias, test_id in short.items():
            close = close.replace(f"`{alias}`", f"`{test_id}`")
        return close or "`raftkit suites` lists them"

    def place_of(self, test: Test) -> tuple[int, int]:
        """Order tests by suite, the lab's first, then by their line."""
        order = [_shown(self.folder / f"{part}.yaml") for part in PARTS]
        order += [path for path in self.read if path not in order]
        return order.index(test.suite), test.line


def _exact(test: Test) -> tuple[str, ...]:
    return (test.id.lower(),)


def _without_prefix(test: Test) -> tuple[str, ...]:
    return (test.id.lower().removeprefix("test"),)


def _without_part(test: Test) -> tuple[str, ...]:
    name = test.id.lower().removesuffix(test.part.lower())
    return (name, name.removeprefix("test"))


_NAMES = (_exact, _without_prefix, _without_part)
"""By what a test may be called; a longer name goes before a shorter one."""


def _shown(path: Path) -> str:
    """Name a file relative to where we are when it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd().resolve()))
    except (ValueError, OSError):
        return str(path)
