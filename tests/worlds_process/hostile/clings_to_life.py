"""A correct Raft that does not want to end: it catches what ends it, in ``kill()``, in a thread, and when collected."""
# test: TestPersist12C
# expect: passed

import threading
import time
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, peers: Any, me: int, persister: Any, apply_ch: Any) -> None:
        super().__init__(peers, me, persister, apply_ch)
        threading.Thread(target=self.cling, daemon=True).start()

    def cling(self) -> None:
        """Sleep, and take no end for an answer."""
        while True:
            try:
                time.sleep(10.0)
            except BaseException:
                print("ESCAPED: still here")

    def kill(self) -> None:
        """Stay."""
        while True:
            time.sleep(1.0)

    def __del__(self) -> None:
        print("ESCAPED: back again")
