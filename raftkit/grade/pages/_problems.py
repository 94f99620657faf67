"""Failing runs, those with one reason together: by :class:`raftkit.stress.breakage.Breakage`, as a stress run does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from raftkit.grade.book import RunGrade, StudentGrade, TestGrade
from raftkit.stress.breakage import Breakage


class Case(NamedTuple):
    """One failing run, with whose it is."""

    student: StudentGrade
    test: TestGrade
    run: RunGrade

    @property
    def broke(self) -> Breakage:
        """What broke; the verdict where a run says no more."""
        return self.run.broke or Breakage(kind=self.run.verdict.value)


@dataclass(frozen=True, slots=True)
class Problem:
    """What broke, and all runs in which it did; there is at least one."""

    cases: tuple[Case, ...]

    @property
    def told(self) -> Case:
        """The one to show: the first whose evidence was kept, or the first."""
        return next((case for case in self.cases if case.run.failure), self.cases[0])

    @property
    def headline(self) -> str:
        """``LeaderCompletenessViolated: the leader of term 2 lacks ...``."""
        broke = self.told.broke
        kind = broke.kind.replace("_", " ") if broke.kind.islower() else broke.kind
        return f"{kind}: {broke.summary}" if broke.summary else kind

    @property
    def place(self) -> str:
        """Where it broke each time, as far as that is known."""
        return self.told.broke.place

    @property
    def tests(self) -> dict[str, int]:
        """In which tests, and in how many runs of each."""
        counts: dict[str, int] = {}
        for case in self.cases:
            counts[case.test.name] = counts.get(case.test.name, 0) + 1
        return counts

    @property
    def students(self) -> dict[str, StudentGrade]:
        """Whose, by their keys, in the gradebook's order."""
        return {case.student.key: case.student for case in self.cases}


def failing(students: Iterable[StudentGrade]) -> Iterator[Case]:
    """Yield every run that costs points, in the gradebook's order."""
    for student in students:
        for test in student.tests:
            for run in test.runs:
                if not run.has_passed and not run.unjudged:
                    yield Case(student, test, run)


def problems(cases: Iterable[Case]) -> list[Problem]:
    """Return what broke, by first appearance."""
    groups: dict[tuple[str, str, str], list[Case]] = {}
    for case in cases:
        groups.setdefault(case.broke.key, []).append(case)
    return [Problem(tuple(group)) for group in groups.values()]
