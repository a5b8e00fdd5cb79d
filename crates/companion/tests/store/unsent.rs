//! Every stored record goes to the cloud once, whatever arrives late and in whichever order the cloud answers.

use std::collections::BTreeSet;

use companion::store::{SourceId, Store, Stretch};
use proptest::prelude::*;
use vitals::{Boot, Seq};

use crate::fixture::{JOURNAL, page, store};

async fn unsent(store: &Store, source: SourceId) -> Vec<u32> {
    let stretches = store.unsent(source).await.unwrap();
    stretches.iter().flat_map(|stretch| stretch.first.0..=stretch.last.0).collect()
}

#[tokio::test]
async fn what_fills_a_hole_behind_the_cursor_is_not_forgotten() {
    let (_folder, store, source) = store().await;
    store.commit(&[page(source, 0..10), page(source, 20..30)]).await.unwrap();
    for stretch in store.unsent(source).await.unwrap() {
        store.sent(source, &stretch).await.unwrap();
    }
    assert_eq!(unsent(&store, source).await, [0; 0]);
    store.commit(&[page(source, 8..22), page(source, 30..32)]).await.unwrap();
    assert_eq!(unsent(&store, source).await, (10..20).chain(30..32).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]
    #[test]
    fn stored_and_not_answered_for_is_what_is_left(
        steps in prop::collection::vec((any::<bool>(), 0..60_u32, 1..25_u32), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (_folder, store, source) = store().await;
            store.commit(&[page(source, [0])]).await.unwrap();
            let (mut stored, mut sent) = (BTreeSet::from([0]), BTreeSet::new());
            for (send, first, count) in steps {
                // Only what is stored can be answered for.
                if send {
                    let Some(&first) = stored.range(first..).next() else { continue };
                    let last = (first..first + count).take_while(|seq| stored.contains(seq)).last().unwrap();
                    let stretch = Stretch { journal: JOURNAL, boot: Boot(3), first: Seq(first), last: Seq(last) };
                    store.sent(source, &stretch).await.unwrap();
                    sent.extend(first..=last);
                } else {
                    store.commit(&[page(source, first..first + count)]).await.unwrap();
                    stored.extend(first..first + count);
                }
                assert_eq!(unsent(&store, source).await, stored.difference(&sent).copied().collect::<Vec<_>>());
            }
        });
    }
}
