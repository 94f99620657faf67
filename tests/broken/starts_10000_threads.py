"""Ten thousand threads sleep beside each server's own.

Written by somebody who makes a thread for each client that there may be. It is no fault here.
"""
# expect: TestInitialElection2A seed 2 passed

import threading
import time
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for _ in range(10_000):
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
