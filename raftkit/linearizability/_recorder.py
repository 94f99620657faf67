"""Reads a history from a trace."""

from raftkit.linearizability._history import Action, Kind, Operation, Outcome, Result
from raftkit.trace import Event, OperationCalled, OperationReturned


class HistoryRecorder:
    """Listens to the events of a run, and knows the operations of its clients."""

    reads = (OperationCalled, OperationReturned)

    def __init__(self) -> None:
        self._called: dict[int, OperationCalled] = {}
        self._returned: dict[int, OperationReturned] = {}

    def __call__(self, event: Event) -> None:
        """Take one event."""
        match event:
            case OperationCalled():
                self._called[event.operation] = event
            case OperationReturned():
                self._returned[event.operation] = event

    def operations(self) -> list[Operation]:
        """Every operation so far, by the moment of its call; those that wait for an answer are uncertain."""
        return [self._operation(called) for called in self._called.values()]

    def _operation(self, called: OperationCalled) -> Operation:
        returned = self._returned.get(called.operation)
        return Operation(
            client=called.client,
            action=Action(Kind(called.kind), called.key, called.value, called.expected),
            called_ns=called.at_ns,
            returned_ns=None if returned is None else returned.at_ns,
            outcome=Outcome.INFO if returned is None else Outcome(returned.outcome),
            result=None if returned is None else _result(returned.result),
        )


def _result(value: str | bool | list[str] | None) -> Result:
    return tuple(value) if isinstance(value, list) else value
