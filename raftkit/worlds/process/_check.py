"""Look at an implementation's shape without letting its code into this process."""

from pathlib import Path

from raftkit.contract import locate
from raftkit.errors import ContractError
from raftkit.model import Limits
from raftkit.worlds.process._conversation import MakeWatch
from raftkit.worlds.process._frames import Checked, Refused
from raftkit.worlds.process._order import order_for
from raftkit.worlds.process._process import WorldProcess


def check_in_process(spec: str, limits: Limits, make_watch: MakeWatch, *, impls: Path | None = None) -> str:
    """Find, load and check an implementation in a locked process; returns its absolute spec.

    Raises:
        ContractError: What is wrong, beside what is wanted.
        CaseFailed: The process was lost over it.
    """
    location = locate(spec, impls=impls)
    process = WorldProcess(order_for(location, "", limits), limits, make_watch)
    try:
        answer = process.ask(None, (Checked, Refused))
    finally:
        process.end()
    if isinstance(answer, Refused):
        raise ContractError(
            answer.message, where=answer.where, found=answer.found, wanted=answer.wanted, advice=answer.advice
        )
    return location.spec
