"""The journal: lines of several processes, lines that a kill has cut off."""

import threading

from stress_fakes import entry

from raftkit.stress.journal import Entry, Journal, JournalReader


def test_what_is_written_is_read_once_and_at_once(tmp_path):
    journal, reader = Journal(tmp_path / "j"), JournalReader(tmp_path / "j", Entry)
    assert list(reader.new()) == []
    for seed in range(3):
        journal.append(entry(seed))
        assert [found.seed for found in reader.new()] == [seed]
    assert list(reader.new()) == []


def test_a_line_that_was_cut_off_is_passed_over_and_harms_no_other(tmp_path):
    """A kill in the middle of a write; the next process goes on behind it."""
    path = tmp_path / "j"
    journal = Journal(path)
    journal.append(entry(1))
    path.write_bytes(path.read_bytes() + b'\n{"test": "Test0", "se')
    journal.append(entry(2))
    assert [found.seed for found in JournalReader(path, Entry).new(to_the_end=True)] == [1, 2]


def test_a_line_on_its_way_is_read_when_it_has_come(tmp_path):
    path = tmp_path / "j"
    Journal(path).append(entry(1))
    whole = path.read_bytes()
    reader = JournalReader(path, Entry)
    path.write_bytes(whole[:20])
    assert list(reader.new()) == []
    path.write_bytes(whole)
    assert [found.seed for found in reader.new()] == [1]


def test_several_writers_never_mix_their_lines(tmp_path):
    def write(first):
        journal = Journal(tmp_path / "j")
        for seed in range(first, first + 200):
            journal.append(entry(seed, folder="x" * 3000))

    threads = [threading.Thread(target=write, args=(1000 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [found.seed for found in JournalReader(tmp_path / "j", Entry).new(to_the_end=True)]
    assert sorted(found) == [1000 * n + seed for n in range(4) for seed in range(200)]
