//! What charts are drawn from: minutes and quarter hours, computed from the records they cover. Pure.
//!
//! A histogram holds how often each value occurred, exactly: a quarter hour of heart rates has some twenty different
//! ones. Histograms of several buckets add up, so medians and bands of any longer bin come out exact as well.

use vitals::{Activity, Metric, Record, Seq};

/// Milliseconds in a minute.
pub(crate) const MINUTE_MS: i64 = 60_000;
/// Minutes in a quarter hour.
pub(crate) const QUARTER_MINUTES: i64 = 15;

/// The metrics that records carry, in the order of [`values`].
pub(crate) const METRICS: [Metric; 5] =
    [Metric::HeartRate, Metric::Spo2, Metric::SkinTemperature, Metric::Battery, Metric::Steps];

/// The number under which the database keeps a metric: its place in the contract's list.
pub(crate) fn metric_code(metric: Metric) -> i64 {
    Metric::ALL.iter().zip(0..).find(|(known, _)| **known == metric).map_or(-1, |(_, code)| code)
}

/// By what a stored value is divided to get the metric's unit: temperatures are kept in hundredths.
pub(crate) fn scale(metric: Metric) -> f64 {
    match metric {
        Metric::SkinTemperature | Metric::AmbientTemperature => 100.0,
        _ => 1.0,
    }
}

/// The minute of a time, counted from 1970.
pub(crate) fn minute_of(at: vitals::UnixMillis) -> i64 {
    at.0.div_euclid(MINUTE_MS)
}

/// When a minute begins, in milliseconds.
pub(crate) fn start(minute: i64) -> i64 {
    minute.saturating_mul(MINUTE_MS)
}

/// What of a record counts for charts: plausible values; a heart rate only where its signal is good. Steps always count,
/// none of them too: a minute without steps is not a minute without data.
fn values(record: &Record) -> [Option<i32>; 5] {
    let heart_rate = record.heart_rate.filter(|bpm| bpm.is_plausible() && record.quality.is_good());
    [
        heart_rate.map(|bpm| i32::from(bpm.0)),
        record.spo2.filter(|p| p.is_plausible_spo2()).map(|p| i32::from(p.0)),
        record.skin_temperature.filter(|t| t.is_plausible_skin()).map(|t| i32::from(t.0)),
        record.battery.filter(|p| p.is_plausible_charge()).map(|p| i32::from(p.0)),
        Some(i32::from(record.steps.0)),
    ]
}

/// How many records a minute holds, where, and what the wearer did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cover {
    pub first: Seq,
    pub last: Seq,
    pub records: u32,
    pub worn: u32,
    pub good: u32,
    pub moving: u32,
    pub asleep: u32,
}

impl Cover {
    fn new(seq: Seq) -> Self {
        Self { first: seq, last: seq, records: 0, worn: 0, good: 0, moving: 0, asleep: 0 }
    }

    fn add(&mut self, record: &Record) {
        self.first = self.first.min(record.seq);
        self.last = self.last.max(record.seq);
        self.records += 1;
        self.worn += u32::from(record.worn);
        self.good += u32::from(record.quality.is_good());
        self.moving += u32::from(record.activity == Activity::Moving);
        self.asleep += u32::from(record.activity == Activity::Asleep);
    }
}

/// How often each value occurred, in the order of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Histogram(Vec<(i32, u32)>);

impl Histogram {
    /// Counts values; they are sorted on the way.
    fn of(values: &mut [i32]) -> Self {
        values.sort_unstable();
        Self(
            values
                .chunk_by(|a, b| a == b)
                .filter_map(|same| Some((*same.first()?, u32::try_from(same.len()).ok()?)))
                .collect(),
        )
    }

    /// Adds another's counts.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.0.extend_from_slice(&other.0);
        self.0.sort_unstable_by_key(|&(value, _)| value);
        self.0.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
    }

    /// How many values lie between two, both included, and how many there are.
    pub(crate) fn within(&self, low: i32, high: i32) -> (u64, u64) {
        self.0.iter().fold((0, 0), |(within, all), &(value, count)| {
            let count = u64::from(count);
            (within + if (low..=high).contains(&value) { count } else { 0 }, all + count)
        })
    }

    /// The smallest value that at least `share` (0 to 1) of all are not above: the nearest-rank quantile.
    pub(crate) fn quantile(&self, share: f64) -> Option<i32> {
        let total: u64 = self.0.iter().map(|&(_, count)| u64::from(count)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a bin holds far less than 2^52 values")]
        let wanted = total as f64 * share;
        let mut seen = 0_u64;
        self.0.iter().find_map(|&(value, count)| {
            seen += u64::from(count);
            #[expect(clippy::cast_precision_loss, reason = "as above")]
            (seen as f64 >= wanted).then_some(value)
        })
    }

    /// The values with how often each occurred, rising.
    pub(crate) fn into_counts(self) -> Vec<(i32, u32)> {
        self.0
    }

    /// Distances between values and their counts, seven bits a byte: some two bytes a value.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 2 + 1);
        let mut before = 0;
        for &(value, count) in &self.0 {
            // Only the first distance can be negative; temperatures below zero are implausible, but nothing rests on that.
            let distance = value.wrapping_sub(before);
            put(&mut bytes, ((distance << 1) ^ (distance >> 31)).cast_unsigned());
            put(&mut bytes, count);
            before = value;
        }
        bytes
    }

    /// The histogram of those bytes; `None` if they are none.
    pub(crate) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut counts = Vec::with_capacity(bytes.len() / 2);
        let mut value = 0_i32;
        while !bytes.is_empty() {
            let zigzag = take(&mut bytes)?;
            value = value.wrapping_add((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed());
            counts.push((value, take(&mut bytes)?));
        }
        Some(Self(counts))
    }
}

fn put(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0;
    for shift in [0, 7, 14, 21, 28] {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// The values of one metric in one bucket. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub count: u32,
    pub sum: i64,
    pub min: i32,
    pub max: i32,
    /// Not kept for steps: nobody asks for the median of a second's steps.
    pub histogram: Option<Histogram>,
}

impl Summary {
    fn of(metric: Metric, values: &mut [i32]) -> Option<Self> {
        Some(Self {
            min: *values.iter().min()?,
            max: *values.iter().max()?,
            count: u32::try_from(values.len()).ok()?,
            sum: values.iter().map(|&value| i64::from(value)).sum(),
            histogram: (metric != Metric::Steps).then(|| Histogram::of(values)),
        })
    }

    /// All the values of several buckets; `None` of none.
    pub(crate) fn whole<'a>(buckets: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut buckets = buckets.into_iter();
        let mut whole = buckets.next()?.clone();
        // Histograms are joined at the end: sorting once is quicker than merging each.
        let mut counts = whole.histogram.take().map(|histogram| histogram.0);
        for bucket in buckets {
            whole.count += bucket.count;
            whole.sum += bucket.sum;
            whole.min = whole.min.min(bucket.min);
            whole.max = whole.max.max(bucket.max);
            match (&mut counts, &bucket.histogram) {
                (Some(counts), Some(histogram)) => counts.extend_from_slice(&histogram.0),
                _ => counts = None,
            }
        }
        whole.histogram = counts.map(|counts| {
            let mut histogram = Histogram(counts);
            histogram.merge(&Histogram::default());
            histogram
        });
        Some(whole)
    }

    /// Adds another bucket's values.
    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        match (&mut self.histogram, &other.histogram) {
            (Some(mine), Some(other)) => mine.merge(other),
            _ => self.histogram = None,
        }
    }
}

/// One value for each of [`METRICS`], where there is one.
pub(crate) type Summaries = [Option<Summary>; METRICS.len()];

/// What one minute holds of one boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Minute {
    pub cover: Cover,
    pub metrics: Summaries,
}

impl Minute {
    /// Sums up records that all lie in one minute of one boot; `None` if there are none.
    pub(crate) fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Option<Self> {
        let mut cover: Option<Cover> = None;
        let mut all: [Vec<i32>; METRICS.len()] = Default::default();
        for record in records {
            cover.get_or_insert_with(|| Cover::new(record.seq)).add(record);
            for (all, value) in all.iter_mut().zip(values(record)) {
                all.extend(value);
            }
        }
        let mut metrics = Summaries::default();
        for ((summary, metric), values) in metrics.iter_mut().zip(METRICS).zip(&mut all) {
            *summary = Summary::of(metric, values);
        }
        Some(Self { cover: cover?, metrics })
    }
}

/// Adds each metric of a minute to a quarter hour's.
pub(crate) fn merge_all(into: &mut Summaries, from: &Summaries) {
    for (into, from) in into.iter_mut().zip(from) {
        match (into.as_mut(), from) {
            (Some(into), Some(from)) => into.merge(from),
            (None, Some(from)) => *into = Some(from.clone()),
            (_, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vitals::{Bpm, Percent, Quality, Steps};

    use super::*;

    proptest! {
        #[test]
        fn a_histogram_survives_its_bytes(mut values in prop::collection::vec(any::<i32>(), 0..200)) {
            let histogram = Histogram::of(&mut values);
            prop_assert_eq!(Histogram::decode(&histogram.encode()), Some(histogram));
        }

        #[test]
        fn strange_bytes_are_no_histogram_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = Histogram::decode(&bytes);
        }

        #[test]
        fn two_halves_give_the_quantiles_of_the_whole(
            mut a in prop::collection::vec(20..300_i32, 1..100),
            mut b in prop::collection::vec(20..300_i32, 0..100),
            share in 0.0..=1.0_f64,
        ) {
            let mut merged = Histogram::of(&mut a);
            merged.merge(&Histogram::of(&mut b));
            a.extend(b);
            a.sort_unstable();
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let rank = ((a.len() as f64 * share).ceil() as usize).clamp(1, a.len());
            prop_assert_eq!(merged.quantile(share), Some(a[rank - 1]));
        }
    }

    #[test]
    fn weak_and_implausible_values_are_no_part_of_a_chart_and_zero_steps_are() {
        let good = Record {
            heart_rate: Some(Bpm(70)),
            quality: Quality(80),
            worn: true,
            steps: Steps(0),
            ..Record::default()
        };
        let weak = Record { seq: Seq(1), heart_rate: Some(Bpm(180)), quality: Quality(20), ..good.clone() };
        let strange =
            Record { seq: Seq(2), heart_rate: Some(Bpm(301)), spo2: Some(Percent(101)), ..good.clone() };
        let minute = Minute::of(&[good, weak, strange]).unwrap();
        let [heart, spo2, _, _, steps] = minute.metrics;
        assert_eq!(heart.map(|s| (s.count, s.max)), Some((1, 70)));
        assert_eq!(spo2, None);
        assert_eq!(steps.map(|s| (s.count, s.sum)), Some((3, 0)));
        assert_eq!((minute.cover.records, minute.cover.good, minute.cover.worn), (3, 2, 3));
        assert_eq!(Minute::of(&[]), None);
    }
}
