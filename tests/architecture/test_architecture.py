"""Who may import whom, what may not appear where, and that what is public is explained.

It reads the source and runs nothing of it.
"""

import ast
import importlib
from pathlib import Path

import pytest

import raftkit

ROOT = Path(raftkit.__file__).parent

MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "texts": set(),
    "sim": set(),
    "contract": set(),
    "trace": set(),
    "net": {"sim", "trace"},
    "worlds": {"contract", "sim"},
    "cluster": {"worlds", "net", "trace", "sim"},
    "nemesis": {"cluster", "net", "trace"},
    "oracles": {"trace"},
    "linearizability": {"trace"},
    "workloads": {"cluster", "linearizability", "trace", "sim"},
    "report": {"trace"},
    "suite": {"cluster", "nemesis", "linearizability"},
    "chaos": set(),
    "runner": {
        "suite",
        "cluster",
        "oracles",
        "trace",
        "report",
        "worlds",
        "contract",
        "nemesis",
        "workloads",
    },
    "plugin": {"runner", "report"},
    "farm": {"runner", "report"},
    "stress": {"runner", "report", "plugin", "farm", "chaos"},
    "shrink": {"runner", "report", "plugin", "stress"},
    "grade": {"runner", "report", "stress", "farm"},
    "zoo": {"runner", "report", "stress", "chaos"},
    "gotest": {"runner", "report"},
    "cli": {"runner", "report", "grade", "stress", "shrink", "farm", "zoo", "chaos", "gotest"},
}
"""Rooms by name; everybody may import ``model``, ``errors`` and ``texts``, and ``errors`` imports ``model``."""

EXCEPTIONS: dict[str, set[str]] = {
    # what a room may import as well, and why
    # The commands name what there is: implementations, suites, the plugin; and they show traces.
    "cli": {"contract", "plugin", "suite", "trace", "worlds"},
    # Reads the rubric by the suites' YAML, finds implementations and tests, asks how far this host locks in.
    "grade": {"contract", "suite", "plugin", "worlds"},
    "gotest": {"contract", "worlds"},  # finds the package; builds it and ends it as the world of a Go lab
    "farm": {"contract"},  # finds the implementation that it sends
    "plugin": {"contract", "suite"},  # finds the implementation, collects a suite's tests
    "runner": {"sim"},  # its debugger stops the kernel's tasks
    "stress": {"contract", "suite"},  # names the implementation and the tests, once, before it begins
    "zoo": {"suite"},  # names the tests of its columns
    "shrink": {"suite"},  # reads suites as text, and lets their loader judge what it has cut
    "suite": {"oracles"},  # the names of facts that a test may demand with `must_happen`
}

WITHOUT_REAL_TIME = (
    "model",
    "errors",
    "sim",
    "contract",
    "trace",
    "net",
    "worlds",
    "cluster",
    "nemesis",
    "oracles",
    "linearizability",
    "workloads",
    "suite",
    "chaos",
)
"""Rooms in which everything follows from the seed."""
IN_REAL_TIME = ("worlds/process/", "worlds/go/")
"""But for these folders: they start, watch and end processes of the machine's own, and tell the time to nobody."""

FORBIDDEN_MODULES = frozenset({
    "asyncio.subprocess", "multiprocessing", "secrets", "select", "selectors", "signal", "socket", "subprocess", "_thread",
    "concurrent.futures",
})  # fmt: skip
FORBIDDEN_CALLS = frozenset({
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns",
    "time.process_time", "time.sleep", "datetime.now", "datetime.utcnow", "datetime.today", "date.today",
    "datetime.datetime.now", "datetime.date.today", "os.urandom", "os.getpid", "uuid.uuid4", "uuid.uuid1",
    "threading.Thread", "threading.Lock", "threading.Timer", "random.SystemRandom",
})  # fmt: skip
STANDS_IN = {"sim/_standins.py", "sim/_threading.py", "sim/_asyncio.py"}
"""Files that import the real thing in order to stand in its place."""
ALLOWED = {("sim/_guard.py", name) for name in ("_thread", "_thread.get_ident", "threading")}
"""The guard asks which real thread it is in, and sees others begin; it starts none."""
OWN_NAMES = {"sim/_threading.py": {"threading.Thread"}}
"""Calls of the stand-in under the real one's name."""


def _files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "_data" not in path.parts)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def _imports(tree: ast.AST) -> list[tuple[str, int]]:
    """Every module that is imported, wherever in the file, with its line."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


FILES = _files()
TREES = {path: ast.parse(path.read_bytes()) for path in FILES}
ROOMS = sorted({_room(path) for path in FILES} - {"__init__", "__main__"})


def test_every_room_is_in_the_table() -> None:
    """A new room says whom it imports before anybody imports it."""
    assert set(ROOMS) <= set(MAY_IMPORT)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_those_below_it(room: str) -> None:
    """The kernel knows nothing of Raft, the cluster nothing of suites, and oracles read nothing but events."""
    wrong = []
    for path in FILES:
        if _room(path) != room:
            continue
        allowed = MAY_IMPORT[room] | {room} | EXCEPTIONS.get(room, set())
        if room not in ("model", "errors", "texts"):
            allowed |= {"model", "errors", "texts"}
        if room == "errors":
            allowed |= {"model"}
        for name, line in _imports(TREES[path]):
            parts = name.split(".")
            if parts[0] == "raftkit" and len(parts) > 1 and parts[1] in ROOMS and parts[1] not in allowed:
                wrong.append(f"{_name(path)}:{line} imports {name}")
    assert wrong == []


def test_files_with_an_underscore_are_imported_by_their_own_room_only() -> None:
    """What is behind the door of a room may change without a word."""
    wrong = []
    for path in FILES:
        for name, line in _imports(TREES[path]):
            parts = name.split(".")
            private = [index for index, part in enumerate(parts) if part.startswith("_") and index > 0]
            if parts[0] != "raftkit" or not private or parts[private[0]].startswith("__"):
                continue
            owner = parts[1]
            if _room(path) != owner:
                wrong.append(f"{_name(path)}:{line} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("room", [room for room in WITHOUT_REAL_TIME if room in ROOMS])
def test_no_wall_clock_no_global_chance_no_threads_no_sockets(room: str) -> None:
    """A run that reads the machine cannot be repeated from its seed."""
    wrong = []
    for path in FILES:
        if _room(path) != room or _name(path).startswith(IN_REAL_TIME):
            continue
        for name, line in _imports(TREES[path]):
            if (_name(path), name) in ALLOWED:
                continue
            if _reaches_out(name) or (
                _name(path) not in STANDS_IN and name in ("random", "time", "threading")
            ):
                wrong.append(f"{_name(path)}:{line} imports {name}")
        for node in ast.walk(TREES[path]):
            forbidden = FORBIDDEN_CALLS - OWN_NAMES.get(_name(path), set())
            if isinstance(node, ast.Call) and ast.unparse(node.func) in forbidden:
                wrong.append(f"{_name(path)}:{node.lineno} calls {ast.unparse(node.func)}")
    assert wrong == []


def _reaches_out(name: str) -> bool:
    if name.startswith("random."):
        return name != "random.Random"
    return any(name == module or name.startswith(module + ".") for module in FORBIDDEN_MODULES)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_explains_itself_and_lists_what_it_offers(room: str) -> None:
    """Its ``__init__`` has a docstring, and an ``__all__`` that is sorted, complete and true."""
    folder = ROOT / room
    if not folder.is_dir():
        assert ast.get_docstring(TREES[ROOT / f"{room}.py"])
        return
    tree = TREES[folder / "__init__.py"]
    assert ast.get_docstring(tree)
    module = importlib.import_module(f"raftkit.{room}")
    offered = list(getattr(module, "__all__", []))
    assert len(offered) == len(set(offered))
    missing = [name for name in offered if not hasattr(module, name)]
    assert missing == []
    exported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"raftkit.{room}")
        for alias in node.names
        if not (alias.asname or alias.name).startswith("_")
    }
    if offered:
        assert exported <= set(offered)


def test_public_names_are_explained() -> None:
    """Every public module, class, function and method of the package has a docstring."""
    wrong = []
    for path in FILES:
        if not ast.get_docstring(TREES[path]):
            wrong.append(f"{_name(path)}: the module")
        wrong += [f"{_name(path)}:{line} {name}" for name, line in _unexplained(TREES[path].body, "")]
    assert wrong == []


def _unexplained(body: list[ast.stmt], prefix: str) -> list[tuple[str, int]]:
    found = []
    for node in body:
        if not isinstance(
            node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) or node.name.startswith("_"):
            continue
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        if any("overload" in text or text.endswith(".setter") for text in decorators):
            continue
        if not ast.get_docstring(node):
            found.append((prefix + node.name, node.lineno))
        is_protocol = isinstance(node, ast.ClassDef) and "Protocol" in map(ast.unparse, node.bases)
        if (
            isinstance(node, ast.ClassDef) and not is_protocol
        ):  # whoever keeps a protocol explains its methods
            found += _unexplained(node.body, f"{node.name}.")
    return found
