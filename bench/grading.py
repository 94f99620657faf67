"""A class of sixty, graded in one command; and again, killed at a third and at two thirds, and resumed.

``python bench/grading.py [--all] [--jobs N]``. Without ``--all`` the rubric leaves out the lab's longest tests.
Exits with 1 when a grade is not what the submission deserves, or the two tables differ.
"""

import argparse
import csv
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/grade"))

from a_class import FULL, NOTHING, OPEN, REFUSED, Student, hand_in, shown, the_class  # noqa: E402

HEAD = "title: Lab 2\nseeds: 1\nlimits: {cpu: 30s, memory: 256MiB}\n"
WHOLE_LAB = HEAD + "parts: {2A: 20, 2B: 30, 2C: 30, 2D: 20}\n"
SHORT_TESTS = HEAD + (
    "parts:\n  2A: 20\n  2B: {points: 30, tests: {TestBackup2B: 0}}\n"
    "  2C: {points: 30, tests: {TestPersist12C: 15, TestPersist32C: 15, TestPersist22C: 0, TestFigure82C: 0,\n"
    "       TestUnreliableAgree2C: 0, TestFigure8Unreliable2C: 0, TestReliableChurn2C: 0, TestUnreliableChurn2C: 0}}\n"
    "  2D: {points: 20, tests: {TestSnapshotBasic2D: 10, TestSnapshotInit2D: 10, TestSnapshotInstall2D: 0,\n"
    "       TestSnapshotInstallUnreliable2D: 0, TestSnapshotInstallCrash2D: 0, TestSnapshotInstallUnCrash2D: 0,\n"
    "       TestSnapshotAllCrash2D: 0}}\n"
)


def grade(folder: Path, out: Path, *options: str) -> list[str]:
    return [
        *(sys.executable, str(ROOT / "cli.py"), "grade", str(folder / "class")),
        *("--rubric", str(folder / "rubric.yaml"), "--out", str(out), "--quiet", *options),
    ]


def journal_lines(out: Path) -> int:
    try:
        return (out / "journal.jsonl").read_bytes().count(b"\n")
    except OSError:
        return 0


def killed_at(command: list[str], out: Path, lines: int) -> bool:
    """Run until the journal has so many lines, then kill without a word; say whether it came to that."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and journal_lines(out) < lines:
        time.sleep(0.02)
    was_running = process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return was_running


def wrong_grades(students: list[Student], table: str, failed: dict[str, set[str]]) -> list[str]:
    """Grades that are not what the submissions deserve; ``failed`` are the tests that each has not passed."""
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(table))}
    wrong = [] if len(rows) == len(students) else [f"{len(rows)} rows for {len(students)} students"]
    for student in students:
        row = rows.get(shown(student.name)) or rows.get(f"{student.name}.rar") or {}
        points = row.get("points", "missing")
        fits = {FULL: points == "100", REFUSED: points == "0", NOTHING: points == "0", OPEN: points == ""}
        is_right = fits.get(student.deserves, student.deserves in failed.get(shown(student.name), set()))
        if not is_right or (student.deserves != OPEN and row.get("inconclusive") != "0"):
            wrong.append(f"{student.name} deserves {student.deserves}, and has {row}")
    return wrong


def failed_tests(out: Path) -> dict[str, set[str]]:
    """By student, from the gradebook."""
    from raftkit.grade import read_gradebook

    book = read_gradebook(out)
    return {
        grade.student: {test.name for test in grade.tests if test.points != test.max_points}
        for grade in book.students
    }


def main() -> int:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all of 2A-2D")
    parser.add_argument("--jobs", default="2")
    options = parser.parse_args()
    students = the_class()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_in(students, folder / "class")
        (folder / "rubric.yaml").write_text(WHOLE_LAB if options.all else SHORT_TESTS)
        jobs, one, other = ("-j", options.jobs), folder / "one", folder / "other"
        began = time.monotonic()
        code = subprocess.run(grade(folder, one, *jobs), check=False).returncode
        lines = journal_lines(one)
        print(
            f"{len(students)} submissions, {lines} runs and looks: {time.monotonic() - began:.0f} s, exit code {code}"
        )
        table = (one / "grades.csv").read_text()
        wrong = wrong_grades(students, table, failed_tests(one))
        print("\n".join(wrong) or "every grade is what the submission deserves")
        kills = [killed_at(grade(folder, other, *jobs), other, lines // 3)]
        kills += [killed_at(grade(folder, other, *jobs, "--resume"), other, 2 * lines // 3)]
        subprocess.run(grade(folder, other, *jobs, "--resume"), check=False)
        is_same = (other / "grades.csv").read_text() == table
        print(f"killed at a third and at two thirds ({sum(kills)} kills), resumed: grades.csv is", end=" ")
        print("the same, byte for byte" if is_same else "ANOTHER")
    return 0 if is_same and not wrong and all(kills) else 1


if __name__ == "__main__":
    sys.exit(main())
