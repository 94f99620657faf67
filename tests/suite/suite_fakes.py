"""A cluster without servers: it obeys, keeps a log in a list, and lets virtual time pass.

Server 0 leads while it is connected, else the first connected one; whatever a leader is handed is
committed at once when a majority is connected. ``calls`` records what steps asked for.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

from raftkit.errors import CaseFailed
from raftkit.model import MS, Failure
from raftkit.nemesis import Fault
from raftkit.suite import StepMark, Suite, Test, load_suite, run_steps


@dataclass(eq=False)
class FakeTask:
    """A greenlet, and those who wait for its end."""

    greenlet: greenlet
    done: bool = False
    waiting: list[greenlet] = field(default_factory=list)
    cluster: "FakeCluster | None" = None

    def join(self) -> None:
        """Wait until it has ended."""
        if not self.done:
            self.waiting.append(getcurrent())
            assert self.cluster is not None
            self.cluster.hub.switch()


class FakeCluster:
    """Obeys at once."""

    def __init__(self, n: int, seed: int = 0) -> None:
        self.n = n
        self.now_ns = 0
        self.rng = Random(seed)
        self.alive = [True] * n
        self.connections = [True] * n
        self.log: list[Any] = []
        self.term = 1
        self.saved_state = 100
        self.rpc_count = 0
        self.byte_count = 0
        self.refusals = 0
        self.calls: list[tuple[Any, ...]] = []
        self.warnings: list[str] = []
        self.hub = getcurrent()
        self._timers: list[tuple[int, int, greenlet]] = []
        self._sequence = 0

    # --- time ----------------------------------------------------------------

    def sleep(self, ns: int) -> None:
        self._wake(getcurrent(), ns)
        self.hub.switch()

    def spawn(self, fn: Callable[..., None], *args: Any, name: str) -> FakeTask:
        def body() -> None:
            fn(*args)
            task.done = True
            for waiting in task.waiting:
                self._wake(waiting, 0)

        task = FakeTask(greenlet(body, parent=self.hub), cluster=self)
        self._wake(task.greenlet, 0)
        return task

    def _wake(self, who: greenlet, after_ns: int) -> None:
        self._sequence += 1
        heapq.heappush(self._timers, (self.now_ns + after_ns, self._sequence, who))

    def run(self, fn: Callable[[], None]) -> None:
        """Run a function as the test's task, until everything has ended."""
        self.hub = getcurrent()
        self.spawn(fn, name="test")
        while self._timers:
            self.now_ns, _, who = heapq.heappop(self._timers)
            who.switch()

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    # --- servers -------------------------------------------------------------

    def connect(self, server: int) -> None:
        self.calls.append(("connect", server))
        self.connections[server] = True

    def disconnect(self, server: int) -> None:
        self.calls.append(("disconnect", server))
        self.connections[server] = False

    def crash(self, server: int) -> None:
        self.calls.append(("crash", server))
        self.alive[server] = self.connections[server] = False

    def restart(self, server: int) -> None:
        self.calls.append(("restart", server))
        self.alive[server], self.connections[server] = True, False

    def set_network(self, *, unreliable: bool | None = None, long_reordering: bool | None = None) -> None:
        self.calls.append(("set_network", unreliable, long_reordering))

    def is_connected(self, server: int) -> bool:
        return self.connections[server]

    def is_alive(self, server: int) -> bool:
        return self.alive[server]

    def _leader(self) -> int | None:
        """The first server that can lead; none without a majority."""
        able = [s for s in range(self.n) if self.alive[s] and self.connections[s]]
        return able[0] if len(able) > self.n // 2 else None

    # --- Raft ----------------------------------------------------------------

    def start(self, server: int, command: Any) -> tuple[int, int, bool] | None:
        self.calls.append(("start", server, command))
        self.rpc_count += self.n - 1
        if not self.alive[server]:
            return None
        if self.refusals:
            self.refusals -= 1
            return -1, self.term, False
        if self._leader() is None or self._leader() != server:
            return len(self.log) + 1, self.term, server == 0
        self.log.append(command)
        self.byte_count += (self.n - 1) * len(str(command))
        return len(self.log), self.term, True

    def get_state(self, server: int) -> tuple[int, bool] | None:
        return (self.term, self._leader() == server) if self.alive[server] else None

    def check_one_leader(self) -> int:
        self.calls.append(("check_one_leader",))
        self.sleep(500 * MS)
        self.rpc_count += 1
        leader = self._leader()
        if leader is None:
            raise CaseFailed(Failure(kind="NoLeader", summary="expected one leader, got none"))
        return leader

    def check_terms(self) -> int:
        self.calls.append(("check_terms",))
        return self.term

    def check_no_leader(self) -> None:
        self.calls.append(("check_no_leader",))

    def committed(self, index: int) -> tuple[int, Any]:
        return (self.n, self.log[index - 1]) if 1 <= index <= len(self.log) else (0, None)

    def wait_committed(self, index: int, servers: int, start_term: int | None = None) -> Any:
        self.calls.append(("wait_committed", index, servers, start_term))
        self.sleep(10 * MS)
        if start_term is not None and self.term > start_term:
            return None
        if index > len(self.log):
            raise CaseFailed(Failure(kind="NotCommitted", summary=f"index {index} is not committed"))
        return self.log[index - 1]

    def agree(self, command: Any, servers: int, retry: bool) -> int:
        self.calls.append(("agree", command, servers, retry))
        self.sleep(20 * MS)
        self.log.append(command)
        self.rpc_count += self.n - 1
        self.byte_count += (self.n - 1) * len(str(command))
        return len(self.log)

    def rpcs_received(self) -> int:
        return self.rpc_count

    def bytes_sent(self) -> int:
        return self.byte_count

    def largest_saved_state(self) -> int:
        return self.saved_state

    def troubles(self) -> list[str]:
        return [f"server {server} is down" for server in range(self.n) if not self.alive[server]]

    def check_liveness(self, command: Any, within_ns: int) -> None:
        self.calls.append(("check_liveness", command, within_ns))


class FakeWorkload:
    """No client at all; it keeps what it was told to begin, and counts how often it was to judge."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int, int]] = []
        self.judged = 0

    @property
    def has_begun(self) -> bool:
        return bool(self.begun)

    def begin(self, model: str, *, clients: int, keys: int) -> None:
        self.begun.append((model, clients, keys))

    def judge(self) -> None:
        self.judged += 1


class FakeNemesis:
    """Brings no fault, and keeps what it was told to bring."""

    def __init__(self) -> None:
        self.begun: list[tuple[Fault, int, int | None]] = []
        self.healed: list[str | None] = []
        self.plagues: list[tuple[Any, Any, int, str]] = []

    def begin(self, fault: Fault, *, line: int, lasts_ns: int | None = None) -> int:
        self.begun.append((fault, line, lasts_ns))
        return len(self.begun)

    def heal(self, kind: str | None = None) -> None:
        self.healed.append(kind)

    def troubles(self) -> list[str]:
        return [] if self.healed else [f"a fault is on: {fault.text}" for fault, _, _ in self.begun]

    def plague(self, make: Any, *, pause_ns: Any, line: int, name: str) -> None:
        self.plagues.append((make, pause_ns, line, name))


HEAD = """\
part: X
tests:
  T:
    servers: {servers}
    steps:
"""


def suite_of(steps: str, servers: int = 3, name: str = "x.yaml") -> Suite:
    """Load a suite of one test; ``steps`` begin in line 6, column 7."""
    body = "".join(f"      {line}\n" for line in steps.strip("\n").splitlines())
    return load_suite(name, text=(HEAD.format(servers=servers) + body).encode())


@dataclass
class Ran:
    """What a run left behind."""

    cluster: FakeCluster
    marks: list[StepMark]
    failed: CaseFailed | None
    nemesis: FakeNemesis = field(default_factory=FakeNemesis)
    workload: FakeWorkload = field(default_factory=FakeWorkload)

    @property
    def calls(self) -> list[tuple[Any, ...]]:
        return self.cluster.calls


def run_test(test: Test, cluster: FakeCluster | None = None, seed: int = 0) -> Ran:
    """Run a test against a fake cluster; a failure is kept, anything else is raised."""
    cluster = cluster or FakeCluster(test.servers, seed)
    ran = Ran(cluster, [], None)
    try:
        cluster.run(lambda: run_steps(test, cluster, ran.nemesis, ran.workload, on_step=ran.marks.append))
    except CaseFailed as failed:
        ran.failed = failed
    return ran


def run(steps: str, servers: int = 3, cluster: FakeCluster | None = None, seed: int = 0) -> Ran:
    """Run steps against a fake cluster."""
    return run_test(suite_of(steps, servers).tests[0], cluster, seed)
