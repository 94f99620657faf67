"""Spaces: each server's private Python, in which ordinary code works as its author expects."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from raftkit.sim import Refused

PROGRAMS = {
    # -- imports
    "names-of-modules": (
        "import threading as t, time as clock\nfrom time import sleep, monotonic as now\nfrom threading import Lock\n"
        "sleep(1.5)\nprint(round(now(), 3), t.Lock is Lock, clock.sleep is sleep)",
        "1.5 True True\n",
    ),
    "a-submodule-of-a-stand-in": (
        "import os.path, importlib.util, logging.handlers, concurrent.futures.thread, collections.abc\n"
        "import sys, os, threading\n"
        "print(os.getpid(), os.path.join('a', 'b'), importlib.import_module('threading') is threading)\n"
        "print(logging.threading is threading, concurrent.futures.thread.threading is threading)\n"
        "from os import path\nfrom concurrent import futures\nfrom logging import handlers\nfrom importlib import metadata\n"
        "print(path is os.path, futures.thread is concurrent.futures.thread, metadata.__name__)",
        "1 a/b True\nTrue True\nTrue True importlib.metadata\n",
    ),
    "import-module": (
        "import importlib, time\nprint(importlib.import_module('time') is time, importlib.import_module('json').__name__)\n"
        "print(importlib.import_module('helper').X, __import__('helper').X)",
        "True json\n5 5\n",
    ),
    "star-imports": (
        "from time import *\nfrom random import *\nfrom helper import *\nsleep(1)\nprint(monotonic() >= 1, 1 <= randint(1, 2), X)\n"
        "print(strptime('2020', '%Y').tm_year)",
        "True True 5\n2020\n",
    ),
    "a-module-that-is-not-there": (
        "try:\n    import nothing_of_that_name\nexcept ModuleNotFoundError as error:\n    print(error)\n"
        "try:\n    from helper import nothing\nexcept ImportError as error:\n    print(str(error).partition(' (')[0])\n"
        "try:\n    import helper.nothing\nexcept ModuleNotFoundError as error:\n    print(error)",
        "No module named 'nothing_of_that_name'\ncannot import name 'nothing' from 'helper'\n"
        "No module named 'helper.nothing'; 'helper' is not a package\n",
    ),
    "an-optional-module": (
        "try:\n    import socket\nexcept ImportError:\n    socket = None\nprint(socket)",
        "None\n",
    ),
    # -- classes
    "pickle-of-own-classes": (
        """
        import copy, io, pickle
        from helper import Base
        class Entry(Base):
            def __init__(self, term): self.term = term
            def __eq__(self, other): return self.term == other.term
        class Own(pickle.Pickler):
            def reducer_override(self, value): return NotImplemented
        class OwnUnpickler(pickle.Unpickler):
            def find_class(self, module, name): return super().find_class(module, name)
        for protocol in range(6):
            back = pickle.loads(pickle.dumps([Entry(3)], protocol=protocol))
            print(type(back[0]) is Entry, back == [Entry(3)], end=" ")
        print()
        for pickler, unpickler in ((pickle.Pickler, pickle.Unpickler), (Own, OwnUnpickler), (pickle._Pickler, pickle._Unpickler)):
            stream = io.BytesIO()
            pickler(stream, 4).dump({"entry": Entry(4)})
            stream.seek(0)
            print(type(unpickler(stream).load()["entry"]) is Entry, end=" ")
        print(copy.deepcopy(Entry(5)) == Entry(5), copy.copy(Entry(5)) == Entry(5))
        """,
        "True True " * 6 + "\nTrue True True True True\n",
    ),
    "pickle-at-any-moment": (
        """
        import pickle, threading, time
        class Entry:
            def __getstate__(self):
                time.sleep(1)  # waits in the middle of a pickle
                return {"x": 1}
        got = []
        def body(): got.append(pickle.loads(pickle.dumps(Entry())))
        threads = [threading.Thread(target=body) for _ in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print([type(entry) is Entry and entry.x for entry in got], time.monotonic() < 2)
        """,
        "[1, 1, 1] True\n",
    ),
    "dataclasses-with-annotations-as-text": (
        """
        from __future__ import annotations
        import dataclasses, pickle, typing
        from dataclasses import dataclass, field
        from typing import ClassVar
        @dataclass
        class Node:
            kind: ClassVar[str] = "node"
            value: int = 0
            next: Node | None = None
            tags: list[str] = field(default_factory=list)
        @dataclass(frozen=True, order=True)
        class Key: a: int
        @dataclass(slots=True)
        class Slim: a: int
        node = Node(1, Node(2))
        print(node, pickle.loads(pickle.dumps(node)) == node, [f.name for f in dataclasses.fields(Node)])
        print(typing.get_type_hints(Node)["next"], {Key(1): 2}[Key(1)], Key(1) < Key(2), Slim(1), dataclasses.asdict(node))
        def inside():
            @dataclass
            class Inner:
                x: typing.ClassVar[int] = 1
                y: int = 2
            return Inner()
        print(inside(), typing.get_type_hints(Node)["tags"])
        try: hash(node)
        except TypeError as error: print(error)
        try: Slim(1).b = 1
        except AttributeError as error: print(str(error).partition(" and no")[0])
        """,
        "Node(value=1, next=Node(value=2, next=None, tags=[]), tags=[]) True ['value', 'next', 'tags']\n"
        "raft.Node | None 2 True Slim(a=1) "
        "{'value': 1, 'next': {'value': 2, 'next': None, 'tags': []}, 'tags': []}\n"
        "inside.<locals>.Inner(y=2) list[str]\nunhashable type: 'Node'\n'Slim' object has no attribute 'b'\n",
    ),
    "classes-of-all-kinds": (
        """
        import abc, collections, enum, pickle, typing
        class Plain: pass
        class Explicit(object): pass
        class Mixin: pass
        class WithDict(Mixin, dict): pass
        class WithError(Mixin, Exception): pass
        class WithInt(Mixin, int): pass
        class Slots:
            __slots__ = ("a",)
        class Child(Slots): __slots__ = ("b",)
        class Abstract(abc.ABC):
            @abc.abstractmethod
            def f(self): ...
        class Concrete(Abstract):
            def f(self): return 1
        class Meta(type): pass
        class WithMeta(metaclass=Meta): pass
        class Old(metaclass=abc.ABCMeta): pass
        T = typing.TypeVar("T")
        class Box(typing.Generic[T]): pass
        class Quacks(typing.Protocol):
            def quack(self): ...
        @typing.runtime_checkable
        class Checks(typing.Protocol):
            def f(self): ...
        class Duck(Quacks):
            def quack(self): return "quack"
        class Pair(typing.NamedTuple):
            a: int
            b: int = 2
        class Dict(typing.TypedDict): a: int
        class Role(enum.Enum): LEADER = "leader"
        class Text(Mixin, str, enum.Enum): A = "a"
        class Code(enum.IntEnum): A = 1
        class Flags(enum.Flag): A = 1; B = 2
        class Equal:
            def __eq__(self, other): return True
        print(len({Plain(), Plain(), Explicit(), Slots(), Child(), Concrete(), WithMeta(), Old(), Box(), Duck()}))
        print(WithDict(a=1), repr(WithError("x")), WithInt(3) + 1, Box[int]().__class__ is Box, Duck().quack())
        print(Pair(1), Dict(a=1), Role.LEADER, Text.A == "a", Code.A + 1, Flags.A | Flags.B, isinstance(Concrete(), Checks))
        for value in Plain(), Slots(), Child(), Pair(1), Role.LEADER, WithError("x"), WithDict(a=1):
            for protocol in (2, 5):
                assert type(pickle.loads(pickle.dumps(value, protocol))) is type(value)
        for wrong in (lambda: hash(Equal()), lambda: Abstract(), lambda: Plain(1), lambda: Slots().__dict__):
            try: wrong()
            except (TypeError, AttributeError) as error: print(error)
        x = Plain(); hash(x); print(vars(x), x == x, x != Plain(), issubclass(Plain, object), Plain.__doc__)
        """,
        "10\n{'a': 1} WithError('x') 4 True quack\n"
        "Pair(a=1, b=2) {'a': 1} Role.LEADER True 2 Flags.A|B True\n"
        "unhashable type: 'Equal'\nABSTRACT\nPlain() takes no arguments\n'Slots' object has no attribute '__dict__'\n"
        "{} True True True None\n",
    ),
    "structs": (
        """
        from __future__ import annotations
        import msgspec
        class Entry(msgspec.Struct):
            term: int
            command: object = None
        class Args(msgspec.Struct, frozen=True): entries: list[Entry]
        def later():  # annotations are looked up when a decoder is made, here long after the import
            return msgspec.msgpack.Decoder(Args).decode(msgspec.msgpack.encode(Args([Entry(1, "x")])))
        import threading
        thread = threading.Thread(target=lambda: print(later())); thread.start(); thread.join()
        """,
        "Args(entries=[Entry(term=1, command='x')])\n",
    ),
    # -- time and chance
    "time": (
        """
        import time, datetime, calendar
        print(time.time(), time.time_ns(), time.perf_counter(), time.process_time(), time.strftime("%F %T"))
        time.sleep(61)
        print(time.ctime(), time.gmtime().tm_min, time.localtime().tm_min, time.strftime("%T", time.localtime(0)))
        print(time.asctime(), time.mktime(time.localtime()) == int(time.time()), time.timezone, time.tzname)
        print(time.clock_gettime(time.CLOCK_MONOTONIC) == time.monotonic(), time.CLOCK_REALTIME)
        now = datetime.datetime.now()
        print(now, datetime.date.today(), datetime.datetime.now(datetime.timezone.utc).isoformat())
        print(type(now + datetime.timedelta(1)).__name__, isinstance(now, datetime.datetime), isinstance(now, datetime.date))
        print(datetime.datetime(2020, 1, 2) < now, datetime.date(2020, 1, 2).isoformat(), datetime.datetime.utcnow() == now)
        print(datetime.datetime.fromisoformat("2020-01-02"), datetime.datetime.strptime("2020", "%Y"), datetime.datetime.max.year)
        print(datetime.datetime.fromtimestamp(0), datetime.date.fromtimestamp(0), isinstance(datetime.date(1, 1, 1), datetime.datetime))
        import pickle
        print(pickle.loads(pickle.dumps(now)) == now)
        """,
        "1000000000.0 1000000000000000000 0.0 0.0 2001-09-09 01:46:40\n"
        "Sun Sep  9 01:47:41 2001 47 47 00:00:00\nSun Sep  9 01:47:41 2001 True 0 ('UTC', 'UTC')\nTrue 0\n"
        "2001-09-09 01:47:41 2001-09-09 2001-09-09T01:47:41+00:00\ndatetime True True\n"
        "False 2020-01-02 True\n2020-01-02 00:00:00 2020-01-01 00:00:00 9999\n1970-01-01 00:00:00 1970-01-01 False\nTrue\n",
    ),
    "chance": (
        """
        import random, secrets, uuid, os
        first = [random.random(), random.randint(1, 6), random.choice("abc"), random.SystemRandom().random(), random.Random().random()]
        random.seed(1); a = random.random(); random.seed(1); print(a == random.random(), random.Random(5).random() == random.Random(5).random())
        state = random.getstate(); b = random.random(); random.setstate(state); print(b == random.random())
        print(len(os.urandom(8)), len(secrets.token_hex(4)), uuid.uuid4().version, uuid.uuid1().version, isinstance(uuid.uuid4(), uuid.UUID))
        print(len(random.sample(range(10), 3)), 1 <= random.uniform(1, 2) <= 2, len(random.choices("ab", k=3)), secrets.randbelow(1))
        try: random.SystemRandom().getstate()
        except NotImplementedError as error: print(error)
        """,
        "True True\nTrue\n8 8 4 1 True\n3 True 3 0\nSystem entropy source does not have state.\n",
    ),
    # -- output
    "print": (
        """
        import sys, io
        print("a", 1, None, sep="-", end="!\\n"); print(); print("x", file=sys.stderr, flush=True)
        sys.stdout.write("w\\n"); sys.stderr.writelines(["l1\\n", "l2\\n"]); sys.stdout.flush()
        print(sys.stdout.isatty(), sys.stdout.encoding, sys.stdout.writable(), sys.stdout.readable())
        own = io.StringIO(); print("own", file=own); print(own.getvalue(), end="")
        sys.stdout = own; print("redirected"); sys.stdout = sys.__stdout__; print(repr(own.getvalue()))
        for wrong in (lambda: print(1, sep=2), lambda: sys.stdout.write(b"x"), lambda: input()):
            try: wrong()
            except (TypeError, EOFError) as error: print(type(error).__name__)
        """,
        "a-1-None!\n\nx\nw\nl1\nl2\nFalse utf-8 True False\nown\n'own\\nredirected\\n'\nTypeError\nTypeError\nEOFError\n",
    ),
    "logging": (
        """
        import logging, threading, time
        logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s %(threadName)s %(name)s %(message)s")
        time.sleep(2)
        logging.getLogger("raft").info("term %d", 3)
        thread = threading.Thread(target=lambda: logging.warning("inside"), name="ticker"); thread.start(); thread.join()
        """,
        "2001-09-09 01:46:42,000 INFO MainThread raft term 3\n2001-09-09 01:46:42,000 WARNING ticker root inside\n",
    ),
    "structlog": (
        """
        import structlog, time
        from structlog.processors import TimeStamper, KeyValueRenderer
        log = structlog.get_logger().bind(term=3)
        log.info("hello", peer=1); log.warning("careful")
        time.sleep(5)
        structlog.configure(processors=[structlog.processors.TimeStamper(fmt="iso"), TimeStamper(key="t"), KeyValueRenderer(sort_keys=True)])
        structlog.get_logger(server=2).info("x")
        """,
        "[info     ] hello peer=1 term=3\n[warning  ] careful term=3\n"
        "event='x' server=2 t=1000000005.0 timestamp='2001-09-09T01:46:45Z'\n",
    ),
    # -- odds and ends
    "builtins-and-sys": (
        """
        import builtins, sys, atexit, os
        builtins.shared = 5; print(shared, builtins.print is print, __name__, __file__.endswith("raft.py"))
        print(sys.modules[__name__].__name__, callable(sys.exc_info))
        atexit.register(print, "never"); here = 1; print(vars(sys.modules["raft"])["here"], "here" in dir(sys.modules["raft"]))
        sys.modules[__name__].there = 2; print(there)
        for name in ("system", "fork", "_exit"):
            try: getattr(os, name)(0)
            except PermissionError as error: print(str(error).partition(",")[0])
        """,
        "5 True raft True\nraft True\n1 True\n2\nos.system reaches past the simulated world\n"
        "os.fork reaches past the simulated world\nos._exit reaches past the simulated world\n",
    ),
    "functions-as-class-attributes": (
        """
        import time, random
        class A:
            clock, sleep, say, draw = time.monotonic, time.sleep, print, random.random
        a = A(); a.sleep(1); a.say(round(a.clock()), a.draw() < 1, print.__name__)
        """,
        "1 True print\n",
    ),
    "id-is-one-number-for-one-object": (
        """
        class A: pass
        a, b = A(), A()
        print(id(a) == id(a), id(a) != id(b), id(1) == id(1), id(None) != id(True), type(id([])).__name__, 0 < id(a) < 10**6)
        print(sorted([b, a], key=id)[0] is a, {a: 1}[a], a in {a}, b in {a})
        """,
        "True True True True int True\nTrue 1 True False\n",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_ordinary_code_works(lab: Any, name: str) -> None:
    """Whatever a student would ordinarily write does what Python's documentation says."""
    source, expected = PROGRAMS[name]
    printed = lab.run(source, helper="X = 5\nclass Base:\n    pass\n")
    assert printed.replace(_abstract_error(), "ABSTRACT") == expected


def _abstract_error() -> str:
    import abc

    class Abstract(abc.ABC):
        @abc.abstractmethod
        def f(self) -> None: ...

    try:
        Abstract()  # type: ignore[abstract]
    except TypeError as error:
        return str(error)
    raise AssertionError


# -- own modules and packages --------------------------------------------------


def _run(lab: Any, files: dict[str, str], main: str = "raft.py", name: str = "raft", **options: Any) -> str:
    root = lab.write(files)
    kernel = lab.kernel(step_ns=10_000)
    space = lab.space(kernel, root, **options)
    before = len(lab.printed)
    kernel.spawn(space.load, root / main, name, name="main", group=1)
    kernel.run_until(1 << 60)
    return "".join(lab.printed[before:])


def test_packages_relative_imports_and_circles(lab: Any) -> None:
    """A larger implementation is spread over files, some of which know each other."""
    files = {
        "raft.py": "import log_part\nfrom parts import *\nfrom parts.deep import leaf\nimport parts.deep.leaf as again\n"
        "import parts.deep.leaf\nprint(log_part.back(), one.ONE, leaf.NAME, again is leaf, parts.deep.leaf is leaf, parts.TOP)\n"
        "VALUE = 1\nprint(log_part.later())",
        "log_part.py": "import raft\ndef back(): return raft.__name__\ndef later():\n    import raft\n    return raft.VALUE",
        "parts/__init__.py": "from . import one\nfrom .two import TWO\n__all__ = ['one', 'three']\nTOP = TWO",
        "parts/one.py": "from . import two\nONE = 1",
        "parts/two.py": "from . import one\nTWO = 2",
        "parts/three.py": "THREE = 3",
        "parts/deep/__init__.py": "",
        "parts/deep/leaf.py": "from ..one import ONE\nNAME = __name__",
    }
    assert _run(lab, files) == "raft 1 parts.deep.leaf True True 2\n1\n"


def test_an_implementation_inside_a_package(lab: Any) -> None:
    """``from .log import Log`` and ``from log import Log`` both work beside a file in a package."""
    files = {
        "pkg/__init__.py": "from .raft import NAME",
        "pkg/raft.py": "from .log import X\nimport log\nNAME = __name__\nprint(NAME, __package__, X, log.X)",
        "pkg/log.py": "X = 4",
    }
    root = lab.write(files)
    kernel = lab.kernel()
    space = lab.space(kernel, root / "pkg", root)
    kernel.spawn(space.load, root / "pkg/raft.py", "pkg.raft", name="main", group=1)
    kernel.run_until(1)
    assert "".join(lab.printed) == "pkg.raft pkg 4 4\n"


def test_a_folder_without_init_is_a_package_too(lab: Any) -> None:
    """Many people have not written an empty ``__init__.py`` for years."""
    files = {
        "raft.py": "from helpers.log import X\nimport helpers.sub.deep\nprint(X, helpers.sub.deep.Y, helpers.__name__)",
        "helpers/log.py": "from .sub.deep import Y\nX = Y + 1",
        "helpers/sub/deep.py": "Y = 1",
        "json/readme.txt": "a folder that only happens to have a module's name",
    }
    assert _run(lab, files) == "2 1 helpers\n"


def test_a_folder_does_not_hide_a_library(lab: Any) -> None:
    """A folder ``json/`` with results in it is no module."""
    assert _run(lab, {"raft.py": "import json\nprint(json.dumps([1]))", "json/result.txt": ""}) == "[1]\n"


def test_an_own_file_answers_to_its_own_name_only(lab: Any) -> None:
    """``message.py`` is not ``email.message``; and what Python has imported at its start wins, as always."""
    files = {
        "raft.py": "import collections.abc, time, abc, message\nfrom email.message import Message\n"
        "print(hasattr(collections.abc, 'Sequence'), hasattr(abc, 'ABC'), hasattr(time, 'sleep'), message.X, Message.__name__)",
        "abc.py": "X = 1",
        "time.py": "X = 2",
        "message.py": "X = 3",
    }
    assert _run(lab, files) == "True True True 3 Message\n"


def test_sys_path_may_be_extended(lab: Any) -> None:
    """Code found that way is the implementation's own, with our threads beneath it."""
    files = {
        "raft.py": "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\n"
        "import deep, threading\nprint(deep.threading is threading)",
        "lib/deep.py": "import threading",
    }
    before = list(sys.path)
    assert _run(lab, files) == "True\n"
    assert sys.path == before


def test_a_failed_import_leaves_nothing_behind(lab: Any) -> None:
    """As in Python, the next import tries again."""
    files = {
        "raft.py": "for _ in range(2):\n    try:\n        import broken\n    except ZeroDivisionError:\n"
        "        print('broken')\nimport sys\nprint('broken' in sys.modules)",
        "broken.py": "1 / 0",
    }
    assert _run(lab, files) == "broken\nbroken\nFalse\n"


@pytest.mark.parametrize(
    "module",
    ["socket", "multiprocessing", "subprocess", "signal", "urllib.request", "select", "ctypes",
     "multiprocessing.pool", "concurrent.futures.process", "raftkit.sim", "raftkit.errors", "http.client"],
)  # fmt: skip
def test_modules_that_reach_outside_are_refused_at_their_line(lab: Any, module: str) -> None:
    """A run that talks to the machine cannot be repeated; the author sees which line asked for it."""
    files = {"raft.py": f"X = 1\nimport {module}\n"}
    _run(lab, files, overlay={"raftkit": _hollow_package})
    [(_, error)] = lab.errors
    lab.errors.clear()
    assert isinstance(error, Refused)
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith("raft.py"):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    assert lines == [2]


def _hollow_package(space: Any) -> Any:
    from types import ModuleType

    module = ModuleType("raftkit")
    module.__path__ = []
    return module


# -- privacy -------------------------------------------------------------------


def test_two_spaces_share_nothing(lab: Any) -> None:
    """Two servers are two computers: neither modules, nor builtins, nor stand-ins are common."""
    files = {
        "raft.py": "import builtins, helper, logging, os, pickle, queue, random, sys, threading, time\n"
        "before = (getattr(builtins, 'x', 0), helper.X, getattr(threading, 'x', 0), getattr(os, 'x', 0), getattr(sys, 'x', 0),\n"
        "          len(logging.getLogger().handlers), getattr(time, 'x', 0))\n"
        "builtins.x = helper.X = threading.x = os.x = sys.x = time.x = 1\nlogging.basicConfig()\n"
        "class Entry: pass\nprint(before, type(pickle.loads(pickle.dumps(Entry()))) is Entry, threading.Thread().name)\n",
        "helper.py": "X = 0",
    }
    root = lab.write(files)
    kernel = lab.kernel()
    for group in (1, 2):
        space = lab.space(kernel, root, group=group)
        kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=group)
    kernel.run_until(1)
    assert lab.printed == ["(0, 0, 0, 0, 0, 0, 0) True Thread-1\n"] * 2


def test_sys_modules_means_the_running_servers_modules_even_if_it_waits_meanwhile(lab: Any) -> None:
    """One server waits inside an import while the other imports, pickles and ends its import."""
    files = {
        "raft.py": "import time, pickle, sys, random\n"
        "class Entry:\n    def __getstate__(self):\n        time.sleep(random.random())\n        return {'a': 1}\n"
        "for _ in range(5):\n    time.sleep(random.random())\n"
        "    assert sys.modules['raft'].Entry is Entry\n"
        "    assert type(pickle.loads(pickle.dumps(Entry()))) is Entry\nprint('fine')\n"
    }
    root = lab.write(files)
    kernel = lab.kernel(step_ns=10)
    for group in range(4):
        space = lab.space(kernel, root, group=group)
        kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=group)
    kernel.run_until(1 << 60)
    assert lab.printed == ["fine\n"] * 4


def test_the_process_sees_nothing_of_it_afterwards(lab: Any) -> None:
    """Not even a module with a name that the process knows itself."""
    import json

    root = lab.write({"raft_of_test.py": "import json, random, threading\nprint(json.X)", "json.py": "X = 9"})
    kernel = lab.kernel()
    space = lab.space(kernel, root)
    kernel.spawn(space.load, root / "raft_of_test.py", "raft_of_test", name="main", group=1)
    kernel.run_until(1)
    assert sys.modules["json"].dumps is json.dumps  # meanwhile a facade, through which the real one is seen
    kernel.close()
    space.close()
    assert "raft_of_test" not in sys.modules
    assert sys.modules["json"] is json
    assert lab.printed == ["9\n"]


def test_code_can_be_loaded_where_no_task_runs(lab: Any) -> None:
    """Reading annotations and tests do that; nothing there can wait."""
    root = lab.write({"raft.py": "import pickle\nclass A: pass\nB = pickle.loads(pickle.dumps(A()))"})
    space = lab.space(lab.kernel(), root)
    module = space.load(root / "raft.py", "raft")
    assert type(module.B) is module.A
    with space.present():
        assert sys.modules["raft"].A is module.A
    with pytest.raises(AttributeError, match="none is running"):
        _ = sys.modules["raft"].A


# -- repeatability -------------------------------------------------------------

ORDERS = """
import random, sys
from pathlib import Path
from random import Random
from raftkit.sim import Kernel, Space, make_locks
kernel = Kernel("7", on_error=lambda task, error: print(error))
space = Space(kernel, make_locks(kernel, Random(1)), Random(2), roots=[Path(sys.argv[1])],
              on_print=lambda text, e: sys.stdout.write(text), on_thread_error=lambda *a: print(a))
kernel.spawn(space.load, Path(sys.argv[1]) / "raft.py", "raft", name="main")
kernel.run_until(1 << 60)
"""
IMPLEMENTATION = """
import abc, random, threading, time, typing, uuid, weakref
class Plain: pass
class Slots: __slots__ = ("n",)
class Abstract(abc.ABC): pass
class Box(typing.Generic[typing.TypeVar("T")]): pass
for kind in (Plain, Slots, Abstract, Box, threading.Lock, threading.Thread, threading.Event, threading.Condition):
    things = [kind() for _ in range(300)]
    numbers = {id(thing): n for n, thing in enumerate(things)}
    junk = [object() for _ in range(random.randrange(50))]
    print(kind.__name__, [numbers[id(thing)] for thing in set(things)][:40], hash(things[0]))
print(id(things), id("text"), random.random(), uuid.uuid4(), threading.get_ident(), hash(threading.current_thread()))
"""


def test_sets_and_ids_have_one_order_in_every_process(tmp_path: Path) -> None:
    """Addresses and PYTHONHASHSEED differ between processes; what code sees of them must not."""
    (tmp_path / "raft.py").write_text(IMPLEMENTATION)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", ORDERS, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONMALLOC": malloc},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, malloc in (("1", "pymalloc"), ("22", "malloc"))
    }
    assert len(outputs) == 1
    assert "Plain" in outputs.pop()


def test_a_serial_hash_does_not_keep_objects_alive(lab: Any) -> None:
    """Objects that were in a set once are freed as in any Python."""
    printed = lab.run(
        "import weakref\nclass A: pass\na = A()\n{a}, id(a)\nknown = weakref.ref(a)\ndel a\nprint(known())\n"
    )
    assert printed == "None\n"


# -- instrumentation -----------------------------------------------------------


def test_ticks_change_nothing_that_code_can_see(lab: Any) -> None:
    """Line numbers, docstrings, ``else`` of loops, ``continue`` and tracebacks stay as they are."""
    printed = lab.run(
        '''
        """Doc."""
        import traceback
        def f():
            """Inner."""
            for n in range(3):
                """not a docstring"""
                if n: continue
            else:
                while True: break
                else: print("no")
                return n
        print(__doc__, f.__doc__, f())
        try:
            for n in range(3): 1 / (n - 1)
        except ZeroDivisionError as error:
            print(traceback.extract_tb(error.__traceback__)[-1].lineno)
        '''
    )
    assert printed == "Doc. Inner. 2\n15\n"
