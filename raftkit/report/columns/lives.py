"""The lifeline of each server: whole while it runs on the network, dotted while cut off, none while it is down."""

from raftkit.trace import Connected, Disconnected, Event, ServerCrashed, ServerCreated, TestBegan

WHOLE, CUT, DOWN = "│", "┊", " "


class Lives:
    """Follows the faults of a run.

    Attributes:
        text: One character a server, from server 0. Servers beyond its end are taken to be well.
    """

    def __init__(self) -> None:
        self.text = ""
        self._down: set[int] = set()
        self._cut: set[int] = set()

    def note(self, event: Event) -> None:
        """Take in an event."""
        match event:
            case TestBegan():
                self.text = DOWN * event.servers
                self._down = set(range(event.servers))
                self._cut = set(range(event.servers))
            case ServerCreated():
                self._down.discard(event.server)
                self._draw(event.server)
            case ServerCrashed():
                self._down.add(event.server)
                self._draw(event.server)
            case Connected():
                self._cut.discard(event.server)
                self._draw(event.server)
            case Disconnected():
                self._cut.add(event.server)
                self._draw(event.server)

    def between(self, source: int, target: int) -> str:
        """Say why nothing passes from one server to another; empty when it may."""
        if target in self._down:
            return "server down"
        return "link cut" if source in self._cut or target in self._cut else ""

    def _draw(self, server: int) -> None:
        if not 0 <= server < 1000:
            return
        text = self.text.ljust(server + 1, WHOLE)
        mark = DOWN if server in self._down else CUT if server in self._cut else WHOLE
        self.text = text[:server] + mark + text[server + 1 :]
