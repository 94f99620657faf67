"""A socket is opened when the server first leads, by a module that is imported there.

Written by somebody who shows on a web page who leads.
"""
# expect: TestInitialElection2A failed: OutsideWorld

from reference import Raft as Reference


class Raft(Reference):
    def _send_entries(self, peer: int) -> None:
        import http.client

        http.client.HTTPConnection("localhost", 8080).request("POST", f"/leader/{self._me}")
        super()._send_entries(peer)
