"""What a scenario is: plain data, before it is written as a suite."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A duration that is drawn from, in milliseconds; both ends belong to it."""

    low_ms: int
    high_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A fault that comes by itself, as it stands under ``background:``.

    Attributes:
        step: The fault's name in a suite.
        fields: Its fields, as they are written.
        lasts: How long it lasts each time; None for weather that comes once and stays.
        pause: How long it is quiet before it comes.
    """

    step: str
    fields: tuple[tuple[str, str], ...]
    lasts: Span | None = None
    pause: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Who asks for something all the time.

    Attributes:
        workload: One of ``WORKLOADS``.
        clients: How many, each with one operation at a time.
        keys: How many keys they share; plain commands have none.
    """

    workload: str
    clients: int
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A cluster, its clients, and two acts: weather, and then calm.

    Attributes:
        seed: What it was drawn from.
        servers: The size of the cluster.
        service: One of ``SERVICES``.
        load: The clients.
        weather: The nemeses that are on, each with the troubles that it brings.
        weather_ms: How long the first act lasts.
        calm_ms: How long clients go on in the second, once all is well again.
    """

    seed: int
    servers: int
    service: str
    load: Load
    weather: tuple[tuple[str, tuple[Trouble, ...]], ...]
    weather_ms: int
    calm_ms: int
