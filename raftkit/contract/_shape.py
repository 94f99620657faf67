"""Does a class have the shape of a Raft implementation? Checked before any test runs."""

import difflib
import inspect
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from raftkit.contract._names import check_names
from raftkit.contract._types import SnapshottingRaft
from raftkit.errors import ContractError

PAGE = "docs/contract.md"


@dataclass(frozen=True, slots=True)
class _Wanted:
    parameters: tuple[str, ...]
    text: str
    needed: bool = True


WANTED = {
    "__init__": _Wanted(
        ("peers", "me", "persister", "apply_ch"), "def __init__(self, peers, me, persister, apply_ch) -> None"
    ),
    "start": _Wanted(
        ("command",), "def start(self, command) -> tuple[int, int, bool]   # index, term, is_leader"
    ),
    "get_state": _Wanted((), "def get_state(self) -> tuple[int, bool]   # current term, is_leader"),
    "kill": _Wanted((), "def kill(self) -> None"),
    "snapshot": _Wanted(("index", "snapshot"), "def snapshot(self, index, snapshot) -> None", needed=False),
}
"""What the harness calls, and with what. Without ``snapshot`` an implementation runs 2A to 2C."""

_OTHER_NAMES = {
    "start": ("Start", "propose", "submit"),
    "get_state": ("GetState", "getState", "state"),
    "kill": ("Kill", "stop", "shutdown"),
    "snapshot": ("Snapshot",),
}


def find_class(module: ModuleType, class_name: str = "") -> type:
    """The class to construct.

    Without a name: the only class of the module that has ``start`` and ``get_state`` (a class that others
    of them are made from does not count), or among several the one called ``Raft``. Classes that the
    module imports from elsewhere count when it has none of its own.

    Raises:
        ContractError: None fits, or several do.
    """
    where = str(module.__file__)
    if class_name:
        found = getattr(module, class_name, None)
        if isinstance(found, type):
            return found
        raise ContractError(
            f"{module.__name__} has no class {class_name}",
            where=where,
            found=_names(_classes(module)),
            wanted=f"class {class_name}",
        )
    classes = _classes(module)
    fitting = _fitting(classes) or _fitting(_classes(module, imported=True))
    named = [cls for cls in classes if cls.__name__ == "Raft"]
    if len(fitting) == 1:
        return fitting[0]
    if len(named) == 1 and (not fitting or named[0] in fitting):
        return named[0]
    if not fitting:
        raise ContractError(
            "no Raft class found",
            where=where,
            found=_names(classes) or "no class at all",
            wanted="a class with the methods start, get_state and kill, for example `class Raft:`",
            advice=f"see {PAGE}, or raftkit new DIR for a skeleton",
        )
    raise ContractError(
        "several classes could be the implementation",
        where=where,
        found=_names(fitting),
        wanted="one class, or its name behind the path",
        advice=f"--impl {module.__file__}:{fitting[0].__name__}",
    )


def check_shape(cls: type, *, file: str) -> None:
    """Check that the harness can construct and call ``cls``.

    Raises:
        ContractError: A method is missing, misnamed, or takes other parameters; the implementer's own
            signature stands beside the wanted one.
    """
    for name, wanted in WANTED.items():
        method = inspect.getattr_static(cls, name, None)
        if name == "__init__" and method is object.__init__:
            method = None
        if method is not None and method is inspect.getattr_static(SnapshottingRaft, name, None):
            method = None  # only inherited from the contract's Protocol, which does nothing
        if method is None:
            if wanted.needed:
                raise _missing(cls, name, wanted, file)
            continue
        _check_parameters(cls, name, wanted, file)
    check_names(cls, file=file)


def _check_parameters(cls: type, name: str, wanted: _Wanted, file: str) -> None:
    method = getattr(cls, name)
    if not callable(method):
        raise ContractError(
            f"{cls.__name__}.{name} is not a method",
            where=file,
            found=f"{name} = {type(method).__name__}",
            wanted=wanted.text,
        )
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):
        return
    static = isinstance(inspect.getattr_static(cls, name), staticmethod | classmethod)
    arguments: list[Any] = [None] * (len(wanted.parameters) + (0 if static else 1))
    try:
        signature.bind(*arguments)
    except TypeError as error:
        shown = "__init__" if name == "__init__" else name
        raise ContractError(
            f"{cls.__name__}.{shown} cannot be called as the harness calls it: {error}",
            where=f"{file}:{_line(method)}",
            found=f"def {shown}{signature}",
            wanted=wanted.text,
            advice=f"see {PAGE}",
        ) from None


def _missing(cls: type, name: str, wanted: _Wanted, file: str) -> ContractError:
    public = [key for key in dir(cls) if not key.startswith("_")]
    other = [key for key in _OTHER_NAMES.get(name, ()) if key in public]
    other += difflib.get_close_matches(name, [key for key in public if key != name], n=1, cutoff=0.7)
    message = f"{cls.__name__} has no {name}" + (" of its own" if name in public else "")
    if other:
        message += f"; is {other[0]} meant to be it?"
    return ContractError(
        message,
        where=f"{file}:{_line(cls)}",
        found="methods: " + (", ".join(public) or "none"),
        wanted=wanted.text,
        advice=f"see {PAGE}",
    )


def _classes(module: ModuleType, *, imported: bool = False) -> list[type]:
    """The classes that a module defines, or those that it imports; each once, whatever its names."""
    return list(
        dict.fromkeys(
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and (value.__module__ != module.__name__ if imported else value.__module__ == module.__name__)
            and value.__module__.partition(".")[0] != "raftkit"
        )
    )


def _fitting(classes: list[type]) -> list[type]:
    """Those that look like an implementation, and are not merely what another is made from."""
    fitting = [cls for cls in classes if hasattr(cls, "start") and hasattr(cls, "get_state")]
    return [cls for cls in fitting if not any(cls in other.__mro__[1:] for other in fitting)]


def _names(classes: list[type]) -> str:
    return ", ".join(f"class {cls.__name__}" for cls in classes)


def _line(thing: Any) -> int:
    code = getattr(thing, "__code__", None)
    if code is not None:
        return int(code.co_firstlineno)
    try:
        return inspect.getsourcelines(thing)[1]
    except (OSError, TypeError):
        return 1
