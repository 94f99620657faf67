"""The guard: whatever way an implementation takes past its world, it is refused, and the harness knows at once."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from raftkit.sim import Kernel, RefusedOperation, guard, unguard


class Watched:
    """A guarded kernel, and what its guard told."""

    def __init__(self, lab: Any) -> None:
        self.lab = lab
        self.told: list[tuple[str, str]] = []
        self.kernel: Kernel = lab.kernel(step_ns=10_000)
        guard(self.kernel, lambda what, call: self.told.append((what, call)))

    def run(self, source: str, **files: str) -> str:
        """Run a program in a space of the kernel: what it printed."""
        files = {"raft.py": textwrap.dedent(source), **{f"{name}.py": text for name, text in files.items()}}
        root = self.lab.write(files)
        space = self.lab.space(self.kernel, root)
        self.kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=1)
        self.kernel.run_until(1 << 60)
        return "".join(self.lab.printed)


@pytest.fixture
def watched(lab: Any) -> Iterator[Watched]:
    """A guarded kernel."""
    made = Watched(lab)
    yield made
    unguard(made.kernel)


ATTEMPTS = {
    "write": ("open(PATH, 'w')", "a file to write to", "open('PATH', 'w')"),
    "append": ("open(PATH, 'a')", "a file to write to", "open('PATH', 'a')"),
    "create": ("open(PATH, 'x')", "a file to write to", "open('PATH', 'x')"),
    "read-and-write": ("open(PATH, 'r+b')", "a file to write to", None),
    "by-a-low-level": (
        "import os; os.open(PATH, os.O_WRONLY | os.O_CREAT)",
        "a file to write to",
        "open('PATH')",
    ),
    "by-pathlib": (
        "import pathlib; pathlib.Path(PATH).write_text('x')",
        "a file to write to",
        "open('PATH', 'w')",
    ),
    "by-io": ("import io; io.FileIO(PATH, 'w')", "a file to write to", "open('PATH', 'w')"),
    "by-logging": (
        "import logging; logging.FileHandler(PATH)",
        "a file to write to",
        "open('PATH', 'a')",
    ),
    "by-tempfile": ("import tempfile; tempfile.TemporaryFile()", "a file to write to", None),
    "by-shelve": ("import shelve; shelve.open(PATH)", "a file to write to", None),
    "mkdir": ("import os; os.mkdir(PATH)", "a change to a folder", "os.mkdir('PATH')"),
    "remove": ("import os; os.remove(PATH)", "a change to a folder", "os.remove('PATH')"),
    "rename": ("import os; os.replace(PATH, PATH)", "a change to a folder", "os.rename('PATH', 'PATH')"),
    "rmtree": (
        "import shutil; shutil.rmtree(PATH + '/..')",
        "a change to a folder",
        "shutil.rmtree('PATH/..')",
    ),
    "chdir": ("import os; os.chdir('/')", "another current folder", "os.chdir('/')"),
    "real-os": ("import posix; posix.system('true')", "another program", "os.system(b'true')"),
    "real-fork": ("import posix; posix.fork()", "another process", "os.fork()"),
    "os-stand-in": ("import os; os.system('true')", "another program", "os.system"),
    "socket-of-c": (
        "import sys; sys.modules['_socket'].socket()",
        "a socket",
        "socket()",
    ),
    "thread-of-a-library": (
        "import asyncio.base_events as library; library.threading.Thread(target=print).start()",
        "a thread of its own",
        "_thread.start_new_thread()",
    ),
    "process-of-a-library": (
        "import sys; sys.modules['subprocess'].run(['true'])",
        "another program",
        "subprocess.Popen('true')",
    ),
    "c-library": (
        "import sys; sys.modules['_ctypes'].dlopen('libm.so.6', 0)",
        "a library of C",
        "ctypes.dlopen('libm.so.6')",
    ),
    "database": ("import sqlite3; sqlite3.connect(PATH)", "a database", "sqlite3.connect('PATH')"),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_refused(watched: Watched, tmp_path: Path, name: str) -> None:
    """It raises an OSError where it happens, and is told although the implementation goes on."""
    import _ctypes  # noqa: F401  (all of these are loaded, as a library might have them)
    import _socket  # noqa: F401

    statement, what, call = ATTEMPTS[name]
    path = str(tmp_path / "there")
    source = f"PATH = {path!r}\ntry:\n    {statement}\nexcept OSError as error: print(type(error).__name__)\n"
    assert watched.run(source) == "RefusedOperation\n"
    assert watched.told[0][0] == what
    assert call is None or watched.told[0][1] == call.replace("PATH", path)
    assert not Path(path).exists()


ALLOWED = {
    "reading": "with open(__file__) as text, open(__file__, 'rb') as data: print(text.readline(), len(data.read()) > 9)",
    "reading-by-other-ways": (
        "import os, pathlib, linecache, inspect, json\nprint(pathlib.Path(__file__).read_bytes() != b'', "
        "os.path.exists(__file__), 'raft.py' in os.listdir(os.path.dirname(__file__)), "
        "os.close(os.open(__file__, os.O_RDONLY)), linecache.getline(__file__, 1) != '')"
    ),
    "nowhere": "import os\nwith open(os.devnull, 'w') as file: print(file.write('x'))",
    "memory": "import io, sqlite3\nprint(io.StringIO('x').read(), sqlite3.connect(':memory:').execute('select 1').fetchone())",
    "threads-and-processes-of-ours": (
        "import threading, os\nthread = threading.Thread(target=print, args=('ours',))\nthread.start(); thread.join()\n"
        "print(os.getpid())"
    ),
    "warnings": "import traceback, warnings\ntry: 1 / 0\nexcept ZeroDivisionError: print(len(traceback.format_exc()) > 9)",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(watched: Watched, name: str) -> None:
    """What changes nothing outside, and can be repeated as long as the files are the same."""
    assert watched.run(ALLOWED[name])
    assert watched.told == []


LIBRARY = """
import ctypes, os, sys, tempfile, threading, time, _thread
with open(os.path.join(os.path.dirname(__file__), "cache.txt"), "w") as file: file.write("x")
ctypes.CDLL(None)
done = threading.Event()
threading.Thread(target=done.set).start()
done.wait()
def write(path): open(path, "w").close()
"""


def test_a_library_may_do_what_it_needs_while_it_is_imported(
    watched: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python writes its ``.pyc``, numpy loads C libraries, others start threads: nobody's Raft is in that.

    What the implementation calls later is its own doing.
    """
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "some_library.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = str(tmp_path / "there")
    printed = watched.run(
        f"import some_library\nprint('imported')\ntry: some_library.write({path!r})\nexcept OSError: print('refused')"
    )
    sys.modules.pop("some_library")
    assert printed == "imported\nrefused\n"
    assert (tmp_path / "lib" / "cache.txt").exists()
    assert [path.suffix for path in (tmp_path / "lib" / "__pycache__").iterdir()] == [".pyc"]
    assert watched.told == [("a file to write to", f"open({path!r}, 'w')")]


def test_own_modules_are_no_library(watched: Watched, tmp_path: Path) -> None:
    """A helper beside the implementation is guarded while it is imported, too."""
    path = str(tmp_path / "there")
    watched.run("try: import helper\nexcept OSError: pass", helper=f"open({path!r}, 'w')")
    assert [what for what, _ in watched.told] == ["a file to write to"]


def test_who_is_not_guarded_does_as_he_likes(lab: Any, watched: Watched, tmp_path: Path) -> None:
    """The harness writes its traces meanwhile, and other kernels and other threads are none of its business."""
    other = lab.kernel()
    written = []

    def write(name: str) -> None:
        (tmp_path / name).write_text("x")
        written.append(name)

    write("before")
    other.spawn(write, "another kernel", name="w")
    other.run_until(1)
    watched.kernel.spawn(watched.kernel.sleep, 1, name="t")
    watched.kernel.call_at(0, write, "the hub")
    watched.kernel.run_until(5)
    write("after")
    assert written == ["before", "another kernel", "the hub", "after"]
    assert watched.told == []


def test_another_real_thread_is_not_the_implementation(watched: Watched, tmp_path: Path) -> None:
    """A watchdog may write while a task is at work."""
    go, done = threading.Event(), threading.Event()

    def watchdog() -> None:
        go.wait(10)
        (tmp_path / "x").write_text("x")
        done.set()

    def task() -> None:
        go.set()
        assert done.wait(10)

    thread = threading.Thread(target=watchdog)
    thread.start()
    watched.kernel.spawn(task, name="t")
    watched.kernel.run_until(5)
    thread.join()
    assert watched.told == []


def test_the_dying_are_refused_in_silence(watched: Watched, tmp_path: Path) -> None:
    """A ``finally`` block of a server that has crashed reaches nobody, and still writes nothing."""
    path = tmp_path / "there"
    errors = []

    def body() -> None:
        try:
            watched.kernel.sleep(100)
        finally:
            try:
                path.write_text("x")
            except RefusedOperation as error:
                errors.append(error)

    watched.kernel.spawn(body, name="t", group=2)
    watched.kernel.run_until(5)
    watched.kernel.kill_group(2)
    assert len(errors) == 1
    assert watched.told == []
    assert not path.exists()


def test_unguarded_again(watched: Watched, tmp_path: Path) -> None:
    """The hook stays for ever, as Python wants it; without a guarded kernel it lets everything pass."""
    unguard(watched.kernel)
    watched.kernel.spawn((tmp_path / "x").write_text, "x", name="t")
    watched.kernel.run_until(5)
    assert (tmp_path / "x").exists()


# -- in a world ------------------------------------------------------------------

HIDES_IT = """
def start(self, command):
    for _ in range(1000):
        try:
            with open(PATH, "w") as file:  # the line to be shown
                file.write("x")
        except OSError:
            pass
    return 1, 1, False
"""


def test_a_world_tells_the_harness_once_with_the_line(tmp_path: Path) -> None:
    """``try: ... except OSError: pass`` hides nothing: the run has failed, by this line."""
    from raftkit.contract import locate
    from raftkit.worlds import CreateServer, ServerRaised, Start
    from raftkit.worlds.local import LocalWorld

    source = "class Raft:\n    def __init__(self, *args): pass\n    def get_state(self): return 1, False\n    def kill(self): pass\n"
    text = f"PATH = {str(tmp_path / 'there')!r}\n{source}{textwrap.indent(HIDES_IT, '    ')}"
    (tmp_path / "raft.py").write_text(text)
    world = LocalWorld(locate(str(tmp_path / "raft.py")), "7")
    world.send(CreateServer(1, 0, 1, 3, b"", b""))
    assert len(world.run_until(1_000_000).outputs) == 1
    world.send(Start(2, 0, b"\xc0"))
    outputs = world.run_until(2_000_000).outputs
    raised = [output for output in outputs if isinstance(output, ServerRaised)]
    assert len(raised) == 1
    assert (raised[0].kind, raised[0].verdict, raised[0].place) == ("OutsideWorld", "failed", "start()")
    call = f"open({str(tmp_path / 'there')!r}, 'w')"
    assert raised[0].summary == f"server 0 asked for a file to write to, by {call}, in start()"
    assert (
        raised[0].details.splitlines()[-1].strip() == 'with open(PATH, "w") as file:  # the line to be shown'
    )
    assert raised[0].expected
    assert raised[0].advice
    kernel = world.kernel
    world.close()
    from raftkit.sim import _guard

    assert kernel not in _guard._guarded


def test_it_costs_next_to_nothing() -> None:
    """Python calls the hook for events of all kinds, thousands in a second of a run."""
    guard(kernel := Kernel("7", on_error=lambda task, error: None), lambda what, call: None)
    try:
        start = time.process_time()
        for _ in range(20_000):
            sys.audit("sys._getframe", None)
        assert time.process_time() - start < 0.2  # some 0.15 microseconds each, on any machine of today
    finally:
        unguard(kernel)


def test_in_a_runner_child_python_leaves_no_bytecode(tmp_path: Path) -> None:
    """What implementations import is read from their folders, and nothing is left there."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "some_library.py").write_text("X = 1\n")
    (tmp_path / "raft.py").write_text(
        "import some_library\nclass Raft:\n    def __init__(self, *args): pass\n    def start(self, command): return 0, 0, False\n"
        "    def get_state(self): return 0, False\n    def kill(self): pass\n"
    )
    command = [
        sys.executable,
        "-m",
        "raftkit",
        "test",
        "TestInitialElection2A",
        "--impl",
        str(tmp_path / "raft.py"),
        "-q",
    ]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "lib")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stdout + done.stderr
    assert sorted(path.name for path in (tmp_path / "lib").iterdir()) == ["some_library.py"]
