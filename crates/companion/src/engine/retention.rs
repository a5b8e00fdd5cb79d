//! How long single seconds are kept: for ever, unless the person wants it otherwise.

use std::sync::Weak;
use std::time::Duration;

use bridge::{Changed, Event, Preferences, SourceKind, Start};
use jiff::{Span, Timestamp, tz::TimeZone};
use tokio::time::sleep;
use vitals::UnixMillis;

use super::data::percent;
use super::{Answer, Engine, Inner, invalid, not_now};
use crate::store::{SourceId, Store};

/// Months that may be chosen.
const MONTHS: std::ops::RangeInclusive<u16> = 1..=120;

/// Old seconds are looked for so often.
const DAILY: Duration = Duration::from_secs(24 * 3_600);

impl Engine {
    /// How many seconds would be forgotten if only those of so many months were kept.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`] for less than one month or more than ten years; [`bridge::Code::NotNow`] before the engine is
    /// ready; the store's.
    pub async fn would_forget(&self, months: u16) -> Answer<u64> {
        let store = self.person().await?;
        let mut count = 0;
        for (source, before) in self.old(&store, months).await? {
            count += store.thinnable(source, before).await?;
        }
        Ok(count)
    }

    /// Keeps single seconds for so many months from now on, and forgets older ones at once; none: for ever, as by default. What
    /// charts, alerts and lanes are made of always stays, and a demo is not touched. Tells how many seconds were forgotten.
    ///
    /// # Errors
    ///
    /// As [`Self::would_forget`].
    pub async fn keep_months(&self, months: Option<u16>) -> Answer<u64> {
        if months.is_some_and(|months| !MONTHS.contains(&months)) {
            return Err(invalid("months"));
        }
        let Start::Ready { preferences, .. } = self.settled().await else { return Err(not_now("not ready")) };
        self.set_preferences(Preferences { keep_months: months, ..preferences }).await?;
        match months {
            Some(months) => self.forget_older(months).await,
            None => Ok(0),
        }
    }

    async fn forget_older(&self, months: u16) -> Answer<u64> {
        let store = self.person().await?;
        let old = self.old(&store, months).await?;
        let mut total = 0;
        for &(source, before) in &old {
            total += store.thinnable(source, before).await?;
        }
        let mut gone = 0;
        for (source, before) in old {
            let told = |some| {
                gone += some;
                self.0.view.tell(Event::Progress(percent(gone, total)));
            };
            store.thin(source, before, told).await?;
        }
        if gone > 0 {
            store.shrink().await?;
            self.0.view.changed(Changed::Data);
        }
        Ok(gone)
    }

    /// The person's own sources, each with the time before which its seconds are old. Counted back from its newest record where
    /// that is before now: a clock that is far ahead makes nothing old.
    async fn old(&self, store: &Store, months: u16) -> Answer<Vec<(SourceId, UnixMillis)>> {
        if !MONTHS.contains(&months) {
            return Err(invalid("months"));
        }
        let mut old = Vec::new();
        for source in store.sources().await? {
            let id = SourceId(source.id);
            let Some((_, last)) = store.extent(id).await? else { continue };
            if source.kind != SourceKind::Demo {
                old.push((id, months_before(last.min(self.0.view.clock.now()), months)));
            }
        }
        Ok(old)
    }
}

/// The same day and time so many months earlier, by the calendar here.
fn months_before(at: UnixMillis, months: u16) -> UnixMillis {
    let zoned = Timestamp::from_millisecond(at.0).map(|at| at.to_zoned(TimeZone::system()));
    let before = zoned.and_then(|zoned| zoned.checked_sub(Span::new().months(i64::from(months))));
    before.map_or(UnixMillis(i64::MIN), |before| UnixMillis(before.timestamp().as_millisecond()))
}

/// Forgets what has become old, as long as somebody has the engine.
pub(super) async fn follow(engine: Weak<Inner>) {
    loop {
        let Some(inner) = engine.upgrade() else { return };
        let engine_now = Engine(inner);
        let months = match engine_now.start_state() {
            Start::Ready { preferences, .. } => preferences.keep_months,
            _ => None,
        };
        if let Some(months) = months
            && let Err(error) = engine_now.forget_older(months).await
        {
            tracing::warn!(code = ?error.code, error.detail, "old seconds could not be forgotten");
        }
        drop(engine_now);
        sleep(DAILY).await;
    }
}
