"""The published schema, and the reference page: made from the code, and up to date."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from raftkit.suite import load_suite, schema, suites_dir
from raftkit.suite._fields import specs
from raftkit.suite._reference import replaced
from raftkit.suite._schema import rendered
from raftkit.suite._step import STEPS, sentence

PAGE = Path(__file__).parents[2] / "docs" / "suites.md"
HEAD = {"part": "X", "tests": {"T": {"servers": 3, "steps": []}}}


def suite_with(step: Any) -> dict[str, Any]:
    """A suite of one step, as YAML reads it."""
    return {"part": "X", "tests": {"T": {"servers": 3, "steps": [step]}}}


def validator() -> jsonschema.Draft202012Validator:
    """A validator for suites."""
    return jsonschema.Draft202012Validator(schema())


def test_the_schema_is_one_and_its_file_is_up_to_date() -> None:
    """Else: python -m raftkit.suite."""
    jsonschema.Draft202012Validator.check_schema(schema())
    assert (suites_dir() / "schema.json").read_text(encoding="utf-8") == rendered()
    assert json.loads(rendered()) == schema()


@pytest.mark.parametrize("part", ["2A", "2B", "2C", "2D"])
def test_the_labs_suites_meet_the_schema(part: str) -> None:
    """An editor shows no error in them."""
    document = yaml.safe_load((suites_dir() / f"{part}.yaml").read_text(encoding="utf-8"))
    assert list(validator().iter_errors(document)) == []


@pytest.mark.parametrize(
    "step",
    [
        "check_one_leader",
        {"check_one_leader": {"save": "leader"}},
        {"sleep": "50ms"},
        {"sleep": {"duration": "50ms"}},
        {"crash": [0, 1]},
        {"let": {"x": 1}},
        {"repeat": 3, "as": "i", "steps": ["check_no_leader"]},
    ],
    ids=str,
)
def test_what_the_schema_allows_loads(step: Any) -> None:
    """Two judges, one verdict."""
    document = suite_with(step)
    assert validator().is_valid(document)
    load_suite("x.yaml", text=yaml.safe_dump(document).encode())


@pytest.mark.parametrize(
    "step",
    [
        "agree",
        "nonsense",
        {"agree": {"command": 1}},
        {"agree": {"command": 1, "servers": 3, "x": 1}},
        {"repeat": 3},
        {"repeat": 3, "steps": []},
        {"network": "bad"},
        {"let": {}},
        {"sleep": "1s", "crash": 0},
        5,
    ],
    ids=str,
)
def test_what_the_schema_refuses_does_not_load(step: Any) -> None:
    """And the other way round."""
    document = suite_with(step)
    assert not validator().is_valid(document)
    with pytest.raises(Exception, match=r"x\.yaml:\d+:\d+: "):
        load_suite("x.yaml", text=yaml.safe_dump(document).encode())


@pytest.mark.parametrize("name", STEPS)
def test_every_step_and_every_field_has_its_sentence(name: str) -> None:
    """Schema, page and explain are made of them."""
    assert re.fullmatch(r"[A-Z].*\.", sentence(STEPS[name]))
    for field, (spec, _) in specs(STEPS[name]).items():
        assert re.fullmatch(r"[A-Z].*\.", spec.doc), field


def test_the_reference_page_is_up_to_date() -> None:
    """Else: python -m raftkit.suite."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == replaced(page)


def blocks() -> list[str]:
    """The YAML blocks of the page."""
    return re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block.splitlines()[0])
def test_what_the_page_shows_loads(block: str) -> None:
    """Whole suites as they stand; steps alone within a suite of one test, after a leader was found."""
    if not block.startswith(("part:", "# yaml-language-server")):
        steps = "".join(f"      {line}\n" for line in block.splitlines())
        before = "      - check_one_leader: {save: leader}\n"
        block = f"part: X\ntests:\n  T:\n    servers: 5\n    steps:\n{before}{steps}"
    load_suite("page.yaml", text=block.encode())
