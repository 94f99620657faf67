"""Tally, book, rows and texts: counts, groups, what is kept, what is said."""

import io

import pytest
from stress_fakes import asked, entry

from raftkit.model import NotJudged, Verdict
from raftkit.report.totals import RunVerdict
from raftkit.stress.book import Book
from raftkit.stress.ending import ending
from raftkit.stress.journal import JOURNAL_FILE, Journal
from raftkit.stress.report import stress_report
from raftkit.stress.rows import rows
from raftkit.stress.tally import Tally
from raftkit.stress.view import PlainView
from raftkit.stress.words import clock


@pytest.fixture
def book(tmp_path):
    return Book(tmp_path, asked(tests=4), jobs=1)


def put(book, *entries):
    journal = Journal(book.folder / JOURNAL_FILE)
    for one in entries:
        journal.append(one)
    journal.close()
    return book.read()


def test_vacuous_runs_and_errors_are_no_failures_and_no_passes():
    tally = Tally(["Test0"])
    for verdict in (Verdict.PASSED, Verdict.FAILED, Verdict.CRASHED, Verdict.VACUOUS, Verdict.ERROR):
        tally.add(entry(1, verdict), 0.0)
    count = tally.tests["Test0"]
    assert (count.passed, count.failed, count.vacuous, count.errors, count.done) == (1, 2, 1, 1, 5)
    assert (count.rate.failed, count.rate.of) == (2, 3)


def test_what_oracles_could_not_see_is_told_at_the_end(book):
    """Passes of an implementation that speaks in words of its own."""
    blind = (NotJudged(what="an AppendEntries", instead="methods called tell", oracles=("log_matching",)),)
    put(book, entry(100), entry(101, not_judged=blind), entry(102, not_judged=blind))
    told = [text for text, _ in ending(book)]
    assert "not judged, or only in part, in 2 of 3 runs: log_matching" in told
    [known] = stress_report(book)["not_judged"]
    assert known == {
        "seen": "methods called tell",
        "wanted": ["an AppendEntries"],
        "oracles": ["log_matching"],
        "runs": 2,
    }
    assert "  seen    methods called tell" in told


def test_a_run_that_is_in_the_journal_twice_counts_once(book):
    assert put(book, entry(100), entry(100), entry(101), entry(5)) == 2
    assert book.done == 2


@pytest.mark.parametrize("order", [range(100, 106), range(105, 99, -1), (104, 100, 103, 105, 102, 101)])
def test_few_traces_are_kept_of_each_kind(book, order):
    """Those with the lowest seeds, in whichever order runs end; the others are repeated by their seed."""
    for seed in order:
        (book.folder / f"Test0-{seed}").mkdir()
    put(book, *(entry(seed, Verdict.FAILED, folder=f"Test0-{seed}") for seed in order))
    assert sorted(path.name for path in book.folder.glob("Test0-*")) == [
        "Test0-100",
        "Test0-101",
        "Test0-102",
    ]
    (group,) = book.tally.groups
    assert (group.count, group.first[0].test, group.first[0].seed) == (6, "Test0", 100)
    assert group.broke.summary == "it broke at 100"
    text = "\n".join(line for line, _ in ending(book))
    assert f"look     raftkit logs {book.folder}/Test0-100" in text


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], RunVerdict.EMPTY),
        ([Verdict.PASSED], RunVerdict.PASSED),
        ([Verdict.PASSED, Verdict.VACUOUS], RunVerdict.INCONCLUSIVE),
        ([Verdict.ERROR, Verdict.FAILED], RunVerdict.FAILED),
    ],
)
def test_the_verdict(book, verdicts, expected):
    put(book, *(entry(100 + n, verdict) for n, verdict in enumerate(verdicts)))
    assert book.verdict is expected


def test_the_table_takes_the_room_that_there_is(book):
    """Tests that never failed share a row; those that did are told apart as long as that goes."""
    put(
        book,
        entry(100, Verdict.FAILED, "Test1"),
        entry(100),
        entry(100, test="Test2"),
        entry(100, test="Test3"),
    )
    names = {room: [row.name for row in rows(book, room)] for room in (4, 3, 2, 1)}
    assert names[4] == ["Test0", "Test1", "Test2", "Test3"]
    assert names[3] == ["Test1", "2A, others", "2B (2 tests)"]
    assert names[2] == ["Test1", "all others (3 tests)"]
    assert names[1] == ["all (4 tests)"]
    for room in names:
        assert sum(count.done for row in rows(book, room) for count in row.counts) == 4


def test_the_ending_has_the_rate_the_groups_and_a_seed_of_each(book):
    put(book, *(entry(seed, Verdict.FAILED if seed == 103 else Verdict.PASSED) for seed in range(100, 110)))
    text = "\n".join(line for line, _ in ending(book))
    assert "1 ×  Broken: it broke at 103" in text
    assert "repeat   raftkit test Test0 --impl v0.py --seed 103" in text
    assert "1 of 10 failed: a failure rate of 10 %, between 0.25 % and 45 % at 95 % confidence" in text
    assert "30 runs not made: raftkit stress --resume" in text


def test_plain_output_tells_what_is_new_at_once_and_progress_now_and_then(book):
    stream = io.StringIO()
    view = PlainView(stream)
    put(book, entry(100, Verdict.FAILED), entry(101, Verdict.FAILED))
    view.show(book)
    assert stream.getvalue() == "Broken: it broke at 100\n    raftkit test Test0 --impl v0.py --seed 100\n"
    book.began -= 61
    view.show(book)
    view.show(book)
    assert stream.getvalue().count("2 of 40 runs, 2 failed") == 1


def test_spans_of_time():
    assert [clock(seconds) for seconds in (0, 48, 100, 720, 6000, 11_100)] == [
        "0 s", "48 s", "2 min", "12 min", "1 h 40 min", "3 h 05 min",
    ]  # fmt: skip
