"""Holds the command's reports against docs/report.schema.json.

    python tests/reference/report_schema.py target/release/vanish

Runs every method that the command lists in every game that it plays, and the default method with other classes beside
the answer and under several seeds, each for a few steps on a picture of the built-in world. Each report must satisfy the
schema, and the same report with a field too many, one too few and a mask out of range must fail it three times.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"
FEW_STEPS = ("--iterations", "6")
OTHERS = (("--against", "1"), ("--with", "1"), ("--seeds", "2"), ("--refine=false",))


def run(vanish: str, *arguments: str) -> dict:
    command = [vanish, *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def calls(vanish: str) -> list[tuple[str, ...]]:
    """The options of each run, by what the command itself says that there is."""
    options = []
    for method in run(vanish, "methods")["methods"]:
        steps = FEW_STEPS if "iterations" in method["settings"] else ()
        samples = ("--samples", "50") if method["name"] == "rise" else ()
        for game in method["games"] or [None]:
            options.append(("--method", method["name"], *(("--game", game) if game else ()), *steps, *samples))
    return options + [(*other, *FEW_STEPS) for other in OTHERS]


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
    for options in calls(vanish):
        sound = run(vanish, "explain", "critter:7", *options)
        validator.validate(sound)
        faults = list(validator.iter_errors(broken(sound)))
        assert len(faults) == 3, (options, faults)
        print(f"{' '.join(options)}: the report satisfies the schema, and a broken one fails it {len(faults)} times")


if __name__ == "__main__":
    main(sys.argv[1])
