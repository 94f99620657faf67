"""``raftkit doctor``: each finding when things are well, and when they are not."""

from importlib import metadata

import pytest

from raftkit.cli import _doctor
from raftkit.cli._doctor import Finding, State


@pytest.mark.parametrize("look", _doctor.LOOKS, ids=lambda look: look.__name__.strip("_"))
def test_all_is_well_here(look):
    """Where raftkit's own tests run, nothing is broken."""
    assert [finding.what for finding in look() if finding.state is State.BROKEN] == []


def test_a_missing_package_breaks_raftkit(monkeypatch, capsys):
    """With the command that brings it."""

    def version(name: str) -> str:
        if name == "greenlet":
            raise metadata.PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(metadata, "version", version)
    assert _doctor.doctor() == 3
    shown = capsys.readouterr().out
    assert "BROKEN  greenlet" in shown
    assert "to get it: pip install greenlet" in shown
    assert shown.endswith("BROKEN: greenlet\n")


def test_a_folder_that_is_not_installed_is_told(monkeypatch, capsys):
    """Its packages are not looked at, and that says nothing against it."""

    def requires(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", requires)
    assert _doctor.doctor() == 0
    assert "packages" in capsys.readouterr().out


def test_an_old_python_breaks_raftkit(monkeypatch):
    """It says which is needed."""
    monkeypatch.setattr(_doctor.sys, "version_info", (3, 10, 0))
    (finding,) = _doctor._python()
    assert (finding.state, finding.cure) == (State.BROKEN, "Python 3.11 or newer")


def test_an_unwritable_folder_is_told(monkeypatch):
    """Runs go on without traces there."""

    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(_doctor.tempfile, "TemporaryFile", refuse)
    (finding,) = _doctor._runs_folder()
    assert finding.state is State.MISSING
    assert "Read-only file system" in finding.found


def test_what_a_feature_lacks_is_no_breakage(monkeypatch, capsys):
    """Missing is not broken."""
    monkeypatch.setattr(
        _doctor, "LOOKS", (lambda: [Finding("Go", State.MISSING, "no toolchain", "install go")],)
    )
    assert _doctor.doctor() == 0
    assert capsys.readouterr().out == (
        "missing Go  no toolchain\n            to get it: install go\n\nraftkit works here.\n"
    )
