"""Load an implementation once, before any test runs, and check its shape."""

from pathlib import Path

from raftkit.contract import Location, check_shape, find_class, locate
from raftkit.errors import ContractError
from raftkit.sim import NEVER, Task
from raftkit.worlds.boundary import ServerRaised
from raftkit.worlds.local._report import describe_error
from raftkit.worlds.local._server import Server
from raftkit.worlds.local._world import LocalWorld


def check_implementation(spec: str, *, impls: Path | None = None) -> str:
    """Find, load and check an implementation; returns its absolute spec.

    Runs the module's own top-level code, so it belongs into a process that may be lost.

    Raises:
        ContractError: What is wrong, beside what is wanted.
    """
    location = locate(spec, impls=impls)
    _check_text(location)
    trial = _Trial(location)
    trial.run()
    return location.spec


class _Trial(LocalWorld):
    """A world in which one server is loaded and never constructed."""

    def __init__(self, location: Location) -> None:
        super().__init__(location, "check")
        self.error: BaseException | None = None

    def run(self) -> None:
        server = Server(self, 0, 0, 1)
        self._servers[0] = server
        self._spawn(server, "import", self._load, server)
        self.run_until(NEVER - 1)
        self.close()
        if self.error is not None:
            raise self.error

    def _load(self, server: Server) -> None:
        module = server.space.load(self.location.path, self.location.module)
        check_shape(find_class(module, self.location.class_name), file=str(self.location.path))

    def _on_error(self, task: Task, error: BaseException) -> None:
        if self.error is None:
            self.error = error if isinstance(error, ContractError) else _cannot_load(self.location, error)

    def emit(self, output: object) -> None:
        if isinstance(output, ServerRaised) and self.error is None:
            self.error = ContractError(
                output.summary, where=str(self.location.path), found=output.details.rstrip()
            )


def _cannot_load(location: Location, error: BaseException) -> ContractError:
    summary, details = describe_error(error)
    if isinstance(error, SyntaxError):
        place = f"{error.filename}:{error.lineno}"
        return ContractError(
            f"{location.path.name} does not compile: {error.msg}",
            where=place,
            found=(error.text or "").rstrip(),
        )
    if isinstance(error, ImportError):
        return ContractError(
            f"{location.path.name} cannot be imported: {error}",
            where=str(location.path),
            found=details.rstrip(),
            advice="modules and packages beside the file can be imported by name",
        )
    return ContractError(
        f"{location.path.name} raises while it is imported: {summary}",
        where=str(location.path),
        found=details.rstrip(),
    )


def _check_text(location: Location) -> None:
    try:
        text = location.path.read_bytes()
    except OSError as error:
        raise ContractError(
            f"{location.path.name} cannot be read: {error.strerror}", where=str(location.path)
        ) from None
    if b"\0" in text[:4096]:
        raise ContractError(
            f"{location.path.name} is not a Python file", where=str(location.path), found="binary data"
        )
