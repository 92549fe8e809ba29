//! A key server: it serves `sha256(kid).pem` over HTTP on loopback (`jitsi-tokens` facts, §1.1).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use aws_lc_rs::digest::{SHA256, digest};

/// A running key server. Dropping it ends it.
pub(crate) struct KeyServer {
    address: SocketAddr,
    server: Option<JoinHandle<()>>,
}

impl KeyServer {
    /// Serves these public keys, each a `kid` and a PEM text.
    pub(crate) fn start(keys: &[(&str, &str)]) -> KeyServer {
        let keys = keys.iter().map(|(kid, pem)| (path(kid), (*pem).to_owned()));
        let keys: Arc<HashMap<String, String>> = Arc::new(keys.collect());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let keys = Arc::clone(&keys);
                match serve(stream, &keys) {
                    Some(()) => {}
                    None => break,
                }
            }
        });
        KeyServer { address, server: Some(server) }
    }

    /// The URL for `asap_key_server`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }
}

impl Drop for KeyServer {
    fn drop(&mut self) {
        // Without a request, a connection ends the server.
        let _ = TcpStream::connect(self.address);
        let _ = self.server.take().map(JoinHandle::join);
    }
}

fn path(kid: &str) -> String {
    let mut path = "/keys/".to_owned();
    for byte in digest(&SHA256, kid.as_bytes()).as_ref() {
        write!(path, "{byte:02x}").unwrap();
    }
    path + ".pem"
}

/// Answers one request; `None` if there is none.
fn serve(stream: TcpStream, keys: &HashMap<String, String>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request).ok()?;
    let path = request.split(' ').nth(1)?.to_owned();
    while request.trim() != "" {
        request.clear();
        if reader.read_line(&mut request).unwrap_or(0) == 0 {
            break;
        }
    }
    let (status, body) = match keys.get(&path) {
        Some(pem) => ("200 OK", pem.as_str()),
        None => ("404 Not Found", "no such key"),
    };
    let length = body.len();
    let reply = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    let _ = reader.into_inner().write_all(reply.as_bytes());
    Some(())
}
