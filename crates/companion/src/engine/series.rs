//! What charts are drawn from, of the source that Home shows.

use bridge::{Bands, BandsQuery, Lanes, Series, SeriesQuery};
use vitals::UnixMillis;

use super::alarms::Alarm;
use super::{Answer, Engine};

impl Engine {
    /// Bins of a metric of the source that Home shows.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] while there is no source, [`bridge::Code::Invalid`] for bins that make no sense.
    pub async fn series(&self, query: SeriesQuery) -> Answer<Series> {
        let (store, source) = self.shown()?;
        Ok(store.series(source, query).await?)
    }

    /// Bins of any lengths with medians and bands, if asked only of the minutes asleep, moving or still.
    ///
    /// # Errors
    ///
    /// As [`Self::series`].
    pub async fn bands(&self, query: BandsQuery) -> Answer<Bands> {
        let (store, source) = self.shown()?;
        Ok(store.bands(source, &query).await?)
    }

    /// What lies beneath a chart: why there are values and why not, motion, alerts, events and sessions. The future is not
    /// part of it.
    ///
    /// # Errors
    ///
    /// As [`Self::series`].
    pub async fn lanes(&self, from: UnixMillis, to: UnixMillis) -> Answer<Lanes> {
        let (store, source) = self.shown()?;
        let until = to.min(self.0.view.clock.now());
        if until <= from {
            return Ok(Lanes { from, to, ..Lanes::default() });
        }
        let (coverage, activity) = store.coverage(source, from, until).await?;
        let name = self.source_name();
        let alerts = store.alerts_within(source, from, to).await?;
        let events = store.events(source, from, to).await?;
        Ok(Lanes {
            from,
            to,
            coverage,
            activity,
            alerts: alerts.iter().map(|kept| Alarm::of(kept).told(&name)).collect(),
            events: events.into_iter().map(|(at, event)| (at, event.kind)).collect(),
            sessions: store.sessions(from, to).await?,
        })
    }

    /// The name of the source that Home shows.
    pub(super) fn source_name(&self) -> String {
        self.0.view.known().source.as_ref().map_or_else(String::new, |source| source.name.clone())
    }
}
