"""Fits the weights of src/emission.rs and src/tracker.rs, and cross-validates them by person.

    pip install "jax[cpu]" optax numpy scipy
    python heart_rate.py DATA             # two folds by person: how it does on people left out
    python heart_rate.py DATA --weights   # on all people: prints the Rust constants

DATA holds folders bidmc, bami1, bami2, troika, max3010x_class, each with open/<name>_signal.csv.gz and <name>_ref.csv (see
docs/accuracy.md).
The recordings are not part of this project. The conditioning below must stay what light.rs, rest.rs and spectrum.rs do.
The whole forward filter is differentiated: the weights are those that make the belief within 5 bpm of the ECG greatest, from a
start that knows nothing, over crops of 160 s and over starts at random moments.
"""

import csv
import glob
import gzip
import os
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.signal import find_peaks, lfilter

RATE, LENGTH, POINTS = 12.5, 100, 512
BPM_PER_LINE = 60 * RATE / POINTS
FIRST, LAST, UNITS = 22, 150, 8
LINES = np.arange(FIRST, LAST + 1)
SETS = {"bidmc": ("ppg", 1, 0, 1), "bami1": ("ppg1", -1, 32768, 4096), "bami2": ("ppg1", -1, 32768, 4096), "troika": ("ppg1", 1, 0, 1)}


def resample(x, rate, to=25.0):
    whole = np.concatenate([[0], np.cumsum((x[1:] + x[:-1]) * 0.5 / rate)])
    edges = np.arange(int((len(x) - 1) / rate * to) + 1) / to
    k = np.minimum((edges * rate).astype(int), len(x) - 2)
    part = edges - k / rate
    at = x[k] + (x[k + 1] - x[k]) * part * rate
    return np.diff(whole[k] + part * (x[k] + at) * 0.5) * to


def halve(x):
    y = np.convolve(x, [0.125, 0.375, 0.375, 0.125], "full")[: len(x)]
    y[:3] = x[0]
    return y[1::2]


def quick(x, corner=1.0):
    k = 2 * np.pi * corner / RATE
    x = x - x[0]
    for _ in range(2):
        x = x - lfilter([k], [1, -(1 - k)], x)
    return x


def even_out(x):
    k = 1 / RATE
    return x * (1 - (1 - k) ** np.arange(1, len(x) + 1)) / (lfilter([k], [1, -(1 - k)], np.abs(x)) + 1e-9)


def power(w):
    n = len(w)
    t = np.arange(n) - (n - 1) / 2
    w = w - w.mean()
    u = (np.arange(n) + 0.5) / n
    w = (w - t * (w @ t) / (t @ t)) * (0.5 - 0.5 * np.cos(np.pi * u * (1 + u)))
    return np.abs(np.fft.rfft(w, POINTS)) ** 2


def rest(light, arm, end):
    n = min(end, LENGTH)
    y = light[end - n + 3 : end]
    terms = np.stack([a[end - n + 3 - d : end - d] for a in arm for d in range(4)], 1)
    gram = terms.T @ terms
    gram += np.eye(12) * (np.trace(gram) / 12 * 1e-3 + 2e-4 * n)
    return y - terms @ np.linalg.solve(gram, terms.T @ y)


def features(light25, acc25):
    light = even_out(quick(halve(light25)))
    ends = [int(RATE * k) for k in range(3, len(light25) // 25 + 1)]
    spectrum = lambda x: np.stack([power(x[max(0, e - LENGTH) : e]) for e in ends])
    s = spectrum(light)
    if acc25 is None:
        left, shake = s, np.zeros_like(s)
    else:
        acc = [halve(a) for a in acc25]
        shake = sum(spectrum(a) for a in acc)
        arm = [quick(a) for a in acc]
        left = np.stack([power(rest(light, arm, e)) for e in ends])
    logs = lambda x: np.log2(x / (x[:, 11:256].mean(1, keepdims=True) + 1e-20) + 2e-3)
    s, left, a = logs(s), logs(left), np.log2(1 + shake)
    two, half = np.minimum(2 * LINES, 255), np.round(LINES / 2).astype(int)
    inside = 2 * LINES <= 255
    near = np.stack([s[:, LINES + d] for d in range(-6, 7)]).max(0)
    top = lambda x: x[:, FIRST : LAST + 1].max(1, keepdims=True)
    wide = lambda x: np.broadcast_to(x, s[:, LINES].shape)
    columns = [s[:, LINES], s[:, two] * inside, s[:, half], near - s[:, LINES], top(s) - s[:, LINES], a[:, LINES], a[:, two] * inside,
               a[:, half], wide(a[:, 11:256].max(1, keepdims=True)), wide((LINES - 75) / 40), left[:, LINES], left[:, two] * inside,
               top(left) - left[:, LINES]]  # fmt: skip
    return np.stack(columns, -1).astype(np.float32)


def recordings(folder):
    """Name of the set, fold, light, arm or None, and true rates as rows of (end of the 8 s, bpm)."""
    for name, (channel, sign, zero, scale) in SETS.items():
        for i, path in enumerate(sorted(glob.glob(f"{folder}/{name}/open/*_signal.csv.gz"))):
            with gzip.open(path, "rt") as f:
                head = f.readline().strip().split(",")
                rows = np.loadtxt(f, delimiter=",")
            rate = (len(rows) - 1) / (rows[-1, 0] - rows[0, 0])
            light = resample(sign * rows[:, head.index(channel)], rate)
            acc = [resample((rows[:, head.index(f"acc_{a}")] - zero) / scale, rate) for a in "xyz"] if "acc_x" in head else None
            text = open(path.replace("_signal.csv.gz", "_ref.csv")).read().split()[1:]
            truth = np.array([(float(c[0]) + 8, float(c[2])) for c in (line.split(",") for line in text) if c[2]])
            # The same subject number in BAMI-1 and BAMI-2 may be the same person: both stand in the same fold.
            yield name, int(os.path.basename(path)[1:3]) // 2 % 2 if name.startswith("bami") else i % 2, light, acc, truth
    yield from fingers(f"{folder}/max3010x_class/open/sp22")


def fingers(path):
    """Recordings of a minute whose only reference is their mean rate: true are their own beats, where these agree with it."""
    with gzip.open(path + "_signal.csv.gz", "rt") as f:
        f.readline()
        rows = np.loadtxt(f, delimiter=",")
    for ref in csv.DictReader(open(path + "_ref.csv")):
        own = rows[rows[:, 0] == float(ref["window_start_s"])]
        if float(ref["window_s"]) < 50:
            continue
        light = resample(own[:, 2], (len(own) - 1) / (own[-1, 1] - own[0, 1]))
        slope = light[4:] - light[:-4]
        beats = find_peaks(slope, distance=9, height=0.3 * np.percentile(slope, 96))[0] / 25
        bpm = lambda b: 60 * (len(b) - 1) / (b[-1] - b[0]) if len(b) > 2 else 0
        if abs(bpm(beats) - float(ref["hr_bpm"])) < 3:
            truth = np.array([(t, bpm(beats[(beats > t - 8) & (beats <= t)])) for t in range(8, int(len(light) / 25) + 1)])
            yield "fingers", int(ref["subject"][-2:]) // 2 % 2, light, None, truth


def load(folder, rng):
    people = []
    for name, fold, light, acc, truth in recordings(folder):
        x = features(light, acc)
        y = np.full(len(x), np.nan)
        for t, bpm in truth:
            if int(t) - 3 < len(y):
                y[int(t) - 3] = bpm
        starts = []
        for at in rng.integers(0, len(light) - 525, 24):
            part = features(light[at : at + 525], acc and [a[at : at + 525] for a in acc])
            times = np.arange(3, 22) + at / 25
            bpm = np.interp(times, truth[:, 0], truth[:, 1])
            bpm[[np.abs(truth[:, 0] - t).min() > 2.1 for t in times]] = np.nan
            starts.append((part, bpm))
        people.append(dict(set=name, fold=fold, x=x, y=y, starts=starts))
    return people


def emission(p, x):
    return jax.nn.relu(x @ p["hidden"] + p["bias"]) @ p["out"] + x @ p["direct"]


def belief(p, x):
    n = len(LINES)
    blur = jax.nn.sigmoid(p["blur"]) ** np.abs(LINES[:, None] - LINES[None, :]).astype(np.float32)
    leak = jax.nn.sigmoid(p["leak"])
    move = (1 - leak) * blur / blur.sum(1, keepdims=True) + leak / n

    def second(b, e):
        b = jax.nn.softmax(jnp.log(b @ move + 1e-9) + e)
        return b, b

    return jax.lax.scan(second, jnp.ones(n) / n, emission(p, x))[1]


def loss(p, x, y):
    b = jax.vmap(belief, (None, 0))(p, x)
    known = ~jnp.isnan(y)
    off = LINES * BPM_PER_LINE - jnp.where(known, y, 80.0)[..., None]
    soft = jax.nn.softmax(-0.5 * (off / 2) ** 2, -1)
    cost = -jnp.log((b * (jnp.abs(off) < 5)).sum(-1) + 1e-4) - 0.3 * (soft * jnp.log(b + 1e-6)).sum(-1)
    return jnp.where(known, cost, 0).sum() / known.sum() + 2e-4 * sum((p[k] ** 2).sum() for k in ("hidden", "out", "direct"))


def fit(people, steps=700, seed=1, crop=160):
    rng = np.random.default_rng(seed)
    count = people[0]["x"].shape[-1]
    p = dict(hidden=0.3 * rng.normal(size=(count, UNITS)), bias=np.zeros(UNITS), out=0.3 * rng.normal(size=UNITS), direct=np.zeros(count))
    p = {k: jnp.array(v, jnp.float32) for k, v in (p | dict(blur=-0.2, leak=-4.0)).items()}
    plan = optax.adam(optax.cosine_decay_schedule(1e-2, steps))
    state = plan.init(p)

    @jax.jit
    def step(p, state, long, short):
        slope = jax.grad(lambda p: loss(p, *long) + 0.3 * loss(p, *short))(p)
        change, state = plan.update(slope, state)
        return optax.apply_updates(p, change), state

    still, fingers = ([r for r in people if r["set"] == name] for name in ("bidmc", "fingers"))
    moving = [r for r in people if r["set"] not in ("bidmc", "fingers")]
    pick = lambda rows: rows[rng.integers(len(rows))]
    for _ in range(steps):
        long, short = [], []
        for r in [pick(moving) for _ in range(9)] + [pick(still) for _ in range(3)]:
            at = rng.integers(len(r["y"]) - crop)
            long.append((r["x"][at : at + crop], r["y"][at : at + crop]))
        for r in [pick(moving) for _ in range(12)] + [pick(still + fingers) for _ in range(12)]:
            short.append(pick(r["starts"]))
        p, state = step(p, state, *[tuple(np.stack(c) for c in zip(*rows)) for rows in (long, short)])
    return p


def told(b):
    near = np.stack([b[:, max(0, i - 1) : i + 2].sum(1) for i in range(len(LINES))], 1).argmax(1)
    value, sure = np.zeros(len(b)), np.zeros(len(b))
    for t, i in enumerate(near):
        s = slice(max(0, i - 3), i + 4)
        sure[t] = b[t, s].sum()
        value[t] = (b[t, s] * LINES[s]).sum() / sure[t] * BPM_PER_LINE
    return value, sure


def main():
    people = load(sys.argv[1], np.random.default_rng(5))
    every = np.concatenate([r["x"].reshape(-1, r["x"].shape[-1])[::50] for r in people])
    mean, spread = every.mean(0), every.std(0)
    for r in people:
        r["x"] = (r["x"] - mean) / spread
        r["starts"] = [((x - mean) / spread, y) for x, y in r["starts"]]
    if "--weights" in sys.argv:
        p = {k: np.array(v, float) for k, v in fit(people).items()}
        row = lambda v: "[" + ", ".join(f"{x:.4f}" for x in v) + "]"
        print("HIDDEN", *[row(v) for v in (p["hidden"] / spread[:, None]).T], sep="\n")
        print("BIAS", row(p["bias"] - (mean / spread) @ p["hidden"]), "OUT", row(p["out"]), "DIRECT", row(p["direct"] / spread), sep="\n")
        print("BLUR", 1 / (1 + np.exp(-p["blur"])), "LEAK", 1 / (1 + np.exp(-p["leak"])))
        return
    found, begun = {}, {}
    for fold in (0, 1):
        p = fit([r for r in people if r["fold"] != fold])
        for r in (r for r in people if r["fold"] == fold):
            value, sure = told(np.array(jax.jit(belief)(p, r["x"])))
            known = ~np.isnan(r["y"])
            found.setdefault(r["set"], []).append(np.stack([np.abs(value - r["y"]), sure])[:, known])
            for x, y in r["starts"]:
                begun.setdefault(r["set"], []).append(np.abs(told(np.array(jax.jit(belief)(p, x)))[0] - y))
    for name, parts in found.items():
        off, sure = np.concatenate(parts, 1)
        best = np.argsort(-sure)[: int(0.85 * len(off))]
        print(f"{name}: {len(off)} windows, MAE {off.mean():.2f}, within 2 {np.mean(off <= 2):.3f}, within 5 {np.mean(off <= 5):.3f}, "
              f"within 5 of the surest 85 % {np.mean(off[best] <= 5):.3f}")  # fmt: skip
        starts = np.array(begun[name])
        share = lambda after, most: np.nanmean(np.where(np.isnan(starts), np.nan, starts <= most)[:, after - 3])
        print(*(f"  {after} s after a start within 2 {share(after, 2):.3f}, within 5 {share(after, 5):.3f}" for after in (3, 5, 8, 15)), sep="\n")


if __name__ == "__main__":
    main()
