"""Hooks that raftkit's plugin calls, for those who report or record. Called on the controller only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from raftkit.report.record import Record
    from raftkit.runner.request import LogEvent


def pytest_raftkit_result(config: pytest.Config, record: Record) -> None:
    """Take a settled result. They come in suite order, each once."""


def pytest_raftkit_log(config: pytest.Config, event: LogEvent) -> None:
    """Take a line that the implementation logged, as it happens (``--live-logs``, without xdist)."""
