//! Bracelets.

use uuid::Uuid;

use super::{Store, Tx};
use crate::check::time::{Micros, now};

/// A bracelet's row, with its owner's public name.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Device {
    /// The row's number, never told.
    pub no: i64,
    /// The public name.
    pub id: String,
    /// The owner's row.
    pub user_no: i64,
    /// The owner's public name.
    pub user_id: String,
    /// The serial number.
    pub serial_number: String,
    /// The name.
    pub name: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The firmware's version.
    pub firmware_version: Option<String>,
    /// 0: its key is refused.
    pub is_active: i64,
    /// Registered.
    pub registered_at: Micros,
    /// Created.
    pub created_at: Micros,
    /// Changed.
    pub updated_at: Micros,
    /// Deleted.
    pub deleted_at: Option<Micros>,
}

macro_rules! device {
    ($rest:literal) => {
        concat!(
            "SELECT d.no, d.id, d.user_no, u.id AS user_id, d.serial_number, d.name, d.model, d.firmware_version, \
             d.is_active, d.registered_at, d.created_at, d.updated_at, d.deleted_at \
             FROM devices d JOIN users u ON u.no = d.user_no ",
            $rest
        )
    };
}

impl Store {
    /// The live bracelet of that public name.
    pub async fn device(&self, id: &Uuid) -> sqlx::Result<Option<Device>> {
        sqlx::query_as(device!("WHERE d.id = $1 AND d.deleted_at IS NULL"))
            .bind(id.to_string())
            .fetch_optional(&self.pool)
            .await
    }

    /// The bracelet whose key has this digest, if it may send.
    pub async fn device_of_key(&self, hash: &str) -> sqlx::Result<Option<Device>> {
        sqlx::query_as(device!(
            "WHERE d.api_key_hash = $1 AND d.deleted_at IS NULL AND d.is_active = 1 AND u.deleted_at IS NULL"
        ))
        .bind(hash)
        .fetch_optional(&self.pool)
        .await
    }

    /// How many live bracelets a person has.
    pub async fn count_devices(&self, user_no: i64) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT count(*) FROM devices WHERE user_no = $1 AND deleted_at IS NULL")
            .bind(user_no)
            .fetch_one(&self.pool)
            .await
    }

    /// A person's live bracelets, oldest first.
    pub async fn devices(&self, user_no: i64, skip: i64, limit: i64) -> sqlx::Result<Vec<Device>> {
        sqlx::query_as(device!(
            "WHERE d.user_no = $1 AND d.deleted_at IS NULL ORDER BY d.created_at, d.no LIMIT $2 OFFSET $3"
        ))
        .bind(user_no)
        .bind(limit)
        .bind(skip)
        .fetch_all(&self.pool)
        .await
    }
}

impl Tx {
    /// The live bracelet of that public name, for this transaction alone.
    pub async fn device(&mut self, id: &Uuid) -> sqlx::Result<Option<Device>> {
        let sql = match self.lock("FOR UPDATE") {
            "" => device!("WHERE d.id = $1 AND d.deleted_at IS NULL"),
            _ => device!("WHERE d.id = $1 AND d.deleted_at IS NULL FOR UPDATE OF d"),
        };
        sqlx::query_as(sql).bind(id.to_string()).fetch_optional(&mut *self.inner).await
    }

    /// Adds a bracelet; fails when its serial number is taken.
    pub async fn add_device(&mut self, d: &Device, key_hash: &str) -> sqlx::Result<()> {
        sqlx::query(
            "INSERT INTO devices (id, user_no, serial_number, api_key_hash, name, model, firmware_version, is_active, \
             registered_at, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(d.id.as_str())
        .bind(d.user_no)
        .bind(d.serial_number.as_str())
        .bind(key_hash)
        .bind(d.name.as_deref())
        .bind(d.model.as_deref())
        .bind(d.firmware_version.as_deref())
        .bind(d.is_active)
        .bind(d.registered_at)
        .bind(d.created_at)
        .bind(d.updated_at)
        .execute(&mut *self.inner)
        .await
        .map(|_| ())
    }

    /// Writes what of a bracelet can change.
    pub async fn save_device(&mut self, d: &mut Device) -> sqlx::Result<()> {
        d.updated_at = now();
        sqlx::query(
            "UPDATE devices SET serial_number = $2, name = $3, model = $4, firmware_version = $5, is_active = $6, \
             updated_at = $7, deleted_at = $8 WHERE no = $1",
        )
        .bind(d.no)
        .bind(d.serial_number.as_str())
        .bind(d.name.as_deref())
        .bind(d.model.as_deref())
        .bind(d.firmware_version.as_deref())
        .bind(d.is_active)
        .bind(d.updated_at)
        .bind(d.deleted_at)
        .execute(&mut *self.inner)
        .await
        .map(|_| ())
    }

    /// Gives a bracelet another key.
    pub async fn change_key(&mut self, no: i64, key_hash: &str) -> sqlx::Result<()> {
        sqlx::query("UPDATE devices SET api_key_hash = $2 WHERE no = $1")
            .bind(no)
            .bind(key_hash)
            .execute(&mut *self.inner)
            .await
            .map(|_| ())
    }
}
