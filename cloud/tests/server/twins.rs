//! Two of the programs on one PostgreSQL, given the same batches at once.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use tokio::sync::Barrier;

use crate::{
    common::{Postgres, Who, ask_at, points},
    process::Process,
};

const BATCHES: usize = 40;
const POINTS: usize = 100;

/// All of a list by its cursor, from there on: names of rows, and where it ended.
async fn read_on(s: &Process, who: &Who, list: &str, mut cursor: String) -> (Vec<String>, String) {
    let mut seen = Vec::new();
    loop {
        let heard = s.ask(who, "GET", &format!("{list}?limit=500&cursor={cursor}"), None).await;
        cursor.clone_from(&heard.headers["x-next-cursor"]);
        let page = heard.json();
        let page = page.as_array().unwrap();
        seen.extend(page.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        if page.len() < 500 {
            return (seen, cursor);
        }
    }
}

/// The batch with its points the other way round.
fn reversed(batch: &Value) -> Value {
    let mut batch = batch.clone();
    batch["metrics"].as_array_mut().unwrap().reverse();
    batch
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_take_the_same_batches_at_once_and_keep_each_point_once() {
    let postgres = Postgres::start();
    // Both make the tables, at the same time.
    let (one, other) = tokio::join!(Process::start(&postgres.url), Process::start(&postgres.url));
    let person = one.admin().await;
    let (id, key) = one.bracelet(&person, "T-1").await;
    let me = one.ask(&person, "GET", "/users/me", None).await.json()["id"].as_str().unwrap().to_owned();
    let together = Arc::new(Barrier::new(4));
    let mut senders = Vec::new();
    for sender in 0..4 {
        let address = if sender % 2 == 0 { one.address } else { other.address };
        let (key, together) = (key.clone(), Arc::clone(&together));
        senders.push(tokio::spawn(async move {
            let mut inserted = 0;
            for batch in 0..BATCHES {
                let straight = points(batch * POINTS, POINTS);
                // Two in order, two the other way round: who locked rows in the order they came would wait in a ring.
                let batch = if sender < 2 { straight } else { reversed(&straight) };
                together.wait().await;
                let heard = ask_at(address, &key, "POST", "/metrics/batch/", Some(&batch)).await.unwrap();
                assert_eq!(heard.status, 201, "{heard:?}");
                let told = heard.json();
                let new = told["inserted"].as_u64().unwrap();
                assert_eq!(new + told["duplicates"].as_u64().unwrap(), POINTS as u64);
                inserted += new;
            }
            inserted
        }));
    }
    // Meanwhile somebody reads on with a cursor, now at one, now at the other.
    let list = format!("/users/{me}/metrics/data");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    while senders.iter().any(|sender| !sender.is_finished()) {
        for s in [&one, &other] {
            let (more, next) = read_on(s, &person, &list, cursor).await;
            seen.extend(more);
            cursor = next;
        }
    }
    let mut inserted = 0;
    for sender in senders {
        inserted += sender.await.unwrap();
    }
    seen.extend(read_on(&other, &person, &list, cursor).await.0);
    assert_eq!(inserted, (BATCHES * POINTS) as u64, "each point was new to exactly one request");
    for s in [&one, &other] {
        assert_eq!(s.count(&person, &id).await, BATCHES * POINTS);
    }
    let different: BTreeSet<&String> = seen.iter().collect();
    assert_eq!((seen.len(), different.len()), (BATCHES * POINTS, BATCHES * POINTS), "each came once");
}
