//! Bracelets.

use uuid::Uuid;

use super::{TOTAL, may_see};
use crate::{
    Cloud, answers,
    call::{Call, sound},
    check::{Fields, Mistakes, number, text, time::now},
    reply::{Answer, Refusal, Reply},
    secrets::{digest, new_secret},
    store::{devices::Device, is_taken},
};

fn serial_taken<'a>(serial: &'a str) -> impl Fn(sqlx::Error) -> Refusal + 'a {
    move |error| {
        if is_taken(&error) {
            Refusal::bad(format!("Device with serial number {serial} already exists"))
        } else {
            error.into()
        }
    }
}

fn with_key(device: &Device, key: &str) -> Reply {
    Reply::json(&answers::registration(device, key))
}

/// `POST /devices/register`
pub async fn register(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let at = now();
    let device = said.look(&mut mistakes, |value, place, mistakes| {
        let mut f = Fields::of(value, place, mistakes)?;
        let serial_number = f.required("serial_number", text::name);
        let name = f.optional("name", text::name).map(str::to_owned);
        let model = f.optional("model", text::name).map(str::to_owned);
        let firmware_version = f.optional("firmware_version", text::name).map(str::to_owned);
        Some(Device {
            no: 0,
            id: Uuid::new_v4().to_string(),
            user_no: me.no,
            user_id: me.id.clone(),
            serial_number: serial_number?.to_owned(),
            name,
            model,
            firmware_version,
            is_active: 1,
            registered_at: at,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        })
    });
    let device = sound(device, mistakes)?;
    let key = new_secret();
    let mut tx = cloud.store.begin().await?;
    tx.hold(me.no).await?.ok_or_else(Refusal::bad_token)?;
    tx.add_device(&device, &digest(&key)).await.map_err(serial_taken(&device.serial_number))?;
    tx.commit().await?;
    Ok(with_key(&device, &key))
}

/// `POST /devices/{device_id}/rotate-key`
pub async fn rotate_key(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let id = device_id(call)?;
    let key = new_secret();
    let mut tx = cloud.store.begin().await?;
    let mut device = may_see(&me, tx.device(&id).await?, &id)?;
    tx.change_key(device.no, &digest(&key)).await?;
    tx.save_device(&mut device).await?;
    tx.commit().await?;
    Ok(with_key(&device, &key))
}

fn device_id(call: &Call) -> Result<Uuid, Refusal> {
    let mut mistakes = Mistakes::default();
    let id = call.id("device_id", &mut mistakes);
    sound(id, mistakes)
}

/// `GET /devices/`
pub async fn list(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let (skip, limit) = call.page(100, 1_000, &mut mistakes);
    sound(Some(()), mistakes)?;
    let total = cloud.store.count_devices(me.no).await?;
    let devices = cloud.store.devices(me.no, skip, limit).await?;
    let told: Vec<_> = devices.iter().map(answers::device).collect();
    Ok(Reply::json(&told).header(TOTAL, total.to_string()))
}

/// `GET /devices/{device_id}`
pub async fn read(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let device = cloud.own_device(&me, &device_id(call)?).await?;
    Ok(Reply::json(&answers::device(&device)))
}

/// `PUT /devices/{device_id}`
pub async fn update(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("device_id", &mut mistakes);
    let change = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        let texts = ["name", "serial_number", "model", "firmware_version"]
            .map(|field| f.optional(field, text::name).map(str::to_owned));
        Some((texts, f.optional("is_active", number::strict_bool)))
    });
    let (id, ([name, serial, model, firmware], active)) = sound(id.zip(change), mistakes)?;
    let mut tx = cloud.store.begin().await?;
    let mut device = may_see(&me, tx.device(&id).await?, &id)?;
    device.name = name.or(device.name);
    device.serial_number = serial.unwrap_or(device.serial_number);
    device.model = model.or(device.model);
    device.firmware_version = firmware.or(device.firmware_version);
    device.is_active = active.map_or(device.is_active, i64::from);
    let serial = device.serial_number.clone();
    tx.save_device(&mut device).await.map_err(serial_taken(&serial))?;
    tx.commit().await?;
    Ok(Reply::json(&answers::device(&device)))
}

/// `DELETE /devices/{device_id}`: the measures stay, the key stops working, the serial number is free again.
pub async fn delete(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let id = device_id(call)?;
    let mut tx = cloud.store.begin().await?;
    let mut device = may_see(&me, tx.device(&id).await?, &id)?;
    device.deleted_at = Some(now());
    tx.save_device(&mut device).await?;
    tx.commit().await?;
    Ok(Reply::json(&answers::device(&device)))
}
