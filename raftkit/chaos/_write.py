"""A scenario as a suite: text that a person could have written, and can change."""

import shlex
from collections.abc import Iterator

import raftkit
from raftkit.chaos._nemeses import NEMESES
from raftkit.chaos._options import WORKLOADS, ChaosOptions
from raftkit.chaos._scenario import Load, Scenario, Span, Trouble

PART = "chaos"
TEST = "TestChaos"
"""The one test's name: it names the run's random streams, and is the same for every seed."""
_MODELS = {"kv": "register", "append": "list_append"}


def suite_text(scenario: Scenario, options: ChaosOptions) -> str:
    """Write a scenario down; ``options`` go into the command that draws it again."""
    return "".join(f"{line}\n" for line in _lines(scenario, options))


def _lines(scenario: Scenario, options: ChaosOptions) -> Iterator[str]:
    again = shlex.join(["raftkit", "chaos", "show", str(scenario.seed), *options.arguments()])
    on = [name for name, _ in scenario.weather]
    yield f"# Drawn by raftkit {raftkit.__version__}: {again}"
    yield f"# Run it with the same seed: raftkit test THIS_FILE --seed {scenario.seed} --impl ..."
    yield ""
    yield f"part: {PART}"
    yield "title: a drawn scenario"
    yield "tests:"
    yield f"  {TEST}:"
    yield f"    title: {scenario.load.workload} on {scenario.servers} servers; {', '.join(on) or 'fair weather'}"
    yield f"    servers: {scenario.servers}"
    yield f"    service: {scenario.service}"
    if scenario.weather:
        yield "    background:"
    for name, troubles in scenario.weather:
        yield f"      # {name}: {NEMESES[name].text}"
        yield from (f"      - {_trouble(trouble)}" for trouble in troubles)
    yield "    steps:"
    yield f"      # act one: {WORKLOADS[scenario.load.workload]}; meanwhile the weather does what it wants"
    yield from (f"      - {step}" for step in _act_one(scenario))
    yield "      # act two: all is well again, and everybody back; what was wrong before must end within seconds"
    yield from (f"      - {step}" for step in _act_two(scenario))


def _trouble(trouble: Trouble) -> str:
    fields = [f"{name}: {value}" for name, value in trouble.fields]
    fields += [f"for: {_span(trouble.lasts)}"] if trouble.lasts else []
    pause = f", pause: {_span(trouble.pause)}" if trouble.pause else ""
    return f"{{{trouble.step}: {{{', '.join(fields)}}}{pause}}}"


def _act_one(scenario: Scenario) -> Iterator[str]:
    yield _begin(scenario.load)
    yield f"sleep: {_time(scenario.weather_ms)}"


def _begin(load: Load) -> str:
    if load.workload == "plain":
        return f"start_clients: {{clients: {load.clients}}}"
    model = _MODELS[load.workload]
    return f"start_workload: {{model: {model}, clients: {load.clients}, keys: {load.keys}}}"


def _act_two(scenario: Scenario) -> Iterator[str]:
    yield "heal"
    yield "restart: crashed"
    yield "check_liveness: {within: 5s}"
    yield f"sleep: {_time(scenario.calm_ms)}"
    if scenario.load.workload == "plain":
        yield "stop_clients: {save: acknowledged}"
        yield "agree: {command: random, servers: all, retry: true, save: last}"
        yield "check_log_holds: {commands: acknowledged, up_to: last}"
    else:
        yield "check_linearizable"


def _span(span: Span) -> str:
    if span.low_ms == span.high_ms:
        return _time(span.low_ms)
    return f"{_time(span.low_ms)}..{_time(span.high_ms)}"


def _time(ms: int) -> str:
    return f"{ms // 1000}s" if ms % 1000 == 0 else f"{ms}ms"
