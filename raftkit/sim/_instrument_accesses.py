"""Accesses: what a function reads and writes of objects that other threads may have.

The object's expression is wrapped in a call that notes the access and returns the object: ``self.log.append(entry)``
becomes ``read(read(self, "log").log, "append").append(entry)``. So the access itself is Python's own, at its own place
and in its own order, and an object is what it is, whatever names it goes by.
"""

import ast
import io
import tokenize
from typing import Any

from raftkit.sim._instrument_scopes import Scopes, call

READ = "__raftkit_read__"
"""An attribute is about to be read: of an object, by name, at a site."""
WRITE = "__raftkit_write__"
"""It is about to be stored, or deleted."""
UPDATE = "__raftkit_update__"
"""It is about to be read and stored, as by ``+=``."""
LOOK = "__raftkit_look__"
"""What is in a list, dict, set or deque is about to be read: of any object, at a site."""
CHANGE = "__raftkit_change__"
"""It is about to be changed."""
COPY = "__raftkit_copy__"
"""All that an object consists of is about to be read."""

LOOKS = frozenset({
    "all", "any", "bool", "bytes", "dict", "enumerate", "filter", "frozenset", "iter", "len", "list", "map", "max",
    "min", "repr", "reversed", "set", "sorted", "str", "sum", "tuple", "zip",
})  # fmt: skip
"""Builtins that look into what they are given."""
COPIES = frozenset({"deepcopy", "dump", "dumps", "encode", "pack", "packb"})
"""Functions and methods, as libraries call them, that walk through all of what they are given."""
LONGEST_TEXT = 80
_KEPT = (ast.Name, ast.Attribute, ast.Subscript)
"""Expressions of what was there before."""
_MADE = (ast.Dict, ast.List, ast.Tuple)
"""Those of what is made of it at the place."""
ATOMIC = "atomic"
"""A comment that begins so says of the attribute stored on its line that it needs no lock."""


def atomic_lines(source: bytes) -> set[int]:
    """The lines with a comment ``# atomic``."""
    found = set()
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        if token.type == tokenize.COMMENT and token.string.lstrip("# ").startswith(ATOMIC):
            found.add(token.start[0])
    return found


def wrap_accesses(tree: ast.AST, source: bytes, filename: str) -> ast.AST:
    """Wrap those of a module."""
    changed: ast.AST = _Accesses(tree, source, filename).visit(tree)
    return changed


class _Accesses(Scopes):
    def __init__(self, tree: ast.AST, source: bytes, filename: str) -> None:
        super().__init__(filename)
        self._modules = _modules(tree)
        self._atomic = _stored_at(tree, atomic_lines(source))

    # -- attributes and items --------------------------------------------------

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        name = READ if isinstance(node.ctx, ast.Load) else WRITE
        return self._attribute(node, name)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        name = LOOK if isinstance(node.ctx, ast.Load) else CHANGE
        return self._item(node, name)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        node.value = self.visit(node.value)
        if isinstance(node.target, ast.Attribute):
            self._attribute(node.target, UPDATE)
        elif isinstance(node.target, ast.Subscript):
            self._item(node.target, CHANGE)
        return node

    def _attribute(self, node: ast.Attribute, name: str) -> ast.Attribute:
        is_module = isinstance(node.value, ast.Name) and node.value.id in self._modules
        if not self.is_inside or is_module or node.attr in self._atomic:
            node.value = self.visit(node.value)
            return node
        site = self.site(node, _text(node if name == UPDATE else node.value))
        attribute = ast.Constant(self.mangled(node.attr))
        node.value = call(name, self.visit(node.value), attribute, site, at=node.value)
        return node

    def _item(self, node: ast.Subscript, name: str) -> ast.Subscript:
        node.slice = self.visit(node.slice)
        if not self.is_inside:
            node.value = self.visit(node.value)
            return node
        site = self.site(node, _text(node.value))
        node.value = call(name, self.visit(node.value), site, at=node.value)
        return node

    # -- what looks into a container ------------------------------------------------

    def visit_For(self, node: ast.For) -> ast.AST:
        node.iter = self._seen(node.iter)
        return self._rest(node, "iter")

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        node.iter = self._seen(node.iter)
        return self._rest(node, "iter")

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        node.value = self._seen(node.value) if isinstance(node.ctx, ast.Load) else self.visit(node.value)
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        node.test = self._seen(node.test)
        return self._rest(node, "test")

    def visit_While(self, node: ast.While) -> ast.AST:
        node.test = self._seen(node.test)
        return self._rest(node, "test")

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        node.operand = self._seen(node.operand)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if not isinstance(node.op, ast.Add | ast.BitOr):
            return self.generic_visit(node)
        node.left, node.right = self._seen(node.left), self._seen(node.right)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        node.left = self.visit(node.left)
        node.comparators = [
            self._seen(right) if isinstance(operator, ast.In | ast.NotIn) else self.visit(right)
            for operator, right in zip(node.ops, node.comparators, strict=True)
        ]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        name = function.id if isinstance(function, ast.Name) else ""
        last = function.attr if isinstance(function, ast.Attribute) else name
        node.func = self.visit(function)
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        if last in COPIES:
            node.args = [self._seen(argument, COPY) for argument in node.args]
        elif name in LOOKS:
            node.args = [self._seen(argument) for argument in node.args]
        else:
            node.args = [self.visit(argument) for argument in node.args]
        return node

    def _seen(self, node: ast.expr, name: str = LOOK) -> ast.expr:
        """Wrap what is looked into, unless it was made just now."""
        is_wanted = isinstance(node, _KEPT) or (name == COPY and isinstance(node, _MADE))
        if not self.is_inside or not is_wanted:
            return self.visit(node)  # type: ignore[no-any-return]
        site = self.site(node, _text(node))
        return call(name, self.visit(node), site, at=node)

    def _rest(self, node: Any, done: str) -> ast.AST:
        """Visit all of a node but the part that is done."""
        part = getattr(node, done)
        setattr(node, done, ast.Constant(None))
        self.generic_visit(node)
        setattr(node, done, part)
        return node  # type: ignore[no-any-return]


def _text(node: ast.expr) -> str:
    """An expression that names something, as it is written; empty for others."""
    return ast.unparse(node)[:LONGEST_TEXT] if isinstance(node, _KEPT) else ""


def _modules(tree: ast.AST) -> frozenset[str]:
    """Names that import statements give to modules: what these have is nobody's state."""
    return frozenset(
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    )


def _stored_at(tree: ast.AST, lines: set[int]) -> frozenset[str]:
    """Names of attributes that are stored on one of these lines, or declared there in a class."""
    found = set()
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) not in lines:
            continue
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return frozenset(found)
