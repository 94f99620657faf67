"""Mutants as files: a docstring for people, and a few lines for us.

::

    '''What is wrong, in a sentence.

    Written by somebody who ...
    '''
    # breaks: safety | Raft §5.2, Figure 2: one vote in a term
    # caught: lab 3 TestManyElections2A | oracles 1 TestManyElections2A | chaos -
    # missed: what it would take, where nobody convicts it

``breaks`` names what kind of harm it is and the rule. ``caught`` says, for each column, after how many seeds a test
convicts, and which one does; ``-`` where none did. All of them may be missing, as in a folder that nobody has
measured yet. A file that others in its folder import, such as the Raft that they change, is no mutant.
"""

import ast
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from raftkit.errors import RaftkitError

HARMS = ("safety", "liveness", "performance", "resources")
NOBODY = "-"
_BREAKS = re.compile(r"^# breaks: (?P<harm>\w+) \| (?P<rule>.+)$", re.MULTILINE)
_CAUGHT = re.compile(r"^# caught: (?P<cells>.+)$", re.MULTILINE)
_CELL = re.compile(r"(?P<column>\w+) (?:-|(?P<seeds>[1-9][0-9]{0,5}) (?P<test>\w+))")
_MISSED = re.compile(r"^# missed: (?P<why>.+)$", re.MULTILINE)
_EXPECTS = re.compile(r"^# expect: (?P<test>\w+) ", re.MULTILINE)


class ZooError(RaftkitError):
    """There is no such folder or mutant, or a header is not well formed; the text says where and what."""


@dataclass(frozen=True, slots=True)
class Caught:
    """That a column convicts.

    Attributes:
        seeds: How many seeds that takes: 1..``seeds``.
        test: The test that does.
    """

    seeds: int
    test: str

    def __str__(self) -> str:
        return f"{self.seeds} {self.test}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One wrong implementation.

    Attributes:
        path: Its file.
        wrong: What is wrong.
        story: What else its docstring says: who writes such a thing.
        harm: ``safety``, ``liveness``, ``performance`` or ``resources``; empty when it does not say.
        rule: The rule that it breaks; empty when it does not say.
        caught: What its header says of each column; None where a column convicts it not.
        missed: Why nobody convicts it, and what it would take; empty when it does not say.
        suspects: Tests that its other headers name.
        digest: SHA-256 of its statements, and of the files that it may import.
    """

    path: Path
    wrong: str = ""
    story: str = ""
    harm: str = ""
    rule: str = ""
    caught: dict[str, Caught | None]
    missed: str = ""
    suspects: frozenset[str] = frozenset()
    digest: str = ""

    @property
    def name(self) -> str:
        """The file's, without its ending."""
        return self.path.stem


def read_mutants(folder: Path, names: Sequence[str] = ()) -> list[Mutant]:
    """Read a folder's mutants, in the order of their names; only those that are named, if any are.

    Raises:
        ZooError: There is no such folder or mutant, or a file cannot be read.
    """
    trees = {path: _parse(path) for path in sorted(folder.glob("*.py"))}
    if not trees:
        raise ZooError(
            f"{folder} has no Python files\n  try: --mutants DIR, a folder of wrong implementations"
        )
    imported = {name for tree in trees.values() for name in _imports(tree)}
    helpers = [path for path in trees if path.stem in imported]
    mutants = {path.stem: path for path in trees if path not in helpers}
    if unknown := [name for name in names if name not in mutants]:
        raise ZooError(f"{folder} has no mutant {unknown[0]!r}")
    shared = b"".join(path.read_bytes() for path in helpers)
    return [_read(path, trees[path], shared) for name, path in mutants.items() if not names or name in names]


def with_header(text: str, caught: dict[str, Caught | None]) -> str:
    """A mutant's text with another ``caught`` line: columns that are not given stay as they are."""
    found = _CAUGHT.search(text)
    cells = (_caught(found["cells"], "") if found else {}) | caught
    line = "# caught: " + " | ".join(f"{name} {each or NOBODY}" for name, each in cells.items())
    if found:
        return text[: found.start()] + line + text[found.end() :]
    place = _BREAKS.search(text)
    if place is None:
        raise ZooError("there is no `# breaks: HARM | RULE` line to write `# caught:` behind")
    return text[: place.end()] + "\n" + line + text[place.end() :]


def _parse(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError) as error:
        raise ZooError(f"{path} cannot be read: {error}") from None


def _imports(tree: ast.Module) -> set[str]:
    """The modules that are named at a file's top."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
    return names


def _statements(tree: ast.Module) -> bytes:
    """What a file does, whatever its docstring and its comments say."""
    body = tree.body[ast.get_docstring(tree) is not None :]
    return "\n".join(map(ast.dump, body)).encode()


def _read(path: Path, tree: ast.Module, shared: bytes) -> Mutant:
    text = path.read_text(encoding="utf-8", errors="replace")
    wrong, *story = (" ".join(part.split()) for part in (ast.get_docstring(tree) or "").split("\n\n"))
    breaks, caught, missed = (pattern.search(text) for pattern in (_BREAKS, _CAUGHT, _MISSED))
    if breaks and breaks["harm"] not in HARMS:
        raise ZooError(f"{path}: `# breaks:` says {breaks['harm']!r}, which is none of {', '.join(HARMS)}")
    return Mutant(
        path=path,
        wrong=wrong,
        story=" ".join(story),
        harm=breaks["harm"] if breaks else "",
        rule=breaks["rule"] if breaks else "",
        caught=_caught(caught["cells"], f"{path}: ") if caught else {},
        missed=missed["why"] if missed else "",
        suspects=frozenset(found["test"] for found in _EXPECTS.finditer(text)),
        digest=hashlib.sha256(_statements(tree) + shared).hexdigest(),
    )


def _caught(cells: str, where: str) -> dict[str, Caught | None]:
    caught: dict[str, Caught | None] = {}
    for cell in cells.split(" | "):
        found = _CELL.fullmatch(cell.strip())
        if found is None:
            raise ZooError(f"{where}`# caught:` says {cell!r}; write `lab 3 TestRejoin2B`, or `lab -`")
        caught[found["column"]] = Caught(int(found["seeds"]), found["test"]) if found["seeds"] else None
    return caught
