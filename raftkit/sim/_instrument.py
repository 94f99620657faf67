"""Source text to code objects, with a tick in every loop.

An implementation's loops count their iterations, so that code that never waits is noticed at once and
with its stack, whatever the speed of the machine. The tick is one call of a function in the
implementation's own builtins; it changes nothing that the code can see.
"""

import ast
import hashlib
from enum import StrEnum
from types import CodeType
from typing import TypeVar

TICK = "__raftkit_tick__"


class Mode(StrEnum):
    """How much of an implementation's code is instrumented while it is loaded."""

    OFF = "off"
    BUDGET = "budget"


_Loop = TypeVar("_Loop", ast.While, ast.For, ast.AsyncFor)


class _LoopTicks(ast.NodeTransformer):
    def _tick(self, node: _Loop) -> _Loop:
        self.generic_visit(node)
        call = ast.Expr(ast.Call(ast.Name(TICK, ast.Load()), [], []))
        for part in ast.walk(call):
            ast.copy_location(part, node.body[0])
        node.body.insert(0, call)
        return node

    def visit_While(self, node: ast.While) -> ast.While:
        return self._tick(node)

    def visit_For(self, node: ast.For) -> ast.For:
        return self._tick(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AsyncFor:
        return self._tick(node)


_cache: dict[tuple[str, str, Mode], CodeType] = {}


def compile_source(source: bytes, filename: str, mode: Mode = Mode.BUDGET) -> CodeType:
    """Compile a module, instrumented; the same content is compiled once in a process.

    Raises:
        SyntaxError, ValueError: As ``compile`` does.
    """
    key = (hashlib.sha256(source).hexdigest(), filename, mode)
    code = _cache.get(key)
    if code is None:
        tree = ast.parse(source, filename)
        if mode is Mode.BUDGET:
            tree = _LoopTicks().visit(tree)
        code = compile(tree, filename, "exec", dont_inherit=True)
        _cache[key] = code
    return code
