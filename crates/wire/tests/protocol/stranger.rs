//! The fuzz targets' bodies for a while on stable Rust: seeded nonsense, and what is right with a little nonsense in it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use vitals::{Boot, Seq};
use wire::line::SEAL;
use wire::message::{Part, ToApp};
use wire::page::{self, MAX_PAGE};

use crate::bodies;
use crate::journal::VecJournal;

/// What a stranger may have heard others say.
const CORPUS: &[&[u8]] = &[
    br#"{"cmd":"hello","v":1,"app":"0f8fad5b-d9cb-469f-a165-70867728950e","time":1732060800000}"#,
    b"{\"cmd\":\"read\",\"boot\":1,\"from\":0,\"to\":99,\"window\":64,\"follow\":true}\n{\"cmd\":\"ack\",\"boot\":1,\"seq\":15}",
    b"{\"cmd\":\"take\",\"id\":1}\n{\"cmd\":\"read\",\"boot\":1,\"from\":0}\n{\"cmd\":\"ack\",\"boot\":1,\"seq\":99}",
    br#"{"cmd":"message","id":2,"text":"Lunch \u00e9 \ud83e\udec0?"}"#,
    b"{\"cmd\":\"goals\",\"id\":3,\"steps\":8000}\n{\"cmd\":\"wipe\",\"id\":4}\n{\"cmd\":\"sos_ack\",\"id\":5,\"level\":\"contact\"}",
    b"{\"p\":[1,0,0,3,\"AQAB\"]}\n{\"end\":{\"boot\":1,\"seq\":51}}\n{\"gap\":{\"boot\":1,\"from\":0,\"to\":50,\"why\":\"full\"}}",
    b"{\"gap\":{\"boot\":2,\"from\":0,\"to\":4294967295,\"why\":\"moths\"}}\n{\"ok\":1}\n{\"error\":0,\"cmd\":\"read\",\"why\":\"hello_first\"}",
    br#"{"heartRate":72,"spo2":98,"temperature":36.6,"steps":3,"timestamp":1732060800123,"worn":true,"rr":[800,810],"beat_age":3}"#,
    br#"{"event":{"boot":2,"seq":1,"uptime":18446744073709551615,"kind":"fall"}}"#,
    br#"{"hello":{"page":0,"more":true,"v":1,"id":"a","serial":"b","firmware":"c","journal":"ffffffffffffffff","uptime":1,"boot":1,"recorder":"none","boots":[{"boot":1,"first":4294967295,"last":4294967295,"end":1,"anchors":[[18446744073709551615,-9223372036854775808]]}]}}"#,
    b"72,98,36.6,0,7.5,0,0,1234,1732060800123\n",
];

/// The corpus, with a real page as it stands in flash and in a line.
fn corpus() -> Vec<Vec<u8>> {
    let mut journal = VecJournal::new(1, 16);
    for second in 0..16 {
        journal.record(second * 1_000);
    }
    let mut page = vec![0; MAX_PAGE];
    let length = page::encode(&journal.present_mut().records, &mut page).expect("a page fits");
    page.truncate(length);
    let data = STANDARD.encode(&page);
    let length = u16::try_from(length).expect("a page is short");
    let line = ToApp::Part(Part { boot: Boot(1), first: Seq(0), offset: 0, length, data: &data }).line();
    // Without its seal: that is put on what has become of it.
    let object = [&line[..line.len() - SEAL - 1], b"}"].concat();
    CORPUS.iter().map(|data| data.to_vec()).chain([page, object]).collect()
}

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 20).unwrap_or_default() % bound.max(1)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap_or_default()
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.below(300);
        (0..length).map(|_| self.byte()).collect()
    }

    /// One or more of the corpus, with a few bytes changed, lost, repeated or put in.
    fn mutated(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut data = vec![];
        for more in (0..=self.below(4)).rev() {
            data.extend_from_slice(&corpus[self.below(corpus.len())]);
            if more > 0 {
                data.push(b'\n');
            }
        }
        for _ in 0..self.below(6) {
            let at = self.below(data.len());
            match self.below(5) {
                0 => data[at] = self.byte(),
                1 => data[at] = b"0123456789{}[],:\"-"[self.below(18)],
                2 => drop(data.remove(at)),
                3 => data.insert(at, self.byte()),
                _ => {
                    let end = (at + self.below(30)).min(data.len());
                    let copy = data[at..end].to_vec();
                    data.splice(at..at, copy);
                }
            }
            if data.is_empty() {
                break;
            }
        }
        data
    }
}

fn run(body: fn(&[u8])) {
    let corpus = corpus();
    for data in &corpus {
        body(data);
    }
    let mut random = Random(0x5eed);
    for _ in 0..3_000 {
        body(&random.mutated(&corpus));
        body(&random.bytes());
    }
}

#[test]
fn any_bytes_as_lines() {
    run(bodies::line);
}

#[test]
fn any_bytes_as_messages() {
    run(bodies::messages);
}

#[test]
fn any_bytes_as_pages() {
    run(bodies::pages);
}

#[test]
fn any_bytes_as_a_classic_bracelet() {
    run(bodies::classic);
}

#[test]
fn any_bytes_to_the_bracelet() {
    run(bodies::bracelet);
}

#[test]
fn any_bytes_to_the_app() {
    run(bodies::app);
}
