"""Rounds over hands of the tests' own: what happens when workers die."""

import io
from pathlib import Path

from stress_fakes import asked, entry

from raftkit.model import Verdict
from raftkit.stress.begin import begin
from raftkit.stress.hands import Ended
from raftkit.stress.journal import JOURNAL_FILE, Entry, Journal, JournalReader
from raftkit.stress.rounds import Rounds
from raftkit.stress.seeds import Seeds
from raftkit.stress.view import PlainView
from raftkit.stress.watch import Until
from raftkit.stress.work import Round

DEADLY = 104


class MortalHands:
    """Run whatever they are given, and die of one seed, with the rest of its chunk."""

    jobs = 1

    def __init__(self) -> None:
        self.deaths = 0

    def run(self, work: Round) -> Ended:
        journal, has_died = Journal(Path(work.folder) / JOURNAL_FILE), False
        for chunk in work.chunks:
            for seed, _ in chunk.cases:
                if seed == DEADLY:
                    self.deaths, has_died = self.deaths + 1, True
                    break
                journal.append(entry(seed, test=work.asked.tests[chunk.test].name))
        journal.close()
        return Ended(has_lost_workers=has_died)

    def close(self) -> None:
        pass


def test_a_run_that_costs_two_workers_their_life_is_an_error_and_others_are_made(tmp_path):
    hands = MortalHands()
    book = begin(asked(tests=1, seeds=Seeds(first=100, count=10)), tmp_path / "out", jobs=1)
    rounds = Rounds(book, PlainView(io.StringIO()), Until(), hands)
    rounds.run()
    found = {
        line.seed: line for line in JournalReader(book.folder / JOURNAL_FILE, Entry).new(to_the_end=True)
    }
    assert sorted(found) == list(range(100, 110))
    assert {seed for seed, line in found.items() if line.verdict is Verdict.ERROR} == {DEADLY}
    assert "the worker process died while it ran this test, twice" in found[DEADLY].broke.summary
    assert hands.deaths <= 3
    assert rounds.trouble == ""
