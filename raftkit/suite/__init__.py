"""Suites as data: YAML becomes typed tests and steps, and steps run against a cluster.

A file is checked as a whole, with line and column, before anything of it runs. The room knows the
cluster by the few questions that steps ask of it; it knows nothing of kernels, worlds, traces and verdicts.
"""

from raftkit.suite._cluster import Cluster, Task
from raftkit.suite._context import StepMark
from raftkit.suite._explain import explain
from raftkit.suite._find import find_tests, suites_dir
from raftkit.suite._loader import load_suite
from raftkit.suite._model import Suite, Test
from raftkit.suite._run import run_steps
from raftkit.suite._schema import schema

__all__ = [
    "Cluster",
    "StepMark",
    "Suite",
    "Task",
    "Test",
    "explain",
    "find_tests",
    "load_suite",
    "run_steps",
    "schema",
    "suites_dir",
]
