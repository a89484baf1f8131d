"""Digests of the masks that the command learns: what a change of the program's structure must leave equal to the bit.

    python tests/reference/mask_digests.py --vanish target/release/vanish --out tests/golden/mask_digests.json
    python tests/reference/mask_digests.py --vanish target/release/vanish --check tests/golden/mask_digests.json

Runs every method in every game under every null on ten pictures of the built-in world, and with --model and --images on
photographs. Each run's mask, scores and steps make one SHA-256; a run that is refused has the digest "refused". Iterations are
cut down so that the whole takes minutes. Sums are rounded in an order that depends on the processor (its vectors, its
caches), so the file names the processor it was made on, and other processors cannot be compared with it.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import hashlib
import json
import os
import struct
import subprocess
import sys

METHODS = {
    "meaningful": ["--iterations", "40"],
    "localisation": ["--iterations", "40"],
    "fast": [],
    "extremal": ["--iterations", "24"],
    "igos": ["--iterations", "8"],
    "igos++": ["--iterations", "4"],
    "gradient": [],
    "smoothgrad": [],
    "gradient-input": [],
    "integrated": [],
    "guided": [],
    "gradcam": [],
    "occlusion": [],
    "rise": ["--samples", "128"],
}
GAMES = ("delete", "preserve", "dual")
NULLS = ("blur", "mean", "noise", "pyramid")
CRITTERS = tuple(f"critter:{seed}" for seed in range(10))


def processor() -> str:
    """Vendor, family and model, as the kernel gives them."""
    fields = {}
    with open("/proc/cpuinfo") as info:
        for line in info:
            name, _, value = line.partition(":")
            fields.setdefault(name.strip(), value.strip())
    return " ".join(fields.get(name, "?") for name in ("vendor_id", "cpu family", "model"))


def digest(vanish: str, picture: str, model: str, options: list[str]) -> str:
    command = [vanish, "explain", picture, "--model", model, "--json", "--seed", "0", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        return "refused"
    report = json.loads(done.stdout)
    # Old reports hold no learned order; what both hold is compared.
    scores = [report["scores"][name] for name in ("original", "null", "deleted", "preserved", "normalised")]
    values = report["mask"]["values"] + scores + [float(report["iterations"])]
    return hashlib.sha256(struct.pack(f"<{len(values)}f", *values)).hexdigest()[:16]


def cases(args) -> list[tuple[str, str, str, list[str]]]:
    pictures = [(name, name, "critters") for name in CRITTERS]
    pictures += [(os.path.basename(path), path, args.model) for path in args.images]
    found = []
    for name, picture, model in pictures:
        for method, extra in METHODS.items():
            for game in GAMES:
                for null in NULLS:
                    options = ["--method", method, "--game", game, "--null", null, *extra]
                    found.append((f"{name} {method} {game} {null}", picture, model, options))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vanish", required=True)
    parser.add_argument("--model", default="critters")
    parser.add_argument("--images", nargs="*", default=[])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out")
    parser.add_argument("--check")
    args = parser.parse_args()
    work = cases(args)
    with concurrent.futures.ThreadPoolExecutor(args.threads) as pool:
        found = pool.map(lambda case: digest(args.vanish, *case[1:]), work)
        digests = {case[0]: value for case, value in zip(work, found)}
    if args.out:
        with open(args.out, "w") as file:
            json.dump({"processor": processor(), "digests": digests}, file, indent=0, sort_keys=True)
            file.write("\n")
    if not args.check:
        return 0
    with open(args.check) as file:
        known = json.load(file)
    if known["processor"] != processor():
        print(f"not compared: made on {known['processor']}, this is {processor()}")
        return 1
    differing = [case for case in digests if digests[case] != known["digests"].get(case, digests[case])]
    shared = sum(case in known["digests"] for case in digests)
    print(f"{shared} compared, {len(differing)} differ")
    print("\n".join(differing))
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
