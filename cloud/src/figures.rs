//! What the server tells about itself at `/metrics`: counts, no vitals, no names, no addresses.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
    time::Duration,
};

/// The counters.
#[derive(Default)]
pub struct Figures {
    answers: [AtomicU64; 6],
    inserted: AtomicU64,
    duplicates: AtomicU64,
    refused: AtomicU64,
    micros: AtomicU64,
    open: AtomicI64,
}

impl Figures {
    /// Points were stored.
    pub fn points(&self, inserted: u64, duplicates: u64) {
        self.inserted.fetch_add(inserted, Ordering::Relaxed);
        self.duplicates.fetch_add(duplicates, Ordering::Relaxed);
    }

    /// A sign-in was refused.
    pub fn sign_in_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A request was answered.
    pub fn answered(&self, status: u16, took: Duration) {
        if let Some(count) = self.answers.get(usize::from(status / 100)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// A connection was opened (+1) or closed (-1).
    pub fn connections(&self, by: i64) {
        self.open.fetch_add(by, Ordering::Relaxed);
    }

    /// In Prometheus' text form.
    #[must_use]
    pub fn told(&self) -> String {
        let mut out = String::new();
        let count = |c: &AtomicU64| c.load(Ordering::Relaxed);
        // Writing into a text does not fail.
        let _ = writeln!(out, "# TYPE bracelet_http_answers_total counter");
        for (class, n) in self.answers.iter().enumerate().skip(1) {
            let _ = writeln!(out, "bracelet_http_answers_total{{class=\"{class}xx\"}} {}", count(n));
        }
        #[expect(clippy::cast_precision_loss, reason = "a sum of seconds for a graph")]
        let seconds = count(&self.micros) as f64 / 1e6;
        for (name, kind, value) in [
            ("bracelet_http_seconds_total", "counter", seconds.to_string()),
            ("bracelet_http_connections", "gauge", self.open.load(Ordering::Relaxed).to_string()),
            ("bracelet_points_inserted_total", "counter", count(&self.inserted).to_string()),
            ("bracelet_points_duplicate_total", "counter", count(&self.duplicates).to_string()),
            ("bracelet_sign_ins_refused_total", "counter", count(&self.refused).to_string()),
        ] {
            let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
        }
        out
    }
}
