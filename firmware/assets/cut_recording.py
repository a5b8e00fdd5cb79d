#!/usr/bin/env python3
"""Cuts the built-in bracelet's recording out of a BIDMC record, so that anyone can check what was changed.

usage: cut_recording.py SIGNAL.csv.gz BEATS.csv REF.csv FROM_S TO_S

SIGNAL: time_s, ppg (0..1, systole up, 125 Hz).  BEATS: R-peak times of ECG lead II.
REF: window_start_s, window_s, hr_bpm (ECG), ..., monitor_spo2.
Writes bidmc_p50.u16 (the pleth, 1/1023 units, little endian) and bidmc_p50.csv (what ECG and monitor say about it).
Only whole heartbeats are kept: the cut stands at the foot of a pulse at both ends, where both feet are alike.
"""
import csv, gzip, struct, sys

signal, beats, ref, lo, hi = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4]), float(sys.argv[5])
HZ = 125
ppg = [round(float(line.split(",")[1]) * 1023) for line in gzip.open(signal, "rt").read().split()[1:]]
r_peaks = [float(line) for line in open(beats).read().split()[1:]]


def foot_after(r):
    """The sample of the lowest point before the pulse's rise, which this monitor shows 0.3 to 0.6 s after the R peak."""
    first = round((r + 0.3) * HZ)
    return min(range(first, first + int(0.3 * HZ)), key=lambda i: ppg[i])


feet = [(r, foot_after(r)) for r in r_peaks if lo <= r <= hi]
starts, ends = feet[:8], feet[-8:]


def unlike(a, b):
    (ra, fa), (rb, fb) = a, b
    level = sum(abs(ppg[fa + k] - ppg[fb + k]) for k in range(-12, 13)) / 25 / 1023
    return level + abs((fa / HZ - ra) - (fb / HZ - rb)) * 5


start, end = min(((a, b) for a in starts for b in ends), key=lambda pair: unlike(*pair))
first, last = start[1], end[1]
print(f"cut {first / HZ:.3f} .. {last / HZ:.3f} s, mismatch {unlike(start, end):.4f}")

cut = ppg[first:last]
FADE = 25  # 0.2 s: the end fades into what stood before the start, so that the loop has no step
for k in range(FADE):
    w = (k + 1) / (FADE + 1)
    cut[-FADE + k] = round(cut[-FADE + k] * (1 - w) + ppg[first - FADE + k] * w)
open("bidmc_p50.u16", "wb").write(struct.pack(f"<{len(cut)}H", *cut))

with open("bidmc_p50.csv", "w") as out:
    out.write("kind,time_s,value,spo2\n")
    for r in r_peaks:
        if first / HZ <= r < last / HZ:
            out.write(f"beat,{r - first / HZ:.3f},,\n")
    for row in csv.DictReader(open(ref)):
        at = float(row["window_start_s"])
        if first / HZ <= at and at + 8 <= last / HZ:
            out.write(f"window,{at - first / HZ:.3f},{row['hr_bpm']},{row['monitor_spo2']}\n")
