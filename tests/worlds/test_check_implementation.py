"""Contract errors: whatever is wrong with an implementation's shape is said before any test runs.

The texts are in ``golden/contract_errors.txt``; ``RAFTKIT_GOLDEN=1`` writes them anew.
"""

import os
import sys
import textwrap
from pathlib import Path

import pytest

from raftkit.errors import ContractError
from raftkit.worlds.local import check_implementation

GOLDEN = Path(__file__).parent / "golden" / "contract_errors.txt"

WHOLE = """
class Raft:
    def __init__(self, peers, me, persister, apply_ch): pass
    def start(self, command): return 1, 1, True
    def get_state(self): return 1, True
    def kill(self): pass
"""

BROKEN: dict[str, str | bytes] = {
    "no-class": "def start(): pass\n",
    "empty-file": "",
    "no-class-that-fits": "class Log:\n    pass\nclass Entry:\n    def start(self): pass\n",
    "several-classes": WHOLE.replace("Raft", "One") + WHOLE.replace("Raft", "Two"),
    "no-start": WHOLE.replace("start", "begin").replace("class Raft", "class Raft"),
    "names-of-the-go-lab": WHOLE.replace("start", "Start")
    .replace("get_state", "GetState")
    .replace("kill", "Kill"),
    "no-kill": WHOLE.replace("kill", "shutdown"),
    "misspelt-get-state": WHOLE.replace("get_state", "get_sate"),
    "no-constructor": WHOLE.replace("__init__", "make"),
    "constructor-takes-too-few": WHOLE.replace("peers, me, persister, apply_ch", "peers, me"),
    "constructor-takes-too-many": WHOLE.replace("apply_ch", "apply_ch, clock"),
    "start-without-self": WHOLE.replace("self, command", "command"),
    "get-state-wants-more": WHOLE.replace("get_state(self)", "get_state(self, server)"),
    "snapshot-takes-too-few": WHOLE + "    def snapshot(self, index): pass\n",
    "kill-is-no-method": WHOLE.replace("def kill(self): pass", "kill = 5"),
    "only-inherited-from-the-contract": "from raftkit.contract import Raft as Base\nclass Mine(Base):\n"
    "    def __init__(self, peers, me, persister, apply_ch): pass\n    def start(self, command): return 1, 1, True\n",
    "names-that-are-none-of-the-papers": WHOLE + "    rpc_names = {'ask': 'requestvote'}\n",
    "names-in-a-list": WHOLE + "    rpc_names = ['ask', 'request_vote']\n",
    "syntax-error": "class Raft:\n    def start(self:\n        pass\n",
    "indentation-error": "class Raft:\ndef start(self): pass\n",
    "not-utf-8": b"# caf\xe9\nclass Raft: pass\n",
    "binary": b"\x7fELF\0\0\0",
    "import-error": "import numpie\n" + WHOLE,
    "import-of-the-harness": "import raftkit.cluster\n" + WHOLE,
    "import-of-sockets": "X = 1\nimport socket\n" + WHOLE,
    "raises": "LIMITS = {}\nprint('starts')\nLIMITS['x']\n" + WHOLE,
    "raises-in-a-helper": "import helper\nhelper.explode()\n" + WHOLE,
    "exits": "import sys\nsys.exit(3)\n" + WHOLE,
    "asks": "name = input('Your name? ')\n" + WHOLE,
    "waits-for-ever": "import threading\nthreading.Event().wait()\n" + WHOLE,
    "ticks-for-ever": "import time\nwhile True: time.sleep(0.1)\n" + WHOLE,
    "loops-for-ever": "while True: pass\n" + WHOLE,
    "a-thread-raises": "import threading, time\nthreading.Thread(target=lambda: 1 / 0).start()\ntime.sleep(1)\n"
    + WHOLE,
}
SPECS = {
    "no-such-file": "nowhere.py",
    "no-such-name": "nowhere",
    "no-such-module": "no.such.module",
    "a-folder-without-raft-py": "folder",
    "an-empty-folder": "empty",
    "a-folder-of-go-files": "go",
    "not-python": "notes.txt",
    "no-such-class": "whole.py:Missing",
    "not-a-class": "whole.py:helper",
    "a-name-that-is-too-long": "x" * 300 + ".py",
    "a-zero-byte": "a\0b.py",
    "nothing": "",
}  # fmt: skip


def _text(spec: str, folder: Path) -> str:
    with pytest.raises(ContractError) as caught:
        check_implementation(spec, impls=folder / "impls")
    return str(caught.value).replace(str(folder.resolve()), "/FOLDER")


def _lay_out(folder: Path) -> None:
    for name in (
        "folder",
        "empty",
        "go",
        "impls/reference",
        "impls/mine",
        "impls/.hidden",
        "impls/no-raft-in-it",
    ):
        (folder / name).mkdir(parents=True)
    for name in ("reference", "mine"):
        (folder / "impls" / name / "raft.py").write_text(WHOLE)
    (folder / "folder/node.py").write_text("")
    (folder / "go/raft.go").write_text("package raft")
    (folder / "notes.txt").write_text("notes")
    (folder / "whole.py").write_text("def helper(): pass\n" + WHOLE)
    (folder / "helper.py").write_text("def explode():\n    raise ValueError('boom')\n")


def _all_texts(folder: Path) -> dict[str, str]:
    texts = {}
    for name, source in BROKEN.items():
        path = folder / f"{name.replace('-', '_')}.py"
        path.write_bytes(source if isinstance(source, bytes) else source.encode())
        texts[name] = _text(str(path), folder)
    for name, spec in SPECS.items():
        texts[name] = _text(spec, folder)
    return texts


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the compiler's words differ from version to version")
def test_contract_errors_say_what_is_there_and_what_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person has read each of these texts."""
    monkeypatch.chdir(tmp_path)
    _lay_out(tmp_path)
    blocks = [f"{name}\n----\n{text}\n" for name, text in _all_texts(tmp_path).items()]
    if os.environ.get("RAFTKIT_GOLDEN"):
        GOLDEN.write_text("\n".join(blocks))
    assert "\n".join(blocks).split("\n\n") == GOLDEN.read_text().split("\n\n")


@pytest.mark.parametrize("name", BROKEN)
def test_whatever_is_wrong_is_a_contract_error(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every version of Python: a kind of error, and the place."""
    monkeypatch.chdir(tmp_path)
    _lay_out(tmp_path)
    source = BROKEN[name]
    (tmp_path / "broken.py").write_bytes(source if isinstance(source, bytes) else source.encode())
    assert "broken.py" in _text("broken.py", tmp_path)


GOOD = {
    "plain": WHOLE,
    "with-snapshot": WHOLE + "    def snapshot(self, index, snapshot): pass\n",
    "other-parameter-names": WHOLE.replace("peers, me, persister, apply_ch", "a, b, c, d=None, *rest, clock=None"),
    "another-class-name": WHOLE.replace("Raft", "Node"),
    "raft-among-several": WHOLE + WHOLE.replace("Raft", "Other"),
    "an-alias": WHOLE + "Node = Raft\n",
    "a-base-class": WHOLE.replace("Raft", "Base") + "class Mine(Base):\n    pass\n",
    "a-protocol": "from raftkit.contract import Raft as Contract\n" + WHOLE.replace("class Raft:", "class Raft(Contract):"),
    "from-a-helper": "from impl_helper import Node\n",
    "static-and-class-methods": WHOLE + "    @staticmethod\n    def snapshot(index, snapshot): pass\n",
    "asyncio-style": WHOLE.replace("    def start", "    async def start").replace("    def get", "    async def get"),
    "threads-that-go-on": "import threading, time\ndef tick():\n    while True: time.sleep(1)\n"
    "threading.Thread(target=tick, daemon=True).start()\ntime.sleep(5)\n" + WHOLE,
    "a-long-table": "TABLE = []\nfor n in range(100_000): TABLE.append(n)\n" + WHOLE,
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_shape_that_fits_is_accepted(name: str, tmp_path: Path) -> None:
    """Nothing is asked for that the harness does not need."""
    (tmp_path / "impl_helper.py").write_text(WHOLE.replace("Raft", "Node"))
    path = tmp_path / "raft.py"
    path.write_text(GOOD[name])
    assert check_implementation(str(path)) == str(path.resolve())


def test_an_implementation_in_a_package_is_accepted(tmp_path: Path) -> None:
    """Relative imports work, as for ``python -m``."""
    folder = tmp_path / "my_pkg"
    folder.mkdir()
    (folder / "__init__.py").write_text("from .raft import Raft\n")
    (folder / "log.py").write_text("class Log: pass\n")
    (folder / "raft.py").write_text("from .log import Log\nfrom . import log\n" + textwrap.dedent(WHOLE))
    assert check_implementation(str(folder)) == str(folder.resolve() / "raft.py")


def test_a_check_leaves_nothing_behind(tmp_path: Path) -> None:
    """It runs in a process that goes on to run tests."""
    path = tmp_path / "left_behind.py"
    path.write_text(WHOLE)
    before = set(sys.modules)
    check_implementation(str(path))
    assert "left_behind" not in sys.modules
    assert not [name for name in set(sys.modules) - before if "left" in name]
