"""Every cut, in the order in which they are tried: cheap and large ones first."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from raftkit.errors import SuiteError
from raftkit.shrink import leave_out, lessen, unfold
from raftkit.shrink.failing import Failing
from raftkit.shrink.size import size
from raftkit.shrink.tree import Tree
from raftkit.shrink.write import suite_text
from raftkit.suite import load_suite

Cut: TypeAlias = Callable[[Failing], Iterator[Tree]]

CUTS: dict[str, Cut] = {
    "what follows": leave_out.after_the_failure,
    "demands": leave_out.demands,
    "faults": leave_out.faults,
    "sleeps": lessen.sleeps,
    "rounds": lessen.counts,
    "steps": leave_out.steps,
    "servers": lessen.servers,
    "steps inside steps": unfold.steps_inside,
    "rounds written out": unfold.rounds,
    "weather": lessen.weather,
    "fields": leave_out.fields,
    "ranges": lessen.ranges,
    "times": lessen.times,
    "deviations": lessen.deviations,
}
"""By what they make less."""


def is_smaller(candidate: Tree, failing: Failing) -> bool:
    """Whether a candidate is a suite, and a smaller one."""
    try:
        load_suite("candidate.yaml", text=suite_text(candidate).encode())
    except SuiteError:
        return False
    return size(candidate) < size(failing.tree)
