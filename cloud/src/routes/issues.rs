//! Falls, SOS presses, anomalies.

use uuid::Uuid;

use super::{NEXT, TOTAL, read_cursor, write_cursor};
use crate::{
    Cloud, answers,
    call::{Call, sound},
    check::{Fields, Mistakes, number, text, time},
    reply::{Answer, Refusal, Reply},
    store::{
        issues::{Filter, Issue},
        people::Person,
    },
};

/// How bad, in the contract's order.
pub const SEVERITIES: [&str; 3] = ["low", "moderate", "critical"];

fn severity(place: usize) -> &'static str {
    SEVERITIES.get(place).copied().unwrap_or("critical")
}

fn may_see(me: &Person, issue: Option<Issue>, id: &Uuid) -> Result<Issue, Refusal> {
    let issue = issue
        .filter(|i| i.deleted_at.is_none())
        .ok_or_else(|| Refusal::not_found(format!("Issue with id {id} not found")))?;
    if issue.user_no != me.no && !me.is_admin() {
        return Err(Refusal::forbidden("You do not have permission to access this issue."));
    }
    Ok(issue)
}

/// `POST /issues/`
pub async fn create(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let at = time::now();
    let issue = said.look(&mut mistakes, |value, place, mistakes| {
        let mut f = Fields::of(value, place, mistakes)?;
        let issue_type = f.required("issue_type", |v| text::line(v, 1, 50));
        let description = f.required("description", |v| text::line(v, 0, 2_000));
        let severe = f.required("severity", |v| text::choice(v, &SEVERITIES));
        let detected_at = f.required("detected_at", |v| time::event(v, at));
        let resolved = f.defaulted("resolved", false, number::strict_bool);
        let id = f.optional("id", text::uuid).unwrap_or_else(Uuid::new_v4);
        let device = f.optional("device_id", text::uuid);
        let issue = Issue {
            id: id.to_string(),
            user_no: me.no,
            user_id: me.id.clone(),
            device_id: device.map(|id| id.to_string()),
            issue_type: issue_type?.to_owned(),
            description: description?.to_owned(),
            severity: severity(severe?).to_owned(),
            detected_at: detected_at?,
            resolved: i64::from(resolved?),
            change_seq: 0,
            created_at: at,
            updated_at: at,
            deleted_at: None,
        };
        Some((id, device, issue))
    });
    let (id, device, mut issue) = sound(issue, mistakes)?;
    if let Some(device) = device {
        cloud.own_device(&me, &device).await?;
    }
    let mut tx = cloud.store.begin().await?;
    tx.hold(me.no).await?.ok_or_else(Refusal::bad_token)?;
    issue.change_seq = tx.next_change().await?;
    if tx.add_issue(&issue).await? {
        tx.commit().await?;
        return Ok(Reply::json(&answers::issue(&issue)));
    }
    // Sent again: no change. The number that was taken goes back with the transaction.
    let known = tx.issue(&id).await?.filter(|known| known.user_no == me.no);
    let known = known.ok_or_else(|| Refusal::bad("This issue id is already used."))?;
    Ok(Reply::json(&answers::issue(&known)))
}

/// `GET /issues/`
pub async fn list(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let severe = call.ask("severity", &mut mistakes, |t| text::one_of(Some(t), &SEVERITIES));
    let resolved = call.ask("resolved", &mut mistakes, number::bool_in_query);
    let (start, end) = call.window(&mut mistakes);
    let (skip, limit) = call.page(100, 1_000, &mut mistakes);
    let cursor = call.cursor(&mut mistakes);
    sound(Some(()), mistakes)?;
    let user_no = (!me.is_admin()).then_some(me.no);
    let mut filter = Filter { user_no, severity: severe.map(severity), resolved, start, end, after: None };
    let told = |issues: &[Issue]| {
        let told: Vec<_> = issues.iter().map(answers::issue).collect();
        Reply::json(&told)
    };
    let Some(cursor) = cursor else {
        let total = cloud.store.count_issues(&filter).await?;
        let issues = cloud.store.issues(&filter, skip, limit).await?;
        return Ok(told(&issues).header(TOTAL, total.to_string()));
    };
    let whose = if me.is_admin() { "all".to_owned() } else { me.id.replace('-', "") };
    let scope = format!("issues:{whose}");
    let after = read_cursor(&cursor, &scope, cloud.store.last_change().await?, skip)?;
    filter.after = Some(after);
    let issues = cloud.store.issues(&filter, 0, limit).await?;
    let last = issues.last().map_or(after, |issue| issue.change_seq);
    Ok(told(&issues).header(NEXT, write_cursor(&scope, last)))
}

fn issue_id(call: &Call) -> Result<Uuid, Refusal> {
    let mut mistakes = Mistakes::default();
    let id = call.id("issue_id", &mut mistakes);
    sound(id, mistakes)
}

/// `GET /issues/{issue_id}`
pub async fn read(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let id = issue_id(call)?;
    let issue = may_see(&me, cloud.store.issue(&id).await?, &id)?;
    Ok(Reply::json(&answers::issue(&issue)))
}

/// `PUT /issues/{issue_id}`
pub async fn update(cloud: &Cloud, call: &Call) -> Answer {
    let said = call.said()?;
    let me = cloud.me(call).await?;
    let mut mistakes = Mistakes::default();
    let id = call.id("issue_id", &mut mistakes);
    let now = time::now();
    let change = said.look(&mut mistakes, |value, at, mistakes| {
        let mut f = Fields::of(value, at, mistakes)?;
        Some((
            f.optional("issue_type", |v| text::line(v, 1, 50)),
            f.optional("description", |v| text::line(v, 0, 2_000)),
            f.optional("severity", |v| text::choice(v, &SEVERITIES)).map(severity),
            f.optional("detected_at", |v| time::event(v, now)),
            f.optional("resolved", number::strict_bool),
        ))
    });
    let (id, (issue_type, description, severity, detected_at, resolved)) = sound(id.zip(change), mistakes)?;
    may_see(&me, cloud.store.issue(&id).await?, &id)?;
    let mut tx = cloud.store.begin().await?;
    // The counter's lock before the row's, as everywhere; an update that changes nothing gives its number back.
    let seq = tx.next_change().await?;
    let before = may_see(&me, tx.issue(&id).await?, &id)?;
    let mut issue = before.clone();
    issue.issue_type = issue_type.map_or(issue.issue_type, str::to_owned);
    issue.description = description.map_or(issue.description, str::to_owned);
    issue.severity = severity.map_or(issue.severity, str::to_owned);
    issue.detected_at = detected_at.unwrap_or(issue.detected_at);
    issue.resolved = resolved.map_or(issue.resolved, i64::from);
    if issue != before {
        (issue.change_seq, issue.updated_at) = (seq, now);
        tx.save_issue(&issue).await?;
        tx.commit().await?;
    }
    Ok(Reply::json(&answers::issue(&issue)))
}

/// `DELETE /issues/{issue_id}`
pub async fn delete(cloud: &Cloud, call: &Call) -> Answer {
    let me = cloud.me(call).await?;
    let id = issue_id(call)?;
    may_see(&me, cloud.store.issue(&id).await?, &id)?;
    let mut tx = cloud.store.begin().await?;
    let seq = tx.next_change().await?;
    let mut issue = may_see(&me, tx.issue(&id).await?, &id)?;
    let now = time::now();
    (issue.change_seq, issue.updated_at, issue.deleted_at) = (seq, now, Some(now));
    tx.save_issue(&issue).await?;
    tx.commit().await?;
    Ok(Reply::json(&answers::issue(&issue)))
}
