"""Reads YAML documents with PyYAML's SafeLoader: a document in base64 a line in, a reading in JSON a line out."""

import base64
import json
import sys

import yaml


def describe(value):
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", hex(value)]
    if isinstance(value, float):
        return ["float", repr(value)]
    if isinstance(value, str):
        # JSON joins two halves of a character: they are not the character.
        halves = any("\ud800" <= unit <= "\udfff" for unit in value)
        return ["other", f"str with surrogates {value!a}"] if halves else ["str", value]
    if isinstance(value, list):
        return ["seq", [describe(item) for item in value]]
    if isinstance(value, dict):
        return ["map", [[describe(key), describe(item)] for key, item in value.items()]]
    return ["other", f"{type(value).__name__} {value}"]


def read(document):
    try:
        return describe(yaml.safe_load(document))
    except Exception as error:  # Whatever a reader raises is a file that it cannot read.
        return ["error", f"{type(error).__name__}: {error}"]


if sys.argv[1:] == ["--version"]:
    print(f"PyYAML {yaml.__version__}")
else:
    for line in sys.stdin:
        print(json.dumps(read(base64.b64decode(line))), flush=True)
