//! What each address does.

pub mod auth;
pub mod batch;
pub mod devices;
pub mod issues;
pub mod metrics;
pub mod root;
pub mod summary;
pub mod user_settings;
pub mod users;

use axum::http::HeaderName;
use base64::{Engine, engine::general_purpose::URL_SAFE};
use uuid::Uuid;

use crate::{
    Cloud,
    call::Call,
    check::{Mistakes, Step, Wrong},
    operations::Operation,
    reply::{Answer, Refusal},
    store::{devices::Device, people::Person},
};

/// Another person's.
pub const FORBIDDEN: &str = "You do not have permission to access this resource.";
/// How many rows there are in all.
pub const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
/// Where the next page begins.
pub const NEXT: HeaderName = HeaderName::from_static("x-next-cursor");

/// Carries an operation out.
pub async fn run(operation: Operation, cloud: &Cloud, call: &Call) -> Answer {
    use Operation as O;
    match operation {
        O::SignIn => auth::sign_in(cloud, call).await,
        O::Refresh => auth::refresh(cloud, call).await,
        O::Revoke => auth::revoke(cloud, call).await,
        O::CreateUser => users::create(cloud, call).await,
        O::ListUsers => users::list(cloud, call).await,
        O::ReadMe => users::me(cloud, call).await,
        O::ReadUser => users::read(cloud, call).await,
        O::UpdateUser => users::update(cloud, call).await,
        O::DeleteUser => users::delete(cloud, call).await,
        O::VerifyEmail => users::verify_email(cloud, call).await,
        O::ResendVerification => users::resend_verification(cloud, call).await,
        O::ForgotPassword => users::forgot_password(cloud, call).await,
        O::ResetPassword => users::reset_password(cloud, call).await,
        O::ReadSettings => user_settings::read(cloud, call).await,
        O::UpdateSettings => user_settings::update(cloud, call).await,
        O::RegisterDevice => devices::register(cloud, call).await,
        O::RotateKey => devices::rotate_key(cloud, call).await,
        O::ListDevices => devices::list(cloud, call).await,
        O::ReadDevice => devices::read(cloud, call).await,
        O::UpdateDevice => devices::update(cloud, call).await,
        O::DeleteDevice => devices::delete(cloud, call).await,
        O::DeviceMetrics => metrics::of_device(cloud, call).await,
        O::SendMetrics | O::SendMetricsPlain => batch::batch(cloud, call).await,
        O::ListMetrics => metrics::list(cloud, call).await,
        O::ReadMetric => metrics::read(cloud, call).await,
        O::DeleteMetric => metrics::delete(cloud, call).await,
        O::Summary => summary::read(cloud, call).await,
        O::UserMetrics => metrics::of_person(cloud, call).await,
        O::CreateIssue => issues::create(cloud, call).await,
        O::ListIssues => issues::list(cloud, call).await,
        O::ReadIssue => issues::read(cloud, call).await,
        O::UpdateIssue => issues::update(cloud, call).await,
        O::DeleteIssue => issues::delete(cloud, call).await,
        O::Welcome => root::welcome(cloud, call).await,
        O::Health => root::health(cloud, call).await,
        O::Ready => root::ready(cloud, call).await,
        O::Figures => root::figures(cloud, call).await,
        O::Document => root::document(cloud, call).await,
        O::Docs => root::docs(cloud, call).await,
        O::DocsFile => root::docs_file(cloud, call).await,
    }
}

impl Cloud {
    /// The person who asks.
    pub async fn me(&self, call: &Call) -> Result<Person, Refusal> {
        match call.bearer() {
            Some(token) => self.person_of(token).await,
            None => Err(Refusal::Unauthorized("Not authenticated")),
        }
    }

    /// The person of a token.
    pub async fn person_of(&self, token: &str) -> Result<Person, Refusal> {
        let claims = self.secrets.read_access_token(token).ok_or_else(Refusal::bad_token)?;
        let person = self.store.person(&claims.sub).await?;
        person
            .filter(|p| p.deleted_at.is_none() && p.token_version == claims.ver)
            .ok_or_else(Refusal::bad_token)
    }

    /// The person who asks, if an administrator.
    pub async fn admin(&self, call: &Call) -> Result<Person, Refusal> {
        let me = self.me(call).await?;
        if me.is_admin() { Ok(me) } else { Err(Refusal::forbidden(FORBIDDEN)) }
    }

    /// The person of that name, if `me` may see it.
    pub async fn visible(&self, me: &Person, id: &Uuid) -> Result<Person, Refusal> {
        if me.id == id.to_string() {
            return Ok(me.clone());
        }
        if !me.is_admin() {
            return Err(Refusal::forbidden(FORBIDDEN));
        }
        let person = self.store.person(id).await?;
        person.filter(|p| p.deleted_at.is_none()).ok_or_else(|| no_user(id))
    }

    /// The bracelet of that name, if `me` may see it.
    pub async fn own_device(&self, me: &Person, id: &Uuid) -> Result<Device, Refusal> {
        may_see(me, self.store.device(id).await?, id)
    }
}

/// Nobody of that name.
pub fn no_user(id: &Uuid) -> Refusal {
    Refusal::not_found(format!("User with id {id} not found"))
}

/// The bracelet, if there is one and `me` may see it.
pub fn may_see(me: &Person, device: Option<Device>, id: &Uuid) -> Result<Device, Refusal> {
    let device = device.ok_or_else(|| Refusal::not_found(format!("Device with id {id} not found")))?;
    if device.user_no != me.no && !me.is_admin() {
        return Err(Refusal::forbidden("You do not have permission to access this device."));
    }
    Ok(device)
}

fn query_error(kind: &'static str, field: &'static str, msg: &str) -> Refusal {
    Mistakes::one(&[Step::Name("query"), Step::Name(field)], Wrong::new(kind, msg)).into()
}

/// The number that a cursor of this list stands for. Another list's cursor, or one from the future (the database was
/// restored), would skip rows silently, so it is refused like a malformed one.
pub fn read_cursor(cursor: &str, scope: &str, newest: i64, skip: i64) -> Result<i64, Refusal> {
    if skip != 0 {
        return Err(query_error("skip_with_cursor", "skip", "skip cannot be combined with cursor"));
    }
    if cursor.is_empty() {
        return Ok(0);
    }
    let number = || {
        let text = String::from_utf8(URL_SAFE.decode(cursor).ok()?).ok()?;
        let digits = text.strip_prefix("1|")?.strip_prefix(scope)?.strip_prefix('|')?.trim_end_matches('|');
        let plain = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| digits.parse().ok()).flatten().filter(|n: &i64| *n <= newest)
    };
    number().ok_or_else(|| {
        query_error("cursor_invalid", "cursor", "Not a cursor of this list: start again with an empty one")
    })
}

/// The cursor of a list's place; padded so that it needs no `=`.
#[must_use]
pub fn write_cursor(scope: &str, last: i64) -> String {
    let mut text = format!("1|{scope}|{last}");
    while text.len() % 3 != 0 {
        text.push('|');
    }
    URL_SAFE.encode(text)
}
