"""Whether every nemesis has bitten: a fault that never had an effect has tested nothing."""

from raftkit.trace import Event, FaultBegan, FaultBit


class BiteFinder:
    """Watches a run for faults that have no effect.

    A nemesis is a place in a suite: of the faults that it brings, one must bite.

    Args:
        announced: Nemeses that ought to bring faults: line in the suite, and what it says.
    """

    reads = (FaultBegan, FaultBit)

    def __init__(self, announced: dict[int, str]) -> None:
        self._waiting = dict(announced)
        self._bitten: set[int] = set()
        self._lines: dict[int, int] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if type(event) is FaultBegan:
            self._lines[event.fault] = event.line
            if event.line not in self._bitten:
                self._waiting.setdefault(event.line, event.text)
        elif type(event) is FaultBit:
            line = self._lines[event.fault]
            self._bitten.add(line)
            self._waiting.pop(line, None)

    @property
    def toothless(self) -> list[tuple[int, str]]:
        """Those without effect, by line: the line, and the fault in words."""
        return sorted(self._waiting.items())
