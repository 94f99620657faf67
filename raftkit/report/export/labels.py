"""What an event is called in a viewer, in few words."""

from raftkit.report.causality import remember
from raftkit.report.columns.line import safe
from raftkit.report.columns.rpc import plain_fields, plain_name, reply_text, request_text
from raftkit.report.columns.tell import tell
from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcDuplicated,
    RpcFailed,
    RpcReplied,
    RpcSent,
    TestBegan,
)


class Labels:
    """Follows the events of a run: an answer is named after its question."""

    def __init__(self) -> None:
        self._calls: dict[int, str] = {}

    def label(self, event: Event) -> str:
        """Return the words for an event; empty for one that says nothing by itself."""
        match event:
            case RpcSent():
                kind = plain_name(event.method)
                words = request_text(kind, event.method, event.args, plain_fields(event.args))[1]
                remember(self._calls, event.call, words)
                return f"→ S{event.target} {words}"
            case RpcDelivered():
                return f"from S{event.source} {self._name(event)}"
            case RpcReplied():
                answer = reply_text(plain_name(event.method), event.reply, None)[0]
                return f"answers S{event.source} {self._name(event)}: {answer}".rstrip(": ")
            case RpcDropped():
                return safe(
                    f"{event.lost} lost, S{event.source} → S{event.target} {self._name(event)}: {event.why}"
                )
            case RpcDuplicated():
                return f"duplicated, S{event.source} → S{event.target} {self._name(event)}"
            case RpcAnswered():
                return f"✓ S{event.target} {self._take(event)}"
            case RpcFailed():
                return safe(f"✗ S{event.target} {self._take(event)}: {event.why}")
            case RpcDelayed():
                return ""
            case TestBegan():
                self._calls.clear()
        line = tell(event)
        return line.text if line is not None else ""

    def _name(self, event: RpcDelivered | RpcReplied | RpcDropped | RpcDuplicated) -> str:
        return self._calls.get(event.call) or safe(event.method)

    def _take(self, event: RpcAnswered | RpcFailed) -> str:
        return self._calls.pop(event.call, "") or safe(event.method)
