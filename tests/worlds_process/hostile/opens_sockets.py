"""Tries to reach the world: over the internet, over the machine, over a pair of its own."""
# expect: failed NoLeader
# says: kept in: the internet

from base import Idle, attempt, real


class Raft(Idle):
    def attack(self) -> None:
        socket = real("socket")
        attempt("the internet", lambda: socket.create_connection(("192.0.2.1", 80), timeout=1))
        attempt("this machine", lambda: socket.create_connection(("127.0.0.1", 22), timeout=1))
        attempt("a socket", lambda: socket.socket(socket.AF_UNIX))
        attempt("raw packets", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
        attempt("a pair", socket.socketpair)
        attempt("names", lambda: socket.getaddrinfo("example.org", 80))
