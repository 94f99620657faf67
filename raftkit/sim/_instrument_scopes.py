"""What instrumenting transformers have in common: they follow functions and classes, and call functions of ours."""

import ast
from typing import Any

from raftkit.sim._sites import Site, number


def call(name: str, *args: ast.expr, at: ast.AST) -> ast.Call:
    """A call of one of our functions, located where ``at`` is."""
    made = ast.Call(ast.Name(name, ast.Load()), list(args), [])
    for part in (made, made.func, *(arg for arg in args if not hasattr(arg, "lineno"))):
        ast.copy_location(part, at)
    return made


class Scopes(ast.NodeTransformer):
    """Follows functions and classes, so that a site can be named, and transforms what runs inside functions only.

    Args:
        filename: As it is compiled.
    """

    def __init__(self, filename: str) -> None:
        self._filename = filename
        self._names: list[str] = []
        self._classes: list[str] = []
        self.is_inside = False
        """Whether this is a function's code."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function's code is inside."""
        return self.scope(node, node.name, is_function=True)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A coroutine's is."""
        return self.scope(node, node.name, is_function=True)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class's is not, but for its methods."""
        self._classes.append(node.name)
        try:
            return self.scope(node, node.name, is_function=False)
        finally:
            self._classes.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Annotations are no code that runs."""
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """A pattern is no expression."""
        node.guard = node.guard and self.visit(node.guard)
        node.body = self.block(node.body)
        return node

    def site(self, node: ast.AST, text: str = "") -> ast.Constant:
        """The number of a place, as an argument."""
        name = ".".join(self._names)
        return ast.Constant(number(Site(self._filename, node.lineno, name, text)))  # type: ignore[attr-defined]

    def mangled(self, attribute: str) -> str:
        """The name by which an attribute is stored."""
        if self._classes and attribute.startswith("__") and not attribute.endswith("__"):
            return f"_{self._classes[-1].lstrip('_')}{attribute}"
        return attribute

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Transform statements one after another."""
        return [self.visit(statement) for statement in body]

    def scope(self, node: Any, name: str, *, is_function: bool) -> ast.AST:
        """What stands around the body (decorators, defaults, annotations) runs once, when the definition does."""
        outer, self.is_inside = self.is_inside, is_function
        self._names.append(name)
        node.body = self.block(node.body)
        self._names.pop()
        self.is_inside = outer
        return node  # type: ignore[no-any-return]
