#!/usr/bin/env python3
"""Which explanation generalises? Tests every method's local rule on the same photographs and prints one table a model.

    cargo build --release
    python3 benches/which_generalises.py --out DIR --models M.onnx,N.onnx --set FOLDER --limit 20 [--methods a,b]

Each method's figures stand in DIR/MODEL-METHOD.json as soon as they are there; a method whose file is there is not run
again, so an interrupted call goes on where it stopped. Every method is tested on the same deletions: the families that
none of them has seen (*fast* learns with blurs, the mean colour and noise). `--table` prints what is there and runs
nothing. Only Python's standard library is used. The statistics are the command's own, except the last column: the skill
of the first row named minus this row's, on the pictures that both can be judged on, with percentiles of 10,000
resamplings of these pictures.
"""

import argparse
import json
import pathlib
import random
import subprocess

ROWS = [
    "fast", "gradcam", "gradient-input", "guided", "integrated", "gradient", "occlusion",
    "meaningful", "igos", "smoothgrad", "localisation", "igos++", "rise", "extremal",
]

# The kinds of deletion that no method of these rows learns with.
FAMILIES = "imputed,other-picture"

def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vanish", default="target/release/vanish")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--models", required=True, help="ONNX files, separated by commas")
    parser.add_argument("--set", required=True, help="the folder of photographs")
    parser.add_argument("--methods", default=",".join(ROWS), help="methods with their options, separated by commas")
    parser.add_argument("--limit", default="20")
    parser.add_argument("--in-order", action="store_true", help="print the rows as given, not the best first")
    parser.add_argument("--table", action="store_true", help="print what is there and run nothing")
    return parser.parse_args()


def record(args, model, row):
    """Where the figures of a method stand."""
    name = row.replace(" --", "-").replace(" ", "-")
    return args.out / f"{pathlib.Path(model).stem}-{name}.json"


def run(args, model, row):
    """Tests a method's rules, and keeps the pooled figures and each picture's own."""
    method, *options = row.split()
    words = [args.vanish, "rules", args.set, "--model", model, "--method", method, *options, "--families", FAMILIES]
    told = subprocess.run([*words, "--limit", args.limit, "--json"], stdout=subprocess.PIPE, check=True).stdout
    found = json.loads(told)["found"]
    pictures = [figures(picture) for picture in found["pictures"]]
    left = {"left_out": found["left_out"], "refused": found["refused"]}
    record(args, model, row).write_text(json.dumps({"pooled": found["pooled"], "pictures": pictures, **left}, indent=1))


def figures(picture):
    """The share of trials in which one picture's rule and its control held."""
    trials = picture["test"]["trials"]
    share = lambda control: mean([t["holds"] for t in trials if t["control"] == control])
    return {"picture": picture["picture"], "held": share(False), "control": share(True), "area": picture["test"]["area"]}


def mean(values):
    return sum(values) / len(values) if values else None


def table(args, model):
    """Prints the rows that are there, the largest skill first."""
    there = [(row, json.loads(record(args, model, row).read_text())) for row in rows(args) if record(args, model, row).exists()]
    first = there[0] if there else ("", {"pictures": []})
    if not args.in_order:
        there.sort(key=lambda item: -skill(item[1]["pooled"]["held"], item[1]["pooled"]["control"]))
    print(f"\n{pathlib.Path(model).stem}\n")
    print(f"| method | n | held | lift | skill | area | worst family | {first[0]} minus it |")
    print("|---|---:|---|---|---|---:|---|---|")
    for row, found in there:
        pooled = found["pooled"]
        held = span(pooled["held"], pooled["held_interval"])
        lift = span(pooled["held"] - pooled["control"], pooled["lift"])
        family, least = pooled["families"][0]["family"], pooled["families"][0]["held"]
        area = f"{100 * pooled['area']:.1f} %"
        cells = [row, pooled["pictures"], held, lift, span(skill(pooled["held"], pooled["control"]), pooled["skill"])]
        cells += [area, f"{family} {least:.2f}", "" if row == first[0] else difference(judged(first[1]), judged(found))]
        print("| " + " | ".join(map(str, cells)) + " |")


def skill(held, control):
    """What the region adds to its control, as a share of what that leaves to add."""
    return (held - control) / (1 - control) if control < 1 else 0.0


def judged(found):
    """The (held, control) of each picture whose region can be moved elsewhere."""
    pictures = [p for p in found["pictures"] if p["held"] is not None and p["control"] is not None]
    return {p["picture"]: (p["held"], p["control"]) for p in pictures}


def difference(first, other):
    """The first row's skill minus another's on the same pictures, with its interval and their number."""
    pairs = [(first[name], other[name]) for name in first if name in other]
    if not pairs:
        return ""
    lead = lambda drawn: skill(*map(mean, zip(*(a for a, _ in drawn)))) - skill(*map(mean, zip(*(b for _, b in drawn))))
    dice = random.Random(0)
    leads = sorted(lead(dice.choices(pairs, k=len(pairs))) for _ in range(10_000))
    return f"{lead(pairs):+.2f} [{leads[250]:+.2f}, {leads[9749]:+.2f}], n = {len(pairs)}"


def span(value, interval):
    return f"{value:.2f}" + (f" [{interval['low']:.2f}, {interval['high']:.2f}]" if interval else "")


def rows(args):
    return [row.strip() for row in args.methods.split(",")]


def main():
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    models = args.models.split(",")
    for row in [] if args.table else rows(args):
        for model in models:
            if not record(args, model, row).exists():
                run(args, model, row)
                print(f"{pathlib.Path(model).stem}: {row} is done", flush=True)
    for model in models:
        table(args, model)


if __name__ == "__main__":
    main()
