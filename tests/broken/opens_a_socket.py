"""Servers talk through sockets of their own.

Written by somebody who has a working Raft from another course.
"""
# expect: import refused: socket reaches past the simulated world

import socket
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
