"""The parent's side of a runner child: one request at a time, always an answer.

A child that hangs, burns its CPU away or dies costs itself and the test that it ran, nothing else:
the parent turns that into a verdict, and starts another one.
"""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from raftkit.errors import ContractError
from raftkit.model import Result, Verdict
from raftkit.runner import endings
from raftkit.runner._frames import (
    Broken,
    Check,
    Checked,
    Done,
    FromChild,
    Logged,
    Noise,
    Ready,
    Refused,
    Run,
    Started,
)
from raftkit.runner._process import GOODBYE_SECONDS, Process
from raftkit.runner._watchdog import Strike, Watchdog
from raftkit.runner.request import LogEvent, RunRequest
from raftkit.texts import exit_text

LISTEN_SECONDS = 0.1
"""How long to listen before looking at the clock, and at whether somebody wants us to stop."""
START_SECONDS = 60.0
"""How long a child may take to import everything: far above what the slowest machine needs."""
USUAL_HASHES = "0"
"""PYTHONHASHSEED, which fixes the order of sets of strings."""

_ahead: list[Process] = []


def start_ahead() -> None:
    """Start a child before anybody needs it: it imports while we do. The next RunnerChild takes it."""
    _ahead.append(Process(USUAL_HASHES))


class Stopped(Exception):
    """Somebody asked us to stop while a test ran."""


def never() -> bool:
    """Go on until the end."""
    return False


class RunnerChild:
    """Keeps one runner child alive, and replaces it when it is spent."""

    def __init__(
        self,
        should_stop: Callable[[], bool] = never,
        *,
        hash_seed: str = USUAL_HASHES,
        cwd: Path | None = None,
    ) -> None:
        """``should_stop`` is asked ten times a second while a test runs; the child's folder is ``cwd``, or ours."""
        self._should_stop = should_stop
        self._hash_seed = hash_seed
        self._cwd = cwd
        self._process: Process | None = None
        self._inbox: deque[FromChild | Noise] = deque()
        self._is_ready = False

    def start(self) -> Process:
        """Start a child, unless there is one; it imports while we do something else."""
        if self._process is None:
            is_usual = self._hash_seed == USUAL_HASHES and self._cwd is None
            self._process = _ahead.pop() if _ahead and is_usual else Process(self._hash_seed, self._cwd)
            self._inbox.clear()
            self._is_ready = False
        return self._process

    def close(self) -> None:
        """End the child, whatever it is doing."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def check(self, implementation: str, *, isolate: bool = False) -> str:
        """Look at an implementation's shape, in the child; return its absolute spec.

        When we cannot look, by a fault of our own, the spec comes back as it is: that says nothing
        against the implementation, and the first test will meet the same fault and tell.

        Raises:
            ContractError: It cannot be plugged in.
        """
        about = endings.About(part="", title="", servers=0)
        request = RunRequest(
            suite="", test="", implementation=implementation, seed=0, limits=endings.CHECK_LIMITS
        )
        answer = self._ask(Check(implementation, isolate), request, about, None)
        if isinstance(answer, Checked):
            return answer.implementation
        if answer.verdict is Verdict.ERROR:
            return implementation
        raise ContractError(
            "loading the implementation did not come to an end",
            where=implementation,
            found=f"{answer.reason}\n{answer.failure.details if answer.failure else ''}".strip(),
            wanted="a module that can be imported: it defines a class and returns",
        )

    def run(
        self, request: RunRequest, about: endings.About, on_log: Callable[[LogEvent], None] | None = None
    ) -> Result:
        """Run one test and return how it ended, whatever happens to the child.

        Raises:
            ContractError: The implementation cannot be plugged in.
            Stopped: ``should_stop`` said so.
        """
        answer = self._ask(Run(request), request, about, on_log)
        assert isinstance(answer, Result), answer
        return answer

    # --- one conversation ---

    def _ask(
        self,
        frame: Check | Run,
        request: RunRequest,
        about: endings.About,
        on_log: Callable[[LogEvent], None] | None,
    ) -> Any:
        ending = endings.Ending(request, about)
        try:
            trouble = self._wait_until_started(frame)
            if trouble:  # it may have died of what the test before left behind: not this one's fault
                self.close()
                trouble = self._wait_until_started(frame)
            if trouble:
                return self._bury(ending.never_started(trouble))
            return self._wait_for_answer(ending, on_log)
        except BaseException:
            self.close()
            raise

    def _wait_until_started(self, frame: Check | Run) -> str:
        """Hand over the request; return what went wrong, or nothing."""
        process = self.start()
        deadline = time.monotonic() + START_SECONDS
        if self._is_ready:
            process.send(frame)
        while process.is_open and time.monotonic() < deadline:
            match self._next(process):
                case Ready():
                    self._is_ready = True
                    process.send(frame)
                case Started():
                    return ""
                case Broken(text) | Noise(text):
                    return text
        code = process.end(GOODBYE_SECONDS)
        return f"the runner child ended while it started: {exit_text(code)}\n{process.last_output}"

    def _wait_for_answer(self, ending: endings.Ending, on_log: Callable[[LogEvent], None] | None) -> Any:
        process = self.start()
        dog = Watchdog(ending.request.limits, time.monotonic(), process.sample())
        ending.begin(process)
        while process.is_open:
            frame = self._next(process)
            match frame:
                case Done(result):
                    return result
                case Checked():
                    return frame
                case Refused(message, where, found, wanted, advice):
                    raise ContractError(message, where=where, found=found, wanted=wanted, advice=advice)
                case Broken(text):
                    return self._bury(ending.broken(text, process))
                case Noise(text):
                    return self._bury(ending.noise(text, process))
                case Logged(event) if on_log is not None:
                    on_log(event)
            now, sample = time.monotonic(), process.sample()
            if frame is not None:  # a beat, or a sign of life as good as one
                dog.beat(now, sample)
            if strike := dog.look(now, sample):
                return self._strike(strike, ending, process)
        return self._bury(ending.died(process))

    def _next(self, process: Process) -> FromChild | Noise | None:
        """The next frame, or None when a moment has passed without one."""
        if self._should_stop():
            raise Stopped
        if not self._inbox:
            self._inbox.extend(process.listen(LISTEN_SECONDS))
        return self._inbox.popleft() if self._inbox else None

    def _strike(self, strike: Strike, ending: endings.Ending, process: Process) -> Result:
        process.abort()
        return self._bury(ending.struck(strike, process))

    def _bury(self, result: Result) -> Result:
        self.close()
        return result
