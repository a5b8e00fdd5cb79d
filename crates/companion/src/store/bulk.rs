//! Many rows by few statements.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::Result;

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

/// Rows a statement takes: few sizes, so that each is prepared once; the largest keeps below SQLite's 32,766 values.
const CHUNKS: [usize; 4] = [1024, 128, 16, 1];

/// Inserts rows by statements of many rows each.
pub(crate) async fn insert<T>(
    connection: &mut SqliteConnection,
    head: &str,
    columns: &str,
    width: usize,
    mut rows: &[T],
    bind: impl Fn(Query, &T) -> Query,
) -> Result<()> {
    for size in CHUNKS {
        if rows.len() < size {
            continue;
        }
        let values = format!("({})", vec!["?"; width].join(", "));
        let sql = format!("{head}{columns}) VALUES {}", vec![values; size].join(", "));
        while let Some((chunk, rest)) = rows.split_at_checked(size) {
            let query = chunk.iter().fold(sqlx::query(AssertSqlSafe(sql.clone())), &bind);
            query.execute(&mut *connection).await?;
            rows = rest;
        }
    }
    Ok(())
}
