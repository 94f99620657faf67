"""Mutants as files: what their headers say, and what a hunt writes into them."""

from pathlib import Path

import pytest

from raftkit.zoo import Caught, ZooError, read_mutants
from raftkit.zoo.mutants import with_header

TEXT = '''"""It is
wrong.

Written by nobody.
"""
# breaks: safety | Raft §5.2: one vote in a term
# caught: lab 3 TestRejoin2B | oracles -
# missed: a leader that is cut off for a moment only
# expect: TestManyElections2A failed: voted twice

from right import Raft as Right


class Raft(Right):
    pass
'''


def zoo(folder: Path, **texts: str) -> Path:
    """A folder with these files, and the Raft that they change."""
    (folder / "right.py").write_text("class Raft:\n    pass\n")
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text)
    return folder


def test_a_file_says_what_is_wrong_what_that_breaks_and_who_notices(tmp_path: Path) -> None:
    """The file that it imports is no mutant."""
    (mutant,) = read_mutants(zoo(tmp_path, it=TEXT))
    assert (mutant.name, mutant.wrong, mutant.story) == ("it", "It is wrong.", "Written by nobody.")
    assert (mutant.harm, mutant.rule) == ("safety", "Raft §5.2: one vote in a term")
    assert mutant.caught == {"lab": Caught(3, "TestRejoin2B"), "oracles": None}
    assert mutant.missed == "a leader that is cut off for a moment only"
    assert mutant.suspects == {"TestManyElections2A"}


def test_a_file_without_headers_is_a_mutant_nobody_has_measured(tmp_path: Path) -> None:
    """Somebody else's folder."""
    (mutant,) = read_mutants(zoo(tmp_path, it="from right import Raft\n"))
    assert (mutant.harm, mutant.caught) == ("", {})


def test_what_a_hunt_found_is_written_behind_what_it_breaks(tmp_path: Path) -> None:
    """Other columns stay as they are; the second time nothing changes."""
    found = {"oracles": Caught(1, "TestCount2B"), "chaos": None}
    text = with_header(TEXT, found)
    assert "# caught: lab 3 TestRejoin2B | oracles 1 TestCount2B | chaos -\n# missed" in text
    assert with_header(text, found) == text
    bare = TEXT.replace("# caught: lab 3 TestRejoin2B | oracles -\n", "")
    assert "one vote in a term\n# caught: lab -\n# missed" in with_header(bare, {"lab": None})


def test_runs_belong_to_statements_and_not_to_words(tmp_path: Path) -> None:
    """A header may change without a new hunt; a statement, or the Raft below it, may not."""
    before = read_mutants(zoo(tmp_path, it=TEXT))[0].digest
    assert read_mutants(zoo(tmp_path, it=with_header(TEXT, {"lab": None})))[0].digest == before
    assert read_mutants(zoo(tmp_path, it=TEXT.replace("pass", "x = 1")))[0].digest != before
    zoo(tmp_path, it=TEXT)
    (tmp_path / "right.py").write_text("class Raft:\n    x = 1\n")
    assert read_mutants(tmp_path)[0].digest != before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("safety |", "sanity |"), "which is none of safety"),
        (("lab 3 TestRejoin2B", "lab three"), "write `lab 3 TestRejoin2B`"),
        (("class Raft", "class class"), "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    """With its name."""
    with pytest.raises(ZooError, match=message) as caught:
        read_mutants(zoo(tmp_path, it=TEXT.replace(*change)))
    assert "it.py" in str(caught.value)


def test_an_unknown_mutant_is_refused(tmp_path: Path) -> None:
    """So is a folder without any."""
    with pytest.raises(ZooError, match="has no mutant 'that'"):
        read_mutants(zoo(tmp_path, it=TEXT), ["that"])
    with pytest.raises(ZooError, match="has no Python files"):
        read_mutants(tmp_path / "nowhere")
