//! Acknowledged means on disk: the program itself, killed in the middle of its work.

use std::time::Duration;

use crate::{
    common::{Who, ask_at, points},
    process::Process,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:///{}", folder.path().join("k.db").display());
    let (mut acknowledged, mut next) = (0, 0);
    let mut bracelet: Option<(String, Who)> = None;
    for round in 0..4 {
        let program = Process::start(&database).await;
        let person = program.admin().await;
        let (id, key) = match bracelet {
            Some(known) => known,
            None => program.bracelet(&person, "K-1").await,
        };
        let stored = program.count(&person, &id).await;
        assert!(
            stored >= acknowledged && stored.is_multiple_of(200),
            "{stored} of {acknowledged}: whole batches, none lost"
        );
        acknowledged = stored;
        let (address, sender) = (program.address, key.clone());
        let sending = tokio::spawn(async move {
            let mut sent = 0;
            loop {
                let batch = points(next, 200);
                match ask_at(address, &sender, "POST", "/metrics/batch/", Some(&batch)).await {
                    Some(heard) if heard.status == 201 && heard.json()["inserted"] == 200 => sent += 200,
                    Some(heard) if heard.status == 201 => {}
                    _ => return (sent, next + 200),
                }
                next += 200;
            }
        });
        tokio::time::sleep(Duration::from_millis(150 + 90 * round)).await;
        drop(program);
        let (sent, after) = sending.await.unwrap();
        acknowledged += sent;
        next = after;
        bracelet = Some((id, key));
    }
    assert!(acknowledged > 0);
}
