"""Steps that several tests of a file use."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from raftkit.suite._place import Place

if TYPE_CHECKING:
    from raftkit.suite._step import Step


@dataclass(frozen=True, slots=True)
class Shared:
    """Named steps with parameters; they see nothing else of the test that uses them."""

    name: str
    parameters: tuple[str, ...]
    steps: "tuple[Step, ...]"
    place: Place
