"""Fills the templates in ``page/``. What is filled in is cleaned and escaped, wherever it comes from."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

import raftkit
from raftkit.grade.pages._words import doubtful_tests, failed_tests, moments, points, rows
from raftkit.report.clean import clean_lines
from raftkit.report.html import palette, policy_hash
from raftkit.report.json_report import JsonFile
from raftkit.stress.words import clock, counted


def write_page(path: Path, template: str, **values: Any) -> None:
    """Fill a template; the page replaces ``path`` whole, or not at all.

    Raises:
        OSError: It cannot be written.
    """
    text = _environment().get_template(template).render(values)
    path.parent.mkdir(parents=True, exist_ok=True)
    JsonFile(path).write(text.encode())


@cache
def _environment() -> Environment:
    folder = files(__package__) / "page"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.is_file()}
    environment = Environment(
        loader=DictLoader({name: text for name, text in texts.items() if name.endswith(".html")}),
        autoescape=True,
        finalize=_cleaned,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = f"\n{palette()}\n{texts['style.css']}", f"\n{texts['sort.js']}"
    environment.globals |= {
        "version": raftkit.__version__,
        "style": Markup(style),
        "style_hash": policy_hash(style),
        "script": Markup(script),
        "script_hash": policy_hash(script),
    }
    words = (clock, counted, doubtful_tests, failed_tests, moments, points, rows)
    environment.filters |= {word.__name__: word for word in words}
    return environment


def _cleaned(value: Any) -> Any:
    """What any ``{{ ... }}`` of a template puts on the page; escaping comes after it."""
    return clean_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value
