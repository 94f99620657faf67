"""An implementation's own names for what the paper has names for, as the trace shows them: the paper's."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 3
"""Records inside records: a message, its list of entries, an entry, and one more."""


class Names:
    """Translates methods and messages.

    Args:
        papers: The paper's names by the implementation's own.
    """

    def __init__(self, papers: Mapping[str, str]) -> None:
        self._papers = dict(papers)

    def method(self, name: str) -> str:
        """What the paper calls a method."""
        return self._papers.get(name, name)

    def message(self, value: Any, depth: int = 0) -> Any:
        """The same plain data, with the paper's names for fields, in entries too."""
        if depth > DEEPEST:
            return value
        if type(value) is dict:
            return {self._field(key): self.message(part, depth + 1) for key, part in value.items()}
        if type(value) is list:
            return [self.message(part, depth + 1) for part in value]
        return value

    def _field(self, key: Any) -> Any:
        return self._papers.get(key, key) if type(key) is str else key
