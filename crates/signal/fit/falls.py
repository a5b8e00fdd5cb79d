"""Fits the fifteen weights of src/fall.rs on WEDA-FALL, and how sure an alarm is (SURE), and cross-validates both by person.

    pip install numpy scipy
    python falls.py DATA      # DATA/weda_fall/open and DATA/umafall_wrist/open; see docs/accuracy.md

The recordings are not part of this project. A logistic discriminant of seven measures and their squares, both classes weighing the
same, ridge 1; a trial's alarm is its most fall-like blow. UMAFall is only judged, never fitted on:
but how sure an alarm is comes from the alarms of both, with scores of people left out, by a logistic regression on the score.
"""

import csv
import glob
import gzip
import sys

import numpy as np
from scipy.optimize import minimize

from heart_rate import resample

AFTER_S, BLOW_G, KNOCK_G, FALL = 3.5, 2.0, 1.5, -0.3
BANDS = 0, 0.5, 0.8, 0.95, 1.01


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
            yield dict(acc=acc, person=person, activity=row["activity"], fall=row["is_fall"] in ("1", "True", "true"), between=between)


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


def how_sure(alarms):
    """Of every alarm: the data set, the person, the score and whether it was a fall."""
    name, person, score, y = (np.array(column) for column in zip(*alarms))
    z, side = np.c_[score, np.ones(len(y))], np.where(y, 1, -1)
    regress = lambda m: minimize(lambda b: np.logaddexp(0, -side[m] * (z[m] @ b)).sum(), np.zeros(2)).x
    told, fold = np.zeros(len(y)), np.unique([f"{n}{p}" for n, p in zip(name, person)], return_inverse=True)[1] % 6
    for f in range(6):
        told[fold == f] = 1 / (1 + np.exp(-z[fold == f] @ regress(fold != f)))
    for low, high in zip(BANDS, BANDS[1:]):
        for s in ("WEDA-FALL", "UMAFall", ""):
            m = (told >= low) & (told < high) & (np.char.find(name, s) == 0)
            if m.any():
                print(f"confidence {low:.2f}-{high:.2f} {s or 'both'}: {m.sum()} alarms, mean {told[m].mean():.2f}, falls {y[m].mean():.2f}")
    print("SURE", regress(np.ones(len(y), bool)).round(3))


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
    alarms = [("WEDA-FALL", weda[k]["person"], s, weda[k]["fall"]) for k, s in zip(trial, score) if s > FALL]
    b = fit(z, y)
    x, _, trial = table(uma)
    score = terms(x) @ b
    judge("UMAFall, not fitted on", uma, trial, score)
    how_sure(alarms + [("UMAFall", uma[k]["person"], s, uma[k]["fall"]) for k, s in zip(trial, score) if s > FALL])
    for row in zip(mean, spread, b[:7], b[7:14]):
        print("    [" + ", ".join(f"{v:.4f}" for v in row) + "],")
    print("CONSTANT", round(b[14], 4))


if __name__ == "__main__":
    main()
