"""Points: where a thread of an implementation may be interrupted.

There is one before each statement of a function, and one between the value and the store of ``self.n = self.n + 1`` and
``self.n += 1``: Python promises for neither that it happens as a whole. Code of modules and classes has none, since
it runs while it is imported, and no coroutine has: nothing comes between two ``await``\\ s.
"""

import ast
from typing import Any

from raftkit.sim._instrument_scopes import Scopes, call
from raftkit.sim._instrument_variables import declared_names

POINT = "__raftkit_point__"
"""Called before a statement, with the number of its site."""
VALUE = "__raftkit_value__"
"""Called with a value that is about to be stored in an attribute or item, and a site; returns the value."""

_UNTOUCHED = (ast.Global, ast.Nonlocal, ast.Pass)


def add_points(tree: ast.AST, filename: str) -> ast.AST:
    """Put them into a module."""
    changed: ast.AST = _Points(tree, filename).visit(tree)
    return changed


class _Points(Scopes):
    def __init__(self, tree: ast.AST, filename: str) -> None:
        super().__init__(filename)
        self._variables = declared_names(tree)

    def _is_shared(self, target: ast.expr) -> bool:
        """Whether a store can be seen by another thread: it goes to an attribute, an item, or a shared variable."""
        return any(
            part.id in self._variables
            if isinstance(part, ast.Name)
            else isinstance(part, ast.Attribute | ast.Subscript)
            for part in ast.walk(target)
        )

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.scope(node, node.name, is_function=False)

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if self.is_inside and any(map(self._is_shared, node.targets)):
            node.value = call(VALUE, node.value, self.site(node), at=node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if self.is_inside and self._is_shared(node.target):
            node.value = call(VALUE, node.value, self.site(node), at=node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if self.is_inside and node.value is not None and self._is_shared(node.target):
            node.value = call(VALUE, node.value, self.site(node), at=node.value)
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Statements stand in lists, whatever they are a part of."""
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                setattr(node, field, self.block(statements))
        return node

    def block(self, body: list[Any]) -> list[Any]:
        """Put a point before each."""
        made: list[Any] = []
        for statement in body:
            if self.is_inside and isinstance(statement, ast.stmt) and not _is_idle(statement):
                point = ast.Expr(call(POINT, self.site(statement), at=statement))
                made.append(ast.copy_location(point, statement))
            made.append(self.visit(statement))
        return made


def _is_idle(statement: ast.stmt) -> bool:
    """Whether it does nothing: a declaration, or a text that explains."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, _UNTOUCHED)
