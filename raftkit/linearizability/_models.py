"""What one key does when nobody else is there: the truth that a history is held against.

A model is a pure function. The services that clients talk to run the very same one.
"""

from typing import Any, Protocol, TypeVar

from raftkit.linearizability._history import Action, Kind, Result

S = TypeVar("S", str, tuple[str, ...])


class Model(Protocol[S]):
    """The state of one key, and what each action does to it: it adds to its end, or replaces it, or leaves it."""

    @property
    def name(self) -> str:
        """What it is called in suites."""
        ...

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What may be asked of it."""
        ...

    @property
    def initial(self) -> S:
        """The state of a key that nobody has written to."""
        ...

    def step(self, state: S, action: Action) -> tuple[S, Result]:
        """Give the state afterwards, and the answer; an answer is given in every state."""
        ...

    def found(self, action: Action, result: Result) -> S | None:
        """Give the state that an action with this result must have found, if only one will do."""
        ...

    def avoided(self, action: Action, result: Result) -> S | None:
        """Give the state that an action with this result cannot have found, if that is all that it tells."""
        ...

    def fresh(self, action: Action) -> S | None:
        """Give the state that an action leaves behind when it replaces what was there; None when it only adds to it."""
        ...


class Register:
    """A text. It can be read, replaced, added to at its end, and replaced if it is as expected."""

    name = "register"
    kinds = (Kind.GET, Kind.PUT, Kind.APPEND, Kind.COMPARE_AND_SET)
    initial = ""

    def step(self, state: str, action: Action) -> tuple[str, Result]:
        """See :class:`Model`."""
        match action.kind:
            case Kind.GET:
                return state, state
            case Kind.PUT:
                return action.value, None
            case Kind.APPEND:
                return state + action.value, None
            case Kind.COMPARE_AND_SET:
                holds = state == action.expected
                return (action.value if holds else state), holds

    def found(self, action: Action, result: Result) -> str | None:
        """See :class:`Model`."""
        if action.kind is Kind.COMPARE_AND_SET:
            return action.expected if result is True else None
        return result if isinstance(result, str) else None

    def avoided(self, action: Action, result: Result) -> str | None:
        """See :class:`Model`."""
        return action.expected if result is False else None

    def fresh(self, action: Action) -> str | None:
        """See :class:`Model`."""
        return action.value if action.kind in (Kind.PUT, Kind.COMPARE_AND_SET) else None


class ListAppend:
    """A list. It can be read as a whole, and grows at its end: a read shows the order of all that was before it."""

    name = "list_append"
    kinds = (Kind.GET, Kind.APPEND)
    initial: tuple[str, ...] = ()

    def step(self, state: tuple[str, ...], action: Action) -> tuple[tuple[str, ...], Result]:
        """See :class:`Model`."""
        match action.kind:
            case Kind.GET:
                return state, state
            case Kind.APPEND:
                return (*state, action.value), None
            case _:
                raise ValueError(f"a list knows no {action.kind}")

    def found(self, action: Action, result: Result) -> tuple[str, ...] | None:
        """See :class:`Model`."""
        return result if action.kind is Kind.GET and isinstance(result, tuple) else None

    def avoided(self, action: Action, result: Result) -> None:
        """See :class:`Model`."""

    def fresh(self, action: Action) -> None:
        """See :class:`Model`."""


MODELS: dict[str, Model[Any]] = {Register.name: Register(), ListAppend.name: ListAppend()}
"""Every model by its name."""
