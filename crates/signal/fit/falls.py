"""Fits the fifteen weights of src/fall.rs on WEDA-FALL and cross-validates them by person.

    pip install numpy scipy
    python falls.py DATA      # DATA/weda_fall/open and DATA/umafall_wrist/open; see docs/accuracy.md

The recordings are not part of this project. A logistic discriminant of seven measures and their squares, both classes weighing the
same, ridge 1; a trial's alarm is its most fall-like blow. UMAFall is only judged, never fitted on.
"""

import csv
import glob
import gzip
import sys

import numpy as np
from scipy.optimize import minimize

from heart_rate import resample

AFTER_S, BLOW_G, KNOCK_G, FALL = 3.5, 2.0, 1.5, -0.3


def trials(folder, scale):
    label = {r["trial_id"]: r for r in csv.DictReader(open(f"{folder}/trials.csv"))}
    for path in sorted(glob.glob(f"{folder}/*_signal.csv.gz")):
        rows = {}
        for line in gzip.open(path, "rt").read().split()[1:]:
            cells = line.split(",")
            rows.setdefault(cells[0], []).append([float(c) for c in cells[1:5]])
        for name, values in rows.items():
            if name not in label:
                continue
            a, row = np.array(values), label[name]
            rate = (len(a) - 1) / (a[-1, 0] - a[0, 0])
            acc = np.stack([resample(a[:, i] / scale, rate) for i in (1, 2, 3)])
            person = int("".join(c for c in name.split("_")[0] if c.isdigit()))
            between = (float(row["fall_start_s"]) - 0.5, float(row["fall_end_s"]) + 1.5) if row.get("fall_start_s") else None
            yield dict(acc=acc, person=person, fall=row["is_fall"] in ("1", "True", "true"), between=between)


def blows(acc):
    g = np.linalg.norm(acc, axis=0)
    for i in np.where(g > BLOW_G)[0]:
        start = max(0, i - 25)
        if g[i] < g[start : i + 38].max() or g[i] == g[start:i].max(initial=0) or i + int(AFTER_S * 25) > len(g):
            continue
        span = lambda a, b: slice(max(0, i + int(a * 25)), max(1, i + int(b * 25)))
        posture, after = acc[:, span(-2.5, -1)].mean(1) if i > 25 else np.array([0, 0, 1.0]), acc[:, span(1.5, AFTER_S)]
        settled, all_of_it = after.mean(1), g[span(-3, AFTER_S)]
        lively = np.abs(g[span(-3, -1)] - 1).mean() if i > 25 else 0.01
        yield i / 25, [
            np.log(g[i]),
            g[span(-1, 0.04)].min(),
            np.log(after.std(1).sum() + 0.01),
            np.log(g[span(1.5, AFTER_S)].std() + 0.005),
            posture @ settled / (np.linalg.norm(posture) * np.linalg.norm(settled) + 1e-6),
            np.log(lively + 0.01),
            np.log(1 + np.sum((all_of_it[:-1] < KNOCK_G) & (all_of_it[1:] >= KNOCK_G))),
        ]


def table(recordings):
    x, y, trial = [], [], []
    for k, r in enumerate(recordings):
        for at, measures in blows(r["acc"]):
            if not (r["fall"] and r["between"]) or r["between"][0] <= at <= r["between"][1]:
                x.append(measures), y.append(r["fall"]), trial.append(k)
    return np.array(x), np.array(y, float), np.array(trial)


def fit(z, y):
    weight = np.where(y > 0, 1 / (y > 0).sum(), 1 / (y == 0).sum()) * len(y) / 2

    def cost(b):
        side = 2 * y - 1
        slope = z.T @ (-weight * side / (1 + np.exp(z @ b * side)))
        return (weight * np.logaddexp(0, -z @ b * side)).sum() + (b[:-1] ** 2).sum(), slope + 2 * np.r_[b[:-1], 0]

    return minimize(cost, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B").x


def judge(name, recordings, trial, score):
    best = np.full(len(recordings), -np.inf)
    np.maximum.at(best, trial, score)
    fall = np.array([r["fall"] for r in recordings])
    print(f"{name}: sensitivity {np.mean(best[fall] > FALL):.3f}, specificity {np.mean(best[~fall] <= FALL):.3f}")


def main():
    weda = list(trials(f"{sys.argv[1]}/weda_fall/open", 9.80665))
    uma = list(trials(f"{sys.argv[1]}/umafall_wrist/open", 1.0))
    x, y, trial = table(weda)
    mean, spread = x.mean(0), x.std(0)
    terms = lambda x: np.c_[(x - mean) / spread, ((x - mean) / spread) ** 2, np.ones(len(x))]
    z, fold = terms(x), np.array([weda[k]["person"] for k in trial]) // 2 % 5
    score = np.zeros(len(y))
    for f in range(5):
        score[fold == f] = z[fold == f] @ fit(z[fold != f], y[fold != f])
    judge("WEDA-FALL, people left out", weda, trial, score)
    b = fit(z, y)
    x, _, trial = table(uma)
    judge("UMAFall, not fitted on", uma, trial, terms(x) @ b)
    for row in zip(mean, spread, b[:7], b[7:14]):
        print("    [" + ", ".join(f"{v:.4f}" for v in row) + "],")
    print("CONSTANT", round(b[14], 4))


if __name__ == "__main__":
    main()
