//! Measures the cloud: points a second that it acknowledges, by batch and by clients, beside bare SQLite in the same run, and its
//! memory. The server is a process of its own; every acknowledged point is counted back. One JSON object a line; `cargo xtask
//! bench` reads them.
//!
//! `cargo run --release -p cloud --example load [DATABASE_URL]`
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement for a terminal")]

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command},
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use cloud::{
    Cloud,
    settings::{Settings, Source},
};
use serde_json::{Value, json};

/// For how long each row is measured.
const ROW: Duration = Duration::from_secs(2);
/// The argument under which this program is the server.
const SERVE: &str = "serve";
const ADMIN: (&str, &str) = ("admin@example.com", "admin-password-1");

fn main() {
    let argument = env::args().nth(1);
    if argument.as_deref() == Some(SERVE) {
        return serve();
    }
    let folder = tempfile::tempdir().unwrap();
    let bare = bare(&folder.path().join("bare.db"));
    tell("bare SQLite with the same table and index, commits of 100", bare, "rows/s");
    let database =
        argument.unwrap_or_else(|| format!("sqlite:///{}", folder.path().join("cloud.db").display()));
    let server = Server::start(&database);
    let mut alone = 0.0;
    for batch in [100, 1_000] {
        for clients in [1, 4, 16] {
            let (rate, p95) = server.load(batch, clients);
            if (batch, clients) == (100, 1) {
                alone = rate;
            }
            let row = format!("batches of {batch}, {clients} at once");
            tell(&row, rate, "points/s");
            tell(&format!("{row}: 95 of 100 answers within"), p95 * 1e3, "ms");
        }
    }
    tell("one client with batches of 100, to bare SQLite", alone / bare, "ratio");
    tell("most memory", server.most_memory(), "MB");
}

fn tell(figure: &str, value: f64, unit: &str) {
    let value = if value < 100.0 { (value * 100.0).round() / 100.0 } else { value.round() };
    println!("{}", json!({"figure": figure, "value": value, "unit": unit}));
}

#[tokio::main]
async fn serve() {
    let cloud = Cloud::open(Settings::read(&Source::load().unwrap()).unwrap()).await.unwrap();
    let listener = tokio::net::TcpListener::bind(cloud.settings.bind).await.unwrap();
    cloud::serve::serve(Arc::new(cloud), listener, std::future::pending()).await.unwrap();
}

/// Rows a second without a server, each hundred on the disk before the next.
fn bare(file: &Path) -> f64 {
    let mut sqlite = rusqlite::Connection::open(file).unwrap();
    sqlite
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             CREATE TABLE points (user INT, seq INT, device INT, metric INT, ts INT, value REAL, unit TEXT, sensor TEXT, \
             created INT, PRIMARY KEY (user, seq)) WITHOUT ROWID; \
             CREATE UNIQUE INDEX points_natural ON points (device, metric, ts)",
        )
        .unwrap();
    let begun = Instant::now();
    let mut rows: i64 = 0;
    while begun.elapsed() < ROW {
        let commit = sqlite.transaction().unwrap();
        {
            let mut insert = commit
                .prepare_cached("INSERT INTO points VALUES (1, ?1, 1, ?2, ?3, ?4, NULL, 'MAX30102', 0)")
                .unwrap();
            for _ in 0..100 {
                rows += 1;
                let value = (rows % 97) as f64;
                insert.execute((rows, rows % 3, rows / 3, value)).unwrap();
            }
        }
        commit.commit().unwrap();
    }
    let rows = rows as f64;
    rows / begun.elapsed().as_secs_f64()
}

/// The server's process; killed at the end.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One kept-alive connection.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    /// A request as it goes over the wire; the answer's status, count of rows and body.
    fn ask(&mut self, request: &[u8]) -> (u16, u64, Vec<u8>) {
        self.0.get_mut().write_all(request).unwrap();
        let (mut status, mut length, mut total) = (0, 0, 0);
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(rest) = line.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(rest) = line.strip_prefix("content-length: ") {
                length = rest.parse().unwrap();
            } else if let Some(rest) = line.strip_prefix("x-total-count: ") {
                total = rest.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, total, body)
    }
}

fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\n{headers}");
    format!("{head}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// The bodies of one client, all different: three metrics each second, in order.
fn bodies(batch: usize, key: &str) -> impl Iterator<Item = Vec<u8>> {
    let headers = format!("X-API-KEY: {key}\r\nContent-Type: application/json\r\n");
    (0..).step_by(batch).map(move |from| {
        let point = |i: usize| {
            let (name, unit, value) =
                [("heart_rate", "bpm", 60), ("spo2", "%", 94), ("skin_temperature", "°C", 33)][i % 3];
            let (s, value) = (i / 3, value as f64 + (i % 50) as f64 / 10.0);
            let at = format!(
                "2024-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                1 + s / 2_419_200 % 12,
                1 + s / 86_400 % 28,
                s / 3_600 % 24,
                s / 60 % 60,
                s % 60
            );
            json!({"metric_type": name, "value": value, "unit": unit, "sensor_model": "MAX30102", "timestamp": at})
        };
        let body = json!({"metrics": (from..from + batch).map(point).collect::<Vec<_>>()}).to_string();
        request("POST", "/metrics/batch/", &headers, &body)
    })
}

impl Server {
    fn start(database: &str) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(env::current_exe().unwrap())
            .arg(SERVE)
            .env("SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .env("DATABASE_URL", database)
            .env("BIND", address.to_string())
            .env("BCRYPT_ROUNDS", "4")
            .env("RATE_LIMIT", "off")
            .env("ADMIN_EMAIL", ADMIN.0)
            .env("ADMIN_PASSWORD", ADMIN.1)
            .spawn()
            .unwrap();
        for _ in 0..200 {
            if TcpStream::connect(address).is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        Self { child, address }
    }

    /// Points a second, and the time within which 95 of 100 batches were acknowledged, in seconds.
    fn load(&self, batch: usize, clients: usize) -> (f64, f64) {
        let mut admin = Client::connect(self.address);
        let form = format!("username={}&password={}", ADMIN.0, ADMIN.1);
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (_, _, told) = admin.ask(&request("POST", "/token", kind, &form));
        let told: Value = serde_json::from_slice(&told).unwrap();
        let signed_in = format!("Authorization: Bearer {}\r\n", told["access_token"].as_str().unwrap());
        let mut devices = Vec::new();
        for n in 0..clients {
            let serial = json!({"serial_number": format!("{batch}-{clients}-{n}")}).to_string();
            let headers = format!("{signed_in}Content-Type: application/json\r\n");
            let (_, _, told) = admin.ask(&request("POST", "/devices/register", &headers, &serial));
            devices.push(serde_json::from_slice::<Value>(&told).unwrap());
        }
        // Made beforehand: the clients shall cost little while they are measured.
        let most = 400_000 * usize::try_from(ROW.as_secs()).unwrap() / batch / clients + 20;
        let ready = Arc::new(Barrier::new(clients));
        let senders: Vec<_> = devices
            .iter()
            .map(|device| {
                let key = device["api_key"].as_str().unwrap();
                let bodies: Vec<_> = bodies(batch, key).take(most).collect();
                let (address, ready) = (self.address, Arc::clone(&ready));
                thread::spawn(move || {
                    let mut client = Client::connect(address);
                    ready.wait();
                    let (begun, mut times) = (Instant::now(), Vec::new());
                    for body in bodies {
                        let asked = Instant::now();
                        if asked - begun > ROW {
                            break;
                        }
                        let (status, _, told) = client.ask(&body);
                        assert_eq!(status, 201, "{}", String::from_utf8_lossy(&told));
                        times.push(asked.elapsed());
                    }
                    (begun.elapsed(), times)
                })
            })
            .collect();
        let results: Vec<_> = senders.into_iter().map(|sender| sender.join().unwrap()).collect();
        let mut acknowledged = 0;
        for (device, (_, times)) in devices.iter().zip(&results) {
            let path = format!("/devices/{}/metrics?limit=1", device["device"]["id"].as_str().unwrap());
            let (_, kept, _) = admin.ask(&request("GET", &path, &signed_in, ""));
            assert_eq!(kept, (times.len() * batch) as u64, "what was acknowledged is there");
            acknowledged += kept;
        }
        let took = results.iter().map(|(took, _)| *took).max().unwrap();
        let mut times: Vec<Duration> = results.into_iter().flat_map(|(_, times)| times).collect();
        times.sort_unstable();
        let p95 = times[times.len() * 95 / 100].as_secs_f64();
        let acknowledged = acknowledged as f64;
        (acknowledged / took.as_secs_f64(), p95)
    }

    /// The most memory that the server ever had, in MB; 0 where the system does not tell.
    fn most_memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|kb| kb.trim().strip_suffix(" kB")?.parse::<f64>().ok()).unwrap_or(0.0) / 1e3
    }
}
