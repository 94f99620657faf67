"""Every step of the language, one class each; importing this package registers them all.

The order of the imports is the order of the reference page.
"""

# isort: off
from raftkit.suite.steps._faults import FaultStep
from raftkit.suite.steps import commands
from raftkit.suite.steps import checks
from raftkit.suite.steps import servers
from raftkit.suite.steps import partitions
from raftkit.suite.steps import messages
from raftkit.suite.steps import outages
from raftkit.suite.steps import variables
from raftkit.suite.steps import repeats
from raftkit.suite.steps import choices
from raftkit.suite.steps import use
from raftkit.suite.steps import tasks
from raftkit.suite.steps import clients
from raftkit.suite.steps import workloads
from raftkit.suite.steps import budgets

__all__ = [
    "FaultStep",
    "budgets",
    "checks",
    "choices",
    "clients",
    "commands",
    "messages",
    "outages",
    "partitions",
    "repeats",
    "servers",
    "tasks",
    "use",
    "variables",
    "workloads",
]
