"""Holds the command's reports against docs/report.schema.json.

    python tests/reference/report_schema.py target/release/vanish

Runs one learned method, one that attributes and one with several areas on a picture of the built-in world. Each report
must satisfy the schema, and the same report with a field too many, one too few and a mask out of range must fail it
three times.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
METHODS = ("fast", "gradcam", "extremal")


def report(vanish: str, method: str) -> dict:
    command = [vanish, "explain", "critter:7", "--method", method, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def broken(sound: dict) -> dict:
    wrong = copy.deepcopy(sound)
    wrong["mask"]["values"][0] = 2.0
    wrong["unknown"] = True
    del wrong["sentence"]
    return wrong


def main(vanish: str) -> None:
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for method in METHODS:
        sound = report(vanish, method)
        validator.validate(sound)
        faults = list(validator.iter_errors(broken(sound)))
        assert len(faults) == 3, faults
        print(f"{method}: the report satisfies the schema, and a broken one fails it {len(faults)} times")


if __name__ == "__main__":
    main(sys.argv[1])
