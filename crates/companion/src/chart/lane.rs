//! What lies beneath a chart's values.

use bridge::{AlertStretch, Lane, SessionStretch, Stretch};
use charts::Window;
use vitals::UnixMillis;

use super::timeline::{Timeline, is_moving, is_worn};
use crate::store::{Cover, Result, SourceId, Store};

/// Pauses shorter than such a share of a chart cannot be seen.
const UNSEEN: i64 = 400;

pub async fn of(store: &Store, source: SourceId, window: &Window, timeline: &Timeline) -> Result<Lane> {
    let (from, to) = (window.from(), window.to());
    let alerts = store.alerts_within(source, from, to).await?;
    let of_metric = alerts
        .iter()
        .map(|kept| kept.stored.alert)
        .filter(|alert| alert.rule.metric() == Some(window.metric));
    let sessions = store.sessions(from, to).await?;
    let cut = |begin: UnixMillis, end: UnixMillis| Stretch { from: begin.max(from), to: end.min(to) };
    Ok(Lane {
        worn: stretches(window, timeline, is_worn),
        moving: stretches(window, timeline, |cover| is_worn(cover) && is_moving(cover)),
        alerts: of_metric
            .map(|alert| AlertStretch {
                stretch: cut(alert.since, alert.closed.unwrap_or(window.now)),
                level: alert.level,
            })
            .collect(),
        falls: store.falls(source, from, to).await?,
        sessions: sessions
            .into_iter()
            .map(|session| SessionStretch {
                stretch: cut(session.start, session.end.unwrap_or(window.now)),
                name: session.name,
            })
            .collect(),
    })
}

/// Where that is so, without pauses that cannot be seen.
fn stretches(window: &Window, timeline: &Timeline, is: impl Fn(&Cover) -> bool) -> Vec<Stretch> {
    let (from, to) = (window.from(), window.to());
    let unseen = to.since(from) / UNSEEN;
    let mut stretches: Vec<Stretch> = Vec::new();
    for cover in timeline.covers_in(from, to).iter().filter(|cover| is(cover)) {
        let end = cover.at.plus(timeline.grain_ms()).min(to);
        match stretches.last_mut() {
            Some(last) if cover.at.since(last.to) <= unseen => last.to = end,
            _ => stretches.push(Stretch { from: cover.at, to: end }),
        }
    }
    stretches
}
