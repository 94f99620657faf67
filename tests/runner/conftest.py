"""Small suites and small implementations, run in this process."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.model import SECOND, Limits, Mode, Oracles, Result
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case

IDLE = """
    class Raft:
        def __init__(self, peers, me, persister, apply_ch):
            self.me = me
        def start(self, command):
            return -1, 1, False
        def get_state(self):
            return 1, self.me == 0
        def kill(self):
            pass
"""
"""A server that does nothing; server 0 says that it leads."""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``run(steps, implementation)``: the result of a test with these steps, three servers."""

    def run_it(
        steps: str,
        source: str = IDLE,
        *,
        seed: int = 1,
        limit_s: int = 120,
        servers: int = 3,
        service: str = "plain",
        must_happen: str = "",
        not_judged_by: str = "",
        oracles: Oracles = Oracles.ALL,
        most_events: int = 0,
    ) -> Result:
        suite = tmp_path / "mini.yaml"
        lists = {"must_happen": must_happen, "not_judged_by": not_judged_by}
        keys = "".join(f"    {key}: [{value}]\n" for key, value in lists.items() if value)
        suite.write_text(
            f"part: mini\ntitle: a mini suite\ntests:\n  TestMini:\n    title: mini\n    servers: {servers}\n"
            f"    service: {service}\n{keys}    steps:\n" + textwrap.indent(textwrap.dedent(steps), " " * 6)
        )
        implementation = tmp_path / "mini_raft.py"
        implementation.write_text(textwrap.dedent(source))
        request = RunRequest(
            suite=str(suite),
            test="TestMini",
            implementation=str(implementation),
            seed=seed,
            limits=Limits(test_ns=limit_s * SECOND),
            most_events=most_events,
            trace_file=str(tmp_path / "trace.jsonl"),
            mode=Mode(oracles=oracles),
        )
        return run_case(request)

    return run_it
