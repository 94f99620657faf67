"""The loop that brings harness and world together.

The harness's kernel holds the clock. Whatever the harness can do now it does; then the world runs up to
the next moment that the harness knows of, or stops earlier because it has something to say; what it says
is taken at that moment.
"""

from collections.abc import Callable
from typing import Any

from raftkit.errors import CaseFailed, KernelBug
from raftkit.model import Failure, Verdict, seconds
from raftkit.sim import NEVER, Kernel, Task
from raftkit.worlds import World


class Simulation:
    """One run: a harness kernel and a world in lockstep.

    Args:
        world: Where the servers run.
        seed: Names the harness's random streams.
        deviations: How many choices of who runs next are the seed's; None for all.
    """

    def __init__(self, world: World, seed: str, *, deviations: int | None = None) -> None:
        self.world = world
        self.kernel = Kernel(f"{seed}/harness", on_error=self._on_error)
        if deviations is not None:
            self.kernel.bound_deviations(deviations)
        self._takers: dict[type, Callable[[Any], None]] = {}
        self._error: BaseException | None = None

    def on_output(self, kind: type, taker: Callable[[Any], None]) -> None:
        """Say who takes the world's outputs of one type."""
        self._takers[kind] = taker

    def run(self, main: Callable[[], None], *, limit_ns: int) -> None:
        """Run ``main`` as a task of the harness until it returns.

        Raises:
            CaseFailed: A check broke, or the limit was crossed.
            Exception: Whatever else ended a task of the harness.
        """
        kernel, world = self.kernel, self.world
        test = kernel.spawn(main, name="test")
        while True:
            kernel.run_until(kernel.now_ns)
            if self._error is not None:
                raise self._error
            if test.done:
                return
            if kernel.now_ns >= limit_ns:
                raise _out_of_time(limit_ns)
            idle = world.run_until(min(kernel.next_ns(), limit_ns))
            if idle.now_ns < kernel.now_ns and idle.outputs:
                raise KernelBug(f"the world spoke at {idle.now_ns} ns, and it was {kernel.now_ns} ns already")
            kernel.advance(idle.now_ns)
            for output in idle.outputs:
                self._takers[type(output)](output)
            if not idle.outputs:
                if kernel.next_ns() == NEVER and idle.quiet:
                    raise KernelBug("nothing can ever happen again, and the test has not ended")
                kernel.advance(min(kernel.next_ns(), limit_ns))

    def close(self) -> None:
        """End everything."""
        self.kernel.close()
        self.world.close()

    def _on_error(self, task: Task, error: BaseException) -> None:
        if self._error is None:
            self._error = error
        self.kernel.stop = True


def _out_of_time(limit_ns: int) -> CaseFailed:
    return CaseFailed(
        Failure(
            kind="TestLimitExceeded",
            summary=f"the test limit of {seconds(limit_ns)} on the lab clock was crossed",
            expected=f"the test ends within {seconds(limit_ns)} of virtual time (--test-limit)",
            observed="it was still running",
            advice="look at the step that was under way: what does it wait for?",
        ),
        Verdict.TIMED_OUT,
    )
