"""The JSON schema of rubrics, by which editors complete and check: ``python -m raftkit.grade.rubric_schema``.

It knows shapes and words; whether points add up and suites exist, only the reader knows (``rubric_file``).
"""

import json
from pathlib import Path
from typing import Any

from raftkit.grade.book import Sees
from raftkit.grade.rubric_file import FIELDS, PART_FIELDS, TEST_FIELDS
from raftkit.grade.rubric_values import MOST_POINTS, MOST_SEEDS

FILE = Path(__file__).parents[2] / "docs" / "rubric.schema.json"
Schema = dict[str, Any]

_PERCENT: Schema = {"type": "string", "pattern": r"^\d{1,3}(\.\d{1,3})?\s?%$"}
_POINTS: Schema = {
    "type": "number",
    "minimum": 0,
    "maximum": MOST_POINTS,
    "description": "Points, such as 20 or 7.5.",
}
_FIELD: dict[str, Schema] = {
    "title": {"type": "string", "description": "The assignment's title."},
    "seeds": {
        "description": "How many seeds, from 1, or which: 1000..1019, 7,9 or a list.",
        "anyOf": [
            {"type": "integer", "minimum": 1, "maximum": MOST_SEEDS},
            {"type": "string", "pattern": r"^\d+(\.\.\d+)?(,\d+(\.\.\d+)?)*$"},
            {"type": "array", "minItems": 1, "items": {"type": ["integer", "string"]}},
        ],
    },
    "points_for": {
        "description": "The pass rate, all runs passed, or thresholds: {90%: 50%, 100%: 100%}. Default: rate.",
        "anyOf": [
            {"enum": ["rate", "all"]},
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": _PERCENT["pattern"]},
                "additionalProperties": _PERCENT,
            },
        ],
    },
    "students_see": {"enum": [*Sees], "description": "What a student sees of a test. Default: all."},
    "apart": {"type": "boolean", "description": "Each server in a process of its own. Default: true."},
    "limits": {
        "type": "object",
        "description": "What a run may use.",
        "additionalProperties": False,
        "properties": {
            "test": {"type": "string", "description": "Lab clock: 120s."},
            "cpu": {"type": "string", "description": "Processor time: 120s."},
            "memory": {"type": "string", "description": "Resident memory: 1GiB."},
        },
    },
    "points": _POINTS,
    "suite": {
        "type": "string",
        "description": "A suite's file beside the rubric. Default: the part of the lab.",
    },
}


def schema() -> Schema:
    """Make the schema, draft 2020-12."""
    test = {"anyOf": [_POINTS, _object(TEST_FIELDS, {})]}
    tests = _named(test, "Tests with points or rules of their own; the others share what is left.")
    part = {"anyOf": [_POINTS, _object(PART_FIELDS, {"tests": tests}, required=["points"])]}
    parts = _named(part, "Parts of the lab, tests, or suites of one's own, with their points.")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A raftkit rubric",
        "description": "What a submission is worth; docs/grading.md tells how to write one.",
        **_object(FIELDS, {"parts": parts}, required=["title", "seeds", "parts"]),
    }


def rendered() -> str:
    """Give the schema as it stands in its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _object(names: tuple[str, ...], others: Schema, *, required: list[str] | None = None) -> Schema:
    fields = {name: others[name] if name in others else _FIELD[name] for name in names}
    return {"type": "object", "additionalProperties": False, "properties": fields, "required": required or []}


def _named(one: Schema, text: str) -> Schema:
    return {"type": "object", "minProperties": 1, "additionalProperties": one, "description": text}


if __name__ == "__main__":
    FILE.write_text(rendered())
