"""Where an event happened: on a server, or at the tester and its network."""

from raftkit.trace import Event, RpcAnswered, RpcDelivered, RpcDropped, RpcFailed, RpcReplied, RpcSent

TESTER = "tester"


def server_of(event: Event) -> int | None:
    """Return the server that an event happened on; None for the tester and its network."""
    match event:
        case RpcSent() | RpcAnswered() | RpcFailed():
            return event.source
        case RpcDelivered() | RpcReplied():
            return event.target
        case RpcDropped():
            return None
    server = getattr(event, "server", None)
    return server if type(server) is int else None


def host_of(event: Event) -> str:
    """Return the name of the place: ``S2``, or ``tester``."""
    server = server_of(event)
    return TESTER if server is None else f"S{server}"
