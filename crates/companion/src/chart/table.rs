//! A chart's bins as a file that spreadsheets and programs read.

use std::fmt::Write as _;

use bridge::{Chart, ChartBin, Missing};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use vitals::UnixMillis;

/// One line a bin, RFC 4180, with a point in decimals and times in the viewer's zone with their offset (RFC 3339): the same in
/// every language, so that a program can read it.
#[must_use]
pub fn csv(chart: &Chart, zone: &TimeZone) -> String {
    let name = chart.metric.name();
    let unit = chart.metric.unit();
    let mut text = format!(
        "from,to,{name} ({unit}),5% of values at or below,95% of values at or below,minimum,maximum,resting ({unit}),values,\
         coverage,missing\r\n"
    );
    for bin in &chart.bins {
        let ChartBin { from, to, value, band, extremes, resting, count, coverage, missing, .. } = bin;
        let of = |pair: &Option<(f64, f64)>| (pair.map(|pair| pair.0), pair.map(|pair| pair.1));
        let ((low, high), (least, most)) = (of(band), of(extremes));
        // Writing into a String cannot fail.
        let _ = write!(text, "{},{}", time(*from, zone), time(*to, zone));
        for number in [*value, low, high, least, most, *resting] {
            text.push(',');
            if let Some(number) = number {
                let _ = write!(text, "{}", (number * 1_000.0).round() / 1_000.0);
            }
        }
        let why = match missing {
            None => "",
            Some(Missing::NotWorn) => "not worn",
            Some(Missing::NoData) => "no data",
            Some(Missing::PoorSignal) => "poor signal",
        };
        let _ = write!(text, ",{count},{:.3},{why}\r\n", coverage);
    }
    text
}

fn time(at: UnixMillis, zone: &TimeZone) -> String {
    let zoned: Option<Zoned> = Timestamp::from_millisecond(at.0).ok().map(|at| at.to_zoned(zone.clone()));
    zoned.map_or_else(|| at.0.to_string(), |at| at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}
