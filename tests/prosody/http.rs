//! As much of HTTP as BOSH needs: requests one after the other over one connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than Prosody ever holds a request back, so that it says only that something is broken.
const TIMEOUT: Duration = Duration::from_secs(120);

pub(super) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Connection {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(TIMEOUT)).unwrap();
        Connection(BufReader::new(stream))
    }

    /// The body of the answer; `None` if the server closes the connection instead or answers with an error.
    pub(super) fn post(&mut self, host: &str, target: &str, body: &str) -> Option<String> {
        let request = format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(request.as_bytes()).ok()?;
        let mut length = 0;
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let ok = line.contains(" 200 ");
        loop {
            line.clear();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or((header, ""));
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        ok.then(|| String::from_utf8_lossy(&body).into_owned())
    }
}
