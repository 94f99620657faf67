"""Variables that functions share: those that one declares ``nonlocal`` or ``global``, to store into them.

Such a variable has no object by which it could be known. So each call of the function that it belongs to makes one,
which functions inside find as they find the variable; those of modules have one for all. A load becomes
``see(scope, "votes", site, votes)``, and the value of a store is wrapped in the same way.
"""

import ast
import symtable
from collections.abc import Iterable, Iterator, Mapping
from importlib.util import decode_source
from typing import Any

from raftkit.sim._instrument_scopes import Scopes, call

SCOPE = "__raftkit_scope__"
"""Makes what stands for the variables of one call."""
GLOBALS = "__raftkit_globals__"
"""Stands for those of all modules."""
SEE = "__raftkit_see__"
"""A variable was loaded: scope, name, site, value; returns the value."""
KEEP = "__raftkit_keep__"
"""A value is about to be stored in one; the same."""
STEP = "__raftkit_step__"
"""The same by ``+=``, which has loaded it too."""


def wrap_variables(tree: ast.AST, source: bytes, filename: str) -> ast.AST:
    """Wrap loads and stores of those of a module."""
    declared = declared_names(tree)
    if not declared:
        return tree
    table = symtable.symtable(decode_source(source), filename, "exec")
    changed: ast.AST = _Variables(table, declared, filename).visit(tree)
    return changed


def declared_names(tree: ast.AST) -> frozenset[str]:
    """Names that any function declares as ``nonlocal`` or ``global``."""
    found = (node.names for node in ast.walk(tree) if isinstance(node, ast.Nonlocal | ast.Global))
    return frozenset(name for names in found for name in names)


def _functions(table: symtable.SymbolTable) -> Iterator[symtable.Function]:
    """All functions below."""
    for child in table.get_children():
        if isinstance(child, symtable.Function):
            yield child
        yield from _functions(child)


class _Variables(Scopes):
    def __init__(self, table: symtable.SymbolTable, declared: frozenset[str], filename: str) -> None:
        super().__init__(filename)
        self._tables = {(each.get_name(), each.get_lineno()): each for each in _functions(table)}
        self._declared = declared
        self._module = filename
        self._visible: Mapping[str, str] = {}
        """The scope of each variable, by the variable's name."""

    def scope(self, node: Any, name: str, *, is_function: bool) -> ast.AST:
        """Functions find the scopes of those that they stand in, and may make one."""
        table = self._tables.get((name, node.lineno))
        if not is_function or table is None:
            return super().scope(node, name, is_function=is_function)
        outer = self._visible
        mine, shared = self._owned(table), f"__raftkit_scope_{node.lineno}__"
        visible = {key: found for key, found in outer.items() if not _is_local(table, key)}
        visible |= {key: GLOBALS for key in self._declared if _is_global(table, key)}
        self._visible = visible | dict.fromkeys(mine, shared)
        super().scope(node, name, is_function=True)
        self._visible = outer
        if mine:
            made = ast.Assign([ast.Name(shared, ast.Store())], call(SCOPE, at=node.body[0]))
            for part in (made, made.targets[0]):
                ast.copy_location(part, node.body[0])
            node.body.insert(1 if _is_text(node.body[0]) and len(node.body) > 1 else 0, made)
        return node  # type: ignore[no-any-return]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if self.is_inside and isinstance(node.ctx, ast.Load) and node.id in self._visible:
            return self._told(SEE, node.id, node)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._hidden(node, (part.arg for part in ast.walk(node.args) if isinstance(part, ast.arg)))

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._hidden(node, _targets(node.generators))

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._hidden(node, _targets(node.generators))

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._hidden(node, _targets(node.generators))

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._hidden(node, _targets(node.generators))

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        for target in node.targets:
            node.value = self._stored(target, node.value)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        super().visit_AnnAssign(node)
        node.value = node.value and self._stored(node.target, node.value)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        self.generic_visit(node)
        node.value = self._stored(node.target, node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        node.value = self._stored(node.target, node.value, STEP)
        return node

    def _hidden(self, node: ast.expr, names: Iterable[str]) -> ast.AST:
        """Visit an expression in which these names are its own."""
        outer = self._visible
        mine = set(names)
        self._visible = {name: found for name, found in outer.items() if name not in mine}
        self.generic_visit(node)
        self._visible = outer
        return node

    def _owned(self, table: symtable.Function) -> list[str]:
        """Its own variables into which functions inside it store."""
        inner = [each for each in _functions(table) if isinstance(each, symtable.Function)]
        stored = {name for each in inner for name in each.get_nonlocals()}
        return [name for name in sorted(stored) if _is_local(table, name)]

    def _stored(self, target: ast.expr, value: ast.expr, name: str = KEEP) -> ast.expr:
        """A value on its way into a target, told of each variable in that."""
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id in self._visible:
                value = self._told(name, part.id, value) if self.is_inside else value
        return value

    def _told(self, name: str, variable: str, value: ast.expr) -> ast.Call:
        shared = ast.Name(self._visible[variable], ast.Load())
        key = f"{self._module}:{variable}" if shared.id == GLOBALS else variable
        return call(name, shared, ast.Constant(key), self.site(value, variable), value, at=value)


def _targets(generators: list[ast.comprehension]) -> list[str]:
    parts = [part for generator in generators for part in ast.walk(generator.target)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _is_local(table: symtable.Function, name: str) -> bool:
    return name in table.get_identifiers() and table.lookup(name).is_local()


def _is_global(table: symtable.Function, name: str) -> bool:
    return name in table.get_identifiers() and table.lookup(name).is_global()


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
