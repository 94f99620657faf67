"""The schema of rubrics: the file is the code's, and it accepts and refuses what the reader does, as far as shapes go."""

import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from test_rubric import SMALLEST, WRONG

from raftkit.grade.rubric_schema import FILE, rendered, schema

PAGE = (Path(__file__).parents[2] / "docs/grading.md").read_text()
ONLY_THE_READER = {
    "unknown-part", "backwards", "falling", "for-nothing", "limit", "anchor", "unknown-test", "more-than-the-part",
    "nothing-left", "twice", "gone",
}  # fmt: skip
"""What is more than a shape."""


def test_the_file_is_the_codes() -> None:
    """``make schema`` writes it anew."""
    assert FILE.read_text() == rendered()


@pytest.mark.parametrize("text", [SMALLEST, *re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)])
def test_it_accepts_rubrics(text: str) -> None:
    """The page's own."""
    jsonschema.validate(yaml.safe_load(text), schema())


@pytest.mark.parametrize(("text", "message"), [param for param in WRONG if param.id not in ONLY_THE_READER])
def test_it_refuses_what_has_another_shape(text: str, message: str) -> None:
    """An editor underlines it before the command says it."""
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), schema())
