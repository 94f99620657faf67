"""The small language inside the suites: numbers, durations, ranges, percentages, servers, lists, conditions.

Text becomes a tree by a Pratt parser, is checked before anything runs, and is evaluated against the
variables and the cluster while a test runs. There is no ``eval``, no attribute, no loop, and a bound on
length, depth and the size of numbers. It knows nothing of YAML and of steps.
"""

from raftkit.suite.expressions._evaluate import Environment, NotConstant, draw, evaluate, fold
from raftkit.suite.expressions._names import ELECTION_TIMEOUT, FUNCTIONS, NAMES, Rng
from raftkit.suite.expressions._parser import parse
from raftkit.suite.expressions._scope import MAX_NESTING, RESERVED, Budget, Scope, Variable
from raftkit.suite.expressions._syntax import Binary, Call, ListOf, Literal, Name, Node
from raftkit.suite.expressions._values import (
    Duration,
    Kind,
    Percentage,
    Range,
    Server,
    Value,
    kind_of,
    show,
)
from raftkit.suite.expressions._wants import (
    CHANCE,
    COMMAND,
    DURATION,
    DURATIONS,
    LIST,
    MAYBE_SERVER,
    MAYBE_SERVERS,
    NUMBER,
    NUMBERS,
    SERVER,
    SERVERS,
    TRUTH,
    VALUE,
    Expression,
    Want,
    number_of,
    server_of,
)
from raftkit.suite.expressions._words import GROUPS, words

__all__ = [
    "CHANCE",
    "COMMAND",
    "DURATION",
    "DURATIONS",
    "ELECTION_TIMEOUT",
    "FUNCTIONS",
    "GROUPS",
    "LIST",
    "MAX_NESTING",
    "MAYBE_SERVER",
    "MAYBE_SERVERS",
    "NAMES",
    "NUMBER",
    "NUMBERS",
    "RESERVED",
    "SERVER",
    "SERVERS",
    "TRUTH",
    "VALUE",
    "Binary",
    "Budget",
    "Call",
    "Duration",
    "Environment",
    "Expression",
    "Kind",
    "ListOf",
    "Literal",
    "Name",
    "Node",
    "NotConstant",
    "Percentage",
    "Range",
    "Rng",
    "Scope",
    "Server",
    "Value",
    "Variable",
    "Want",
    "draw",
    "evaluate",
    "fold",
    "kind_of",
    "number_of",
    "parse",
    "server_of",
    "show",
    "words",
]
