//! Falls, SOS presses, anomalies.

use uuid::Uuid;

use super::{Store, Tx, sql::Sql};
use crate::check::time::Micros;

/// An issue's row, with its person's public name.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Issue {
    /// The public name, often made by the client.
    pub id: String,
    /// Whose.
    pub user_no: i64,
    /// Whose, by public name.
    pub user_id: String,
    /// Seen by which bracelet.
    pub device_id: Option<String>,
    /// What.
    pub issue_type: String,
    /// In words.
    pub description: String,
    /// How bad.
    pub severity: String,
    /// When.
    pub detected_at: Micros,
    /// 1: over.
    pub resolved: i64,
    /// The number of its last change.
    pub change_seq: i64,
    /// Created.
    pub created_at: Micros,
    /// Changed.
    pub updated_at: Micros,
    /// Deleted.
    pub deleted_at: Option<Micros>,
}

/// Which issues.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of this person only.
    pub user_no: Option<i64>,
    /// This bad.
    pub severity: Option<&'static str>,
    /// Over, or not.
    pub resolved: Option<bool>,
    /// From.
    pub start: Option<Micros>,
    /// Before.
    pub end: Option<Micros>,
    /// Changed after this number, deleted ones too, in the order of change.
    pub after: Option<i64>,
}

const COLUMNS: &str = "SELECT i.id, i.user_no, u.id AS user_id, i.device_id, i.issue_type, i.description, i.severity, \
     i.detected_at, i.resolved, i.change_seq, i.created_at, i.updated_at, i.deleted_at \
     FROM issues i JOIN users u ON u.no = i.user_no ";

impl Filter {
    fn apply(&self, q: &mut Sql) {
        q.push(" WHERE 1 = 1");
        match self.after {
            Some(after) => q.push(" AND i.change_seq > ").push_bind(after),
            None => q.push(" AND i.deleted_at IS NULL"),
        };
        if let Some(no) = self.user_no {
            q.push(" AND i.user_no = ").push_bind(no);
        }
        if let Some(severity) = self.severity {
            q.push(" AND i.severity = ").push_bind(severity);
        }
        if let Some(resolved) = self.resolved {
            q.push(" AND i.resolved = ").push_bind(i64::from(resolved));
        }
        if let Some(start) = self.start {
            q.push(" AND i.detected_at >= ").push_bind(start);
        }
        if let Some(end) = self.end {
            q.push(" AND i.detected_at < ").push_bind(end);
        }
    }
}

impl Store {
    /// The live issue of that name.
    pub async fn issue(&self, id: &Uuid) -> sqlx::Result<Option<Issue>> {
        let mut q = Sql::new(COLUMNS);
        q.push("WHERE i.deleted_at IS NULL AND i.id = ").push_bind(id.to_string());
        q.rows().fetch_optional(&self.pool).await
    }

    /// How many match.
    pub async fn count_issues(&self, filter: &Filter) -> sqlx::Result<i64> {
        let mut q = Sql::new("SELECT count(*) FROM issues i");
        filter.apply(&mut q);
        q.count().fetch_one(&self.pool).await
    }

    /// Those that match: latest first, or in the order of change.
    pub async fn issues(&self, filter: &Filter, skip: i64, limit: i64) -> sqlx::Result<Vec<Issue>> {
        let mut q = Sql::new(COLUMNS);
        filter.apply(&mut q);
        q.push(if filter.after.is_some() {
            " ORDER BY i.change_seq"
        } else {
            " ORDER BY i.detected_at DESC, i.id"
        });
        q.push(" LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(skip);
        q.rows().fetch_all(&self.pool).await
    }

    /// The number of the last change of any issue.
    pub async fn last_change(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT n FROM counters WHERE name = 'issues'").fetch_one(&self.pool).await
    }
}

impl Tx {
    /// The number of one change; other changes of issues wait until the commit.
    pub async fn next_change(&mut self) -> sqlx::Result<i64> {
        sqlx::query_scalar("UPDATE counters SET n = n + 1 WHERE name = 'issues' RETURNING n")
            .fetch_one(&mut *self.inner)
            .await
    }

    /// The issue of that name, deleted ones too.
    pub async fn issue(&mut self, id: &Uuid) -> sqlx::Result<Option<Issue>> {
        let mut q = Sql::new(COLUMNS);
        q.push("WHERE i.id = ").push_bind(id.to_string()).push(self.lock(" FOR UPDATE OF i"));
        q.rows().fetch_optional(&mut *self.inner).await
    }

    /// Adds one; `false` when the name is taken.
    pub async fn add_issue(&mut self, i: &Issue) -> sqlx::Result<bool> {
        sqlx::query(
            "INSERT INTO issues (id, user_no, device_id, issue_type, description, severity, detected_at, resolved, \
             change_seq, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(i.id.as_str())
        .bind(i.user_no)
        .bind(i.device_id.as_deref())
        .bind(i.issue_type.as_str())
        .bind(i.description.as_str())
        .bind(i.severity.as_str())
        .bind(i.detected_at)
        .bind(i.resolved)
        .bind(i.change_seq)
        .bind(i.created_at)
        .bind(i.updated_at)
        .execute(&mut *self.inner)
        .await
        .map(|done| done.rows_affected() == 1)
    }

    /// Writes what of an issue can change.
    pub async fn save_issue(&mut self, i: &Issue) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE issues SET issue_type = $2, description = $3, severity = $4, detected_at = $5, resolved = $6, \
             change_seq = $7, updated_at = $8, deleted_at = $9 WHERE id = $1",
        )
        .bind(i.id.as_str())
        .bind(i.issue_type.as_str())
        .bind(i.description.as_str())
        .bind(i.severity.as_str())
        .bind(i.detected_at)
        .bind(i.resolved)
        .bind(i.change_seq)
        .bind(i.updated_at)
        .bind(i.deleted_at)
        .execute(&mut *self.inner)
        .await
        .map(|_| ())
    }
}
