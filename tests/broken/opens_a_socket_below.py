"""A socket is opened by way of the module below ``socket``.

Written by somebody who has found that ``import socket`` is refused.
"""
# expect: TestInitialElection2A failed: imports _socket, in its constructor

import _socket
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._socket = _socket.socket()
