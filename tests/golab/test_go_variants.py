"""Wrong Go labs fail, each for its own reason."""

from dataclasses import astuple
from pathlib import Path

import pytest
from conftest import Run
from variants import VARIANTS, Variant, make_variant, needs_go

pytestmark = needs_go


@pytest.mark.parametrize("variant", [pytest.param(each, id=name) for name, each in VARIANTS.items()])
def test_a_wrong_lab_fails_for_the_right_reason(variant: Variant, tmp_path: Path, run: Run) -> None:
    """The verdict is its own, and the text says what is wrong, with the student's own file and line."""
    result = run(make_variant(variant, tmp_path), variant.test, variant.seed)
    shown = "\n".join(map(str, astuple(result.failure))) if result.failure else ""
    assert result.verdict.value == variant.verdict, shown
    assert variant.phrase in shown
