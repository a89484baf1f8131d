"""Writes the problem for the browser's peer.

    python benches/peers/export_problem.py --model PATH --image PATH --out FOLDER
"""

import argparse

import problem

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", required=True)
parser.add_argument("--image", required=True)
parser.add_argument("--out", required=True)
options = parser.parse_args()
problem.export(options.model, options.image, options.out)
