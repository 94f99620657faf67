"""``raftkit chaos``: scenarios out of seeds."""

from typing import Annotated

import typer

from raftkit.cli._accept import required
from raftkit.cli._chaos_options import (
    NemesisOption,
    ServersOption,
    ServiceOption,
    WorkloadOption,
    read_chaos_options,
)
from raftkit.runner.values import parse_seed


def show(
    seed: Annotated[str, typer.Argument(metavar="SEED", help="Which scenario.")],
    servers: ServersOption = "",
    workload: WorkloadOption = "",
    service: ServiceOption = "",
    nemesis: NemesisOption = "",
) -> None:
    """Print the scenario that a seed draws, as a suite.

    What is printed is an ordinary suite of one test: keep it in a file, change it, run it with raftkit test.
    """
    from raftkit.chaos import draw_suite

    options = read_chaos_options(servers, workload, service, nemesis)
    typer.echo(draw_suite(options, required("SEED", parse_seed, seed)), nl=False)
