//! What was recorded over a range, and one metric's values in it, by minutes or quarter hours.

use vitals::{Metric, UnixMillis};

use crate::store::{Cover, Grain, Result, SourceId, Store, Summary};

/// A range's cover and values, each in the order of time.
pub struct Timeline {
    covers: Vec<Cover>,
    pieces: Vec<(UnixMillis, Summary)>,
    grain: Grain,
}

impl Timeline {
    pub async fn read(
        store: &Store,
        source: SourceId,
        metric: Metric,
        from: UnixMillis,
        to: UnixMillis,
        grain: Grain,
    ) -> Result<Self> {
        let pieces = async {
            // Sleep is told by the cover.
            if metric == Metric::Sleep {
                Ok(Vec::new())
            } else {
                store.pieces(source, metric, from, to, grain).await
            }
        };
        let (covers, pieces) = tokio::join!(store.cover(source, from, to, grain), pieces);
        Ok(Self { covers: covers?, pieces: pieces?, grain })
    }

    pub fn covers(&self) -> &[Cover] {
        &self.covers
    }

    pub fn grain_ms(&self) -> i64 {
        self.grain.ms()
    }

    /// The cover of each piece that begins between two times.
    pub fn covers_in(&self, from: UnixMillis, to: UnixMillis) -> &[Cover] {
        between(&self.covers, |cover| cover.at, from, to)
    }

    /// The sum of those.
    pub fn cover(&self, from: UnixMillis, to: UnixMillis) -> Cover {
        self.covers_in(from, to).iter().fold(Cover { at: from, ..Cover::default() }, |sum, cover| Cover {
            at: sum.at,
            records: sum.records + cover.records,
            worn: sum.worn + cover.worn,
            good: sum.good + cover.good,
            moving: sum.moving + cover.moving,
            asleep: sum.asleep + cover.asleep,
        })
    }

    /// The metric's values by pieces.
    pub fn pieces_in(&self, from: UnixMillis, to: UnixMillis) -> &[(UnixMillis, Summary)] {
        between(&self.pieces, |piece| piece.0, from, to)
    }

    /// All the metric's values; none if there are none.
    pub fn values(&self, from: UnixMillis, to: UnixMillis) -> Option<Summary> {
        Summary::whole(self.pieces_in(from, to).iter().map(|piece| &piece.1))
    }

    /// The values of the pieces for most of which the wearer slept, and for how many seconds those were recorded.
    pub fn asleep(&self, from: UnixMillis, to: UnixMillis) -> (Option<Summary>, u32) {
        let asleep = || self.covers_in(from, to).iter().filter(|cover| is_asleep(cover));
        let values =
            asleep().filter_map(|cover| Some(&self.pieces_in(cover.at, cover.at.plus(1)).first()?.1));
        (Summary::whole(values), asleep().map(|cover| cover.records).sum())
    }
}

/// Whether the wearer slept for most of it.
pub fn is_asleep(cover: &Cover) -> bool {
    cover.records > 0 && cover.asleep * 2 >= cover.records
}

/// Whether it was worn for most of what is recorded.
pub fn is_worn(cover: &Cover) -> bool {
    cover.records > 0 && cover.worn * 2 >= cover.records
}

/// Whether the wearer moved for most of it.
pub fn is_moving(cover: &Cover) -> bool {
    cover.records > 0 && cover.moving * 2 >= cover.records
}

fn between<T>(all: &[T], at: impl Fn(&T) -> UnixMillis, from: UnixMillis, to: UnixMillis) -> &[T] {
    let first = all.partition_point(|one| at(one) < from);
    let end = all.partition_point(|one| at(one) < to);
    all.get(first..end).unwrap_or_default()
}
