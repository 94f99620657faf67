"""Finding an implementation, and the logger that it is given. Shapes are in tests/worlds."""

from pathlib import Path
from typing import Any

import pytest
import structlog

import raftkit.contract as contract
from raftkit.contract import TOPICS, ApplyMsg, locate, make_log
from raftkit.errors import ContractError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with implementations of all kinds."""
    for name in ("raft.py", "folder/raft.py", "impls/mine/raft.py", "pkg/__init__.py", "pkg/sub/__init__.py",
                 "pkg/sub/node.py", "pkg/sub/raft.py", "dotted/node.py", "odd-name/my-raft.py", "noext"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path.resolve()


SPECS = {
    # spec: (file, module, class, further root)
    "raft.py": ("raft.py", "raft", "", None),
    "./raft.py:Node": ("raft.py", "raft", "Node", None),
    "folder": ("folder/raft.py", "raft", "", None),
    "folder/": ("folder/raft.py", "raft", "", None),
    "folder:Node": ("folder/raft.py", "raft", "Node", None),
    "mine": ("impls/mine/raft.py", "raft", "", None),
    "mine:Node": ("impls/mine/raft.py", "raft", "Node", None),
    "dotted.node": ("dotted/node.py", "node", "", None),
    "dotted.node:Node": ("dotted/node.py", "node", "Node", None),
    "pkg.sub.node": ("pkg/sub/node.py", "pkg.sub.node", "", "."),
    "pkg.sub": ("pkg/sub/raft.py", "pkg.sub.raft", "", "."),
    "pkg/sub": ("pkg/sub/raft.py", "pkg.sub.raft", "", "."),
    "pkg/sub/__init__.py": ("pkg/sub/__init__.py", "pkg.sub", "", "."),
    "odd-name/my-raft.py": ("odd-name/my-raft.py", "raft", "", None),
    "noext": ("noext", "noext", "", None),
}


@pytest.mark.parametrize("spec", SPECS)
def test_a_spec_finds_its_file(here: Path, spec: str) -> None:
    """Path, folder, name in impls, dotted module; each with a class behind it or not."""
    file, module, class_name, top = SPECS[spec]
    found = locate(spec, impls=here / "impls")
    assert (found.path, found.module, found.class_name) == (here / file, module, class_name)
    assert found.roots == (found.path.parent, *([here / top] if top else []))


@pytest.mark.parametrize("spec", SPECS)
def test_the_absolute_spec_finds_the_same_from_anywhere(
    here: Path, spec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It crosses to a runner child, whose folder is another one."""
    found = locate(spec, impls=here / "impls")
    monkeypatch.chdir("/")
    assert locate(found.spec) == found


def test_a_file_here_comes_before_a_name_in_impls(here: Path) -> None:
    """What the user sees in the folder is what is meant."""
    (here / "mine").mkdir()
    (here / "mine/raft.py").write_text("")
    assert locate("mine", impls=here / "impls").path == here / "mine/raft.py"


def test_a_module_that_is_installed_is_found(here: Path) -> None:
    """By its dotted name, wherever Python finds it."""
    found = locate("raftkit.contract._types")
    assert found.path.name == "_types.py"
    with pytest.raises(ContractError):
        locate("sys")


# -- the log -------------------------------------------------------------------


def _lines() -> tuple[Any, list[tuple[str, str, dict[str, Any]]]]:
    lines: list[tuple[str, str, dict[str, Any]]] = []
    return make_log(lambda *line: lines.append(line)), lines


def test_there_is_a_method_for_each_topic() -> None:
    """TOPICS is the list of them."""
    log, lines = _lines()
    for topic in TOPICS:
        getattr(log, topic.lower())("event", n=1)
    assert lines == [(topic, "event", {"n": 1}) for topic in TOPICS]


def test_the_usual_methods_of_structlog_work() -> None:
    """Levels, bind, unbind, new, positional arguments, exceptions."""
    log, lines = _lines()
    for name in ("debug", "info", "msg", "warn", "warning", "error", "critical", "fatal"):
        getattr(log, name)(name)
    assert [topic for topic, _, _ in lines] == [
        "TRCE",
        "INFO",
        "INFO",
        "WARN",
        "WARN",
        "ERRO",
        "ERRO",
        "ERRO",
    ]
    lines.clear()
    bound = log.bind(server=1).bind(term=2)
    bound.info("%s has %d", "log", 5, peer=3)
    bound.unbind("term").info("x")
    bound.new(a=1).info("y")
    log.info("z")
    log.log(30, "w")
    log.info()
    try:
        raise ValueError("broken")
    except ValueError:
        log.exception("failed")
    assert lines == [
        ("INFO", "log has 5", {"server": 1, "term": 2, "peer": 3}),
        ("INFO", "x", {"server": 1}),
        ("INFO", "y", {"a": 1}),
        ("INFO", "z", {}),
        ("WARN", "w", {}),
        ("INFO", "", {}),
        ("ERRO", "failed", {"error": "ValueError: broken"}),
    ]


def test_any_name_may_be_a_field() -> None:
    """``topic`` and ``level`` are words of Raft code, too."""
    log, lines = _lines()
    log.vote("x", topic="a", level=1, method="m", text="t", name="n")
    assert lines == [("VOTE", "x", {"topic": "a", "level": 1, "method": "m", "text": "t", "name": "n"})]


def test_it_leaves_structlogs_own_configuration_alone() -> None:
    """A harness that reconfigures its host's logging is a bad guest."""
    assert not structlog.is_configured()


def test_an_apply_message_says_nothing_by_itself() -> None:
    """Neither kind is valid until somebody says so."""
    assert ApplyMsg() == ApplyMsg(False, None, 0, False, b"", 0, 0)
    assert set(contract.__all__) >= {"ApplyMsg", "Peer", "Persister", "ApplyChannel", "Raft", "log"}
