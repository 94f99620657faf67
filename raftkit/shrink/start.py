"""Where shrinking begins: one test of a suite, alone in a file of its own."""

from pathlib import Path

from raftkit.errors import SuiteError
from raftkit.shrink.tree import Tree, tree_of
from raftkit.suite.document import parse_document, read_bytes


def alone(suite: Path, test: str) -> dict[str, Tree]:
    """Read a suite, and leave all its other tests out; it must be one that the loader takes.

    Raises:
        SuiteError: There is no such test.
    """
    tree = tree_of(parse_document(read_bytes(suite), str(suite)))
    assert isinstance(tree, dict)
    tests = tree["tests"]
    assert isinstance(tests, dict)
    if test not in tests:
        raise SuiteError(
            f"there is no test `{test}`", file=str(suite), advice=f"its tests: {', '.join(tests)}"
        )
    return {**tree, "tests": {test: tests[test]}}
