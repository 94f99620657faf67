"""``raftkit timeline``: which trace an argument means, and where its page goes."""

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from raftkit.cli import _timeline
from raftkit.errors import RaftkitError

RUN = ".raftkit/runs/20260301T101500Z-7-4711"


@pytest.fixture
def raftkit():
    """The command alone, as the app registers it."""
    app = typer.Typer()
    app.command("timeline")(_timeline.timeline)
    app.command("other")(lambda: None)
    return lambda *arguments: CliRunner().invoke(app, ["timeline", *arguments])


@pytest.fixture
def runs(example: Path, tmp_path, monkeypatch):
    """Two failures of one run."""
    monkeypatch.chdir(tmp_path)
    for test in ("TestA2B-7", "TestB2B-7"):
        folder = Path(RUN) / test
        folder.mkdir(parents=True)
        shutil.copy(example, folder / "trace.jsonl")
        (folder / "result.json").write_text(f'{{"id": "{test}", "verdict": "failed"}}')
    Path(".raftkit/runs/last").symlink_to(Path(RUN).name)
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "test"),
    [
        ((), "TestA2B-7"),
        (("last/TestB2B",), "TestB2B-7"),
        (("20260301/TestB2B-7",), "TestB2B-7"),
        ((f"{RUN}/TestB2B-7",), "TestB2B-7"),
        ((f"{RUN}/TestB2B-7/trace.jsonl",), "TestB2B-7"),
    ],
)
def test_a_run_a_test_a_folder_a_file(raftkit, runs, argument, test):
    """The page lies beside the trace, holds the result, and its path is printed."""
    done = raftkit(*argument)
    assert done.output.strip() == f"{RUN}/{test}/report.html"
    assert f'"id": "{test}"' in Path(done.output.strip()).read_text()


def test_a_trace_that_was_kept_gets_a_page_of_its_own_name(raftkit, example, tmp_path, monkeypatch):
    """``--trace DIR`` puts many into one folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(example, "TestA2B-7.jsonl")
    Path("result.json").write_text("of something else")
    assert raftkit("TestA2B-7.jsonl").output.strip() == "TestA2B-7.html"


def test_another_place(raftkit, runs):
    """-o names the page."""
    assert raftkit("-o", "mine.html").output.strip() == "mine.html"
    assert Path("mine.html").exists()


def test_a_place_that_cannot_be_written(raftkit, runs):
    """Is a usage error, not a traceback."""
    done = raftkit("-o", "no/such/folder/x.html")
    assert done.exit_code == 2
    assert "cannot be written" in done.output


@pytest.mark.parametrize("argument", ["TestNone", "no/such/trace.jsonl", "last/TestNone"])
def test_what_is_not_there(raftkit, runs, argument):
    """Comes up as raftkit's own error, which main prints."""
    assert isinstance(raftkit(argument).exception, RaftkitError)


def test_a_damaged_trace(raftkit, runs):
    """And no page beside it."""
    Path(f"{RUN}/TestA2B-7/trace.jsonl").write_text("")
    assert isinstance(raftkit().exception, RaftkitError)
    assert not Path(f"{RUN}/TestA2B-7/report.html").exists()


def test_open_shows_the_page(raftkit, runs, monkeypatch):
    """In whatever the system shows pages with."""
    shown = []
    monkeypatch.setattr(typer, "launch", shown.append)
    raftkit("--open")
    assert shown == [(runs / RUN / "TestA2B-7/report.html").as_uri()]
