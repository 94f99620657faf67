"""Clients of a service above Raft, and the service: what they saw is judged at the end.

A replica of the service runs above each server and takes the commands of its log, as in the lab that follows. Clients
ask one server after another, retry, and give up; all that they do is in the trace. The room knows nothing of suites.
"""

from raftkit.workloads._replicas import Replica, Request
from raftkit.workloads._workload import Workload, WorkloadOptions

__all__ = ["Replica", "Request", "Workload", "WorkloadOptions"]
