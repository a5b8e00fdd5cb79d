//! Refresh tokens: each works once; those made from one sign-in are a family.

use super::Tx;
use crate::check::time::{Micros, now};

/// A refresh token's row.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Session {
    /// Whose.
    pub user_no: i64,
    /// The sign-in it comes from.
    pub family: String,
    /// Until when.
    pub expires_at: Micros,
    /// When it was exchanged.
    pub used_at: Option<Micros>,
    /// When its family was ended.
    pub ended_at: Option<Micros>,
}

impl Tx {
    /// The session of a token.
    pub async fn session(&mut self, hash: &str) -> sqlx::Result<Option<Session>> {
        sqlx::query_as(
            "SELECT user_no, family, expires_at, used_at, ended_at FROM refresh_tokens WHERE token_hash = $1",
        )
        .bind(hash)
        .fetch_optional(&mut *self.inner)
        .await
    }

    /// Notes a new token.
    pub async fn add_session(
        &mut self,
        no: i64,
        family: &str,
        hash: &str,
        expires_at: Micros,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO refresh_tokens (token_hash, user_no, family, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(hash)
        .bind(no)
        .bind(family)
        .bind(expires_at)
        .execute(&mut *self.inner)
        .await
        .map(|_| ())
    }

    /// Spends a token; `false` when it was spent before. Of two at once the database lets one through.
    pub async fn spend_session(&mut self, hash: &str) -> sqlx::Result<bool> {
        sqlx::query("UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND ended_at IS NULL")
            .bind(hash)
            .bind(now())
            .execute(&mut *self.inner)
            .await
            .map(|done| done.rows_affected() == 1)
    }

    /// Ends all tokens of one sign-in.
    pub async fn end_family(&mut self, family: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE refresh_tokens SET ended_at = $2 WHERE family = $1 AND ended_at IS NULL")
            .bind(family)
            .bind(now())
            .execute(&mut *self.inner)
            .await
            .map(|_| ())
    }

    /// Ends all of a person's sessions.
    pub async fn end_sessions(&mut self, no: i64) -> sqlx::Result<()> {
        sqlx::query("UPDATE refresh_tokens SET ended_at = $2 WHERE user_no = $1 AND ended_at IS NULL")
            .bind(no)
            .bind(now())
            .execute(&mut *self.inner)
            .await
            .map(|_| ())
    }
}
