"""The pages of a grading as files: what they say, to whom, and that nothing in a gradebook becomes a part of the page."""

import re
from html.parser import HTMLParser

import msgspec
import pytest
from example_classes import (
    HOSTILE,
    SECRET,
    book,
    broken,
    failed,
    good,
    graded,
    hostile,
    refused,
    student,
    unjudged,
    unreadable,
    whole_class,
)

from raftkit.grade import StudentGrade
from raftkit.grade.pages import write_class_page, write_student_page
from raftkit.stress.breakage import Breakage

TITLE = "Lab 2"


class Text(HTMLParser):
    """What a reader sees, and the elements it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.said: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        if self.elements[-1:] not in (["style"], ["script"]):
            self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def read(page) -> Text:
    parser = Text()
    parser.feed(page.read_text())
    return parser


def page_of(grade: StudentGrade, folder) -> Text:
    write_student_page(grade, TITLE, folder)
    return read(folder / "students" / grade.key / "report.html")


def test_a_failure_is_told_once_for_all_tests_that_it_broke(tmp_path):
    """What, where, expected, observed, how to repeat, what to try; and the picture beside it."""
    page = page_of(broken(tmp_path), tmp_path)
    assert page.text.count("LeaderCompletenessViolated: the leader of term 2 lacks the committed entry") == 1
    assert "TestPersist12C 2 runs TestFigure82C 2 runs" in page.text
    for label in (
        "where 2C.yaml:",
        "expected 11 at index 1",
        "observed server 1",
        "rule Raft §5.4",
        "broken by S1",
        "try ",
    ):
        assert label in page.text
    assert "repeat raftkit test TestPersist12C --impl raft.py --seed 1" in page.text
    assert "How it came about t=0.659277s S0 accepted 11 at index 1" in page.text
    assert page.links == ["timeline.html"]
    timeline = (tmp_path / "students/ben/timeline.html").read_text()
    assert "TestPersist12C failed – raftkit timeline" in timeline
    assert "forgets_its_log" not in timeline.split('id="trace"')[0]  # nor is the staff's own command told


def test_the_same_kind_of_failure_is_unfolded_once(tmp_path):
    """In other tests it is another problem, but the rule and the advice are the same."""
    tests = [
        graded(name, "2C", 0.0, 15.0, (failed(1, Breakage(kind="NoLeader", place=name, summary="got none")),))
        for name in ("TestPersist12C", "TestFigure82C")
    ]
    text = page_of(student("Gus", "gus", *tests), tmp_path).text
    assert text.count("NoLeader: got none") == 2
    first, second = text.split("NoLeader: got none")[1:]
    assert "As above" not in first
    assert second.startswith(" TestFigure82C 1 run As above, in another place")


def test_points_add_up_before_the_eyes_of_the_student(tmp_path):
    """Each test, each part, all of it."""
    text = page_of(broken(tmp_path), tmp_path).text
    assert "25 of 60 points" in text
    assert "2C 5 of 30 points" in text
    assert re.search(r"TestPersist12C about persist12c ✗ failed 1 of 3 runs passed 5 of 15", text)
    assert "hidden test 1 ✗ not all 0 of 10" in text


def test_a_page_without_a_trace_does_without_the_picture(tmp_path):
    """It was not kept, or belongs to a failure that is gone; an old picture goes as well."""
    before = broken(tmp_path)
    page_of(before, tmp_path)
    (tmp_path / "evidence/ben/traces/TestPersist12C-1/trace.jsonl").unlink()
    page = page_of(before, tmp_path)
    assert page.links == []
    assert "LeaderCompletenessViolated" in page.text
    assert not (tmp_path / "students/ben/timeline.html").exists()


def test_what_a_student_may_not_see_is_nowhere_on_the_page(tmp_path):
    """Neither its reason nor its name nor its seed; the staff's page has them."""
    page_of(broken(tmp_path), tmp_path)
    for file in (tmp_path / "students/ben").iterdir():
        assert SECRET not in file.read_text()
        assert "TestSecret" not in file.read_text()
    write_class_page(whole_class(tmp_path), tmp_path)
    assert SECRET in read(tmp_path / "index.html").text


def test_what_could_not_be_judged_is_not_charged(tmp_path):
    """The student hears so, and the sum says how much is sure."""
    text = page_of(unjudged(), tmp_path).text
    assert "20 of 50 points so far" in text  # the hidden part is not counted
    assert "1 of your tests could not be judged" in text
    assert "nothing was charged" in text
    assert "TestPersist12C, seed 1: the disk is full" in text
    text = page_of(unreadable(), tmp_path).text
    assert "costs you no points" in text
    assert "permission denied" in text


def test_a_submission_of_which_nothing_could_be_run(tmp_path):
    """It is told why, in full, and no test of it is said to have failed."""
    text = page_of(refused(), tmp_path).text
    assert "looked for raft.py or a package raft" in text
    assert "✗ not run" in text
    assert "✗ failed" not in text


def test_nothing_becomes_a_part_of_a_page(tmp_path):
    """Names, reasons, places, commands and notes are text; escapes and direction marks are gone."""
    everything = book(hostile(), title=HOSTILE, warnings=(HOSTILE,))
    write_student_page(hostile(), HOSTILE, tmp_path)
    write_class_page(everything, tmp_path)
    for file in (tmp_path / "students/x/report.html", tmp_path / "index.html"):
        page, source = read(file), file.read_text()
        assert page.elements.count("img") == 0
        assert page.elements.count("script") == page.elements.count("style") == 1
        assert "<img src=x onerror" in page.text  # it is told as what it is
        assert "{{7*7}}" in page.text
        assert not set("\x1b\x07\u202e") & set(source)


@pytest.mark.parametrize("page", ["students/ben/report.html", "index.html"])
def test_a_page_allows_its_own_style_and_script_only(tmp_path, page):
    """By their hashes; no attribute holds either, and nothing is asked of the network."""
    write_student_page(broken(tmp_path), TITLE, tmp_path)
    write_class_page(whole_class(tmp_path), tmp_path)
    source = (tmp_path / page).read_text()
    assert "default-src 'none'; script-src 'sha256-" in source
    assert not re.search(r"<[^>]+\s(style|on\w+)=", source)
    assert not re.search(r"https?://", source)


def test_the_grader_sees_first_what_needs_a_look(tmp_path):
    """Who could not be judged and why, then what could not be run."""
    write_class_page(whole_class(tmp_path), tmp_path)
    text = read(tmp_path / "index.html").text
    assert "2 students with runs to look at" in text
    assert "Cleo : TestPersist12C: 1 run of 1, the disk is full" in text
    assert "Eve : eve.zip: permission denied" in text
    assert "1 submission of which nothing could be run" in text
    assert text.index("Cleo") < text.index("median")


def test_the_test_that_costs_most_comes_first_with_its_reasons(tmp_path):
    """One reason each, however many terms and indexes it was told with; that of most students first."""
    reasons = ["term 2 has two leaders", "term 9 has two leaders", "no leader"]
    shapes = ["term … has two leaders"] * 2 + ["no leader"]
    students = [
        student(f"s{n}", f"s{n}", graded("TestFigure82C", "2C", 0.0, 30.0, (failed(n, Breakage(kind="K", shape=shape, summary=reason)),)))
        for n, (reason, shape) in enumerate(zip(reasons, shapes, strict=True))
    ]  # fmt: skip
    write_class_page(book(good(), *students), tmp_path)
    text = read(tmp_path / "index.html").text
    assert text.index("TestFigure82C") < text.index("TestPersist12C")
    assert "2 students: K: term 2 has two leaders" in text
    assert "1 student , 1 run: K: no leader" in text
    assert "0 to 6: 3" in (tmp_path / "index.html").read_text()


@pytest.mark.parametrize("count", [0, 1, 500])
def test_a_class_of_any_size(tmp_path, count):
    """An empty one has a page, too."""
    students = [replace_key(good(), f"s{number}") for number in range(count)]
    write_class_page(book(*students), tmp_path)
    page = read(tmp_path / "index.html")
    assert f"{count} student" in page.text
    assert sum(link.startswith("students/") for link in page.links) == count


def test_a_grading_under_way_links_to_pages_that_are_there(tmp_path):
    """A student whose runs are not all made has none yet."""
    waiting = student("Finn", "finn", graded("TestFigure82C", "2C", None, 30.0, ()))
    write_class_page(book(good(), waiting, is_complete=False), tmp_path)
    page = read(tmp_path / "index.html")
    assert page.links == ["students/ada/report.html"]
    assert "--resume" in page.text
    assert "runs to look at" not in page.text


def replace_key(grade: StudentGrade, key: str) -> StudentGrade:
    return msgspec.structs.replace(grade, key=key)
