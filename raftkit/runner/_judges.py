"""Who judges a run, beside the steps of its suite: oracles, what must have happened, and whether faults have bitten."""

from collections.abc import Iterable

from raftkit.errors import CaseFailed
from raftkit.model import Failure, NotJudged, Oracles
from raftkit.oracles import ORACLES, BiteFinder, FactFinder, JudgesAtEnd, JudgesHoldings, Sight, Warns
from raftkit.suite import Test
from raftkit.trace import RanOn, Trace
from raftkit.worlds import Remains


class Judges:
    """Listens to a run, and is asked about it at its end.

    Args:
        test: What is run: it may except some oracles.
        trace: What they listen to.
        oracles: Which of them judge at all.

    Attributes:
        facts: What must happen, and has not.
        bites: Which faults have had no effect.
    """

    def __init__(self, test: Test, trace: Trace, oracles: Oracles) -> None:
        self._trace = trace
        by_name = {
            name: make()
            for name, make in ORACLES.items()
            if oracles is Oracles.ALL and name not in test.not_judged_by
        }
        self._oracles = list(by_name.values())
        for oracle in self._oracles:
            trace.subscribe(oracle, *oracle.reads)
        self._sight = Sight({name: oracle.needs for name, oracle in by_name.items()})
        trace.subscribe(self._sight, *Sight.reads)
        self.facts = FactFinder(test.must_happen)
        trace.subscribe(self.facts)
        self.bites = BiteFinder(
            {plague.fault.place.line: plague.words(test.servers) for plague in test.background}
        )
        trace.subscribe(self.bites, *BiteFinder.reads)

    def at_end(self) -> None:
        """Judge what is left to judge when the steps are done.

        Raises:
            CaseFailed: A breach.
        """
        for oracle in self._oracles:
            if isinstance(oracle, JudgesAtEnd):
                oracle.at_end()

    def find_fault(self, remains: Iterable[Remains], now_ns: int) -> Failure | None:
        """Judge what servers leave that have been told their end: the first breach, without its place."""
        for left in remains:
            for thread in left.threads:
                self._trace.emit(RanOn(now_ns, left.server, thread.name, thread.waits_for, thread.stack))
            try:
                self._judge_held(left, now_ns)
            except CaseFailed as error:
                return error.failure
        return None

    def _judge_held(self, left: Remains, now_ns: int) -> None:
        for oracle in self._oracles:
            if isinstance(oracle, JudgesHoldings):
                oracle.judge_held(left.server, left.entries, now_ns)

    @property
    def warnings(self) -> list[str]:
        """What does not change the verdict."""
        return [text for oracle in self._oracles if isinstance(oracle, Warns) for text in oracle.warnings]

    @property
    def not_judged(self) -> tuple[NotJudged, ...]:
        """What no oracle could see."""
        return self._sight.not_judged
