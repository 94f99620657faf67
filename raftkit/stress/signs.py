"""The signs by which a run tells those who work for it to end: files, so that processes see them."""

import contextlib
import os
from pathlib import Path


class StopSigns:
    """A run's folder, and the two signs that may stand in it."""

    def __init__(self, folder: Path) -> None:
        self._soon, self._at_once = folder / ".stop", folder / ".abort"

    def put_up(self, *, at_once: bool) -> None:
        """Tell everybody to end after the run under way, or in the middle of it."""
        with contextlib.suppress(OSError):
            (self._at_once if at_once else self._soon).touch()

    def take_down(self) -> None:
        """Take that back."""
        for sign in (self._soon, self._at_once):
            sign.unlink(missing_ok=True)

    @property
    def say_stop(self) -> bool:
        """Whether nothing more shall begin."""
        return os.path.exists(self._soon) or self.say_abort

    @property
    def say_abort(self) -> bool:
        """Whether what is under way shall end, too."""
        return os.path.exists(self._at_once)
