"""What people may fix of a drawn scenario, on the command line."""

from collections.abc import Callable, Collection
from typing import Annotated

import typer

from raftkit.chaos import LEAST_SERVERS, MOST_SERVERS, NEMESES, SERVICES, WORKLOADS, ChaosOptions
from raftkit.cli._accept import accept, whole_number

ServersOption = Annotated[
    str,
    typer.Option(
        metavar="N", help=f"Size of the cluster, {LEAST_SERVERS} to {MOST_SERVERS}. Default: drawn, 2 to 7."
    ),
]
WorkloadOption = Annotated[str, typer.Option(metavar="NAME", help=f"{', '.join(WORKLOADS)}. Default: drawn.")]
ServiceOption = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="plain, snapshotting, or staggered: snapshots, at other indexes on each server.",
    ),
]
NemesisOption = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        help=f"What goes wrong, all of these: {', '.join(NEMESES)}. Default: some, drawn for each seed.",
    ),
]


def read_chaos_options(servers: str, workload: str, service: str, nemesis: str) -> ChaosOptions:
    """Understand these options.

    Raises:
        typer.BadParameter: One of them means nothing, or two do not fit.
    """
    options = ChaosOptions(
        servers=accept("--servers", _cluster_size, servers) or 0,
        workload=accept("--workload", _one_of(WORKLOADS), workload) or "",
        service=accept("--service", _one_of(SERVICES), service) or "",
        nemeses=accept("--nemesis", _some_nemeses, nemesis) or (),
    )
    for name in options.nemeses:
        if options.servers and NEMESES[name].least > options.servers:
            raise typer.BadParameter(
                f"{name} takes {NEMESES[name].least} servers or more", param_hint="--servers"
            )
    return options


def _cluster_size(text: str) -> int:
    return whole_number("size of a cluster", text, MOST_SERVERS, LEAST_SERVERS)


def _some_nemeses(text: str) -> tuple[str, ...]:
    return tuple(_one_of(NEMESES)(name.strip()) for name in text.split(","))


def _one_of(known: Collection[str]) -> Callable[[str], str]:
    def parse(name: str) -> str:
        if name not in known:
            raise ValueError(f"{name!r} is none of {', '.join(known)}")
        return name

    return parse
