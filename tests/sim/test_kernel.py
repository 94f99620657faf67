"""The kernel: exact virtual time, seeded choice, and tasks that end wherever they stand."""

import gc
import weakref
from random import Random
from typing import Any

import pytest
from greenlet import greenlet

from raftkit.sim import NEVER, TIMED_OUT, BoundedChance, Kernel, Task, TaskKilled
from raftkit.sim._kernel import SLICE_TICKS, SPIN_TICKS, TICK_NS

MS = 1_000_000


# -- time ----------------------------------------------------------------------


def test_sleeping_moves_the_clock_exactly(lab: Any) -> None:
    """Tests assert virtual times to the nanosecond: nothing may be added when steps cost nothing."""
    kernel = lab.kernel()
    seen = []

    def sleeper() -> None:
        for ns in (1, 5, 100 * MS):
            kernel.sleep(ns)
            seen.append(kernel.now_ns)

    kernel.spawn(sleeper, name="sleeper")
    kernel.run_until(NEVER - 1)
    assert seen == [1, 6, 6 + 100 * MS]
    assert kernel.now_ns == 6 + 100 * MS


def test_equal_deadlines_fire_in_creation_order(lab: Any) -> None:
    """Ties have an owner: otherwise the heap's inner order would decide."""
    kernel = lab.kernel()
    fired: list[int] = []
    for number in range(20):
        kernel.call_at(50, fired.append, number)
    kernel.call_at(49, fired.append, -1)
    kernel.run_until(50)
    assert fired == [-1, *range(20)]


def test_run_until_ends_at_its_limit_and_goes_on_from_there(lab: Any) -> None:
    """The harness lets the world run in pieces; the pieces must add up."""
    kernel = lab.kernel()
    kernel.spawn(kernel.sleep, 10, name="sleeper")
    kernel.run_until(4)
    assert kernel.now_ns == 4
    assert kernel.next_ns() == 10
    kernel.run_until(9)
    assert kernel.now_ns == 9
    kernel.run_until(10)
    assert not kernel.tasks()


def test_the_clock_stays_when_nothing_is_left(lab: Any) -> None:
    """Only a moment at which something happens is worth a clock."""
    kernel = lab.kernel()
    kernel.spawn(lambda: None, name="short")
    kernel.run_until(1_000)
    assert kernel.now_ns == 0
    assert not kernel.has_work()
    assert kernel.next_ns() == NEVER


def test_a_cancelled_timer_does_not_move_the_clock(lab: Any) -> None:
    """A wait that was answered leaves its time-out behind in the heap."""
    kernel = lab.kernel()
    waiting = kernel.spawn(lambda: kernel.park("news", 1_000), name="waiting")
    kernel.spawn(lambda: (kernel.sleep(10), kernel.wake(waiting)), name="waker")
    kernel.run_until(NEVER - 1)
    assert kernel.now_ns == 10
    assert kernel.next_ns() == NEVER


def test_a_cancelled_timer_beyond_the_limit_does_not_hide_a_later_one(lab: Any) -> None:
    """The first timer is stale, the second real: the limit lies between them."""
    kernel = lab.kernel()
    waiting = kernel.spawn(lambda: kernel.park("news", 100), name="waiting")
    kernel.spawn(lambda: kernel.wake(waiting), name="waker")
    kernel.run_until(0)
    kernel.call_at(200, lambda: None)
    kernel.run_until(50)
    assert kernel.now_ns == 50
    assert kernel.next_ns() == 200


def test_a_step_takes_time_so_that_retrying_moves_the_clock(lab: Any) -> None:
    """Without it a loop that retries without pause would stand still in virtual time for ever."""
    kernel = lab.kernel(step_ns=10)

    def retry() -> None:
        for _ in range(5):
            kernel.sleep(0)

    kernel.spawn(retry, name="retry")
    kernel.run_until(NEVER - 1)
    assert kernel.now_ns == 50


def test_a_timer_fires_on_time_while_steps_are_due(lab: Any) -> None:
    """A step's cost delays steps, never timers."""
    kernel = lab.kernel(step_ns=1_000)
    at = []
    kernel.call_at(1_500, lambda: at.append(kernel.now_ns))

    def busy() -> None:
        for _ in range(5):
            kernel.sleep(0)

    kernel.spawn(busy, name="busy")
    kernel.run_until(NEVER - 1)
    assert at == [1_500]


def test_next_ns_counts_timers_before_a_delayed_step(lab: Any) -> None:
    """What can happen first is what counts, be it a timer or a step."""
    kernel = lab.kernel(step_ns=1_000)
    kernel.spawn(lambda: kernel.sleep(0), name="first")
    kernel.run_until(0)
    kernel.call_at(400, lambda: None)
    assert kernel.next_ns() == 400


def test_stop_ends_the_run_after_the_step_under_way(lab: Any) -> None:
    """A world stops at the exact moment at which it has something to say."""
    kernel = lab.kernel()
    steps: list[int] = []

    def task(number: int) -> None:
        steps.append(number)
        kernel.stop = True

    for number in range(3):
        kernel.spawn(task, number, name="task")
    for count in (1, 2, 3):
        kernel.run_until(100)
        assert len(steps) == count
        assert kernel.now_ns == 0


def test_advance_never_goes_back(lab: Any) -> None:
    """Two kernels follow one clock: the later of the two."""
    kernel = lab.kernel()
    kernel.advance(50)
    kernel.advance(20)
    assert kernel.now_ns == 50


# -- choice --------------------------------------------------------------------


def _order(kernel: Kernel) -> list[int]:
    order: list[int] = []
    for number in range(12):
        kernel.spawn(order.append, number, name=f"task {number}")
    kernel.run_until(0)
    return order


def test_the_seed_chooses_who_runs_next(lab: Any) -> None:
    """Another seed explores another interleaving."""
    orders = [_order(lab.kernel(f"seed {number}")) for number in range(8)]
    assert len({tuple(order) for order in orders}) == 8
    assert all(sorted(order) == list(range(12)) for order in orders)


def test_the_same_seed_chooses_the_same(lab: Any) -> None:
    """One seed fixes everything."""
    assert _order(lab.kernel("a")) == _order(lab.kernel("a"))


def test_without_deviations_who_waits_longest_runs_first(lab: Any) -> None:
    """First in, first out, whatever the seed."""
    for number in range(8):
        kernel = lab.kernel(f"seed {number}")
        kernel.bound_deviations(0)
        assert _order(kernel) == list(range(12))


@pytest.mark.parametrize("most", [1, 3, 7, 11])
def test_the_first_choices_are_those_of_the_seed(lab: Any, most: int) -> None:
    """As many as there may be; a choice of one is none. Others then follow in the order in which they stand."""
    free, bound = lab.kernel("a"), lab.kernel("a")
    bound.bound_deviations(most)
    wanted, found = _order(free), _order(bound)
    assert found[:most] == wanted[:most]
    assert sorted(found) == list(range(12))
    assert (found == wanted) is (most == 11)


def test_chance_that_has_run_out_always_takes_the_first() -> None:
    """Until then it is the stream of its seed."""
    bounded, free = BoundedChance("seed", 3), Random("seed")
    assert [bounded.random() for _ in range(5)] == [free.random() for _ in range(3)] + [0.0, 0.0]


# -- parking and waking --------------------------------------------------------


def test_park_returns_what_wake_gives(lab: Any) -> None:
    """A reply travels this way to the thread that waits for it."""
    kernel = lab.kernel()
    got = []
    task = kernel.spawn(lambda: got.append(kernel.park("news")), name="task")
    kernel.run_until(0)
    assert task.waits_for == "news"
    assert kernel.wake(task, "value")
    assert not kernel.wake(task, "too late")
    kernel.run_until(0)
    assert got == ["value"]


def test_park_returns_timed_out_at_the_moment(lab: Any) -> None:
    """The time-out is a moment, not a lower bound."""
    kernel = lab.kernel()
    got = []
    kernel.spawn(lambda: got.append((kernel.park("news", 30), kernel.now_ns)), name="task")
    kernel.run_until(NEVER - 1)
    assert got == [(TIMED_OUT, 30)]


@pytest.mark.parametrize(("first", "value"), [("time-out", TIMED_OUT), ("wake", "woken")])
def test_of_time_out_and_wake_at_one_instant_the_first_counts(lab: Any, first: str, value: Any) -> None:
    """Whoever loses the race is told so: a notify must not be spent on a thread that has given up."""
    kernel = lab.kernel()
    got: list[Any] = []
    woken: list[bool] = []
    if first == "wake":  # equal moments: created first, fires first
        kernel.call_at(10, lambda: woken.append(kernel.wake(task, "woken")))
    task = kernel.spawn(lambda: got.append(kernel.park("news", 10)), name="task")
    kernel.run_until(0)
    if first == "time-out":
        kernel.call_at(10, lambda: woken.append(kernel.wake(task, "woken")))
    kernel.run_until(20)
    assert got == [value]
    assert woken == [first == "wake"]


def test_an_old_time_out_does_not_end_a_later_wait(lab: Any) -> None:
    """The time-out of a wait that was answered is still in the heap when the next wait begins."""
    kernel = lab.kernel()
    got: list[Any] = []

    def task() -> None:
        got.append(kernel.park("first", 10))
        got.append(kernel.park("second", 100))
        got.append(kernel.now_ns)

    waiting = kernel.spawn(task, name="task")
    kernel.run_until(0)
    kernel.call_at(5, kernel.wake, waiting, "woken")
    kernel.run_until(NEVER - 1)
    assert got == ["woken", TIMED_OUT, 105]


def test_has_timeout_tells_a_patient_task_from_one_that_goes_on(lab: Any) -> None:
    """A deadlock report must not count a thread that gives up in a while."""
    kernel = lab.kernel()
    patient = kernel.spawn(lambda: kernel.park("news"), name="patient")
    hasty = kernel.spawn(lambda: kernel.park("news", 10), name="hasty")
    kernel.run_until(0)
    assert not kernel.has_timeout(patient)
    assert kernel.has_timeout(hasty)


# -- joining -------------------------------------------------------------------


def test_join_waits_for_the_end_or_for_its_time_out(lab: Any) -> None:
    """Join says whether the task has ended; a task that has ended is joined at once."""
    kernel = lab.kernel()
    seen = []
    long = kernel.spawn(kernel.sleep, 100, name="long")

    def joiner() -> None:
        seen.append((kernel.join(long, 10), kernel.now_ns))
        seen.append((kernel.join(long), kernel.now_ns))
        seen.append((kernel.join(long), kernel.now_ns))

    kernel.spawn(joiner, name="joiner")
    kernel.run_until(NEVER - 1)
    assert seen == [(False, 10), (True, 100), (True, 100)]


def test_join_counts_an_end_at_the_instant_of_its_time_out(lab: Any) -> None:
    """Both happen at 50: whichever comes first, the answer is the truth."""
    for seed in range(10):
        kernel = lab.kernel(str(seed))
        seen: list[bool] = []
        task = kernel.spawn(kernel.sleep, 50, name="task")

        def joiner(kernel: Kernel = kernel, task: Task = task, seen: list[bool] = seen) -> None:
            seen.append(kernel.join(task, 50) == task.done)

        kernel.spawn(joiner, name="joiner")
        kernel.run_until(NEVER - 1)
        assert seen == [True]


# -- the end of a task ---------------------------------------------------------


def test_kill_runs_finally_blocks_and_they_cannot_wait(lab: Any) -> None:
    """What a dying thread still does takes no time: each wait ends it again."""
    kernel = lab.kernel()
    seen = []

    def task() -> None:
        try:
            kernel.sleep(1_000)
        finally:
            seen.append("finally")
            kernel.sleep(5)
            seen.append("never")

    victim = kernel.spawn(task, name="victim")
    kernel.run_until(0)
    kernel.kill(victim)
    assert seen == ["finally"]
    assert victim.done
    assert not kernel.tasks()
    kernel.run_until(NEVER - 1)
    assert kernel.now_ns == 0


def test_kill_ends_a_task_that_catches_everything(lab: Any) -> None:
    """``while True: try: ... except BaseException: pass`` is left behind after some patience."""
    kernel = lab.kernel()
    caught = []

    def task() -> None:
        while True:
            try:
                kernel.sleep(1)
            except BaseException as error:
                caught.append(type(error))

    victim = kernel.spawn(task, name="victim")
    kernel.run_until(0)
    kernel.kill(victim)
    assert victim.done
    assert set(caught) == {TaskKilled}
    assert 2 < len(caught) < 100
    count = len(caught)
    kernel.run_until(100)
    kernel.close()
    gc.collect()
    assert len(caught) == count


@pytest.mark.parametrize("place", ["not begun", "ready", "sleeping", "joining", "waiting for ever"])
def test_kill_ends_a_task_wherever_it_stands(lab: Any, place: str) -> None:
    """A crash does not wait for a good moment."""
    kernel = lab.kernel()
    other = kernel.spawn(kernel.sleep, 1_000, name="other")
    bodies = {
        "not begun": lambda: pytest.fail("it ran"),
        "ready": lambda: kernel.park("news"),
        "sleeping": lambda: kernel.sleep(10),
        "joining": lambda: kernel.join(other),
        "waiting for ever": lambda: kernel.park("news"),
    }
    if place != "not begun":
        victim = kernel.spawn(bodies[place], name="victim")
        kernel.run_until(0)
    else:
        victim = kernel.spawn(bodies[place], name="victim")
    if place == "ready":
        kernel.wake(victim)
    kernel.kill(victim)
    assert victim.done
    assert kernel.tasks() == [other]
    kernel.run_until(NEVER - 1)
    assert other.done


def test_kill_by_another_task_happens_before_anybody_runs(lab: Any) -> None:
    """The killer goes on until it parks; then the victim is gone, whoever is next."""
    for seed in range(10):
        kernel = lab.kernel(str(seed))
        seen: list[str] = []

        def body(kernel: Kernel = kernel, seen: list[str] = seen) -> None:
            kernel.sleep(10)
            seen.append("victim")

        victim = kernel.spawn(body, name="victim")
        kernel.run_until(5)

        def killer(kernel: Kernel = kernel, victim: Task = victim, seen: list[str] = seen) -> None:
            kernel.sleep(5)
            kernel.kill(victim)
            seen.append("killer")

        kernel.spawn(killer, name="killer")
        kernel.run_until(NEVER - 1)
        assert seen in (["killer"], ["victim", "killer"])
        assert victim.done


def test_a_task_may_kill_itself(lab: Any) -> None:
    """It ends where it next parks."""
    kernel = lab.kernel()
    seen = []

    def task() -> None:
        assert kernel.current is not None
        kernel.kill(kernel.current)
        seen.append("still here")
        kernel.sleep(1)
        seen.append("never")

    kernel.spawn(task, name="task")
    kernel.run_until(NEVER - 1)
    assert seen == ["still here"]


def test_kill_group_leaves_others_alone_and_lets_nothing_new_begin(lab: Any) -> None:
    """A dying server's ``finally`` may start a thread: the crash ends it before it begins."""
    kernel = lab.kernel()
    seen = []

    def task() -> None:
        try:
            kernel.sleep(100)
        finally:
            kernel.spawn(seen.append, "new", name="new", group="g")

    for _ in range(3):
        kernel.spawn(task, name="task", group="g")
    other = kernel.spawn(kernel.sleep, 100, name="other", group="h")
    kernel.run_until(0)
    kernel.kill_group("g")
    assert kernel.tasks() == [other]
    kernel.run_until(NEVER - 1)
    assert seen == []


def test_kill_group_from_a_task_waits_for_the_hub(lab: Any) -> None:
    """Only the hub switches to tasks."""
    kernel = lab.kernel()
    victim = kernel.spawn(lambda: kernel.park("news"), name="victim", group="g")
    kernel.spawn(lambda: kernel.kill_group("g"), name="killer")
    kernel.run_until(0)
    assert victim.done


def test_an_error_ends_its_task_and_is_told(lab: Any) -> None:
    """``SystemExit`` and the like count too: nothing that a guest raises may end the hub."""
    kernel = lab.kernel()

    def raiser(error: BaseException) -> None:
        raise error

    errors = [ValueError("x"), SystemExit(3), GeneratorExit()]
    for error in errors:
        kernel.spawn(raiser, error, name="raiser")
    kernel.run_until(0)
    assert sorted(str(type(error)) for _, error in lab.errors) == sorted(str(type(error)) for error in errors)
    lab.errors.clear()


def test_a_keyboard_interrupt_ends_the_run(lab: Any) -> None:
    """Ctrl-C means everything, not the thread that happens to run."""
    kernel = lab.kernel()

    def interrupted() -> None:
        raise KeyboardInterrupt

    task = kernel.spawn(interrupted, name="task")
    with pytest.raises(KeyboardInterrupt):
        kernel.run_until(0)
    assert task.done
    assert kernel.current is None


def test_a_new_task_has_a_new_context(lab: Any) -> None:
    """Greenlets are pooled; what the last task set must not be seen by the next."""
    from contextvars import ContextVar

    variable: ContextVar[str] = ContextVar("variable", default="nothing")
    kernel = lab.kernel()
    seen = []

    def task(value: str) -> None:
        seen.append(variable.get())
        variable.set(value)
        kernel.sleep(1)
        seen.append(variable.get())

    for value in ("a", "b"):
        kernel.spawn(task, value, name="task")
        kernel.run_until(NEVER - 1)
    assert seen == ["nothing", "a", "nothing", "b"]


def test_run_now_runs_until_the_task_parks(lab: Any) -> None:
    """The kill() of a server runs at once, in front of all that wait for their turn."""
    kernel = lab.kernel()
    seen: list[str] = []
    kernel.spawn(seen.append, "other", name="other")
    task = kernel.spawn(lambda: (seen.append("now"), kernel.park("news"), seen.append("later")), name="now")
    kernel.run_now(task)
    assert seen == ["now"]
    assert kernel.current is None
    kernel.wake(task)
    kernel.run_until(0)
    assert sorted(seen[1:]) == ["later", "other"]


def test_close_leaves_no_greenlet_and_no_memory(lab: Any) -> None:
    """A runner child makes thousands of kernels one after another."""
    gc.collect()
    before = sum(type(found) is greenlet for found in gc.get_objects())
    kernel = Kernel("7", on_error=lambda task, error: None)

    class Thing:
        pass

    thing = Thing()
    known = weakref.ref(thing)

    def hold(kernel: Kernel, thing: Thing) -> None:
        kernel.park(thing)

    for _ in range(20):
        kernel.spawn(hold, kernel, thing, name="holder")
    kernel.spawn(kernel.sleep, 10, name="sleeper")
    kernel.spawn(lambda: None, name="short")
    kernel.spawn(hold, kernel, thing, name="never begun")
    kernel.run_until(0)
    kernel.close()
    del thing, hold, kernel
    gc.collect()
    assert known() is None
    assert sum(type(found) is greenlet for found in gc.get_objects()) == before


# -- busy loops ----------------------------------------------------------------


def _loop(kernel: Kernel, count: int) -> None:
    for _ in range(count):
        kernel.ticks -= 1
        if kernel.ticks <= 0:
            kernel.out_of_ticks()


def test_a_poller_is_set_aside_so_that_others_can_bring_what_it_polls_for(lab: Any) -> None:
    """``while not done: pass`` works with real threads, and it works here."""
    kernel = lab.kernel()
    done: list[int] = []

    def poller() -> None:
        while not done:
            _loop(kernel, 1)

    kernel.spawn(poller, name="poller")
    kernel.spawn(lambda: (kernel.sleep(MS), done.append(kernel.now_ns)), name="bringer")
    kernel.run_until(NEVER - 1)
    assert done == [MS]
    assert kernel.now_ns == SLICE_TICKS * TICK_NS
    assert not lab.spins


def test_a_loop_that_never_waits_is_told_once_and_set_aside(lab: Any) -> None:
    """The others go on, and the loop still ends in order when the kernel is closed."""
    kernel = lab.kernel()
    seen: list[str] = []

    def spinner() -> None:
        try:
            _loop(kernel, 2 * SPIN_TICKS)
        finally:
            seen.append("finally")

    task = kernel.spawn(spinner, name="spinner")
    kernel.spawn(lambda: (kernel.sleep(60_000 * MS), seen.append("other")), name="other")
    kernel.run_until(NEVER - 1)
    assert lab.spins == [task]
    assert seen == ["other"]
    kernel.close()
    assert seen == ["other", "finally"]


def test_waiting_starts_the_count_of_a_busy_loop_again(lab: Any) -> None:
    """A long computation between waits is no busy loop."""
    kernel = lab.kernel()

    def worker() -> None:
        for _ in range(3):
            _loop(kernel, SPIN_TICKS // 2)
            kernel.sleep(1)

    kernel.spawn(worker, name="worker")
    kernel.run_until(NEVER - 1)
    assert not lab.spins


def test_a_dying_loop_is_ended_by_its_ticks(lab: Any) -> None:
    """A ``finally`` that loops for ever would keep a crashed server alive."""
    kernel = lab.kernel()

    def task() -> None:
        try:
            kernel.sleep(1)
        finally:
            _loop(kernel, 1 << 60)

    victim = kernel.spawn(task, name="victim")
    kernel.run_until(0)
    kernel.kill(victim)
    assert victim.done
