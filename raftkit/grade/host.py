"""Whether an end says something about the submission, or about the machine that ran it.

Three things can be blamed on a host: it was short of processor time, memory or disk space; it killed a
process; raftkit failed on it. Limits on the lab clock are none of them: they follow from the seed. Nor is processor
time that was really spent. What is left is tried a second time, and if that ends no better it counts only
where the host is found in good health.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

from raftkit.model import Result, Verdict

FREE_BYTES = 64 << 20
"""Disk space and memory that a host in good health has left."""
PROBE_CPU_SECONDS = 0.03
STARVED_FACTOR = 5.0
"""Wall clock in times of the processor's: from here on a host is starved."""
_KILLED = "SIGKILL"


def doubt(result: Result) -> str:
    """Say why this end may be the host's; empty when it is the submission's own, whatever the host does."""
    failure = result.failure
    kind = failure.kind if failure else ""
    if result.verdict is Verdict.ERROR:
        return result.reason or kind
    if result.verdict is Verdict.BUSY and kind == "Hung":
        return result.reason
    if kind == "CpuLimit" and result.wall_seconds > STARVED_FACTOR * result.cpu_seconds:
        return result.reason
    if kind == "ProcessDied" and failure is not None and _KILLED in failure.summary:
        return result.reason
    return ""


def ailment(folder: Path) -> str:
    """Say what is wrong with this host now, as seen from a folder that is written to; empty when it is well."""
    return _disk(folder) or _disk(Path(tempfile.gettempdir())) or _memory() or _processor()


def _disk(folder: Path) -> str:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"{folder} cannot be looked at: {error.strerror}"
    return f"the disk is full: {free >> 20} MiB are left in {folder}" if free < FREE_BYTES else ""


def _memory() -> str:
    """Linux says how much could be had without swapping; others say nothing."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return ""
    known = {name: text for name, _, text in (line.partition(":") for line in lines)}
    available = int(known.get("MemAvailable", f"{FREE_BYTES} kB").split()[0]) << 10
    return f"memory has run out: {available >> 20} MiB are left" if available < FREE_BYTES else ""


def _processor() -> str:
    """Burn a little, and see how long that takes on the wall's clock."""
    wall, cpu = time.perf_counter(), time.thread_time()
    while (burned := time.thread_time() - cpu) < PROBE_CPU_SECONDS:
        pass
    factor = (time.perf_counter() - wall) / burned
    load = f", {os.getloadavg()[0]:.0f} programs want it" if hasattr(os, "getloadavg") else ""
    return f"the processor is {factor:.0f} times too busy{load}" if factor > STARVED_FACTOR else ""
