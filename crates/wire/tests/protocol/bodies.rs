//! What the fuzzer runs, and the tests a while: every decoder over any bytes.
//!
//! Each takes bytes from the air of a stranger. It may not panic, keep more than its bound, or disagree with itself.

use core::time::Duration;
use vitals::{Record, UnixMillis, UptimeMillis};
use wire::central::{self, Event};
use wire::classic::ClassicReader;
use wire::line::{LineReader, seal};
use wire::message::{AppId, Hello, Identity, ToApp, ToBracelet};
use wire::page::{self, MAX_PAGE};
use wire::peripheral;

use crate::journal::VecJournal;

const TIME: UnixMillis = UnixMillis(1_732_060_800_000);

/// Bytes in pieces, cut by the bytes themselves.
fn pieces(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = data;
    core::iter::from_fn(move || {
        let first = rest.first()?;
        let (piece, tail) = rest.split_at(rest.len().min(1 + usize::from(first % 31)));
        rest = tail;
        Some(piece)
    })
}

/// A stranger's lines, but each with a right CRC, so that what stands behind the reader is reached.
fn sealed(data: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    data.split(|byte| *byte == b'\n').map(|object| {
        let inner = object.strip_prefix(b"{").unwrap_or(object);
        let inner = inner.strip_suffix(b"}").unwrap_or(inner);
        let mut line = [b"{", inner, b"}"].concat();
        if !inner.is_empty() {
            seal(&mut line);
        }
        line
    })
}

/// The line reader, whatever way its bytes are cut, finds the same lines.
pub fn line(data: &[u8]) {
    let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut reader = LineReader::new(256);
        let mut lines = vec![];
        for mut piece in pieces {
            while let Some(line) = reader.read(&mut piece) {
                assert!(line.len() <= 256);
                lines.push(line.to_owned());
            }
        }
        (lines, reader.drops())
    };
    assert_eq!(read(&mut pieces(data)), read(&mut core::iter::once(data)));
}

/// What is understood is said again in the same words.
pub fn messages(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(message) = ToApp::parse(text) {
        again(&message.line(), |line| ToApp::parse(line).is_ok_and(|same| same == message));
    }
    if let Ok(message) = ToBracelet::parse(text) {
        again(&message.line(), |line| ToBracelet::parse(line).as_ref() == Ok(&message));
    }
}

fn again(line: &[u8], is_same: impl Fn(&str) -> bool) {
    if line.is_empty() {
        return;
    }
    let mut reader = LineReader::new(usize::MAX);
    let mut rest = line;
    assert!(reader.read(&mut rest).is_some_and(is_same), "{}", String::from_utf8_lossy(line));
}

/// A page that decodes encodes again to the same records.
pub fn pages(data: &[u8]) {
    let Ok(records) = page::decode(data) else { return };
    let Ok(records) = records.collect::<Result<Vec<Record>, _>>() else { return };
    let mut bytes = [0; MAX_PAGE];
    if let Ok(length) = page::encode(&records, &mut bytes) {
        let same: Result<Vec<_>, _> = page::decode(&bytes[..length]).expect("a page of ours").collect();
        assert_eq!(same.as_ref(), Ok(&records));
    }
}

/// A classic bracelet.
pub fn classic(data: &[u8]) {
    let mut reader = ClassicReader::new(23);
    let mut now = TIME;
    for piece in pieces(data) {
        now = now.plus(i64::from(piece[0]));
        reader.received(piece, now);
        while let Some(reading) = reader.poll() {
            assert!(reading.at <= now.plus(300_000));
        }
    }
}

/// The bracelet's end: nothing that an app says makes it say more than its bounds, or acknowledge what was not sent.
pub fn bracelet(data: &[u8]) {
    let mut journal = VecJournal::new(1, 16);
    for second in 0..100 {
        journal.record(second * 1_000);
    }
    let mut session = peripheral::Session::new(&Identity::default(), None);
    let mtu = 23 + usize::from(data.first().copied().unwrap_or_default());
    session.connected(mtu);
    let uptime = UptimeMillis(100_000);
    let hello = ToBracelet::Hello(Hello { v: 1, app: AppId(1), time: TIME }).line();
    session.received(&hello, uptime, &mut journal);
    let mut out = vec![0; mtu];
    for line in sealed(data) {
        session.received(&line, uptime, &mut journal);
        for _ in 0..200 {
            let Some(length) = session.poll(uptime, &mut journal, &mut out) else { break };
            assert!(length <= mtu - 3);
        }
        while session.poll_action().is_some() {}
    }
    for piece in pieces(data) {
        session.received(piece, uptime, &mut journal);
    }
    assert!(journal.boots.iter().all(|boot| boot.freed as usize <= boot.records.len()));
}

/// The app's end: nothing that a bracelet says makes it deliver a record twice, or write without end.
pub fn app(data: &[u8]) {
    const FIRST: &str = r#"{"hello":{"page":0,"v":1,"id":"","serial":"","firmware":"","journal":"1","uptime":9000,"boot":2,"recorder":"you","boots":[{"boot":1,"first":0,"last":50,"end":50000},{"boot":2,"first":0,"end":0,"anchors":[[9000,1732060800000]]}]}}"#;
    let mut session = central::Session::new(AppId(1), 1);
    let mut now = Duration::ZERO;
    session.connected(512, TIME, now);
    let mut next = std::collections::BTreeMap::new();
    for line in sealed(FIRST.as_bytes()).chain(sealed(data)) {
        now += Duration::from_millis(700);
        session.received(&line, now);
        session.tick(now);
        while let Some(event) = session.poll_event() {
            match event {
                Event::Hello(_) => {
                    next.clear();
                    session.resume(&[]);
                }
                Event::Page { boot, records, .. } => {
                    let first = records.first().expect("a page is never empty").0.seq;
                    let last = records.last().expect("a page is never empty").0.seq;
                    assert_eq!(next.insert(boot, last.next()).unwrap_or_default(), first);
                    session.committed(boot, last);
                }
                Event::Gap { boot, from, to, .. } => {
                    assert_eq!(next.insert(boot, to.next()).unwrap_or_default(), from);
                    session.committed(boot, to);
                }
                _ => {}
            }
        }
        let written = core::iter::from_fn(|| session.poll_write()).take(100).count();
        assert!(written < 100);
    }
}
