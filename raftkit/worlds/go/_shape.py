"""The shape of a lab: where an edition keeps ``ApplyMsg`` and ``Persister``, told by what ``Make`` takes."""

import re
from dataclasses import dataclass
from pathlib import Path

from raftkit.contract import Location
from raftkit.errors import ContractError
from raftkit.worlds.go._imports import imports_of

_MAKE = re.compile(r"^func[ \t]+Make[ \t]*\(([^{]{0,1000}?)\)[^{\n]{0,200}\{", re.MULTILINE)
WANTED = "func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg)"


@dataclass(frozen=True, slots=True)
class Shape:
    """By what paths the types are imported that ``Make`` is given.

    Attributes:
        peers: The package of ``ClientEnd``.
        persister: That of ``Persister``: the package raft itself, or the tester's.
        messages: That of ``ApplyMsg``: the package raft itself, or one for the interface.
    """

    peers: str
    persister: str
    messages: str


def read_shape(location: Location, texts: dict[Path, str], module: str) -> Shape:
    """Find the shape of a package.

    Args:
        location: Where it is.
        texts: Its files, and what stands in each.
        module: The name of its module, of which all that it is given must be.

    Raises:
        ContractError: There is no ``Make``, or it takes something else.
    """
    for file, text in texts.items():
        if (made := _MAKE.search(text)) is not None:
            imports = imports_of(text)
            found = [
                _path(made[1], name, imports, location.module)
                for name in ("ClientEnd", "Persister", "ApplyMsg")
            ]
            if location.module == found[0] or not all(path.startswith(f"{module}/") for path in found):
                raise _not_the_labs(file, " ".join(made[0].split()))
            return Shape(*found)
    raise _not_the_labs(location.path, f"no func Make in {location.path.parent.name}/")


def _path(signature: str, name: str, imports: dict[str, str], own: str) -> str:
    """By what path a type of the signature is imported; empty when that is not known."""
    found = re.search(rf"(?:\b(\w+)\.)?\b{name}\b", signature)
    if found is None:
        return ""
    return imports.get(found[1], "") if found[1] else own


def _not_the_labs(file: Path, found: str) -> ContractError:
    return ContractError(
        f"{file.parent.name}/ has no Make of the lab's shape",
        where=str(file),
        found=found,
        wanted=WANTED,
        advice="the three types may come from packages of the same module, as raftapi.ApplyMsg and tester.Persister do",
    )
