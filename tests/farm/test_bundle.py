"""What is sent to other machines, and that it stays where it belongs there."""

from pathlib import Path

import msgspec
import pytest

from raftkit.farm import FarmError
from raftkit.farm import bundle as bundles
from raftkit.farm.bundle import Bundle, below, pack
from raftkit.farm.engine import engine, refuse_another
from raftkit.farm.workshop import Workshop


def submission(folder: Path) -> Path:
    """A package with a module beside, and what else lies in people's folders."""
    for name, text in {
        "lab/raft.py": "class Raft: ...\n",
        "lab/__init__.py": "",
        "lab/log/__init__.py": "",
        "lab/log/entries.py": "ENTRIES = 1\n",
        "helper.py": "HELP = 1\n",
        "lab/secret.txt": "not Python",
        "other/notes.py": "in no package",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "lab" / "raft.py"


def test_what_can_be_imported_is_sent_and_nothing_else(tmp_path):
    file = submission(tmp_path)
    sent = pack([str(file)], [])
    assert sorted(str(Path(path).relative_to(tmp_path)) for path in sent.files) == [
        "helper.py", "lab/__init__.py", "lab/log/__init__.py", "lab/log/entries.py", "lab/raft.py",
    ]  # fmt: skip


def test_a_link_is_sent_as_what_it_leads_to(tmp_path):
    """What is laid out elsewhere holds no links: none can lead out."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "helper.py").write_text("HELP = 2\n")
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "raft.py").write_text("import helper\n")
    (tmp_path / "lab" / "helper.py").symlink_to("../elsewhere/helper.py")
    sent = pack([str(tmp_path / "lab" / "raft.py")], [])
    sent.lay_out(tmp_path / "there")
    laid_out = below(tmp_path / "there", str(tmp_path / "lab" / "helper.py"))
    assert laid_out.read_text() == "HELP = 2\n"
    assert not laid_out.is_symlink()


def test_too_much_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(bundles, "MOST_FILES", 3)
    with pytest.raises(FarmError, match=r"more than 3 files.*\n.*a folder of its own"):
        pack([str(submission(tmp_path))], [])


@pytest.mark.parametrize(
    "path", ["../outside.py", "/../outside.py", "/a/../../outside.py", "outside.py", "/a\0b", ""]
)
def test_no_path_leads_out_of_the_folder(tmp_path, path):
    hostile = Bundle(name="b", engine=engine(), cwd="/", files={path: b"x"})
    with pytest.raises(FarmError):
        hostile.lay_out(tmp_path / "there")
    assert not (tmp_path / "outside.py").exists()


def test_what_comes_from_a_workshop_names_the_paths_of_whoever_sent_it(tmp_path):
    file = submission(tmp_path / 'a "home"')
    shop = Workshop(pack([str(file)], []), tmp_path / "there")
    told = shop.told_json(
        msgspec.json.encode({"where": f"{shop.path(str(file))}:3", "folder": str(shop.cwd)})
    )
    assert shop.told(f"in {shop.path(str(file))}") == f"in {file}"
    assert msgspec.json.decode(told) == {"where": f"{file}:3", "folder": str(Path.cwd())}


class Tool:
    def __init__(self) -> None:
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


def test_a_workshop_keeps_its_tools_and_ends_them_with_itself(tmp_path):
    shop = Workshop(pack([str(submission(tmp_path))], []), tmp_path / "there")
    with shop.borrowed(Tool) as first:
        with shop.borrowed(Tool) as second:
            assert first is not second
    with shop.borrowed(Tool) as third:
        assert third is first
        shop.close()
        assert (second.is_closed, third.is_closed) == (True, False)
    assert third.is_closed
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("other", [{"raftkit": "9.9"}, {"digest": "0" * 12}, {"python": "cpython 3.99"}])
def test_a_worker_with_another_raftkit_or_python_is_refused(other):
    theirs = msgspec.structs.replace(engine(), **other)
    with pytest.raises(FarmError, match="tcp://w:1 cannot take part") as refused:
        refuse_another(theirs, engine(), "tcp://w:1")
    assert next(iter(other.values())) in str(refused.value)
