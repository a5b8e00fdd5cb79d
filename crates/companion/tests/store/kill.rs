//! The process is killed in the middle of its work, again and again.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use companion::store::{Folder, Store};

use crate::fixture::{JOURNAL, all, assert_rollups_equal_a_recount, key, page, second, source};

/// Set for the copy of this test that is to be killed: the folder it works in.
const FOLDER: &str = "STORE_KILL_FOLDER";

/// Not a test of its own: the process that works until it is killed. It tells what it may have acknowledged.
#[tokio::test]
#[ignore = "run by the test below"]
async fn works_until_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let _held = Folder::hold(folder.as_ref()).unwrap();
    let store = Store::open(&std::path::Path::new(&folder).join("person.db"), &key()).await.unwrap();
    let source = source(&store, "HB-1").await;
    let mut next = store.cursors(source, JOURNAL).await.unwrap().first().map_or(0, |cursor| cursor.next.0);
    loop {
        // Sizes of a follower, a page and a drain, each a little into what is there already.
        let end = next + [1, 128, 3_000][(next % 3) as usize];
        store.commit(&[page(source, next.saturating_sub(40)..end)]).await.unwrap();
        println!("committed {end}");
        next = end;
    }
}

fn start(folder: &std::path::Path) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::works_until_killed", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stdout.take().unwrap());
    (child, told)
}

#[tokio::test]
async fn killed_at_any_moment_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut committed = 0;
    for round in 0..10_u64 {
        let (mut child, told) = start(folder.path());
        let mut lines = told.lines().map_while(Result::ok);
        // Every other time it is let get to work first; else it may just be opening, or making, the database.
        let first =
            if round % 2 == 1 { lines.by_ref().find(|line| line.starts_with("committed")) } else { None };
        std::thread::sleep(Duration::from_millis(round * 37 % 150));
        child.kill().unwrap();
        child.wait().unwrap();
        let told =
            first.into_iter().chain(lines).filter_map(|line| line.strip_prefix("committed ")?.parse().ok());
        committed = told.fold(committed, u32::max);

        let _held = Folder::hold(folder.path()).unwrap();
        let store = Store::open(&folder.path().join("person.db"), &key()).await.unwrap();
        let source = source(&store, "HB-1").await;
        let found: Vec<_> = all(&store, source).await.into_iter().map(|r| (r.record, r.placed)).collect();
        let count = u32::try_from(found.len()).unwrap();
        assert!(count >= committed, "round {round}: {committed} were told as committed, {count} are there");
        assert_eq!(found, (0..count).map(second).collect::<Vec<_>>());
        let cursors = store.cursors(source, JOURNAL).await.unwrap();
        assert_eq!(cursors.first().map_or(0, |cursor| cursor.next.0), count);
        assert_rollups_equal_a_recount(&store, source).await;
        store.close().await;
    }
}
