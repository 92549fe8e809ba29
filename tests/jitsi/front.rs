//! The web server in front of Prosody: `config.js`, BOSH and conference requests, also under a tenant.

use std::io::{self, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::http::{Reply, Request};
use super::script::{Answer, Script};

/// How often a connection that gives no answer looks whether the server ends.
const TICK: Duration = Duration::from_millis(50);

/// A running web server. Dropping it ends it.
pub(crate) struct Front {
    address: SocketAddr,
    is_secure: bool,
    shared: Arc<Shared>,
}

/// What came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Method and path of every request.
    pub(crate) requests: Vec<String>,
    /// How many sessions were asked for.
    pub(crate) logins: usize,
    /// Every token, from an address or a header.
    pub(crate) tokens: Vec<String>,
    /// How many conference requests came over HTTP.
    pub(crate) conferences: usize,
}

struct Shared {
    prosody: SocketAddr,
    domain: &'static str,
    scripts: Vec<Script>,
    tls: Option<Arc<ServerConfig>>,
    ends: AtomicBool,
    seen: Mutex<Seen>,
}

impl Front {
    /// Starts one, in front of the server with this domain. `scripts` are given its address.
    pub(crate) fn start(
        prosody: SocketAddr,
        domain: &'static str,
        tls: Option<Arc<ServerConfig>>,
        scripts: impl FnOnce(&str) -> Vec<Script>,
    ) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_secure = tls.is_some();
        let scripts = scripts(&url(address, is_secure, "127.0.0.1"));
        let (ends, seen) = (AtomicBool::new(false), Mutex::default());
        let shared = Arc::new(Shared { prosody, domain, scripts, tls, ends, seen });
        let server = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if server.ends.load(Ordering::Relaxed) {
                    break;
                }
                let server = Arc::clone(&server);
                thread::spawn(move || server.connection(stream));
            }
        });
        Front { address, is_secure, shared }
    }

    /// Its address, without a path. `host` is `127.0.0.1` or `localhost`.
    pub(crate) fn url(&self, host: &str) -> String {
        url(self.address, self.is_secure, host)
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// What has come so far.
    pub(crate) fn seen(&self) -> Seen {
        self.shared.seen().clone()
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self, stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.serve(stream),
            Some(config) => {
                let connection = ServerConnection::new(Arc::clone(config)).unwrap();
                self.serve(StreamOwned::new(connection, stream));
            }
        }
    }

    /// Answers the requests of one connection.
    fn serve<S: Read + Write>(&self, stream: S) {
        let mut stream = BufReader::new(stream);
        while let Some(request) = Request::read(&mut stream) {
            let path = known_path(&request.path);
            let before = self.note(&request, path);
            let script = self.scripts.iter().find(|script| script.path == path);
            let answer = script
                .filter(|script| script.requests.contains(&before))
                .map_or(&Answer::Forward, |script| &script.answer);
            if self.answer(answer, &request, stream.get_mut()).is_err() {
                break;
            }
        }
    }

    /// Returns how many requests came under this path before.
    fn note(&self, request: &Request, path: &str) -> usize {
        let mut seen = self.seen();
        let before = seen.requests.iter().filter(|line| line.ends_with(path)).count();
        seen.requests.push(format!("{} {}", request.method, request.path));
        // The first request of a session has no `sid`.
        if request.body.starts_with("<body") && !request.body.contains(" sid=") {
            seen.logins += 1;
        }
        if path == "/conference-request/v1" {
            seen.conferences += 1;
        }
        let parameters = request.query.split('&');
        let token = parameters.filter_map(|pair| pair.strip_prefix("token=")).map(str::to_owned);
        seen.tokens.extend(token.chain(request.bearer.clone()));
        before
    }

    /// An error ends the connection.
    fn answer(
        &self,
        answer: &Answer,
        request: &Request,
        stream: &mut (impl Read + Write),
    ) -> io::Result<()> {
        let end = || io::Error::from(io::ErrorKind::ConnectionAborted);
        match answer {
            Answer::Forward => self.forward(request).write(stream),
            Answer::Content(status, content_type, body) => {
                plain(*status, content_type, body).write(stream)
            }
            Answer::After(time, answer) => {
                thread::sleep(*time);
                self.answer(answer, request, stream)
            }
            Answer::Never => {
                while !self.ends.load(Ordering::Relaxed) {
                    thread::sleep(TICK);
                }
                Err(end())
            }
            Answer::Endless(start) => {
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n{start}")?;
                let more = " ".repeat(64 * 1024);
                while !self.ends.load(Ordering::Relaxed) {
                    stream.write_all(more.as_bytes())?;
                }
                Err(end())
            }
            Answer::CutOff => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<body ")?;
                stream.flush()?;
                Err(end())
            }
            Answer::Redirect(target) => write!(
                stream,
                "HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"
            ),
        }
    }

    /// As the rules of Jitsi's nginx do it.
    fn forward(&self, request: &Request) -> Reply {
        let path = known_path(&request.path);
        let tenant = request.path.strip_suffix(path).and_then(|tenant| tenant.strip_prefix('/'));
        let (host, target) = match (path, tenant) {
            ("/http-bind", None) => (self.domain.to_owned(), format!("{path}?{}", request.query)),
            ("/http-bind", Some(tenant)) => {
                (self.domain.to_owned(), format!("{path}?prefix={tenant}&{}", request.query))
            }
            ("/conference-request/v1", _) => (format!("focus.{}", self.domain), path.to_owned()),
            // Every other address is a room's, and gets the meeting page. A file that is missing is missing.
            _ if path == "/config.js" => return plain(404, "text/html", "<html>404</html>"),
            _ => return plain(200, "text/html", "<!DOCTYPE html><html>the meeting page</html>"),
        };
        TcpStream::connect(self.prosody)
            .ok()
            .and_then(|server| request.forward(server, &host, &target))
            .unwrap_or_else(|| plain(502, "text/html", "<html>502 Bad Gateway</html>"))
    }
}

fn url(address: SocketAddr, is_secure: bool, host: &str) -> String {
    let scheme = if is_secure { "https" } else { "http" };
    format!("{scheme}://{host}:{}", address.port())
}

/// The path without the tenant in front of it.
fn known_path(path: &str) -> &str {
    let known = ["/http-bind", "/config.js", "/conference-request/v1"];
    known.into_iter().find(|known| path.ends_with(known)).unwrap_or(path)
}

fn plain(status: u16, content_type: &str, body: &str) -> Reply {
    Reply { status, content_type: content_type.to_owned(), date: None, body: body.into() }
}
