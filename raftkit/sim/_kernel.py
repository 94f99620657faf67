"""The kernel: virtual time, tasks, and who runs next.

A task is a greenlet: it runs until it *parks* (sleeps, waits for a lock, ends), and no other task
runs meanwhile. Virtual time is an int of nanoseconds. It moves when nobody can run, to the next
timer; and by ``step_ns`` with every scheduling step, so that a loop that retries without pause still
moves the clock. Of the tasks that can run the seed chooses, so that another seed explores another
interleaving and the same seed the same.

Everything here is deterministic: timers are ordered by ``(at_ns, sequence)``, tasks by serial number,
and nothing reads a real clock, a global random source, an object's address or a set's order.

Two rules keep the machinery simple:

* Tasks switch only to the *hub*, the greenlet that called ``run_until``; only the hub switches to tasks.
* Whoever wants something of a kernel from outside does it between two calls of ``run_until``.
"""

from collections.abc import Callable
from contextvars import Context
from heapq import heappop, heappush
from random import Random
from typing import Any

from greenlet import getcurrent, greenlet

from raftkit.sim._drift import Drifts

SECOND_NS = 1_000_000_000
NEVER = 1 << 62
"""A moment that no run reaches: about 146 years."""

SLICE_TICKS = 20_000
"""Loop iterations that a task may make before it is set aside for others."""
TICK_NS = 1_000
"""Virtual time charged for one of them, once a slice is full. Ordinary code never fills a slice."""
SPIN_TICKS = 3_000_000
"""Iterations without ever waiting for anything, after which a task is called a busy loop."""
KILL_PATIENCE = 50
"""How often a dying task may swallow its end before it is left behind for good."""


class TaskKilled(BaseException):
    """Thrown into a task to end it. Never caught by anybody who means well."""


class _TimedOut:
    def __repr__(self) -> str:
        return "TIMED_OUT"


TIMED_OUT = _TimedOut()
"""What ``park`` returns when its time-out came first."""


class Task:
    """One thread of control.

    Attributes:
        id: Serial number in its kernel.
        name: For people.
        group: Whose it is; ``kill_group`` ends all tasks of a group.
        waits_for: What it is parked on: any object whose ``str`` says it, or None.
        began_ns: When it was started.
        since_ns: When it parked.
        done: Whether it has ended.
        error: The exception that ended it, if one did.
        owner: Whatever the creator hangs here (a Thread object, a call).
        served: Whether somebody outside waits for it to end.
        on_park: Called with True before the task parks and with False when it goes on, or ends there; or None.
        strand: What ``raftkit.sim.race`` knows of it, or None.
    """

    __slots__ = (
        "args", "began_ns", "done", "dying", "error", "fn", "glet", "group", "id", "joiners", "name", "on_park",
        "owner", "raises", "served", "since_ns", "spins", "strand", "token", "value", "waits_for",
    )  # fmt: skip

    def __init__(
        self, id: int, name: str, group: object, fn: Callable[..., Any], args: tuple[Any, ...]
    ) -> None:
        self.id = id
        self.name = name
        self.group = group
        self.fn = fn
        self.args = args
        self.glet: greenlet | None = None
        self.token = 0
        self.value: Any = None
        self.waits_for: Any = None
        self.began_ns = 0
        self.since_ns = 0
        self.done = False
        self.dying = False
        self.raises = 0
        self.spins = 0
        self.error: BaseException | None = None
        self.owner: Any = None
        self.served = False
        self.on_park: Callable[[bool], None] | None = None
        self.strand: Any = None
        self.joiners: list[Task] = []

    def __repr__(self) -> str:
        return f"<Task {self.id} {self.name}>"

    def __hash__(self) -> int:
        return self.id


class Kernel:
    """A scheduler with a clock of its own.

    Args:
        seed: Names this kernel's random stream, for example ``"7/TestFigure82C/world"``.
        step_ns: Virtual time that a scheduling step takes.
        on_error: Called in the hub's place with a task and the exception that ended it.
        on_spin: Called with a task that never waits; the task is set aside for good.
    """

    def __init__(
        self,
        seed: str,
        *,
        step_ns: int = 0,
        on_error: Callable[[Task, BaseException], None],
        on_spin: Callable[[Task], None] | None = None,
    ) -> None:
        self.now_ns = 0
        self.current: Task | None = None
        self.stop = False  # set it to make run_until return after the step under way
        self.steps = 0
        self.ticks = SLICE_TICKS
        self._random = Random(f"{seed}/schedule").random
        self._step_ns = step_ns
        self._busy_until = 0
        self._on_error = on_error
        self._on_spin = on_spin
        self._ready: list[Task] = []
        self._timers: list[tuple[int, int, Any, Any]] = []
        self._sequence = 0
        self._serial = 0
        self._tasks: dict[int, Task] = {}
        self._idle: list[greenlet] = []
        self._frozen: dict[object, list[Task]] = {}
        self._can_freeze = False
        self._drifts: Drifts | None = None
        self._hub: greenlet = getcurrent()

    # -- making things happen ------------------------------------------------

    def serial(self) -> int:
        """A fresh number, for objects that must not be told apart by their address."""
        self._serial += 1
        return self._serial

    def spawn(self, fn: Callable[..., Any], *args: Any, name: str, group: object = None) -> Task:
        """Start a task; it first runs when the scheduler picks it."""
        self._serial += 1
        task = Task(self._serial, name, group, fn, args)
        task.began_ns = self.now_ns
        self._tasks[task.id] = task
        self._ready.append(task)
        return task

    def call_at(self, at_ns: int, fn: Callable[..., None], *args: Any) -> None:
        """Call ``fn`` in the hub at a moment; it must not park."""
        self._sequence += 1
        heappush(self._timers, (at_ns, self._sequence, fn, args))

    # -- for tasks -----------------------------------------------------------

    def park(self, waits_for: Any, timeout_ns: int | None = None) -> Any:
        """Let others run until somebody wakes this task, or the time-out comes.

        Returns:
            The value given to ``wake``, or ``TIMED_OUT``.
        """
        task = self.current
        assert task is not None, "only a task can park"
        assert waits_for is not None
        if task.dying:
            self._raise_killed(task)
        task.waits_for = waits_for
        task.since_ns = self.now_ns
        task.spins = 0
        if timeout_ns is not None:
            self._sequence += 1
            heappush(self._timers, (self.now_ns + timeout_ns, self._sequence, task, task.token))
        if task.on_park is None:
            value = self._hub.switch()
        else:
            task.on_park(True)
            try:
                value = self._hub.switch()
            finally:
                task.on_park(False)
        if task.dying:
            self._raise_killed(task)
        return value

    def wake(self, task: Task, value: Any = None) -> bool:
        """Make a parked task runnable; False when its time-out, or somebody else, came first."""
        if task.waits_for is None:
            return False
        task.token += 1
        task.waits_for = None
        task.value = value
        self._ready.append(task)
        return True

    def sleep(self, ns: int) -> None:
        """Park for a while; after 0 the seed chooses who runs next, this task included."""
        self.park(SLEEP, ns)

    def join(self, task: Task, timeout_ns: int | None = None) -> bool:
        """Wait until a task has ended; says whether it has."""
        if not task.done:
            assert self.current is not None
            task.joiners.append(self.current)
            if self.park(task, timeout_ns) is TIMED_OUT and not task.done:
                task.joiners.remove(self.current)
        return task.done

    def out_of_ticks(self) -> None:
        """The running task has looped through its slice without waiting for anything."""
        self.ticks = SLICE_TICKS
        task = self.current
        if task is None:
            return
        if task.dying:
            self._raise_killed(task)
        task.spins += SLICE_TICKS
        if task.spins >= SPIN_TICKS and self._on_spin is not None:
            self._on_spin(task)
            self.park(SET_ASIDE)  # nobody wakes it; only its end gets it from here
        spins = task.spins
        self.park(SLEEP, SLICE_TICKS * TICK_NS)
        task.spins = spins

    # -- for the one who runs it ---------------------------------------------

    def next_ns(self) -> int:
        """The earliest moment at which something here can run; ``NEVER`` when there is none."""
        timers = self._timers
        while timers and type(timers[0][2]) is Task and timers[0][2].token != timers[0][3]:
            heappop(timers)
        at = timers[0][0] if timers else NEVER
        if self._ready and self._busy_until < at:
            at = self._busy_until
        return at if at > self.now_ns else self.now_ns

    def run_until(self, limit_ns: int) -> None:
        """Run everything up to and including a moment, or until ``stop`` is set.

        The clock ends at ``limit_ns``, or at the step that set ``stop``; when nothing is left to run it
        stays where it is.
        """
        self._hub = getcurrent()
        self.stop = False
        ready = self._ready
        timers = self._timers
        while True:
            if ready:
                at = self._busy_until
                if at < self.now_ns:
                    at = self.now_ns
            elif timers:
                at = timers[0][0]
            else:
                return
            if at > limit_ns:
                if not ready:  # a cancelled timer must not move the clock
                    at = self.next_ns()
                    if at <= limit_ns:
                        continue
                    if at == NEVER:
                        return
                if limit_ns > self.now_ns:
                    self.now_ns = limit_ns
                return
            if timers and timers[0][0] <= at:
                self._fire(heappop(timers))
            else:
                self.now_ns = at
                self._step()
            if self.stop:
                return

    def advance(self, to_ns: int) -> None:
        """Move the clock forward to where another kernel's clock stands."""
        if to_ns > self.now_ns:
            self.now_ns = to_ns

    def has_work(self) -> bool:
        """Whether anything can ever run here without help from outside."""
        return self.next_ns() != NEVER

    def run_now(self, task: Task) -> None:
        """Run a task that was just spawned at once, until it parks or ends; for the hub."""
        self._hub = getcurrent()
        self._ready.remove(task)
        self._switch(task)

    def tasks(self, group: object = None) -> list[Task]:
        """Live tasks in order of creation: all, or those of a group."""
        return [task for task in self._tasks.values() if group is None or task.group == group]

    def timers(self) -> list[tuple[int, Task]]:
        """Tasks that go on by themselves, and when, soonest first. Slow: for people."""
        live = [timer for timer in self._timers if type(timer[2]) is Task and timer[2].token == timer[3]]
        return [(at_ns, task) for at_ns, _, task, _ in sorted(live, key=lambda timer: timer[:2])]

    def callbacks(self) -> list[tuple[int, tuple[Any, ...]]]:
        """What ``call_at`` will call and when, soonest first: moments and arguments. Slow: for people."""
        pending = [timer for timer in self._timers if type(timer[2]) is not Task]
        return [(at_ns, args) for at_ns, _, _, args in sorted(pending, key=lambda timer: timer[:2])]

    def kill_group(self, group: object) -> None:
        """End every task of a group, wherever it stands, in order of creation.

        Tasks that the dying ones start in their ``finally`` blocks never begin.
        """
        if self.current is not None:
            self.call_at(self.now_ns, self.kill_group, group)
            return
        while victims := self.tasks(group):
            for task in victims:
                self.kill(task)

    def clock_ns(self, group: object) -> int:
        """What the clock of a group's tasks shows: this kernel's own, unless it was made to drift."""
        return self.now_ns

    def drift(self, group: object, ppm: int) -> None:
        """Let a group's clock run too fast by millionths, or too slow; 0 lets it go on at the right pace."""
        if self._drifts is None:
            self._drifts = Drifts(self)
        self._drifts.set(group, ppm)

    def bound_deviations(self, most: int) -> None:
        """Let the seed make so many choices of who runs next; from then on it is who has waited longest."""
        seeded_step, left = self._step, most

        def step() -> None:
            nonlocal left
            if left > 0:
                left -= len(self._ready) > 1
                seeded_step()
            else:
                self._switch(self._ready.pop(0))
                self._busy_until = self.now_ns + self._step_ns

        self._step = step  # type: ignore[method-assign]

    def freeze(self, group: object) -> None:
        """Let no task of a group run until it is thawed; their timers run out meanwhile. Costs nothing when unused."""
        if not self._can_freeze:
            self._can_freeze = True
            switch = self._switch

            def unless_frozen(task: Task) -> None:
                waiting = self._frozen.get(task.group)
                if waiting is None:
                    switch(task)
                else:
                    waiting.append(task)

            self._switch = unless_frozen  # type: ignore[method-assign]
        self._frozen.setdefault(group, [])

    def thaw(self, group: object) -> None:
        """Let a group go on; whoever could have run meanwhile can run now."""
        self._ready += self._frozen.pop(group, [])

    def has_timeout(self, task: Task) -> bool:
        """Whether a parked task goes on by itself at some moment. Slow: for reports."""
        return any(target is task and token == task.token for _, _, target, token in self._timers)

    def kill(self, task: Task) -> None:
        """End a task wherever it stands: its ``finally`` blocks run, and nothing that they do can wait.

        Called by another task, it happens before any task runs next.
        """
        if task.done:
            return
        if self.current is not None:
            self.call_at(self.now_ns, self.kill, task)
            return
        self._hub = getcurrent()
        self.steps += 1  # whoever watches us is to see that ten thousand ends take their time
        task.dying = True
        task.token += 1
        task.waits_for = None
        if task in self._ready:
            self._ready.remove(task)
        if task.glet is None:
            self._finish(task)
            return
        before, self.current = self.current, task
        self.ticks = SLICE_TICKS
        try:
            task.glet.throw(TaskKilled)
        finally:
            self.current = before

    def close(self) -> None:
        """End all tasks and the pooled greenlets: a dropped kernel would keep them in memory."""
        self.kill_group(None)
        self._timers.clear()
        for glet in self._idle:
            glet.parent = getcurrent()  # where its end leads
            glet.throw()  # GreenletExit
        self._idle.clear()

    # -- inside --------------------------------------------------------------

    def _fire(self, timer: tuple[int, int, Any, Any]) -> None:
        at, _, target, rest = timer
        if type(target) is Task:
            if target.token != rest:
                return  # woken before its time-out
            if at > self.now_ns:
                self.now_ns = at
            self.wake(target, TIMED_OUT)
        else:
            if at > self.now_ns:
                self.now_ns = at
            target(*rest)

    def _step(self) -> None:
        ready = self._ready
        count = len(ready)
        if count == 1:
            task = ready.pop()
        else:
            index = int(self._random() * count)
            task = ready[index]
            ready[index] = ready[-1]
            ready.pop()
        self._switch(task)
        self._busy_until = self.now_ns + self._step_ns

    def observe(self, before_step: Callable[[Task], None]) -> None:
        """Call ``before_step`` with every task that is about to run; for debuggers. Costs nothing when unused."""
        switch = self._switch

        def observed(task: Task) -> None:
            before_step(task)
            switch(task)

        self._switch = observed  # type: ignore[method-assign]

    def _switch(self, task: Task) -> None:
        self.steps += 1
        self.ticks = SLICE_TICKS
        self.current = task
        glet = task.glet
        if glet is None:
            if self._idle:
                glet = self._idle.pop()
                glet.gr_context = Context()  # a new thread has a new context
            else:
                glet = greenlet(self._work, self._hub)
            task.glet = glet
            value: Any = task
        else:
            value = task.value
        try:
            glet.switch(value)
        finally:
            self.current = None

    def _work(self, task: Task) -> None:
        """A pooled greenlet: runs one task after another."""
        me = getcurrent()
        while True:
            try:
                task.fn(*task.args)
            except TaskKilled:
                pass
            except KeyboardInterrupt:  # whoever sits at the keyboard means the whole run
                self._finish(task)
                raise
            except BaseException as error:
                if not task.dying:
                    task.error = error
                    self._on_error(task, error)
            self._finish(task)
            self._idle.append(me)
            task = self._hub.switch()

    def _finish(self, task: Task) -> None:
        task.done = True
        task.glet = None
        task.fn = task.args = None  # type: ignore[assignment]
        self._tasks.pop(task.id, None)
        for joiner in task.joiners:
            if joiner.waits_for is task:
                self.wake(joiner)
        task.joiners.clear()

    def _raise_killed(self, task: Task) -> None:
        task.raises += 1
        if task.raises > KILL_PATIENCE:
            self._abandon(task)
        raise TaskKilled

    def _abandon(self, task: Task) -> None:
        """Leave a task behind that does not want to end: it never runs again."""
        task.done = True
        task.token += 1
        task.waits_for = None
        self._tasks.pop(task.id, None)
        leave_behind(getcurrent())
        while True:
            try:
                self._hub.switch()
            except BaseException:  # nothing may reach its code again
                continue


_LEFT_BEHIND: list[Any] = []


def leave_behind(runner: Any) -> None:
    """Keep a greenlet or coroutine for ever: when it is collected its ``finally`` blocks run, at a random moment."""
    _LEFT_BEHIND.append(runner)


def left_behind() -> int:
    """How many tasks of this process did not want to end; what they hold is never given back."""
    return len(_LEFT_BEHIND)


class _Waiting:
    """Words for what a task is parked on when no object stands for it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


SLEEP = _Waiting("its sleep to end")
SET_ASIDE = _Waiting("nothing: it was set aside because it never waited")
