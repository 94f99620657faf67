"""The kill matrix: what is counted, what is said of it, and what must not be."""

from pathlib import Path

from raftkit.model import SECOND, Verdict
from raftkit.zoo import COLUMNS, Caught, Cell, Matrix, Mutant, Run
from raftkit.zoo.matrix import cell
from raftkit.zoo.page import page
from raftkit.zoo.words import summary, table, troubles

LAB, ORACLES = COLUMNS["lab"], COLUMNS["oracles"]


def mutant(name: str, **caught: Caught | None) -> Mutant:
    return Mutant(
        path=Path(f"zoo/{name}.py"), wrong=f"{name} <is> wrong.", caught=caught, missed=f"no {name}"
    )


def run(seed: int = 1, verdict: Verdict = Verdict.PASSED, *, kind: str = "", test: str = "TestA") -> Run:
    return Run(
        mutant="it",
        column="lab",
        mutant_digest="",
        judge_digest="",
        seed=seed,
        test=test,
        verdict=verdict,
        kind=kind,
        summary="a | b",
        cpu_seconds=0.5,
        lab_ns=3 * SECOND,
    )


KILLED = cell([run(1), run(2, Verdict.FAILED, kind="VotedTwice")])
ALIVE = cell([run(1), run(2), run(3)])


def matrix(**changes: object) -> Matrix:
    """Somebody whom both catch, somebody whom only oracles catch, and somebody whom nobody catches."""
    whole = Matrix(
        mutants=[mutant("easy"), mutant("hard"), mutant("free")],
        columns=(LAB, ORACLES),
        seeds=3,
        control=mutant("control"),
        cells={
            ("control", "lab"): ALIVE,
            ("control", "oracles"): ALIVE,
            ("easy", "lab"): KILLED,
            ("easy", "oracles"): KILLED,
            ("hard", "lab"): ALIVE,
            ("hard", "oracles"): KILLED,
            ("free", "lab"): ALIVE,
            ("free", "oracles"): ALIVE,
        },
    )
    for name, value in changes.items():
        setattr(whole, name, value)
    return whole


def test_a_hunt_ends_with_the_run_that_convicts() -> None:
    """Seeds, runs and time up to there; what is inconclusive convicts nobody."""
    assert (KILLED.seeds, KILLED.runs, KILLED.cpu_seconds, KILLED.lab_seconds) == (2, 2, 1.0, 6.0)
    assert KILLED.caught == Caught(2, "TestA")
    for verdict in (Verdict.VACUOUS, Verdict.ERROR, Verdict.PASSED):
        assert cell([run(1, verdict)]).kill is None
    for verdict in (Verdict.DEADLOCKED, Verdict.BUSY, Verdict.CRASHED, Verdict.TIMED_OUT):
        assert cell([run(1, verdict)]).kill is not None
    assert cell([run(1, Verdict.ERROR)]).errors == 1


def test_who_is_killed_first_and_who_survives() -> None:
    """The control is none of them."""
    found = matrix()
    assert [each.name for each in found.killed_by(ORACLES)] == ["easy", "hard"]
    assert [each.name for each in found.killed_first_by(ORACLES)] == ["hard"]
    assert [each.name for each in found.survivors] == ["free"]
    assert found.is_complete
    assert troubles(found) == []
    assert summary(found)[:3] == [
        "lab kills 1 of 3",
        "oracles kills 2 of 3; 1 of them by nothing before: hard",
        "survivors of 3 seeds: free",
    ]


def test_who_has_not_had_all_seeds_is_no_survivor() -> None:
    """After an interruption nobody is called what they are not."""
    found = matrix()
    del found.cells["free", "oracles"]
    assert found.survivors == []
    assert not found.is_complete
    assert "?" in table(found)[-1]


def test_a_control_that_is_convicted_is_trouble() -> None:
    """It would mean that everybody is."""
    found = matrix()
    found.cells["control", "lab"] = KILLED
    assert troubles(found) == ["the control was convicted: lab seed 2 TestA: VotedTwice: a | b"]


def promising(caught: Caught, seen: Cell, seeds: int = 3) -> list[str]:
    """What is said of a header, and of what was seen."""
    found = Matrix(mutants=[mutant("it", lab=caught)], columns=(LAB,), seeds=seeds)
    found.cells["it", "lab"] = seen
    return troubles(found)


def test_a_header_that_is_not_kept_is_trouble() -> None:
    """Caught later, or not at all; earlier is fine, and too few seeds say nothing."""
    assert promising(Caught(1, "TestA"), KILLED) == [
        "zoo/it.py: expected `lab 1 TestA`, found: 2 seeds, VotedTwice"
    ]
    assert promising(Caught(3, "TestA"), ALIVE) == ["zoo/it.py: expected `lab 3 TestA`, found: -"]
    assert promising(Caught(2, "TestA"), KILLED) == []
    assert promising(Caught(3, "TestA"), KILLED) == []
    assert promising(Caught(4, "TestA"), ALIVE) == []


def test_the_page_shows_every_row_and_is_harmed_by_none(tmp_path: Path) -> None:
    """What files and runs say is text."""
    text = page(matrix(), tmp_path / "zoo.md")
    assert "zoo/hard.py) | hard &lt;is> wrong. |" in text
    assert "| – | 2 seeds: TestA, VotedTwice; 1.0 s |" in text
    assert "nothing: the control" in text
    assert "* survivors of 3 seeds: free" in text
    assert "## Survivors\n\n* *free*: no free\n\n## The matrix" in text


def test_programs_are_told_the_same() -> None:
    """Whole, with names."""
    told = matrix().as_json()
    assert told["survivors"] == ["free"]
    assert [column["killed"] for column in told["columns"]] == [1, 2]
    hard = next(row for row in told["mutants"] if row["name"] == "hard")
    assert hard["cells"]["oracles"]["kind"] == "VotedTwice"
    assert not hard["cells"]["lab"]["killed"]
