//! What of the bins may be joined, and what is a gap.

use bridge::{ChartBin, Form, Missing};
use vitals::{Limits, UnixMillis};

use crate::ink::Ink;

/// A gap of more bins than this breaks line and band.
const JOINED: usize = 2;

/// Limits and from when until when they were in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitStretch {
    /// From when.
    pub from: UnixMillis,
    /// Until when.
    pub to: UnixMillis,
    /// The limits, in hundredths of the metric's unit.
    pub limits: Limits,
}

impl LimitStretch {
    /// What is drawn of them: each limit that is set, in the metric's unit.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (Ink, f64)> {
        let Limits { low_alert, low_attention, high_attention, high_alert } = self.limits;
        let lines = [
            (Ink::Attention, low_attention),
            (Ink::Attention, high_attention),
            (Ink::Alert, low_alert),
            (Ink::Alert, high_alert),
        ];
        lines.into_iter().filter_map(|(ink, limit)| Some((ink, f64::from(limit?) / 100.0)))
    }
}

/// Runs of bins that a line may join: those between which no more than two are empty.
#[must_use]
pub fn runs(bins: &[ChartBin], has: impl Fn(&ChartBin) -> bool) -> Vec<Vec<&ChartBin>> {
    let mut runs: Vec<Vec<&ChartBin>> = Vec::new();
    let mut empty = JOINED + 1;
    for bin in bins {
        if !has(bin) {
            empty += 1;
            continue;
        }
        match runs.last_mut() {
            Some(run) if empty <= JOINED => run.push(bin),
            _ => runs.push(vec![bin]),
        }
        empty = 0;
    }
    runs
}

/// Where nothing is to be seen and why: neighbours of one reason as one. Gaps of up to `joined` bins are left out, as the
/// line goes over them.
pub(crate) fn gaps(bins: &[ChartBin], joined: usize) -> Vec<(UnixMillis, UnixMillis, Missing)> {
    let mut gaps = Vec::new();
    for group in bins.chunk_by(|a, b| a.value.is_some() == b.value.is_some()) {
        if group.len() <= joined || group.first().is_none_or(|bin| bin.value.is_some()) {
            continue;
        }
        for same in group.chunk_by(|a, b| a.missing == b.missing) {
            if let (Some(first), Some(last)) = (same.first(), same.last())
                && let Some(why) = first.missing
            {
                gaps.push((first.from, last.to, why));
            }
        }
    }
    gaps
}

/// The smallest and the largest value that is drawn in that form.
pub(crate) fn extent(bins: &[ChartBin], form: Form) -> Option<(f64, f64)> {
    bins.iter()
        .flat_map(|bin| {
            let pair = |pair: Option<(f64, f64)>| [pair.map(|p| p.0), pair.map(|p| p.1)];
            let [a, b] = pair(bin.band);
            let [c, d] = pair(bin.extremes.filter(|_| matches!(form, Form::Band | Form::Nights)));
            [bin.value, bin.resting, a, b, c, d]
        })
        .flatten()
        .filter(|value| value.is_finite())
        .fold(None, |extent, value| match extent {
            None => Some((value, value)),
            Some((least, most)) => Some((least.min(value), most.max(value))),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bins(values: &[Option<f64>], why: impl Fn(usize) -> Missing) -> Vec<ChartBin> {
        let bin = |(n, value): (usize, &Option<f64>)| ChartBin {
            from: UnixMillis(n as i64),
            to: UnixMillis(n as i64 + 1),
            value: *value,
            missing: value.is_none().then(|| why(n)),
            ..ChartBin::default()
        };
        values.iter().enumerate().map(bin).collect()
    }

    const V: Option<f64> = Some(60.0);

    #[test]
    fn a_night_off_is_not_one_straight_line() {
        let bins = bins(&[None, V, V, None, None, V, None, None, None, V, None], |_| Missing::NoData);
        let lengths: Vec<usize> = runs(&bins, |bin| bin.value.is_some()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [3, 1], "up to two missing bins are joined, more are a gap");
    }

    #[test]
    fn a_gap_tells_its_reasons_apart() {
        let why = |n| if n < 4 { Missing::NotWorn } else { Missing::PoorSignal };
        let bins = bins(&[V, None, None, None, None, None, V, None, None, V], why);
        let gaps = gaps(&bins, 2);
        let told: Vec<_> = gaps.iter().map(|gap| (gap.0.0, gap.1.0, gap.2)).collect();
        assert_eq!(told, [(1, 4, Missing::NotWorn), (4, 6, Missing::PoorSignal)]);
    }

    #[test]
    fn a_number_that_is_none_moves_no_axis() {
        let mut bins = bins(&[V, None], |_| Missing::NoData);
        bins[0].extremes = Some((f64::NAN, 140.0));
        assert_eq!(extent(&bins, Form::Band), Some((60.0, 140.0)));
        assert_eq!(extent(&[], Form::Band), None);
    }
}
