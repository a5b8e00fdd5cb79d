//! The bracelets that exist already: JSON objects or comma-separated numbers, without a CRC, in pieces of 20 bytes.
//!
//! JSON ends at its balanced brace; CSV at a newline, at a notification shorter than MTU − 3, or after 200 ms. A `{` that is
//! not a field's value begins a new message and drops the partial one. 0 or a missing field means "no value". What is told
//! is unauthenticated and may be imitated: the app marks it so.

use alloc::{collections::VecDeque, string::String, vec::Vec};
use serde::Deserialize;
use vitals::{Bpm, CentiCelsius, Percent, UnixMillis};

/// The byte that a classic bracelet wants as the first thing written to it before it begins to tell.
pub const BEGIN: u8 = b'1';

/// After so long without a further piece a line of CSV is over.
const PAUSE_MS: i64 = 200;
/// The longest message.
const BOUND: usize = 1_024;
/// A timestamp is believed from a day before its arrival …
const OLDEST_MS: i64 = 86_400_000;
/// … to five minutes after it: nothing is kept on the bracelet, and clocks differ.
const NEWEST_MS: i64 = 300_000;

/// One message of a classic bracelet. Values may be physically impossible: judge them by `is_plausible`.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicReading {
    /// The bracelet's time where it is plausible, else the time of arrival.
    pub at: UnixMillis,
    /// Heart rate, bpm.
    pub heart_rate: Option<Bpm>,
    /// Oxygen saturation, percent.
    pub spo2: Option<Percent>,
    /// Skin temperature.
    pub skin_temperature: Option<CentiCelsius>,
    /// Sleep as the bracelet counts it, hours.
    pub sleep_hours: Option<f32>,
    /// Steps as the bracelet counts them: since its start or since midnight, it does not say.
    pub steps: Option<u32>,
}

/// What was dropped, by cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassicDrops {
    /// Messages longer than any classic bracelet's.
    pub too_long: u32,
    /// Messages that were half there when another began, or the link went.
    pub cut: u32,
    /// Whole messages that are neither the object nor nine numbers.
    pub senseless: u32,
}

/// Reads a classic bracelet, whatever way its messages are cut.
#[derive(Debug)]
pub struct ClassicReader {
    mtu: usize,
    partial: Vec<u8>,
    /// Braces that are open; 0: the partial message is CSV, or there is none.
    depth: u32,
    /// Too long: skipped up to the next `{` or newline.
    skipping: bool,
    last_piece: UnixMillis,
    readings: VecDeque<ClassicReading>,
    drops: ClassicDrops,
}

impl ClassicReader {
    /// A reader for a link of that MTU.
    #[must_use]
    pub fn new(mtu: usize) -> Self {
        Self {
            mtu: mtu.max(23),
            partial: Vec::new(),
            depth: 0,
            skipping: false,
            last_piece: UnixMillis(0),
            readings: VecDeque::new(),
            drops: ClassicDrops::default(),
        }
    }

    /// Takes one notification.
    pub fn received(&mut self, notification: &[u8], now: UnixMillis) {
        self.tick(now);
        self.last_piece = now;
        for byte in notification {
            self.take(*byte, now);
        }
        if self.depth == 0 && notification.len() < self.mtu - 3 {
            self.end_csv(now);
        }
    }

    /// Ends a line of CSV after which nothing has come for 200 ms.
    pub fn tick(&mut self, now: UnixMillis) {
        if self.depth == 0 && now.since(self.last_piece) >= PAUSE_MS {
            self.end_csv(self.last_piece);
        }
    }

    /// When [`ClassicReader::tick`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<UnixMillis> {
        (self.depth == 0 && !self.partial.is_empty()).then(|| self.last_piece.plus(PAUSE_MS))
    }

    /// The next message.
    pub fn poll(&mut self) -> Option<ClassicReading> {
        self.readings.pop_front()
    }

    /// Forgets a partial message: the link is gone.
    pub fn clear(&mut self) {
        self.cut();
        self.skipping = false;
    }

    /// What was dropped so far.
    #[must_use]
    pub fn drops(&self) -> ClassicDrops {
        self.drops
    }

    fn take(&mut self, byte: u8, now: UnixMillis) {
        match byte {
            b'{' => {
                let is_value = self.depth > 0 && self.last_char() == Some(b':');
                if !is_value {
                    self.cut();
                }
                self.skipping = false;
                self.depth += 1;
                self.keep(byte);
            }
            b'}' if self.depth > 0 => {
                self.keep(byte);
                // `keep` forgets a message that is too long, and its braces.
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 && !self.partial.is_empty() {
                    let message = core::mem::take(&mut self.partial);
                    self.finish(json(&message, now));
                }
            }
            b'\n' | b'\r' if self.depth == 0 => {
                self.skipping = false;
                self.end_csv(now);
            }
            _ => self.keep(byte),
        }
    }

    fn last_char(&self) -> Option<u8> {
        self.partial.iter().rev().copied().find(|byte| !byte.is_ascii_whitespace())
    }

    fn keep(&mut self, byte: u8) {
        if self.skipping {
            return;
        }
        if self.partial.len() >= BOUND {
            self.drops.too_long = self.drops.too_long.saturating_add(1);
            self.partial.clear();
            self.depth = 0;
            self.skipping = true;
            return;
        }
        self.partial.push(byte);
    }

    fn cut(&mut self) {
        if !self.partial.trim_ascii().is_empty() {
            self.drops.cut = self.drops.cut.saturating_add(1);
        }
        self.partial.clear();
        self.depth = 0;
    }

    fn end_csv(&mut self, now: UnixMillis) {
        if self.partial.trim_ascii().is_empty() {
            self.partial.clear();
            return;
        }
        let message = core::mem::take(&mut self.partial);
        self.finish(csv(&message, now));
    }

    fn finish(&mut self, reading: Option<ClassicReading>) {
        match reading {
            Some(reading) => self.readings.push_back(reading),
            None => self.drops.senseless = self.drops.senseless.saturating_add(1),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Fields {
    heart_rate: Option<f64>,
    spo2: Option<f64>,
    temperature: Option<f64>,
    sleep_hours: Option<f64>,
    steps: Option<f64>,
    timestamp: Option<f64>,
}

fn json(message: &[u8], now: UnixMillis) -> Option<ClassicReading> {
    let fields: Fields = serde_json::from_slice(message).ok()?;
    let all = [
        fields.heart_rate,
        fields.spo2,
        fields.temperature,
        fields.sleep_hours,
        fields.steps,
        fields.timestamp,
    ];
    // An object of something else.
    all.iter().any(Option::is_some).then(|| reading(&fields, now))
}

/// heartRate, spo2, temperature, –, sleepHours, –, –, steps, timestamp; further numbers are not known.
fn csv(message: &[u8], now: UnixMillis) -> Option<ClassicReading> {
    let text = core::str::from_utf8(message).ok()?;
    let numbers: Option<Vec<f64>> = text.trim().split(',').map(number).collect();
    let numbers = numbers?;
    let [heart_rate, spo2, temperature, _, sleep_hours, _, _, steps, timestamp, ..] = *numbers.as_slice()
    else {
        return None;
    };
    let fields = Fields {
        heart_rate: Some(heart_rate),
        spo2: Some(spo2),
        temperature: Some(temperature),
        sleep_hours: Some(sleep_hours),
        steps: Some(steps),
        timestamp: Some(timestamp),
    };
    Some(reading(&fields, now))
}

/// A number, or nothing between two commas, which is "no value" as 0 is.
fn number(text: &str) -> Option<f64> {
    let text: String = text.trim().into();
    if text.is_empty() { Some(0.0) } else { text.parse().ok().filter(|number: &f64| number.is_finite()) }
}

fn reading(fields: &Fields, now: UnixMillis) -> ClassicReading {
    ClassicReading {
        at: fields.timestamp.and_then(|timestamp| plausible_time(timestamp, now)).unwrap_or(now),
        heart_rate: value(fields.heart_rate).map(|bpm| Bpm(u16::try_from(whole(bpm)).unwrap_or(u16::MAX))),
        spo2: value(fields.spo2).map(|percent| Percent(u8::try_from(whole(percent)).unwrap_or(u8::MAX))),
        skin_temperature: value(fields.temperature).and_then(CentiCelsius::from_celsius),
        #[expect(clippy::cast_possible_truncation, reason = "hours, to be shown")]
        sleep_hours: value(fields.sleep_hours).map(|hours| hours as f32),
        steps: value(fields.steps).map(whole),
    }
}

/// What there is: 0, less and what is no number is "no value".
fn value(field: Option<f64>) -> Option<f64> {
    field.filter(|value| *value > 0.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn whole(value: f64) -> u32 {
    (value + 0.5) as u32
}

/// A timestamp in Unix milliseconds or seconds, if it is about now.
fn plausible_time(timestamp: f64, now: UnixMillis) -> Option<UnixMillis> {
    [timestamp, timestamp * 1_000.0].into_iter().find_map(|millis| {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` saturates, and what is far is not believed"
        )]
        let at = UnixMillis(millis as i64);
        (-OLDEST_MS..=NEWEST_MS).contains(&at.since(now)).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{vec, vec::Vec};
    use proptest::prelude::*;

    const NOW: UnixMillis = UnixMillis(1_732_060_801_000);
    const JSON: &str = concat!(
        r#"{"heartRate":72,"spo2":98,"temperature":36.6,"sleepHours":0,"#,
        r#""steps":1234,"timestamp":1732060800123}"#
    );
    const CSV: &str = "72,98,36.6,0,7.5,0,0,1234,1732060800123";

    fn expected(sleep_hours: Option<f32>) -> ClassicReading {
        ClassicReading {
            at: UnixMillis(1_732_060_800_123),
            heart_rate: Some(Bpm(72)),
            spo2: Some(Percent(98)),
            skin_temperature: Some(CentiCelsius(3_660)),
            sleep_hours,
            steps: Some(1_234),
        }
    }

    fn all(reader: &mut ClassicReader) -> Vec<ClassicReading> {
        core::iter::from_fn(|| reader.poll()).collect()
    }

    fn read(pieces: &[&[u8]]) -> Vec<ClassicReading> {
        let mut reader = ClassicReader::new(23);
        for piece in pieces {
            reader.received(piece, NOW);
        }
        reader.tick(NOW.plus(PAUSE_MS));
        all(&mut reader)
    }

    #[test]
    fn json_comes_whole_out_of_every_cutting() {
        for cut in 0..JSON.len() {
            let (head, tail) = JSON.as_bytes().split_at(cut);
            assert_eq!(read(&[head, tail]), [expected(None)], "cut at {cut}");
        }
        let pieces: Vec<_> = JSON.as_bytes().chunks(20).collect();
        assert_eq!(read(&pieces), [expected(None)]);
        let bytes: Vec<_> = JSON.as_bytes().chunks(1).collect();
        assert_eq!(read(&bytes), [expected(None)]);
    }

    #[test]
    fn csv_ends_at_a_newline_a_short_notification_or_a_pause() {
        let pieces: Vec<_> = CSV.as_bytes().chunks(20).collect();
        assert_eq!(read(&pieces), [expected(Some(7.5))], "39 bytes: the second piece is short");
        let padded = [CSV.as_bytes(), b"0"].concat();
        let pieces: Vec<_> = padded.chunks(20).collect();
        assert_eq!(read(&pieces).len(), 1, "40 bytes: only the pause ends it");
        let lines = [CSV, "\r\n", CSV, "\n"].concat();
        let pieces: Vec<_> = lines.as_bytes().chunks(20).collect();
        assert_eq!(read(&pieces), vec![expected(Some(7.5)); 2]);
    }

    #[test]
    fn a_pause_before_the_next_piece_does_not_join_two_messages() {
        let mut reader = ClassicReader::new(23);
        let padded = [CSV.as_bytes(), b"0"].concat();
        for start in [NOW, NOW.plus(1_000)] {
            for piece in padded.chunks(20) {
                reader.received(piece, start);
            }
        }
        reader.tick(NOW.plus(1_199));
        assert_eq!(all(&mut reader).len(), 1);
        assert_eq!(reader.deadline(), Some(NOW.plus(1_200)));
        reader.tick(NOW.plus(1_200));
        assert_eq!(all(&mut reader).len(), 1);
        assert_eq!(reader.deadline(), None);
    }

    #[test]
    fn a_message_that_lost_its_end_does_not_spoil_the_next() {
        let mut reader = ClassicReader::new(23);
        reader.received(&JSON.as_bytes()[..20], NOW);
        for piece in JSON.as_bytes().chunks(20) {
            reader.received(piece, NOW);
        }
        assert_eq!(all(&mut reader), [expected(None)]);
        assert_eq!(reader.drops(), ClassicDrops { cut: 1, ..ClassicDrops::default() });
    }

    #[test]
    fn zero_and_missing_are_no_value_and_the_impossible_is_kept_as_it_is() {
        let one = |json: &str| read(&[json.as_bytes()]).pop().unwrap();
        let none = one(r#"{"heartRate":0,"spo2":null,"steps":-3,"extra":{"a":[1]}}"#);
        assert_eq!((none.heart_rate, none.spo2, none.steps, none.skin_temperature), (None, None, None, None));
        let wild = one(r#"{"heartRate":1e9,"spo2":300}"#);
        assert_eq!((wild.heart_rate, wild.spo2), (Some(Bpm(u16::MAX)), Some(Percent(255))));
        assert!(!wild.heart_rate.unwrap().is_plausible());
    }

    #[test]
    fn a_timestamp_is_believed_only_where_it_is_plausible() {
        let at = |timestamp: &str| {
            read(&[alloc::format!("{{\"heartRate\":60,\"timestamp\":{timestamp}}}").as_bytes()])
                .pop()
                .unwrap()
                .at
        };
        assert_eq!(at("1732060800123"), UnixMillis(1_732_060_800_123), "milliseconds");
        assert_eq!(at("1732060800"), UnixMillis(1_732_060_800_000), "seconds");
        assert_eq!(at("53211"), NOW, "since start");
        assert_eq!(at("0"), NOW);
        assert_eq!(at("1e300"), NOW);
        assert_eq!(at("1832060800123"), NOW, "the future");
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_cutting_do_no_harm(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..40),
            mtu in 0_usize..100,
        ) {
            let mut reader = ClassicReader::new(mtu);
            for (index, piece) in pieces.iter().enumerate() {
                reader.received(piece, NOW.plus(i64::try_from(index).unwrap() * 70));
                prop_assert!(reader.partial.len() <= BOUND);
            }
        }

        #[test]
        fn messages_come_whole_out_of_every_cutting(cuts in prop::collection::vec(1_usize..30, 1..30)) {
            let stream = [JSON, JSON, JSON].concat();
            let mut rest = stream.as_bytes();
            let mut pieces = vec![];
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, tail) = rest.split_at((*cut).min(rest.len()));
                pieces.push(piece);
                rest = tail;
            }
            prop_assert_eq!(read(&pieces), vec![expected(None); 3]);
        }
    }
}
