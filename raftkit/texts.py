"""Words that more than one room has for what the operating system and hostile text leave us with."""

import signal
from typing import Any


def exit_text(code: int) -> str:
    """Spell out an exit code as the operating system gave it: ``exit status 3``, ``SIGSEGV ...``."""
    if code >= 0:
        return f"exit status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    meaning = signal.strsignal(-code)
    return f"{name} ({meaning})" if meaning else name


def whole_characters(value: Any) -> Any:
    """Plain data with half characters (lone surrogates) written as ``\\udc80``, so that it can be encoded."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {whole_characters(key): whole_characters(item) for key, item in value.items()}
        case list() | tuple():
            return [whole_characters(item) for item in value]
        case _:
            return value
