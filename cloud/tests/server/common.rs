//! A server of our own on a loopback port, on either database, and a client small enough to be believed.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use cloud::{
    Cloud,
    settings::{Settings, Source},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

/// A PostgreSQL of the test's own, ended with it.
pub struct Postgres {
    folder: TempDir,
    pub url: String,
    options: String,
}

/// Debian keeps PostgreSQL's programs off the path, by version: the newest there is.
fn installed(program: &str) -> PathBuf {
    let mut found: Vec<_> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin").join(program))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found.pop().unwrap_or_else(|| program.into())
}

pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}

/// PostgreSQL refuses to run as root: what is root's is handed over. Without root everything is its own already.
fn as_owner(command: &[&str], file: &Path) {
    if is_root() || command[0] == "chmod" {
        assert!(Command::new(command[0]).args(&command[1..]).arg(file).status().unwrap().success());
    }
}

fn as_postgres(folder: &Path, program: &str, arguments: &[&str]) {
    let program = installed(program);
    let root = is_root();
    let mut command = if root { Command::new("runuser") } else { Command::new(&program) };
    if root {
        command.args(["-u", "postgres", "--"]).arg(&program);
    }
    let done =
        command.args(arguments).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(done.unwrap().success(), "{} {arguments:?}", program.display());
}

impl Postgres {
    pub fn start() -> Self {
        Self::start_with("", |_| {})
    }

    /// With these options more.
    pub fn start_with_options(more: &str) -> Self {
        Self::start_with(more, |_| {})
    }

    /// Spoken to through TLS only.
    pub fn start_with_tls(cert: &Path, key: &Path) -> Self {
        Self::start_with("-c ssl=on", |data| {
            for (from, to) in [(cert, "server.crt"), (key, "server.key")] {
                let file = data.join(to);
                std::fs::copy(from, &file).unwrap();
                as_owner(&["chmod", "600"], &file);
                as_owner(&["chown", "postgres"], &file);
            }
            std::fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").unwrap();
        })
    }

    fn start_with(more: &str, prepare: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::Builder::new().prefix("cloud-pg").tempdir().unwrap();
        as_owner(&["chown", "postgres"], folder.path());
        let data = folder.path().join("data");
        let name = data.to_str().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        as_postgres(folder.path(), "initdb", &["-D", name, "-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        prepare(&data);
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off {more}"
        );
        as_postgres(folder.path(), "pg_ctl", &["-D", name, "-w", "-o", &options, "-l", "log", "start"]);
        let url = format!("postgresql://postgres@127.0.0.1:{port}/postgres");
        Self { folder, url, options }
    }

    fn control(&self, arguments: &[&str]) {
        let data = self.folder.path().join("data");
        let all = [&["-D", data.to_str().unwrap(), "-w"], arguments].concat();
        as_postgres(self.folder.path(), "pg_ctl", &all);
    }

    /// Stops it without waiting for anybody.
    pub fn stop(&self) {
        self.control(&["-m", "immediate", "stop"]);
    }

    /// Starts it again.
    pub fn restart(&self) {
        self.control(&["-o", &self.options, "-l", "log", "start"]);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Heard {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub outbox: PathBuf,
    pub cloud: Arc<Cloud>,
    _folder: TempDir,
    end: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

pub const PASSWORD: &str = "secret-1234";

impl Server {
    /// On that database, or on a SQLite file of its own.
    pub async fn start(database: Option<&str>, more: &[(&str, &str)]) -> Self {
        let (folder, cloud) = Self::open(database, more).await.unwrap();
        let outbox = folder.path().join("outbox");
        let cloud = Arc::new(cloud);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (end, ended) = oneshot::channel();
        let shared = Arc::clone(&cloud);
        let task = tokio::spawn(async move {
            let ended = async {
                let _ = ended.await;
            };
            cloud::serve::serve(shared, listener, ended).await.unwrap();
        });
        Self { address, outbox, cloud, _folder: folder, end: Some(end), task: Some(task) }
    }

    /// What the server is made of, not listening.
    pub async fn open(
        database: Option<&str>,
        more: &[(&str, &str)],
    ) -> Result<(TempDir, Cloud), cloud::StartError> {
        let folder = tempfile::tempdir().unwrap();
        let outbox = folder.path().join("outbox");
        let file = format!("sqlite:///{}", folder.path().join("t.db").display());
        let mut pairs = vec![
            ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
            ("DATABASE_URL", database.unwrap_or(&file)),
            ("OUTBOX_DIR", outbox.to_str().unwrap()),
            ("BCRYPT_ROUNDS", "4"),
            ("RATE_LIMIT", "off"),
            ("ADMIN_EMAIL", "admin@example.com"),
            ("ADMIN_PASSWORD", "admin-password-1"),
        ];
        pairs.extend(more);
        let cloud = Cloud::open(Settings::read(&Source::of(pairs))?).await?;
        Ok((folder, cloud))
    }

    /// Ends it in good order.
    pub async fn end(mut self) {
        let _ = self.end.take().unwrap().send(());
        tokio::time::timeout(Duration::from_secs(10), self.task.take().unwrap()).await.unwrap().unwrap();
    }

    pub async fn raw(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Heard {
        raw_at(self.address, method, path, headers, body).await.unwrap()
    }

    /// With a header or none, JSON or none, under `/api/v1`.
    pub async fn ask(&self, who: &Who, method: &str, path: &str, body: Option<&Value>) -> Heard {
        ask_at(self.address, who, method, path, body).await.unwrap()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Heard {
        sign_in_at(self.address, email, password).await
    }

    /// The last code that was sent to that address.
    pub fn code(&self, to: &str) -> String {
        let mut mails: Vec<PathBuf> =
            std::fs::read_dir(&self.outbox).unwrap().map(|e| e.unwrap().path()).collect();
        mails.sort();
        let mut mails = mails.iter().map(|m| std::fs::read_to_string(m).unwrap());
        let mail = mails.rfind(|m| m.contains(&format!("To: {to}"))).unwrap();
        mail.split("code is: ").nth(1).unwrap()[..6].to_owned()
    }

    /// A new person, signed in.
    pub async fn person(&self, email: &str) -> Who {
        let new = json!({"email": email, "name": "T", "password": PASSWORD});
        assert_eq!(self.ask(&Who::Nobody, "POST", "/users/", Some(&new)).await.status, 200);
        let code = json!({"email": email, "code": self.code(email)});
        assert_eq!(self.ask(&Who::Nobody, "POST", "/users/verify-email", Some(&code)).await.status, 200);
        self.login(email, PASSWORD).await
    }

    pub async fn login(&self, email: &str, password: &str) -> Who {
        let heard = self.sign_in(email, password).await;
        assert_eq!(heard.status, 200, "{heard:?}");
        Who::Person(heard.json()["access_token"].as_str().unwrap().to_owned())
    }

    /// A new bracelet: its id and its key.
    pub async fn bracelet(&self, of: &Who, serial: &str) -> (String, Who) {
        let told =
            self.ask(of, "POST", "/devices/register", Some(&json!({"serial_number": serial}))).await.json();
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        (text(&told["device"]["id"]), Who::Bracelet(text(&told["api_key"])))
    }
}

/// One request on a connection of its own; `None` when the connection broke.
pub async fn raw_at(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Heard> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    if !body.is_empty() || method != "GET" {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let split = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8(answer[..split].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap()[9..12].parse().unwrap();
    let headers = lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_lowercase(), v.to_owned()));
    Some(Heard { status, headers: headers.collect(), body: answer[split + 4..].to_vec() })
}

pub async fn ask_at(
    address: SocketAddr,
    who: &Who,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Option<Heard> {
    let text = body.map(Value::to_string).unwrap_or_default();
    let mut headers = vec![("Content-Type", "application/json")];
    let value;
    match who {
        Who::Nobody => {}
        Who::Person(token) => {
            value = format!("Bearer {token}");
            headers.push(("Authorization", &value));
        }
        Who::Bracelet(key) => headers.push(("X-API-KEY", key)),
    }
    raw_at(address, method, &format!("/api/v1{path}"), &headers, text.as_bytes()).await
}

pub async fn sign_in_at(address: SocketAddr, email: &str, password: &str) -> Heard {
    let form = format!("username={email}&password={password}");
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    raw_at(address, "POST", "/api/v1/token", &kind, form.as_bytes()).await.unwrap()
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Who {
    Nobody,
    Person(String),
    Bracelet(String),
}

/// So many points, a second apart.
pub fn points(from: usize, n: usize) -> Value {
    let one = |i: usize| {
        let at =
            format!("2025-11-{:02}T{:02}:{:02}:{:02}Z", 1 + i / 86_400, i / 3_600 % 24, i / 60 % 60, i % 60);
        json!({"metric_type": "heart_rate", "value": 60.0 + (i % 40) as f64, "timestamp": at})
    };
    json!({"metrics": (from..from + n).map(one).collect::<Vec<_>>()})
}
