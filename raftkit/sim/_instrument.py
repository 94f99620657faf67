"""Source text to code objects, with a tick in every loop, and more where threads are to be watched.

An implementation's loops count their iterations, so that code that never waits is noticed at once and
with its stack, whatever the speed of the machine. The tick is one call of a function in the
implementation's own builtins; it changes nothing that the code can see. For ``PREEMPT`` and ``RACE`` there are
further calls of this kind: :mod:`raftkit.sim._instrument_points`, and for ``RACE`` those of
:mod:`raftkit.sim._instrument_accesses` and :mod:`raftkit.sim._instrument_variables` too.
"""

import ast
import hashlib
from types import CodeType
from typing import TypeVar

from raftkit.model import Instrumentation
from raftkit.sim._instrument_accesses import wrap_accesses
from raftkit.sim._instrument_points import add_points
from raftkit.sim._instrument_variables import wrap_variables

TICK = "__raftkit_tick__"

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


_cache: dict[tuple[str, str, Instrumentation], CodeType] = {}


def compile_source(
    source: bytes, filename: str, instrument: Instrumentation = Instrumentation.BUDGET
) -> CodeType:
    """Compile a module, instrumented; the same content is compiled once in a process.

    Raises:
        SyntaxError, ValueError: As ``compile`` does.
    """
    key = (hashlib.sha256(source).hexdigest(), filename, instrument)
    code = _cache.get(key)
    if code is None:
        tree: ast.AST = ast.parse(source, filename)
        if instrument is Instrumentation.RACE:
            tree = wrap_variables(wrap_accesses(tree, source, filename), source, filename)
        if instrument in (Instrumentation.PREEMPT, Instrumentation.RACE):
            tree = add_points(tree, filename)
        if instrument is not Instrumentation.OFF:
            tree = _LoopTicks().visit(tree)
        code = compile(tree, filename, "exec", dont_inherit=True)  # type: ignore[call-overload]
        _cache[key] = code
    return code
