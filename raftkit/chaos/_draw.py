"""From a seed to a scenario.

Each part is drawn from a stream of its own: who fixes one of them, such as ``--servers 5``, leaves the others as they
are. Nemeses are drawn as a *swarm* (Groce and others, "Swarm Testing", 2012): each seed switches most of them off,
since one fault can keep another from ever having an effect.
"""

from collections.abc import Sequence
from random import Random

from raftkit.chaos._nemeses import NEMESES
from raftkit.chaos._options import SERVICES, WORKLOADS, ChaosOptions
from raftkit.chaos._scenario import Load, Scenario, Trouble
from raftkit.chaos._write import suite_text

SIZES = ((2, 1), (3, 6), (4, 3), (5, 6), (6, 2), (7, 2))
"""Sizes of clusters, with weights: odd ones are what people run, even ones have majorities of their own kind."""
HOW_MANY = ((1, 3), (2, 4), (3, 3), (4, 2))
"""How many nemeses are on, with weights."""
WEATHER_MS = (6_000, 12_000)
CALM_MS = (500, 2_000)


def draw_suite(options: ChaosOptions, seed: int) -> str:
    """Draw a scenario, and write it as a suite of one test."""
    return suite_text(draw_scenario(options, seed), options)


def draw_scenario(options: ChaosOptions, seed: int) -> Scenario:
    """Draw what the options leave open."""
    servers = options.servers or _size(options, _stream(seed, "servers"))
    times = _stream(seed, "times")
    return Scenario(
        seed=seed,
        servers=servers,
        service=options.service or _stream(seed, "service").choice(SERVICES),
        load=_load(options, _stream(seed, "load")),
        weather=_weather(options, seed, servers),
        weather_ms=times.randint(*WEATHER_MS) // 100 * 100,
        calm_ms=times.randint(*CALM_MS) // 100 * 100,
    )


def _size(options: ChaosOptions, random: Random) -> int:
    least = max((NEMESES[name].least for name in options.nemeses), default=0)
    return _weighted(random, [(size, weight) for size, weight in SIZES if size >= least])


def _load(options: ChaosOptions, random: Random) -> Load:
    drawn, clients, keys = random.choice([*WORKLOADS]), random.randint(1, 4), random.randint(1, 4)
    workload = options.workload or drawn
    if workload == "plain":
        clients = (clients + 1) // 2  # they do not pause, and two of them keep a cluster busy
    return Load(workload=workload, clients=clients, keys=keys)


def _weather(options: ChaosOptions, seed: int, servers: int) -> tuple[tuple[str, tuple[Trouble, ...]], ...]:
    on = options.nemeses or _swarm(_stream(seed, "swarm"), servers)
    return tuple(
        (name, nemesis.draw(_stream(seed, f"nemesis {name}"), servers))
        for name, nemesis in NEMESES.items()
        if name in on
    )


def _swarm(random: Random, servers: int) -> list[str]:
    known = [name for name, nemesis in NEMESES.items() if nemesis.least <= servers]
    return random.sample(known, _weighted(random, HOW_MANY))


def _weighted(random: Random, choices: Sequence[tuple[int, int]]) -> int:
    return random.choices([value for value, _ in choices], [weight for _, weight in choices])[0]


def _stream(seed: int, name: str) -> Random:
    return Random(f"{seed}/chaos/{name}")
