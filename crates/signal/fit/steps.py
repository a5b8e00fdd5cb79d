"""Fits how likely steps are a walk's (SURE in src/steps.rs) and cross-validates it by person.

    pip install numpy scipy
    python steps.py DATA      # DATA/weda_fall/open, DATA/umafall_wrist/open, DATA/bami1/open, ...; see docs/accuracy.md

The recordings are not part of this project. A logistic regression, ridge 0.1, of "the recording is of walking, stairs or running" on
how well a second with steps repeats itself and on ln(shaking / cadence^2). Of the treadmills' seconds every twentieth
counts, or nothing else would; hopping counts neither way, since hops are steps to some.
"""

import csv
import glob
import gzip
import os
import sys

import numpy as np
from scipy.optimize import minimize

from falls import trials
from heart_rate import resample

WALK = {"D01", "D02", "D03", "Walking", "Jogging", "GoUpstairs", "GoDownstairs"}
BANDS = 0, 0.5, 0.8, 0.95, 0.98, 1.01


def repetition(values):
    """As in src/steps.rs: shaking, likeness a stride later, steps a second."""
    row = values - values.mean()
    power = (row**2).mean()
    if len(row) < 62 or power < 0.04**2:
        return np.sqrt(power), 0.0, 0.0
    like = np.array([row[: len(row) - lag] @ row[lag:] / (power * (len(row) - lag)) if lag >= 7 else 0.0 for lag in range(45)])
    score, stride = max(
        ((like[step] + like[double]) * (1 - 0.15 * (step - 7) / 15), -double)
        for step in range(7, 22)
        for double in (2 * step - 1, 2 * step, 2 * step + 1)
    )
    a, b, c = like[-stride - 1 : -stride + 2]
    shift = 0.5 * (a - c) / (a - 2 * b + c) if a - 2 * b + c < 0 else 0.0
    return np.sqrt(power), b, 50 / (-stride + np.clip(shift, -0.5, 0.5))


def seconds(acc):
    """Of every second: whether steps are told, likeness, shaking and cadence."""
    g = np.linalg.norm(acc, axis=0)
    smooth = 0.25 * g + 0.5 * np.r_[g[0], g[:-1]] + 0.25 * np.r_[g[0], g[0], g[:-2]]
    slow, values = g[0], np.zeros(len(g))
    for i, v in enumerate(g):
        slow += (v - slow) * (2 * np.pi * 0.5 / 25)
        values[i] = smooth[i] - slow
    clear, walk = 0, None
    for end in range(25, len(g) + 1, 25):
        shaking, likeness, cadence = repetition(values[max(0, end - 125) : end])
        told = False
        if walk is not None:
            told = shaking > 0.04 and likeness > 0.1
            walk = 0 if told else walk + 1
            walk = None if walk >= 8 else walk
        else:
            clear = clear + 1 if shaking > 0.07 and likeness > 0.5 else 0
            if clear >= 4:
                told, walk, clear = True, 0, 0
        yield told, likeness, shaking, cadence


def treadmills(data):
    for name, zero, scale in ("bami1", 32768, 4096), ("bami2", 32768, 4096), ("troika", 0, 1):
        for path in sorted(glob.glob(f"{data}/{name}/open/*_signal.csv.gz")):
            rows = list(csv.DictReader(gzip.open(path, "rt")))
            column = lambda start: next(c for c in rows[0] if c.startswith(start))
            a = np.array([[float(r[column(f"acc_{x}")]) for x in "xyz"] for r in rows]).T
            t = [float(r["time_s"]) for r in (rows[0], rows[-1])]
            rate = (len(rows) - 1) / (t[1] - t[0])
            person = name.rstrip("12") + os.path.basename(path)[:3]
            for told, *x in list(seconds(np.stack([resample((v - zero) / scale, rate) for v in a])))[::20]:
                yield told, x, True, person


def labelled(data):
    for folder, scale in ("weda_fall", 9.80665), ("umafall_wrist", 1.0):
        for r in trials(f"{data}/{folder}/open", scale):
            if r["activity"] != "Hopping":
                for told, *x in seconds(r["acc"]):
                    yield told, x, r["activity"] in WALK, folder + str(r["person"])


def bands(what, chance, y):
    for low, high in zip(BANDS, BANDS[1:]):
        m = (chance >= low) & (chance < high)
        if m.any():
            print(f"{what}, confidence {low:.2f}-{high:.2f}: {m.sum()} seconds, mean {chance[m].mean():.2f}, right {y[m].mean():.2f}")


def main():
    rows = list(labelled(sys.argv[1]))
    none = [(1 - np.clip(x[0], 0, 1), not walks) for told, x, walks, _ in rows if not told]
    bands("no steps", *(np.array(column, float) for column in zip(*none)))
    rows = [row[1:] for row in rows + list(treadmills(sys.argv[1])) if row[0]]
    x, y, person = (np.array(column) for column in zip(*rows))
    z, side = np.c_[x[:, 0], np.log((x[:, 1] + 0.01) / x[:, 2] ** 2), np.ones(len(y))], np.where(y, 1, -1)
    cost = lambda m: lambda b: np.logaddexp(0, -side[m] * (z[m] @ b)).sum() + 0.1 * (b[:-1] ** 2).sum()
    fit = lambda m: minimize(cost(m), np.zeros(3)).x
    chance, fold = np.zeros(len(y)), np.unique(person, return_inverse=True)[1] % 6
    for f in range(6):
        chance[fold == f] = 1 / (1 + np.exp(-z[fold == f] @ fit(fold != f)))
    bands("steps, people left out", chance, y)
    print("SURE", (fit(y >= 0) * [1, np.log(2), 1]).round(3), "of", len(y), "seconds,", np.sum(~y), "without a walk")


if __name__ == "__main__":
    main()
