"""Fits how sure a told heart rate is (SURE in src/verdict.rs) and cross-validates it by person.

    pip install numpy scipy
    cargo build --release -p signal --example estimate     # with SURE = [1, 0, 0, 0] in src/verdict.rs: it then tells the bare belief
    python confidence.py DATA ESTIMATE                     # DATA/bidmc/open, ...; see docs/accuracy.md

The recordings are not part of this project. A logistic regression, by maximum likelihood, of "within 5 bpm of the reference" on the
belief's log odds, ln(1 + bpm wandered in 8 s) and bpm.
"""

import csv
import glob
import os
import subprocess
import sys

import numpy as np
from scipy.optimize import minimize

SETS = {
    "bidmc": ["--invert"],
    "bami1": ["--acc-zero", "32768", "--acc-scale", "4096"],
    "bami2": ["--acc-zero", "32768", "--acc-scale", "4096"],
    "troika": ["--invert"],
}


def rows(name, options):
    """Features, whether it was right, the belief and the person of each window with a reference."""
    for path in sorted(glob.glob(f"{sys.argv[1]}/{name}/open/*_signal.csv.gz")):
        told = subprocess.run([sys.argv[2], "heart-rate", path, *options], capture_output=True, text=True, check=True).stdout
        est = np.array([[float(c) for c in line.split(",")] for line in told.split()[1:] if ",," not in line])
        person = os.path.basename(path).replace("_signal.csv.gz", "")
        for row in csv.DictReader(open(path.replace("_signal.csv.gz", "_ref.csv"))):
            k = int(np.argmin(abs(est[:, 0] - float(row["window_start_s"]))))
            if not row["hr_bpm"] or abs(est[k, 0] - float(row["window_start_s"])) > 0.26:
                continue
            bpm, belief = est[k, 1], np.clip(est[k, 2], 0.02, 0.999)
            wandered = abs(est[max(0, k - 3) : k + 1, 1] - bpm).max()
            x = [np.log(belief / (1 - belief)), np.log1p(wandered), bpm, 1]
            yield x, abs(bpm - float(row["hr_bpm"])) <= 5, est[k, 2], ("bami" if "bami" in name else name) + person


def fit(x, y):
    scale, side = np.array([1, 1, 0.01, 1]), 2 * y - 1
    z = x * scale
    cost = lambda b: (np.logaddexp(0, -side * (z @ b)).sum(), -z.T @ (side / (1 + np.exp(side * (z @ b)))))
    return minimize(cost, np.zeros(4), jac=True, method="BFGS").x * scale


def surest(score, right):
    return right[np.argsort(-score, kind="stable")[: int(0.85 * len(right))]].mean()


def main():
    table = [(name, *row) for name, options in SETS.items() for row in rows(name, options)]
    name, x, y, belief, person = (np.array(column) for column in zip(*table))
    y = y.astype(float)
    fold = np.unique(person, return_inverse=True)[1] % 6
    out = np.zeros(len(y))
    for f in range(6):
        out[fold == f] = x[fold == f] @ fit(x[fold != f], y[fold != f])
    b = fit(x, y)
    for s in SETS:
        m = name == s
        told = [surest(score[m], y[m]) for score in (belief, out, x @ b)]
        print(f"{s}: surest 85 % by the belief {told[0]:.4f}, people left out {told[1]:.4f}, all {told[2]:.4f}")
    print("SURE", b.round(5))


if __name__ == "__main__":
    main()
