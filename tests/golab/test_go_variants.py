"""Wrong Go labs fail, each for its own reason."""

from dataclasses import astuple
from pathlib import Path

import pytest
from go_runs import Run
from variants import NEWER_LAB, VARIANTS, Variant, make_variant, needs_go

from raftkit.model import Result

pytestmark = needs_go


@pytest.mark.parametrize("variant", [pytest.param(each, id=name) for name, each in VARIANTS.items()])
def test_a_wrong_lab_fails_for_the_right_reason(variant: Variant, tmp_path: Path, run: Run) -> None:
    """The verdict is its own, and the text says what is wrong, with the student's own file and line."""
    check(run(make_variant(variant, tmp_path), variant.test, variant.seed), variant)


@pytest.mark.parametrize("name", ["votes-twice", "takes-its-lock-twice", "panics", "exits"])
def test_the_newer_shape_fails_in_the_same_ways(name: str, tmp_path: Path, run: Run) -> None:
    """What is told of a lab does not hang on where it keeps its types."""
    variant = VARIANTS[name]
    check(run(make_variant(variant, tmp_path, NEWER_LAB), variant.test, variant.seed), variant)


def check(result: Result, variant: Variant) -> None:
    """The verdict, and what is shown, must be the variant's."""
    shown = "\n".join(map(str, astuple(result.failure))) if result.failure else ""
    assert result.verdict.value == variant.verdict, shown
    assert variant.phrase in shown
