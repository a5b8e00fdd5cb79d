//! Accounts.

use std::time::Duration;

use axum::http::header;
use uuid::Uuid;

use super::{TOTAL, no_user};
use crate::{
    Cloud, answers,
    call::{Call, sound},
    check::{Fields, Mistakes, email::email, number, text, time::now},
    limits::Rule,
    mail::Language,
    reply::{Answer, Refusal, Reply},
    secrets::{ERASED, new_code},
    store::{
        Tx, is_taken,
        people::{Person, Purpose},
    },
};

const TAKEN: &str = "The user with this username already exists in the system.";
/// Requests that must not tell who has an account take at least this long, whatever they find.
const EVEN: Duration = Duration::from_millis(80);

fn taken(error: sqlx::Error) -> Refusal {
    if is_taken(&error) { Refusal::bad(TAKEN) } else { error.into() }
}

/// Every text under which an address can be taken: itself, and the marks of erased accounts.
fn candidates(cloud: &Cloud, email: &str) -> Vec<String> {
    let mut all = cloud.secrets.tombstones(email);
    all.push(email.to_owned());
    all
}

fn put_code(cloud: &Cloud, person: &mut Person, purpose: Purpose) -> String {
    let code = new_code();
    let digest = cloud.secrets.code_digests(purpose, &person.id, &code).into_iter().next();
    let minutes = match purpose {
        Purpose::Verify => cloud.settings.verification_minutes,
        Purpose::Reset => cloud.settings.reset_minutes,
    };
    #[expect(clippy::cast_possible_truncation, reason = "microseconds are fine enough")]
    let until = Some(now().saturating_add((minutes * 60e6) as i64));
    match purpose {
        Purpose::Verify => {
            (person.verify_code, person.verify_expires_at, person.verify_attempts) = (digest, until, 0);
        }
        Purpose::Reset => {
            (person.reset_code, person.reset_expires_at, person.reset_attempts) = (digest, until, 0);
        }
    }
    code
}

async fn mail(cloud: &Cloud, call: &Call, purpose: Purpose, person: &Person, code: &str) {
    let language = Language::of(call.header(header::ACCEPT_LANGUAGE));
    cloud.mailer.send(purpose, language, &person.email, &person.name, code).await;
}

async fn hashed(cloud: &Cloud, password: &str) -> Result<String, Refusal> {
    cloud.secrets.hash(password.to_owned()).await.ok_or(Refusal::Internal("a password could not be hashed"))
}

/// `POST /users/`
pub async fn create(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let mut mistakes = Mistakes::default();
    let found = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        let address = f.required("email", email);
        let name = f.required("name", text::name);
        let password = f.required("password", text::password);
        Some((address?, name?, password?))
    });
    let (address, name, password) = sound(found, mistakes)?;
    cloud.limits.pass(Rule::Mail, &address, call.from)?;
    // Before the look-up: a taken address must not be answered faster.
    let hash = hashed(cloud, password).await?;
    let mut tx = cloud.store.begin().await?;
    if tx.email_taken(&candidates(cloud, &address)).await? {
        return Err(Refusal::bad(TAKEN));
    }
    let mut person = tx.add_person(&address, name, &hash, false).await.map_err(taken)?;
    let code = put_code(cloud, &mut person, Purpose::Verify);
    tx.save_person(&mut person).await?;
    tx.commit().await?;
    mail(cloud, call, Purpose::Verify, &person, &code).await;
    Ok(Reply::json(&answers::user(&person)))
}

/// `GET /users/`
pub async fn list(cloud: &Cloud, call: &Call) -> Answer {
    cloud.admin(call).await?;
    let mut mistakes = Mistakes::default();
    let (skip, limit) = call.page(100, 1_000, &mut mistakes);
    sound(Some(()), mistakes)?;
    let total = cloud.store.count_people().await?;
    let people = cloud.store.people(skip, limit).await?;
    let told: Vec<_> = people.iter().map(answers::user).collect();
    Ok(Reply::json(&told).header(TOTAL, total.to_string()))
}

/// `GET /users/me`
pub async fn me(cloud: &Cloud, call: &Call) -> Answer {
    Ok(Reply::json(&answers::user(&cloud.me(call).await?)))
}

/// `GET /users/{user_id}`
pub async fn read(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("user_id", &mut mistakes);
    let id = sound(id, mistakes)?;
    Ok(Reply::json(&answers::user(&cloud.visible(&me, &id).await?)))
}

struct Change {
    email: Option<String>,
    name: Option<String>,
    is_admin: Option<bool>,
    password: Option<String>,
}

/// `PUT /users/{user_id}`
pub async fn update(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("user_id", &mut mistakes);
    let change = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        Some(Change {
            email: f.optional("email", email),
            name: f.optional("name", text::name).map(str::to_owned),
            is_admin: f.optional("is_admin", number::strict_bool),
            password: f.optional("password", text::password).map(str::to_owned),
        })
    });
    let (id, change) = sound(id.zip(change), mistakes)?;
    let person = cloud.visible(&me, &id).await?;
    if change.is_admin.is_some_and(|admin| admin != person.is_admin()) && !me.is_admin() {
        return Err(Refusal::forbidden("You do not have permission to perform this action."));
    }
    // The slow part before the row is locked.
    let hash = match &change.password {
        Some(password) => Some(hashed(cloud, password).await?),
        None => None,
    };
    let mut tx = cloud.store.begin().await?;
    let held = tx.hold_alone(person.no).await?.filter(|p| p.deleted_at.is_none());
    let mut person = held.ok_or_else(|| no_user(&id))?;
    let before = person.clone();
    if let Some(address) = change.email.filter(|address| *address != person.email) {
        if tx.email_taken(&candidates(cloud, &address)).await? {
            return Err(Refusal::bad(TAKEN));
        }
        person.email = address;
        person.email_verified_at = None;
    }
    if let Some(name) = change.name {
        person.name = name;
    }
    if let Some(admin) = change.is_admin {
        person.is_admin = i64::from(admin);
    }
    if let Some(hash) = hash {
        person.hashed_password = hash;
        end_sessions(&mut tx, &mut person).await?;
    }
    let moved = person.email != before.email;
    let code = if moved { Some(put_code(cloud, &mut person, Purpose::Verify)) } else { None };
    let same = !moved
        && person.name == before.name
        && person.is_admin == before.is_admin
        && person.hashed_password == before.hashed_password;
    if !same {
        tx.save_person(&mut person).await.map_err(taken)?;
    }
    tx.commit().await?;
    if let Some(code) = code {
        mail(cloud, call, Purpose::Verify, &person, &code).await;
    }
    Ok(Reply::json(&answers::user(&person)))
}

async fn end_sessions(tx: &mut Tx, person: &mut Person) -> sqlx::Result<()> {
    person.token_version += 1;
    tx.end_sessions(person.no).await
}

/// `DELETE /users/{user_id}`
pub async fn delete(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("user_id", &mut mistakes);
    let erase = call.ask("erase", &mut mistakes, number::bool_in_query).unwrap_or(false);
    let id = sound(id, mistakes)?;
    // An administrator may erase what was only deleted before.
    let gone = if erase && me.is_admin() {
        cloud.store.person(&id).await?.filter(|p| p.deleted_at.is_some() && !p.email.starts_with(ERASED))
    } else {
        None
    };
    let again = gone.is_some();
    let person = match gone {
        Some(gone) => gone,
        None => cloud.visible(&me, &id).await?,
    };
    let person = cloud.end_account(person.no, erase, again).await?.ok_or_else(|| no_user(&id))?;
    Ok(Reply::json(&answers::user(&person)))
}

impl Cloud {
    /// Deletes an account, and with `erase` everything of the person; `again`: also when it is deleted already.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn end_account(&self, no: i64, erase: bool, again: bool) -> sqlx::Result<Option<Person>> {
        let mut tx = self.store.begin().await?;
        let held = tx.hold_alone(no).await?;
        let Some(mut person) =
            held.filter(|p| p.deleted_at.is_none() || (again && !p.email.starts_with(ERASED)))
        else {
            return Ok(None);
        };
        let at = person.deleted_at.unwrap_or_else(now);
        person.deleted_at = Some(at);
        end_sessions(&mut tx, &mut person).await?;
        if erase {
            tx.erase_rows(no).await?;
            person.email = self.secrets.tombstones(&person.email).into_iter().next().unwrap_or_default();
            person.name.clear();
            person.hashed_password.clear();
            (person.is_admin, person.created_at, person.email_verified_at) = (0, at, None);
            (person.verify_code, person.verify_expires_at, person.verify_attempts) = (None, None, 0);
            (person.reset_code, person.reset_expires_at, person.reset_attempts) = (None, None, 0);
        }
        tx.save_person(&mut person).await?;
        tx.commit().await?;
        if erase {
            self.store.forget_log().await?;
        }
        Ok(Some(person))
    }

    /// Makes an administrator, or an existing account one.
    ///
    /// # Errors
    /// When the address is taken by an ended account, or the database is away.
    pub async fn make_admin(&self, email: &str, password: &str) -> Result<Person, Refusal> {
        let hash = hashed(self, password).await?;
        let mut tx = self.store.begin().await?;
        if let Some(mut person) = tx.hold_by_email(email).await? {
            if !person.is_admin() {
                (person.is_admin, person.hashed_password) = (1, hash);
                person.email_verified_at = person.email_verified_at.or_else(|| Some(now()));
                end_sessions(&mut tx, &mut person).await?;
                tx.save_person(&mut person).await?;
                tx.commit().await?;
            }
            return Ok(person);
        }
        let person = tx.add_person(email, "Administrator", &hash, true).await.map_err(taken)?;
        tx.commit().await?;
        Ok(person)
    }
}

/// Spends one attempt; the person is held, and the code taken, only when it is right, fresh and not worn out.
async fn spend_code(
    cloud: &Cloud,
    tx: &mut Tx,
    address: &str,
    purpose: Purpose,
    code: &str,
) -> sqlx::Result<Option<Person>> {
    let Some(mut person) = tx.hold_by_email(address).await? else {
        // As much work as for somebody.
        let _ = cloud.secrets.code_digests(purpose, &Uuid::nil().to_string(), code);
        return Ok(None);
    };
    let digests = cloud.secrets.code_digests(purpose, &person.id, code);
    let Person {
        verify_code,
        verify_expires_at,
        verify_attempts,
        reset_code,
        reset_expires_at,
        reset_attempts,
        ..
    } = &mut person;
    let (kept, until, attempts) = match purpose {
        Purpose::Verify => (verify_code, verify_expires_at, verify_attempts),
        Purpose::Reset => (reset_code, reset_expires_at, reset_attempts),
    };
    let usable = until.is_some_and(|until| until > now()) && *attempts < cloud.settings.code_attempts;
    let Some(known) = kept.as_ref().filter(|_| usable) else { return Ok(None) };
    if digests.iter().any(|digest| digest == known) {
        (*kept, *until) = (None, None);
        return Ok(Some(person));
    }
    *attempts += 1;
    tx.save_person(&mut person).await?;
    Ok(None)
}

/// `POST /users/verify-email`
pub async fn verify_email(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let mut mistakes = Mistakes::default();
    let found = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        let address = f.required("email", email);
        let code = f.required("code", |v| text::line(v, 1, 16));
        address.zip(code)
    });
    let (address, code) = sound(found, mistakes)?;
    cloud.limits.pass(Rule::Code, &address, call.from)?;
    let mut tx = cloud.store.begin().await?;
    let person = spend_code(cloud, &mut tx, &address, Purpose::Verify, code).await?;
    let Some(mut person) = person else {
        tx.commit().await?;
        return Err(Refusal::bad("Invalid or expired verification code."));
    };
    person.email_verified_at = Some(now());
    tx.save_person(&mut person).await?;
    tx.commit().await?;
    Ok(Reply::json(&answers::user(&person)))
}

/// `POST /users/reset-password`
pub async fn reset_password(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let mut mistakes = Mistakes::default();
    let found = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        let address = f.required("email", email);
        let code = f.required("code", |v| text::line(v, 1, 16));
        let password = f.required("new_password", text::password);
        Some((address?, code?, password?))
    });
    let (address, code, password) = sound(found, mistakes)?;
    cloud.limits.pass(Rule::Code, &address, call.from)?;
    // Before the code is looked at: a right one must not be told by the time it takes.
    let hash = hashed(cloud, password).await?;
    let mut tx = cloud.store.begin().await?;
    let person = spend_code(cloud, &mut tx, &address, Purpose::Reset, code).await?;
    let Some(mut person) = person else {
        tx.commit().await?;
        return Err(Refusal::bad("Invalid or expired password reset code."));
    };
    person.hashed_password = hash;
    end_sessions(&mut tx, &mut person).await?;
    tx.save_person(&mut person).await?;
    tx.commit().await?;
    Ok(Reply::json(&answers::user(&person)))
}

async fn send_code(cloud: &Cloud, call: &Call, purpose: Purpose, answer: &str) -> Answer {
    let said = call.said()?;
    let mut mistakes = Mistakes::default();
    let found = said
        .look(&mut mistakes, |value, at, mistakes| Fields::of(value, at, mistakes)?.required("email", email));
    let address = sound(found, mistakes)?;
    cloud.limits.pass(Rule::Mail, &address, call.from)?;
    let even = tokio::time::sleep(EVEN);
    let mut tx = cloud.store.begin().await?;
    let person = tx.hold_by_email(&address).await?;
    let wanted = person.filter(|p| purpose == Purpose::Reset || p.email_verified_at.is_none());
    if let Some(mut person) = wanted {
        let code = put_code(cloud, &mut person, purpose);
        tx.save_person(&mut person).await?;
        tx.commit().await?;
        mail(cloud, call, purpose, &person, &code).await;
    } else {
        tx.commit().await?;
    }
    even.await;
    Ok(Reply::message(answer))
}

/// `POST /users/resend-verification`
pub async fn resend_verification(cloud: &Cloud, call: &Call) -> Answer {
    let answer = "If a user with that email needs it, a verification code has been sent.";
    send_code(cloud, call, Purpose::Verify, answer).await
}

/// `POST /users/forgot-password`
pub async fn forgot_password(cloud: &Cloud, call: &Call) -> Answer {
    let answer = "If a user with that email exists, a password reset code has been sent.";
    send_code(cloud, call, Purpose::Reset, answer).await
}
