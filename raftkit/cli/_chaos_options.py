"""What people may fix of a drawn scenario, on the command line."""

from typing import Annotated

import typer

from raftkit.chaos import LEAST_SERVERS, MOST_SERVERS, NEMESES, SERVICES, WORKLOADS, ChaosOptions

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
        servers=_servers(servers),
        workload=_one_of("--workload", workload, tuple(WORKLOADS)),
        service=_one_of("--service", service, SERVICES),
        nemeses=tuple(
            _one_of("--nemesis", name.strip(), tuple(NEMESES)) for name in nemesis.split(",") if nemesis
        ),
    )
    for name in options.nemeses:
        if options.servers and NEMESES[name].least > options.servers:
            raise typer.BadParameter(
                f"{name} takes {NEMESES[name].least} servers or more", param_hint="--servers"
            )
    return options


def _servers(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and LEAST_SERVERS <= int(text[:3]) <= MOST_SERVERS):
        raise typer.BadParameter(
            f"{text!r} is no size of a cluster: write a whole number from {LEAST_SERVERS} to {MOST_SERVERS}",
            param_hint="--servers",
        )
    return int(text)


def _one_of(option: str, name: str, known: tuple[str, ...]) -> str:
    if name not in known and not (name == "" and option != "--nemesis"):
        raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}", param_hint=option)
    return name
