"""Who runs the chunks of a round: pytest's workers on this machine, or those of a cluster."""

from dataclasses import dataclass
from typing import Protocol

from raftkit.stress.work import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a round ended.

    Attributes:
        refused: Why nothing more could be run; empty when it could.
        has_lost_workers: Whether workers died, so that some runs may be missing.
        last_words: What to say if nothing was run at all.
    """

    refused: str = ""
    has_lost_workers: bool = False
    last_words: str = ""


class Hands(Protocol):
    """Runs chunks.

    Each run is in the journal of the round's folder as soon as it is known here, and what is worth keeping of
    it lies beside. The :class:`~raftkit.stress.signs.StopSigns` of that folder are obeyed.
    """

    @property
    def jobs(self) -> int:
        """How many runs there are at a time."""
        ...

    def run(self, work: Round) -> Ended:
        """Run a round, until it is done or a sign says stop; then nothing of it runs any more.

        Raises:
            KeyboardInterrupt: Somebody wants an end; nothing of it runs any more.
        """
        ...

    def close(self) -> None:
        """Let go of whatever there is between two rounds."""
        ...
