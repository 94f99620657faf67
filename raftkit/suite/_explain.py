"""A test in words, as ``raftkit suites show`` prints it."""

from collections.abc import Iterator

from raftkit.oracles import describe_fact, describe_oracle
from raftkit.suite._model import Test
from raftkit.suite._step import Step

MAX_LINES = 2_000
"""Lines shown of one test; a test of a reader's own could use shared steps without end."""


def explain(test: Test) -> str:
    """Tell a test step by step, numbered as failures number its steps: 3, 3.1, 3.2."""
    title = "" if test.title == test.id else f": {test.title}"
    lines = [f"{test.id}{title}", f"  {test.suite}:{test.line}, {_cluster(test)}", ""]
    for number, line in enumerate(_steps(test.steps, "", 1, test.servers)):
        if number >= MAX_LINES:
            lines.append("  ...")
            break
        lines.append(line)
    if test.background:
        lines += ["", "  beside these steps"]
        lines += [f"    {plague.words(test.servers)}" for plague in test.background]
    if test.must_happen:
        lines += ["", "  a pass counts only if"]
        lines += [f"    {describe_fact(name)}" for name in test.must_happen]
    if test.not_judged_by:
        lines += ["", "  not judged"]
        lines += [f"    {describe_oracle(name)}" for name in test.not_judged_by]
    return "\n".join(lines) + "\n"


def _cluster(test: Test) -> str:
    parts = [f"{test.servers} server{'s' if test.servers > 1 else ''}", f"{test.network} network"]
    if test.takes_snapshots:
        staggered = ", each server at other indexes" if test.service == "staggered" else ""
        parts.append(f"a service that takes a snapshot every ten entries{staggered}")
    if test.deviations is not None:
        parts.append(f"schedulers first in, first out after {test.deviations} choices")
    if test.source:
        parts.append(test.source)
    return ", ".join(parts)


def _steps(steps: tuple[Step, ...], prefix: str, first: int, n: int) -> Iterator[str]:
    indent = "  " * (prefix.count(".") + 1)
    for number, step in enumerate(steps, first):
        path = f"{prefix}{number}"
        blocks = step.blocks()
        yield f"{indent}{path}  {step.words(n)}" + (":" if blocks and not blocks[0].label else "")
        inner = 1
        for block in blocks:
            if block.label:
                yield f"{indent}  {block.label}:"
            yield from _steps(block.steps, f"{path}.", inner, n)
            inner += len(block.steps)
