//! Unbroken stretches of places.

use std::collections::BTreeSet;

use sqlx::{Row, SqliteConnection};

use super::Result;
use super::row::narrow;

/// Joins stretches to what the boot already has.
pub(crate) async fn extend_runs(
    connection: &mut SqliteConnection,
    boot: i64,
    mut added: Vec<(u32, u32)>,
) -> Result<()> {
    let (Some(lowest), Some(highest)) =
        (added.iter().map(|run| run.0).min(), added.iter().map(|run| run.1).max())
    else {
        return Ok(());
    };
    // Those that touch count too: they grow together.
    let rows = sqlx::query("SELECT first, last FROM run WHERE boot = ? AND last >= ? AND first <= ?")
        .bind(boot)
        .bind(i64::from(lowest) - 1)
        .bind(i64::from(highest) + 1)
        .fetch_all(&mut *connection)
        .await?;
    let mut before = BTreeSet::new();
    for row in &rows {
        before.insert((narrow(row.try_get(0)?)?, narrow(row.try_get(1)?)?));
    }
    added.extend(&before);
    let after: BTreeSet<_> = join(added).into_iter().collect();
    for &(first, _) in before.difference(&after) {
        sqlx::query("DELETE FROM run WHERE boot = ? AND first = ?")
            .bind(boot)
            .bind(i64::from(first))
            .execute(&mut *connection)
            .await?;
    }
    for &(first, last) in after.difference(&before) {
        sqlx::query("INSERT INTO run (boot, first, last) VALUES (?, ?, ?)")
            .bind(boot)
            .bind(i64::from(first))
            .bind(i64::from(last))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Overlapping and touching stretches as one, in order.
pub(crate) fn join(mut runs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    runs.sort_unstable();
    runs.dedup_by(|next, kept| {
        let touches = next.0 <= kept.1.saturating_add(1);
        if touches {
            kept.1 = kept.1.max(next.1);
        }
        touches
    });
    runs
}
