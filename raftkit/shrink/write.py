"""A tree as the text of a suite, set as ours are: a step on a line, steps inside steps below it."""

import json
import re

from raftkit.shrink.tree import STEP_LISTS, Quoted, Tree

WIDTH = 110
"""Characters of a line that holds a step in braces."""
SHORT = 80
"""Characters of one that holds other steps."""
_FLOW_SIGNS = re.compile(r"[,\[\]{}]")
"""What ends a plain text inside braces or brackets."""


def suite_text(tree: Tree) -> str:
    """Return the text of a suite; reading it gives the tree again."""
    lines: list[str] = []
    assert isinstance(tree, dict)
    for key, value in tree.items():
        lines += ["", *_entry(key, value, 0)] if isinstance(value, dict) else _entry(key, value, 0)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Tree, indent: int) -> list[str]:
    """``key: value``, on a line or with the value below it."""
    head = f"{' ' * indent}{_scalar(key)}:"
    short = None if _stands_below(key, value) else _flow(value)
    if short is not None and (isinstance(value, str) or len(head) + len(short) < WIDTH):
        return [f"{head} {short}"]
    if isinstance(value, str):
        return [f"{head} {_scalar(value)}"]
    return [head, *_block(value, indent + 2)]


def _stands_below(key: str, value: Tree) -> bool:
    """Whether a value is for lines of its own: tests, and lists of steps, faults and ways."""
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value) or key in STEP_LISTS
    return isinstance(value, dict) and _has_steps(value)


def _block(value: dict[str, Tree] | list[Tree], indent: int) -> list[str]:
    if isinstance(value, dict):
        return [line for key, item in value.items() for line in _entry(key, item, indent)]
    return [line for item in value for line in _item(item, indent)]


def _item(item: Tree, indent: int) -> list[str]:
    """``- item``: a step, a fault, one of several ways."""
    dash = f"{' ' * indent}- "
    if isinstance(item, str):
        return [dash + _scalar(item)]
    if isinstance(item, dict) and not _has_steps(item) and len(item) == 1:
        lines = _entry(*next(iter(item.items())), indent + 2)
        return [dash + lines[0].lstrip(), *lines[1:]]
    short = _flow(item)
    if short is not None and len(dash) + len(short) < (SHORT if _has_steps(item) else WIDTH):
        return [dash + short]
    lines = _block(item, indent + 2)
    return [dash + lines[0].lstrip(), *lines[1:]]


def _has_steps(tree: Tree) -> bool:
    if isinstance(tree, str):
        return False
    inner = tree.values() if isinstance(tree, dict) else tree
    return (isinstance(tree, dict) and any(key in tree for key in STEP_LISTS)) or any(map(_has_steps, inner))


def _flow(value: Tree) -> str | None:
    """In braces, on one line; None for what cannot stand there."""
    if isinstance(value, str):
        return _scalar(value) if isinstance(value, Quoted) or not _FLOW_SIGNS.search(value) else None
    keyed = isinstance(value, dict)
    parts = [_flow(item) for item in (value.values() if isinstance(value, dict) else value)]
    if None in parts:
        return None
    if keyed:
        assert isinstance(value, dict)
        return (
            "{" + ", ".join(f"{_scalar(key)}: {part}" for key, part in zip(value, parts, strict=True)) + "}"
        )
    return "[" + ", ".join(map(str, parts)) + "]"


def _scalar(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if isinstance(text, Quoted) else text
