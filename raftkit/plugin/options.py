"""The plugin's options, and what follows from them for a run.

The names are plain words; of pytest and the plugins that we know of none uses them. ``--trace``
belongs to pytest's debugger, hence ``--trace-dir``.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from raftkit.model import SECOND, Clock, Limits, Mode, Oracles
from raftkit.runner.values import (
    draw_seed,
    duration_text,
    nanoseconds,
    parse_duration,
    parse_seeds,
    parse_size,
    seeds_text,
    size_text,
)

_Number = TypeVar("_Number", int, float)
RUNS_FOLDER = ".raftkit/runs"
_PLAN = pytest.StashKey["Plan"]()
_SETTINGS = pytest.StashKey["Settings"]()

_OPTIONS = {
    "--impl": (
        "SPEC",
        "implementation under test: a file, a folder with raft.py, FILE:CLASS, a name in impls/",
    ),
    "--seed": ("N", "fixes everything that chance decides; drawn when left out"),
    "--seeds": ("LIST", "run every test once with each seed: 1..50 or 1,2,5"),
    "--test-limit": ("TIME", "lab clock, one test (default: 120s)"),
    "--total-limit": ("TIME", "lab clock, all tests of a seed together (default: 600s)"),
    "--cpu-limit": ("TIME", "processor time, one test (default: 120s)"),
    "--memory-limit": ("SIZE", "growth of resident memory, one test (default: 1GiB)"),
    "--trace-dir": ("DIR", "keep the trace of every test there"),
    "--result-json": ("FILE", "write results there as tests end"),
}


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("raftkit", "Raft implementations in virtual time (raftkit)")
    for name, (metavar, text) in _OPTIONS.items():
        group.addoption(name, dest=_dest(name), metavar=metavar, help=text)
    group.addoption(
        "--live-logs", dest="raftkit_live_logs", action="store_true", help="show what implementations log"
    )
    group.addoption(
        "--isolate",
        dest="raftkit_isolate",
        action="store_true",
        help="run the implementation in a locked process of its own",
    )
    group.addoption(
        "--apart",
        dest="raftkit_apart",
        action="store_true",
        help="let servers share nothing: with --isolate, each runs in a process of its own",
    )
    group.addoption(
        "--oracles",
        dest="raftkit_oracles",
        choices=[each.value for each in Oracles],
        default=Oracles.ALL.value,
        help="who judges beside a suite's steps: all oracles, or nobody, as in the lab (default: all)",
    )
    group.addoption(
        "--preempt",
        dest="raftkit_preempt",
        action="store_true",
        help="let threads of a server be interrupted between any two lines",
    )
    group.addoption(
        "--race",
        dest="raftkit_race",
        action="store_true",
        help="the same, and find data races: what threads use at the same time",
    )
    group.addoption(
        "--clock",
        dest="raftkit_clock",
        choices=[each.value for each in Clock],
        default=Clock.VIRTUAL.value,
        help="by which time passes; real is for Go labs alone, and no such run is repeatable (default: virtual)",
    )
    group.addoption(
        "--check-determinism",
        dest="raftkit_check_determinism",
        action="store_true",
        help="run every test twice and compare the traces",
    )


def has_options(config: pytest.Config) -> bool:
    """Whether any of them was given."""
    return any(config.getoption(_dest(name), None) is not None for name in _OPTIONS)


def _dest(name: str) -> str:
    return "raftkit_" + name.removeprefix("--").replace("-", "_")


# --- what was asked for ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options, understood.

    Attributes:
        implementation: As the user named it.
        spec: The same, absolute.
        seeds: As given; empty when one is to be drawn.
        limits: For each test, and for the run.
        trace_dir: Where every trace is kept, or None.
        json: Where results are written, or None.
        live_logs: Whether log lines are shown.
        mode: How tests are run.
        check_determinism: Whether every test is run twice.
    """

    implementation: str
    spec: str
    seeds: list[int] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    trace_dir: Path | None = None
    json: Path | None = None
    live_logs: bool = False
    mode: Mode = field(default_factory=Mode)
    check_determinism: bool = False


def settings(config: pytest.Config) -> Settings:
    """Understand the options, once.

    Raises:
        pytest.UsageError: A value is not accepted; the message says what is.
    """
    if _SETTINGS not in config.stash:
        config.stash[_SETTINGS] = _understand(config)
    return config.stash[_SETTINGS]


def _understand(config: pytest.Config) -> Settings:
    from raftkit.runner.places import default_implementation

    def given(name: str) -> Any:
        return config.getoption(_dest(name), None)

    if given("--seed") is not None and given("--seeds") is not None:
        raise pytest.UsageError("--seed and --seeds exclude each other")
    named = given("--impl") or default_implementation()
    return Settings(
        implementation=named,
        spec=_spec(named, config),
        seeds=_seeds(given("--seed"), given("--seeds")),
        limits=_limits(given),
        trace_dir=_path(given("--trace-dir"), config),
        json=_path(given("--result-json"), config),
        live_logs=bool(config.getoption("raftkit_live_logs", False)),
        mode=Mode(
            isolate=bool(config.getoption("raftkit_isolate", False)),
            apart=bool(config.getoption("raftkit_apart", False)),
            oracles=Oracles(config.getoption("raftkit_oracles", Oracles.ALL.value)),
            preempt=bool(config.getoption("raftkit_preempt", False)),
            race=bool(config.getoption("raftkit_race", False)),
            clock=Clock(config.getoption("raftkit_clock", Clock.VIRTUAL.value)),
        ),
        check_determinism=bool(config.getoption("raftkit_check_determinism", False)),
    )


def _spec(named: str, config: pytest.Config) -> str:
    """Find the implementation; on a worker the controller has found it already."""
    if handed := getattr(config, "workerinput", {}).get("raftkit", {}).get("spec"):
        return str(handed)
    from raftkit.contract import locate
    from raftkit.errors import ContractError
    from raftkit.runner.places import impls_dir

    try:
        return locate(named, impls=impls_dir(), cwd=config.invocation_params.dir).spec
    except ContractError as error:
        raise pytest.UsageError(str(error)) from None


def _seeds(one: str | None, many: str | None) -> list[int]:
    try:
        return parse_seeds(one or many or "") if one or many else []
    except ValueError as error:
        raise pytest.UsageError(f"{'--seed' if one else '--seeds'}: {error}") from None


def _limits(given: Any) -> Limits:
    def value(name: str, parse: Callable[[str], _Number], default: _Number) -> _Number:
        text = given(name)
        try:
            return default if text is None else parse(text)
        except ValueError as error:
            raise pytest.UsageError(f"{name}: {error}") from None

    usual = Limits()
    return Limits(
        test_ns=nanoseconds(value("--test-limit", parse_duration, usual.test_ns / SECOND)),
        total_ns=nanoseconds(value("--total-limit", parse_duration, usual.total_ns / SECOND)),
        cpu_seconds=value("--cpu-limit", parse_duration, usual.cpu_seconds),
        idle_seconds=usual.idle_seconds,
        memory_bytes=value("--memory-limit", parse_size, usual.memory_bytes),
    )


def _path(text: str | None, config: pytest.Config) -> Path | None:
    return None if text is None else config.invocation_params.dir / text


def run_options(limits: Limits, mode: Mode) -> list[str]:
    """The options by which a test runs like this, for pytest as for ``raftkit test``; none for the usual ones."""
    usual = Limits()
    chosen = {
        "--test-limit": limits.test_ns != usual.test_ns and duration_text(limits.test_ns / SECOND),
        "--total-limit": limits.total_ns != usual.total_ns and duration_text(limits.total_ns / SECOND),
        "--cpu-limit": limits.cpu_seconds != usual.cpu_seconds and duration_text(limits.cpu_seconds),
        "--memory-limit": limits.memory_bytes != usual.memory_bytes and size_text(limits.memory_bytes),
    }
    options = [word for name, text in chosen.items() if text for word in (name, text)]
    return [*options, *mode_options(mode)]


def mode_options(mode: Mode) -> list[str]:
    """The options by which tests run in a mode; none for the usual one."""
    chosen = {
        "--isolate": mode.isolate,
        "--apart": mode.apart,
        f"--oracles={mode.oracles.value}": mode.oracles is not Oracles.ALL,
        "--preempt": mode.preempt,
        "--race": mode.race,
        f"--clock={mode.clock.value}": mode.clock is not Clock.VIRTUAL,
    }
    return [name for name, is_chosen in chosen.items() if is_chosen]


# --- what was decided here, once, for all processes ---


@dataclass(frozen=True, slots=True)
class Plan:
    """What the controller decides and its workers must not decide again.

    Attributes:
        seeds: The seeds of this run.
        spec: The implementation, absolute; empty when none was named.
        folder: Where this run leaves its traces and results.
        signal: The beginning of the names of files by which the controller calls workers off.
    """

    seeds: list[int]
    spec: str
    folder: str
    signal: str

    def as_plain_data(self) -> dict[str, Any]:
        """What pytest-xdist can carry."""
        return asdict(self)

    @property
    def headline(self) -> str:
        """The seeds, as people read them."""
        return f"seed {self.seeds[0]}" if len(self.seeds) == 1 else f"seeds {seeds_text(self.seeds)}"


def plan(config: pytest.Config) -> Plan:
    """Decide, once on the controller; on a worker take what was decided."""
    if _PLAN not in config.stash:
        handed = getattr(config, "workerinput", {}).get("raftkit")
        config.stash[_PLAN] = Plan(**handed) if handed else _decide(config)
    return config.stash[_PLAN]


def has_plan(config: pytest.Config) -> bool:
    """Whether anything was decided yet."""
    return _PLAN in config.stash


def _decide(config: pytest.Config) -> Plan:
    """Decide. Cheap, and it never fails: it happens in every run with xdist, suites or not."""
    asked = settings(config) if has_options(config) else None
    seeds = (asked.seeds if asked else []) or [draw_seed()]
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    run = f"{moment}-{seeds[0]}-{os.getpid()}"
    return Plan(
        seeds=seeds,
        spec=asked.spec if asked else "",
        folder=str(config.invocation_params.dir / RUNS_FOLDER / run),
        signal=os.path.join(tempfile.gettempdir(), f"raftkit-{os.getpid()}-{os.urandom(8).hex()}"),
    )
