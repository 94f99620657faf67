"""The JSON schema of suites, made from the code's own types: editors complete and check by it.

The schema knows shapes and words; whether a variable exists and an expression makes sense, only
``load_suite`` knows.
"""

import json
from typing import Any, get_args

from raftkit.oracles import FACTS, ORACLES, describe_fact, describe_oracle
from raftkit.suite import steps as _steps  # registers every step
from raftkit.suite._background import PAUSE
from raftkit.suite._fields import object_schema, specs
from raftkit.suite._loader import MAX_COST, MAX_SERVERS
from raftkit.suite._model import NetworkKind, ServiceKind
from raftkit.suite._specs import MAX_TEXT, Schema
from raftkit.suite._step import STEPS, Step, sentence
from raftkit.suite.steps import FaultStep

assert _steps

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_STEPS: Schema = {"$ref": "#/$defs/steps"}


def schema() -> dict[str, Any]:
    """Make the schema, draft 2020-12."""
    return {
        "$schema": SCHEMA,
        "title": "A raftkit suite",
        "description": "Tests for Raft implementations; docs/suites.md tells how to write one.",
        **_object(
            {
                "part": _described({"type": "string"}, "The part it belongs to, such as 2C."),
                "title": _described(_TEXT, "What the suite is about."),
                "shared": _described(
                    {
                        "type": "object",
                        "minProperties": 1,
                        "additionalProperties": {"$ref": "#/$defs/shared"},
                    },
                    "Steps that several tests use, by their names.",
                ),
                "tests": _described(
                    {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/test"}},
                    "The tests by their names, in the order in which they are shown.",
                ),
            },
            required=["part", "tests"],
        ),
        "$defs": {
            "test": _test(),
            "shared": _object(
                {
                    "parameters": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                    "steps": _STEPS,
                },
                required=["steps"],
            ),
            "steps": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}},
            "fault": {"anyOf": [_fault(cls) for cls in STEPS.values() if issubclass(cls, FaultStep)]},
            "step": {"anyOf": [_bare(), *({"$ref": f"#/$defs/step_{name}"} for name in STEPS)]},
            **{f"step_{name}": _step(cls) for name, cls in STEPS.items()},
        },
    }


def rendered() -> str:
    """Give the schema as it stands in its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _test() -> Schema:
    cost = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_COST}
    return _object(
        {
            "title": _described(_TEXT, "The lab's title."),
            "source": _described(_TEXT, "The section of the paper it is about."),
            "servers": _described(
                {"type": "integer", "minimum": 1, "maximum": MAX_SERVERS}, "The size of the cluster."
            ),
            "network": _described(
                {"enum": list(get_args(NetworkKind))},
                "The weather at the beginning; on a steady network no message overtakes another. Default: reliable.",
            ),
            "service": _described(
                {"enum": list(get_args(ServiceKind))},
                "A snapshotting service calls snapshot() every ten applied entries; a staggered one, too, on each "
                "server at other indexes. Default: plain.",
            ),
            "cost": _described(
                cost, "CPU time relative to an ordinary test: the longest start first. Default: 1."
            ),
            "deviations": _described(
                {"type": "integer", "minimum": 0},
                "How many choices of each scheduler are the seed's; then it is first in, first out. Default: all.",
            ),
            "background": _described(
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/fault"}},
                "Faults that come beside the steps until `heal`, again and again when they last for a while.",
            ),
            "must_happen": _described(
                {"type": "array", "minItems": 1, "items": _facts()},
                "Facts without which a pass proves nothing: the test then ends as vacuous.",
            ),
            "not_judged_by": _described(
                {"type": "array", "minItems": 1, "items": _oracles()},
                "Oracles that look away: what the test does makes a sound implementation break their rule.",
            ),
            "steps": _described(_STEPS, "What the test does."),
        },
        required=["servers", "steps"],
    )


def _facts() -> Schema:
    return {"oneOf": [{"const": name, "description": _sentence(describe_fact(name))} for name in FACTS]}


def _oracles() -> Schema:
    return {"oneOf": [{"const": name, "description": _sentence(describe_oracle(name))} for name in ORACLES]}


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _step(cls: type[Step]) -> Schema:
    """A step is a mapping with its name; its other fields stand beside the name or behind it."""
    known = specs(cls)
    fields = object_schema(cls)["properties"]
    if cls.beside:
        properties = {cls.name if name == cls.main else name: field for name, field in fields.items()}
        required = [cls.name if name == cls.main else name for name, (_, needed) in known.items() if needed]
    else:
        properties = {cls.name: _value(cls, fields)}
        required = [cls.name]
    return {"description": sentence(cls), **_object(properties, required=required)}


def _fault(cls: type[Step]) -> Schema:
    """A fault under ``background:`` is its step, with a pause beside it."""
    schema = _step(cls)
    pause = _described(PAUSE.schema(), f"{PAUSE.doc} Default: {PAUSE.default}.")
    return {**schema, "properties": {**schema["properties"], "pause": pause}}


def _value(cls: type[Step], fields: Schema) -> Schema:
    if not cls.main:
        return object_schema(cls)
    if specs(cls)[cls.main][0].takes_mapping:
        main: Schema = fields[cls.main]
        return main
    return {"anyOf": [fields[cls.main], object_schema(cls)]}


def _bare() -> Schema:
    """Steps that need no field may stand as a word alone."""
    names = [name for name, cls in STEPS.items() if not any(needed for _, needed in specs(cls).values())]
    return {"enum": names, "description": "A step without fields."}


def _object(properties: Schema, *, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _described(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text}
