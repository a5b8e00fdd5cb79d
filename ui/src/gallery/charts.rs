//! Charts for the gallery: the story's values in the engine's bins, drawn by what draws the engine's.
//!
//! `#/gallery/analytics-<metric>-<span>`, with `-empty`, `-sparse`, `-refused`, `-waiting`, `-few_nights` or `-past` behind it.

use bridge::{
    AlertStretch, Chart, ChartBin, ChartQuery, Code, Error, Form, Lane, Missing, SessionStretch, Span,
    Stretch,
};
use charts::{
    Data, GoalStretch, Language, LimitStretch, Look, Window, draw, form, midnights, sleeping, window,
};
use vitals::{AlertRule, Goals, Limits, Metric, Thresholds, UnixMillis, baseline, resting_heart_rate};

use super::answers;
use super::story::{DAY, FIRST_DAY, HOUR, MINUTE, Moment, Story};
use super::trends;
use crate::page;

/// The span that a state's name tells, and the end of what it shows.
pub fn view(state: &str) -> Option<(Span, Option<UnixMillis>)> {
    let span = match state.strip_prefix("analytics-")?.split('-').nth(1)? {
        "hour" => Span::Hour,
        "three_hours" => Span::ThreeHours,
        "week" => Span::Week,
        "month" => Span::Month,
        _ => Span::Day,
    };
    Some((span, state.ends_with("-past").then(|| UnixMillis(page::now() - 30 * DAY))))
}

/// The chart that a state shows.
///
/// # Errors
///
/// In the state that shows how a refusal looks.
pub fn chart(query: &ChartQuery, state: &str) -> Result<Chart, Error> {
    if state.ends_with("-refused") {
        return Err(Error {
            code: Code::DatabaseDamaged,
            detail: "database disk image is malformed".to_owned(),
        });
    }
    let story = Story::of(state);
    let window = window(query.metric, query.span, query.end, story.now, &story.zone);
    let form = form(query.metric, query.span);
    let (bins, nights) = bins(&story, &window, form);
    let lane = if query.lane { lane(&story, &window, state) } else { Lane::default() };
    let limits = limits(&story, &window);
    let goals = goals(&story, &window);
    let data = Data { window: &window, bins: &bins, limits: &limits, goals: &goals, lane: &lane };
    let look = Look {
        size: (query.width, query.height),
        language: Language::of(&query.language),
        temperature: query.temperature,
        zone: &story.zone,
        kept: query.axis,
        lane: query.lane,
    };
    let drawing =
        draw(&data, &look).map_err(|error| Error { code: Code::Internal, detail: error.to_string() })?;
    Ok(Chart {
        metric: query.metric,
        span: query.span,
        from: window.from(),
        to: window.to(),
        earlier: (story.moment(window.from()).day < FIRST_DAY).then_some(window.from()),
        later: window.later(&story.zone),
        svg: drawing.svg,
        plot: drawing.plot,
        axis: drawing.axis,
        form,
        trend: trends::of(&story, &window),
        nights,
        bins,
        lane,
    })
}

/// The bins, and how many nights there are for a baseline where these are too few.
fn bins(story: &Story, window: &Window, form: Form) -> (Vec<ChartBin>, Option<u32>) {
    let mut bins: Vec<ChartBin> =
        window.bins().map(|(from, to)| bin(story, window, form, from, to)).collect();
    if form == Form::Deviations {
        let midnights = midnights(window.from(), window.to(), 30, &story.zone);
        let nights: Vec<_> = midnights.iter().map(|midnight| asleep(story, sleeping(*midnight))).collect();
        for (place, bin) in bins.iter_mut().enumerate() {
            let before: Vec<f64> = nights.iter().skip(place).take(30).copied().flatten().collect();
            let night = nights.get(place + 30).copied().flatten();
            bin.value = night.zip(baseline(&before)).map(|(night, usual)| night - usual);
            bin.missing = bin.missing.filter(|_| night.is_none());
        }
    }
    if window.metric == Metric::HeartRate && matches!(window.span, Span::Week | Span::Month) {
        for (from, to) in window.days() {
            let noon = from.plus(to.since(from) / 2);
            if let Some(bin) = bins.iter_mut().find(|bin| bin.from <= noon && noon < bin.to) {
                bin.resting = resting(story, from, to);
            }
        }
    }
    let known = bins.iter().filter(|bin| bin.count > 0).count();
    let too_few = form == Form::Deviations && known > 0 && bins.iter().all(|bin| bin.value.is_none());
    (bins, too_few.then(|| u32::try_from(known).unwrap_or_default()))
}

#[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
fn bin(story: &Story, window: &Window, form: Form, from: UnixMillis, to: UnixMillis) -> ChartBin {
    let by_days = matches!(window.span, Span::Week | Span::Month);
    let metric = window.metric;
    let of_night = matches!(form, Form::Nights | Form::Deviations) || metric == Metric::Sleep && by_days;
    let (begin, end) = if of_night { sleeping(from) } else { (from, to) };
    let all: Vec<Moment> = story.minutes(begin, end).collect();
    let worn: Vec<Moment> = all.iter().copied().filter(|m| story.missing(*m).is_none()).collect();
    let light = matches!(metric, Metric::HeartRate | Metric::Spo2);
    let asleep_only = matches!(form, Form::Nights | Form::Deviations);
    let measured: Vec<Moment> = worn
        .iter()
        .copied()
        .filter(|m| !(light && story.poor(*m)) && (!asleep_only || story.asleep(*m)))
        .collect();
    let mut bin = ChartBin { from, to, ..ChartBin::default() };
    let whole = if asleep_only { 8 * 60 } else { all.len().max(1) };
    bin.count = u32::try_from(measured.len() * 60).unwrap_or_default();
    bin.coverage = (0.97 * measured.len() as f64 / whole as f64).min(1.0);
    let enough = worn.len() * 2 >= all.len() || by_days;
    bin.value = match (metric, form) {
        _ if measured.is_empty() => None,
        (Metric::Steps, _) => Some(measured.iter().map(|m| story.steps(*m)).sum::<f64>().round()),
        (Metric::Sleep, _) => {
            let hours = measured.iter().filter(|m| story.asleep(**m)).count() as f64 / 60.0;
            (enough && (!by_days || hours > 0.0)).then_some(hours)
        }
        _ => None,
    };
    if !matches!(form, Form::Bars | Form::Deviations) {
        spread(&mut bin, values(story, metric, &measured, by_days));
    }
    if bin.value.is_none() {
        bin.missing = all.iter().find_map(|m| story.missing(*m)).or_else(|| {
            let weak = light && all.iter().any(|m| story.poor(*m));
            Some(if weak { Missing::PoorSignal } else { Missing::NoData })
        });
    }
    bin
}

/// The values within minutes: some seconds of each, of each fifth in a bin that is a day.
fn values(story: &Story, metric: Metric, minutes: &[Moment], by_days: bool) -> Vec<f64> {
    let around: &[f64] = match metric {
        Metric::HeartRate => &[-4.4, -2.6, -1.2, 0.0, 1.2, 2.8, 5.6],
        Metric::Spo2 => &[-1.1, 0.0, 0.0, 0.6],
        _ => &[-0.05, 0.0, 0.05],
    };
    let each = if by_days { 5 } else { 1 };
    let values = minutes.iter().step_by(each).flat_map(|m| {
        let value = story.value(metric, *m);
        around.iter().map(move |apart| value + apart)
    });
    match metric {
        Metric::HeartRate => values.map(f64::round).collect(),
        Metric::Spo2 => values.map(|value| value.round().min(100.0)).collect(),
        _ => values.collect(),
    }
}

fn spread(bin: &mut ChartBin, mut values: Vec<f64>) {
    values.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let at =
        |share: f64| values.get((share * (values.len().saturating_sub(1)) as f64).round() as usize).copied();
    bin.value = at(0.5);
    bin.band = at(0.05).zip(at(0.95));
    bin.half = at(0.25).zip(at(0.75));
    bin.extremes = at(0.0).zip(at(1.0));
}

/// A day's resting heart rate.
pub fn resting(story: &Story, from: UnixMillis, to: UnixMillis) -> Option<f64> {
    let still = |m: &Moment| story.missing(*m).is_none() && !story.poor(*m) && !story.moving(*m);
    let minutes: Vec<f64> =
        story.minutes(from, to).filter(still).map(|m| story.value(Metric::HeartRate, m)).collect();
    resting_heart_rate(&minutes)
}

/// What the skin was like asleep.
pub fn asleep(story: &Story, (from, to): (UnixMillis, UnixMillis)) -> Option<f64> {
    let asleep = |m: &Moment| story.missing(*m).is_none() && story.asleep(*m);
    let values: Vec<f64> = story
        .minutes(from, to)
        .step_by(5)
        .filter(asleep)
        .map(|m| story.value(Metric::SkinTemperature, m))
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "some values")]
    let count = values.len() as f64;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count)
}

/// The limits in force. Asleep others hold; and three days ago the person lowered one.
fn limits(story: &Story, window: &Window) -> Vec<LimitStretch> {
    let thresholds = Thresholds::default();
    let (from, to) = (window.from(), window.to());
    if form(window.metric, window.span) == Form::Deviations {
        let limits = Limits { high_attention: Some(100), ..Limits::default() };
        return vec![LimitStretch { from, to, limits }];
    }
    let limits = match window.metric {
        Metric::HeartRate => thresholds.heart_rate,
        Metric::Spo2 => thresholds.spo2,
        Metric::SkinTemperature => thresholds.skin_temperature,
        _ => return Vec::new(),
    };
    let whole = vec![LimitStretch { from, to, limits }];
    if window.metric != Metric::HeartRate {
        return whole;
    }
    if matches!(window.span, Span::Week | Span::Month) {
        let changed = story.at(3, 10 * 60);
        if changed >= to {
            return whole;
        }
        let before = Limits { high_attention: Some(11_000), ..limits };
        return vec![
            LimitStretch { from, to: changed.max(from), limits: before },
            LimitStretch { from: changed, to, limits },
        ];
    }
    let day = story.moment(to).day;
    let mut stretches = Vec::new();
    let mut at = from;
    for (fell, woke) in [story.night(day + 1), story.night(day), story.night(day - 1)] {
        let (fell, woke) = (fell.max(at), woke.min(to).min(story.now));
        if fell < woke && story.missing(story.moment(fell.plus(HOUR))).is_none() {
            stretches.push(LimitStretch { from: at, to: fell, limits });
            stretches.push(LimitStretch { from: fell, to: woke, limits: thresholds.heart_rate_asleep });
            at = woke;
        }
    }
    stretches.push(LimitStretch { from: at, to, limits });
    stretches.retain(|stretch| stretch.from < stretch.to);
    stretches
}

/// The goal of steps, which the person raised five days ago, and that of sleep.
fn goals(story: &Story, window: &Window) -> Vec<GoalStretch> {
    let (from, to) = (window.from(), window.to());
    let goals = Goals::default();
    match (window.metric, window.span) {
        (Metric::Steps, Span::Week | Span::Month) => {
            let change = story.at(5, 0).clamp(from, to);
            let stretches = [
                GoalStretch { from, to: change, value: 7_000.0 },
                GoalStretch { from: change, to, value: goals.steps.into() },
            ];
            stretches.into_iter().filter(|stretch| stretch.from < stretch.to).collect()
        }
        (Metric::Sleep, Span::Week | Span::Month) => {
            vec![GoalStretch { from, to, value: f64::from(goals.sleep_minutes) / 60.0 }]
        }
        _ => Vec::new(),
    }
}

fn lane(story: &Story, window: &Window, state: &str) -> Lane {
    let (from, to) = (window.from(), window.to().min(story.now));
    let cut = |begin: UnixMillis, end: UnixMillis| {
        let stretch = Stretch { from: begin.max(from), to: end.min(to) };
        (stretch.from < stretch.to).then_some(stretch)
    };
    let ago = |ms: i64| story.now.plus(-ms);
    let alerts = story.episodes().filter(|episode| episode.rule.metric() == Some(window.metric));
    let falls = story.episodes().filter(|episode| episode.rule == AlertRule::Fall);
    let sessions = answers::sessions(state).into_iter();
    Lane {
        worn: stretches(story, from, to, |m| story.missing(m).is_none()),
        moving: stretches(story, from, to, |m| story.moving(m)),
        alerts: alerts
            .filter_map(|episode| {
                let end = episode.begun - episode.lasted.unwrap_or(episode.begun);
                Some(AlertStretch { stretch: cut(ago(episode.begun), ago(end))?, level: episode.level })
            })
            .filter(|_| !state.ends_with("-empty"))
            .collect(),
        falls: falls
            .map(|fall| ago(fall.begun))
            .filter(|at| *at >= from && *at < to && !state.ends_with("-empty"))
            .collect(),
        sessions: sessions
            .filter_map(|session| {
                let stretch = cut(session.start, session.end.unwrap_or(story.now))?;
                Some(SessionStretch { stretch, name: session.name })
            })
            .collect(),
    }
}

/// Where that is so. A pause that cannot be seen is none, as for the engine.
fn stretches(story: &Story, from: UnixMillis, to: UnixMillis, is: impl Fn(Moment) -> bool) -> Vec<Stretch> {
    let unseen = to.since(from) / 400;
    // Over days by quarter hours, over hours by minutes.
    let step = if to.since(from) > 2 * DAY { HOUR / 4 } else { MINUTE };
    let mut stretches: Vec<Stretch> = Vec::new();
    for n in 0..to.since(from) / step {
        let at = from.plus(n * step);
        if !is(story.moment(at)) {
            continue;
        }
        match stretches.last_mut() {
            Some(last) if at.since(last.to) <= unseen => last.to = at.plus(step),
            _ => stretches.push(Stretch { from: at, to: at.plus(step) }),
        }
    }
    stretches
}
