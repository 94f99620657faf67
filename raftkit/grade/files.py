"""Everything that a gradebook is written to: itself, tables for the class, files for each student."""

from pathlib import Path

from raftkit.grade.book import Gradebook, StudentGrade
from raftkit.grade.gradescope import gradescope_results
from raftkit.grade.junit import junit_report
from raftkit.grade.pages import write_class_page, write_student_page
from raftkit.grade.tables import canvas_table, grades_table, moodle_table
from raftkit.report.json_report import JsonFile

STUDENTS = "students"
TABLES = {"grades.csv": grades_table, "canvas.csv": canvas_table, "moodle.csv": moodle_table}


def write_class(book: Gradebook, folder: Path) -> None:
    """Write the gradebook, its tables and its page, each whole.

    Raises:
        OSError: They cannot be written.
    """
    book.save(folder)
    for name, table in TABLES.items():
        JsonFile(folder / name).write(table(book).encode())
    write_class_page(book, folder)


def write_student(grade: StudentGrade, title: str, folder: Path) -> None:
    """Write the files of one student, below the grading's folder.

    Raises:
        OSError: They cannot be written.
    """
    own = folder / STUDENTS / grade.key
    own.mkdir(parents=True, exist_ok=True)
    JsonFile(own / "results.json").write_value(gradescope_results(grade))
    JsonFile(own / "junit.xml").write(junit_report(grade, title))
    write_student_page(grade, title, folder)
