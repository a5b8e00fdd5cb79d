//! Accounts, their codes, their settings, and their end.

use sqlx::FromRow;
use uuid::Uuid;

use super::{Store, Tx};
use crate::check::time::{Micros, now};

/// An account's row.
#[derive(Clone, Debug, FromRow)]
pub struct Person {
    /// The row's number, never told.
    pub no: i64,
    /// The public name.
    pub id: String,
    /// The address; of an erased account its keyed mark.
    pub email: String,
    /// The name.
    pub name: String,
    /// bcrypt's; empty when erased.
    pub hashed_password: String,
    /// 1: an administrator.
    pub is_admin: i64,
    /// Raised to end all access tokens.
    pub token_version: i64,
    /// When the address was verified.
    pub email_verified_at: Option<Micros>,
    /// Keyed digest of the code sent to verify the address.
    pub verify_code: Option<String>,
    /// Until when.
    pub verify_expires_at: Option<Micros>,
    /// How often it was guessed.
    pub verify_attempts: i64,
    /// Keyed digest of the code sent to reset the password.
    pub reset_code: Option<String>,
    /// Until when.
    pub reset_expires_at: Option<Micros>,
    /// How often it was guessed.
    pub reset_attempts: i64,
    /// The number of the last point.
    pub points_seq: i64,
    /// Created.
    pub created_at: Micros,
    /// Changed.
    pub updated_at: Micros,
    /// Deleted.
    pub deleted_at: Option<Micros>,
}

impl Person {
    /// Whether the person administrates.
    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.is_admin != 0
    }
}

/// What a code is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To verify an address.
    Verify,
    /// To reset a password.
    Reset,
}

impl Purpose {
    /// The name in the code's digest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
        }
    }
}

macro_rules! person {
    ($rest:literal) => {
        concat!(
            "SELECT no, id, email, name, hashed_password, is_admin, token_version, email_verified_at, verify_code, \
             verify_expires_at, verify_attempts, reset_code, reset_expires_at, reset_attempts, points_seq, created_at, \
             updated_at, deleted_at FROM users ",
            $rest
        )
    };
}

impl Store {
    /// The account of that public name, deleted ones too.
    pub async fn person(&self, id: &Uuid) -> sqlx::Result<Option<Person>> {
        sqlx::query_as(person!("WHERE id = $1")).bind(id.to_string()).fetch_optional(&self.pool).await
    }

    /// The account of that address, deleted ones too.
    pub async fn person_by_email(&self, email: &str) -> sqlx::Result<Option<Person>> {
        sqlx::query_as(person!("WHERE email = $1")).bind(email).fetch_optional(&self.pool).await
    }

    /// How many accounts are not deleted.
    pub async fn count_people(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT count(*) FROM users WHERE deleted_at IS NULL").fetch_one(&self.pool).await
    }

    /// Accounts that are not deleted, oldest first.
    pub async fn people(&self, skip: i64, limit: i64) -> sqlx::Result<Vec<Person>> {
        sqlx::query_as(person!("WHERE deleted_at IS NULL ORDER BY created_at, id LIMIT $1 OFFSET $2"))
            .bind(limit)
            .bind(skip)
            .fetch_all(&self.pool)
            .await
    }

    /// A person's settings: version, document, when.
    pub async fn settings(&self, user_no: i64) -> sqlx::Result<Option<(i64, String, Micros)>> {
        sqlx::query_as("SELECT version, document, updated_at FROM user_settings WHERE user_no = $1")
            .bind(user_no)
            .fetch_optional(&self.pool)
            .await
    }
}

impl Tx {
    /// Whether an address is taken, by one of these texts.
    pub async fn email_taken(&mut self, candidates: &[String]) -> sqlx::Result<bool> {
        for email in candidates {
            let found: Option<i64> = sqlx::query_scalar("SELECT no FROM users WHERE email = $1")
                .bind(email.as_str())
                .fetch_optional(&mut *self.inner)
                .await?;
            if found.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Adds an account.
    pub async fn add_person(
        &mut self,
        email: &str,
        name: &str,
        hash: &str,
        admin: bool,
    ) -> sqlx::Result<Person> {
        let at = now();
        let id = Uuid::new_v4().to_string();
        sqlx::query(
            "INSERT INTO users (id, email, name, hashed_password, is_admin, email_verified_at, created_at, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)",
        )
        .bind(id.as_str())
        .bind(email)
        .bind(name)
        .bind(hash)
        .bind(i64::from(admin))
        .bind(admin.then_some(at))
        .bind(at)
        .execute(&mut *self.inner)
        .await?;
        sqlx::query_as(person!("WHERE id = $1")).bind(id).fetch_one(&mut *self.inner).await
    }

    /// The account, kept from being deleted until the transaction ends; `None` when it is deleted already. Without this an
    /// erasure could run between the check of the token and the insert, and a row would stay behind.
    pub async fn hold(&mut self, no: i64) -> sqlx::Result<Option<Person>> {
        let sql = match self.lock("FOR KEY SHARE") {
            "" => person!("WHERE no = $1 AND deleted_at IS NULL"),
            _ => person!("WHERE no = $1 AND deleted_at IS NULL FOR KEY SHARE"),
        };
        sqlx::query_as(sql).bind(no).fetch_optional(&mut *self.inner).await
    }

    /// The account, for this transaction alone; deleted ones too.
    pub async fn hold_alone(&mut self, no: i64) -> sqlx::Result<Option<Person>> {
        let sql = match self.lock("FOR UPDATE") {
            "" => person!("WHERE no = $1"),
            _ => person!("WHERE no = $1 FOR UPDATE"),
        };
        sqlx::query_as(sql).bind(no).fetch_optional(&mut *self.inner).await
    }

    /// The live account of an address, for this transaction alone.
    pub async fn hold_by_email(&mut self, email: &str) -> sqlx::Result<Option<Person>> {
        let sql = match self.lock("FOR UPDATE") {
            "" => person!("WHERE email = $1 AND deleted_at IS NULL"),
            _ => person!("WHERE email = $1 AND deleted_at IS NULL FOR UPDATE"),
        };
        sqlx::query_as(sql).bind(email).fetch_optional(&mut *self.inner).await
    }

    /// Writes what of an account can change.
    pub async fn save_person(&mut self, p: &mut Person) -> sqlx::Result<()> {
        p.updated_at = now();
        sqlx::query(
            "UPDATE users SET email = $2, name = $3, hashed_password = $4, is_admin = $5, token_version = $6, \
             email_verified_at = $7, verify_code = $8, verify_expires_at = $9, verify_attempts = $10, reset_code = $11, \
             reset_expires_at = $12, reset_attempts = $13, created_at = $14, updated_at = $15, deleted_at = $16 \
             WHERE no = $1",
        )
        .bind(p.no)
        .bind(p.email.as_str())
        .bind(p.name.as_str())
        .bind(p.hashed_password.as_str())
        .bind(p.is_admin)
        .bind(p.token_version)
        .bind(p.email_verified_at)
        .bind(p.verify_code.as_deref())
        .bind(p.verify_expires_at)
        .bind(p.verify_attempts)
        .bind(p.reset_code.as_deref())
        .bind(p.reset_expires_at)
        .bind(p.reset_attempts)
        .bind(p.created_at)
        .bind(p.updated_at)
        .bind(p.deleted_at)
        .execute(&mut *self.inner)
        .await
        .map(|_| ())
    }

    /// Removes every row of a person but the person's own, which must be held alone.
    pub async fn erase_rows(&mut self, no: i64) -> sqlx::Result<()> {
        // An administrator's own issues about this person's bracelets lose the bracelet; that is a change of theirs.
        let others: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM issues WHERE user_no <> $1 AND device_id IN (SELECT id FROM devices WHERE user_no = $1)",
        )
        .bind(no)
        .fetch_all(&mut *self.inner)
        .await?;
        let first = self.next_change().await?;
        for (i, id) in others.iter().enumerate() {
            let change = if i == 0 { first } else { self.next_change().await? };
            sqlx::query("UPDATE issues SET device_id = NULL, change_seq = $2 WHERE id = $1")
                .bind(id.as_str())
                .bind(change)
                .execute(&mut *self.inner)
                .await?;
        }
        for sql in [
            // First, because a roll-up may hold it.
            "DELETE FROM rolled WHERE user_no = $1",
            "DELETE FROM quarters WHERE user_no = $1",
            "DELETE FROM metrics WHERE user_no = $1",
            "DELETE FROM issues WHERE user_no = $1",
            "DELETE FROM devices WHERE user_no = $1",
            "DELETE FROM refresh_tokens WHERE user_no = $1",
            "DELETE FROM user_settings WHERE user_no = $1",
            "UPDATE users SET points_seq = 0 WHERE no = $1",
        ] {
            sqlx::query(sql).bind(no).execute(&mut *self.inner).await?;
        }
        Ok(())
    }

    /// Replaces a settings document if its version is still the known one.
    pub async fn save_settings(
        &mut self,
        no: i64,
        known: i64,
        document: &str,
        at: Micros,
    ) -> sqlx::Result<bool> {
        let sql = if known == 0 {
            "INSERT INTO user_settings (user_no, version, document, updated_at) VALUES ($1, $2 + 1, $3, $4) \
             ON CONFLICT (user_no) DO NOTHING RETURNING version"
        } else {
            "UPDATE user_settings SET version = $2 + 1, document = $3, updated_at = $4 \
             WHERE user_no = $1 AND version = $2 RETURNING version"
        };
        let won: Option<i64> = sqlx::query_scalar(sql)
            .bind(no)
            .bind(known)
            .bind(document)
            .bind(at)
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(won.is_some())
    }

    /// A person's settings, within the transaction.
    pub async fn settings(&mut self, no: i64) -> sqlx::Result<Option<(i64, String, Micros)>> {
        sqlx::query_as("SELECT version, document, updated_at FROM user_settings WHERE user_no = $1")
            .bind(no)
            .fetch_optional(&mut *self.inner)
            .await
    }
}
