"""A pool that makes no run, but says what a table says; and a class with its rubric."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from raftkit.grade.book import Gradebook
from raftkit.grade.files import write_class
from raftkit.grade.grading import Grading
from raftkit.grade.rubric_file import load_rubric
from raftkit.grade.submissions import find_submissions
from raftkit.grade.task import Outcome, Task
from raftkit.model import Failure, Result, Verdict

RUBRIC = "title: Lab 2\nseeds: 4\nparts: {TestInitialElection2A: 10, TestReElection2A: 30}\n"
END = {
    "passes": (Verdict.PASSED, "", ""),
    "fails": (Verdict.FAILED, "NoLeader", ""),
    "starves": (Verdict.ERROR, "Starved", "Starved: no processor; twice"),
    "breaks raftkit": (Verdict.ERROR, "HarnessFault", "HarnessFault: raftkit's own code failed; twice"),
    "does nothing": (Verdict.VACUOUS, "Vacuous", ""),
}


class Killed(BaseException):
    """The grading's process is no more."""


class FakePool:
    """Keeps :class:`~raftkit.grade.pool.Pool`.

    Args:
        ends: How runs end, by student and seed; those that are not named pass.
        backwards: Whether tasks come out last first.
        most: After so many runs, all is over.
    """

    def __init__(
        self, ends: dict[tuple[str, int], str] | None = None, *, backwards: bool = False, most: int = 10**6
    ) -> None:
        self.ends, self.backwards, self.most = ends or {}, backwards, most
        self.made: list[tuple[str, str, int]] = []

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Every task's, in this process."""
        listed = list(tasks)
        for task in reversed(listed) if self.backwards else listed:
            if len(self.made) >= self.most:
                raise Killed
            yield self.outcome(task)

    def close(self) -> None:
        """Nothing is under way."""

    def outcome(self, task: Task) -> Outcome:
        if task.test is None:
            text = Path(task.implementation).read_text()
            return Outcome(task=task, refused="ContractError: it is no Raft" if "refused" in text else "")
        self.made.append((task.student, task.test.id, task.seed))
        verdict, kind, unjudged = END[self.ends.get((task.student, task.seed), "passes")]
        if verdict is not Verdict.PASSED:
            Path(task.folder).mkdir(parents=True, exist_ok=True)
            Path(task.folder, "trace.jsonl").write_text("")
        failure = Failure(kind=kind, summary=f"what {kind} says") if kind else None
        result = Result(
            id=task.test.id,
            part="2A",
            title="t",
            verdict=verdict,
            seed=task.seed,
            failure=failure,
            reason="r",
        )
        return Outcome(task=task, result=result, unjudged=unjudged)


def hand_in_texts(folder: Path, texts: dict[str, str], rubric: str = RUBRIC) -> Path:
    """A file a student, and the rubric beside them."""
    submissions = folder / "submissions"
    submissions.mkdir(exist_ok=True)
    for name, text in texts.items():
        (submissions / f"{name}.py").write_text(text)
    (folder / "rubric.yaml").write_text(rubric)
    return submissions


def graded(
    folder: Path,
    pool: FakePool,
    *,
    out: str = "out",
    resume: bool = False,
    again: bool = False,
    isolation: str = "sealed",
) -> Gradebook:
    """Grade what was handed in."""
    submissions = find_submissions(folder / "submissions")
    grading = Grading(load_rubric(folder / "rubric.yaml"), submissions, folder / out, isolation=isolation)
    grading.open(resume=resume, again=again)
    grading.run(pool, lambda grade: None)
    book = grading.gradebook()
    write_class(book, folder / out)
    return book
