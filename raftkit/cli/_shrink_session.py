"""A failure is shrunk on behalf of the command line: progress, the file, the exit code."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from raftkit.cli._exits import Exit
from raftkit.cli._session import cores, signals_interrupt
from raftkit.cli._shared import check_writable
from raftkit.contract import locate
from raftkit.errors import ContractError
from raftkit.model import SECOND, Limits
from raftkit.report.clean import clean
from raftkit.report.failure import near
from raftkit.report.screen import Screen, open_screen
from raftkit.runner.again import again
from raftkit.runner.find_run import find_run
from raftkit.runner.places import default_implementation, impls_dir
from raftkit.runner.request import RunRequest
from raftkit.shrink.measures import from_to, measure
from raftkit.shrink.page import page, repeat_line
from raftkit.shrink.shrinking import NothingToShrink, Shrinking
from raftkit.shrink.size import faults_of, servers_of, steps_of
from raftkit.shrink.start import alone
from raftkit.shrink.trials import Subject
from raftkit.stress.words import counted

SOUND = "reference"
"""Passes every test that can be passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrinkOptions:
    """What the user asked for, understood."""

    run: str
    test: str
    implementation: str | None
    seed: int
    seconds: float
    jobs: int | None
    output: Path | None


def run_shrink(options: ShrinkOptions) -> int:
    """Shrink a failure, write what is left, and return the exit code.

    Raises:
        RaftkitError: There is nothing to shrink.
    """
    screen = open_screen()
    with signals_interrupt():
        subject = _named(options) if options.test else _kept(options, screen)
        path = options.output or _free(Path(f"{subject.request.test}-{subject.request.seed}.yaml"))
        check_writable("--output", path)
        tree = alone(Path(subject.request.suite), subject.request.test)
        shrinking = Shrinking(
            subject,
            tree,
            seed=subject.request.seed,
            jobs=options.jobs or cores(),
            seconds=options.seconds,
        )
        with closing(shrinking):
            _first_lines(screen, shrinking)
            was_interrupted = _shrink(screen, shrinking)
            sizes = from_to(shrinking.before, measure(shrinking.best))
            origin = f"{subject.request.test} of {near(subject.request.suite)}, seed {subject.request.seed}"
            text = page(shrinking.best, shrinking.subject, origin=origin, sizes=sizes, path=path)
            path.write_text(text, encoding="utf-8")
            _last_lines(screen, shrinking, sizes, path, was_interrupted)
    return Exit.INTERRUPTED if was_interrupted else Exit.PASSED


def _kept(options: ShrinkOptions, screen: Screen) -> Subject:
    """A failure that a run has left; what has changed since is told."""
    named = options.implementation or ""
    spec = locate(named, impls=impls_dir()).spec if named else ""
    failure = again(find_run(options.run), named=named, spec=spec)
    for change in failure.changes:
        screen.line(f"note: {clean(change)}")
    return Subject(request=failure.request, named=failure.named, sound=_sound())


def _named(options: ShrinkOptions) -> Subject:
    """A test and its seed."""
    from raftkit.suite import find_tests, suites_dir

    named = options.implementation or default_implementation()
    tests = find_tests([options.test], suites_dir=suites_dir())
    if len(tests) != 1:
        raise NothingToShrink(
            f"`{options.test}` means {len(tests)} tests: name one, {tests[0].id} for example"
        )
    request = RunRequest(
        suite=str(Path(tests[0].suite).resolve()),
        test=tests[0].id,
        implementation=locate(named, impls=impls_dir()).spec,
        seed=options.seed,
        limits=Limits(),
    )
    return Subject(request=request, named=named, sound=_sound())


def _sound() -> str:
    try:
        return locate(SOUND, impls=impls_dir()).spec
    except ContractError:  # somebody has taken it away
        return ""


def _free(path: Path) -> Path:
    """A name beside it that is nobody's yet: what was kept before stays."""
    number = 1
    while path.exists():
        number += 1
        path = path.with_stem(f"{path.stem.rpartition('.')[0] or path.stem}.{number}")
    return path


def _shrink(screen: Screen, shrinking: Shrinking) -> bool:
    """Shrink until nothing gets smaller, and tell; return whether somebody wanted an end."""
    last = line = ""
    screen.live(lambda: _state(shrinking))
    try:
        for name in shrinking.run():
            if last and name != last:
                screen.line(line)
            last, line = name, f"{_state(shrinking)}   cut {name}"
        if line:
            screen.line(line)
    except KeyboardInterrupt:
        return True
    finally:
        screen.close()
    return False


def _first_lines(screen: Screen, shrinking: Shrinking) -> None:
    result, request = shrinking.best.result, shrinking.subject.request
    screen.line(f"raftkit: {clean(shrinking.subject.named)}   {request.test}, seed {request.seed}")
    screen.line(f"    {clean(result.reason)}", "red")
    if not shrinking.subject.sound:
        screen.line(
            f"note: the {SOUND} does not pass this test either, so that it cannot tell what is still a fair one"
        )


def _state(shrinking: Shrinking) -> str:
    tree, result = shrinking.best.tree, shrinking.best.result
    faults = f"{counted(faults_of(tree), 'fault')}, " if faults_of(tree) else ""
    return (
        f"{shrinking.runs:>5} runs   {counted(steps_of(tree), 'step')}, {faults}{counted(servers_of(tree), 'server')}, "
        f"{result.lab_ns / SECOND:.1f} s, {result.events:,} events"
    )


def _last_lines(screen: Screen, shrinking: Shrinking, sizes: str, path: Path, was_interrupted: bool) -> None:
    ending = (
        "nothing gets smaller"
        if shrinking.is_done
        else "interrupted: this is the smallest so far"
        if was_interrupted
        else "time is up: --for 10m looks further"
    )
    screen.line("")
    screen.line(f"{sizes}   ({shrinking.runs:,} runs; {ending})", "bold")
    screen.line(f"written   {near(str(path))}")
    screen.line(f"repeat    {repeat_line(shrinking.best, shrinking.subject, path)}")
    screen.line("keep it beside your tests: a fix must pass it, and no later change may fail it again")
