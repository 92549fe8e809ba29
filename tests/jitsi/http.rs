//! As much of HTTP/1.1 as the web server in front needs.

use std::io::{self, BufRead, Read, Write};

/// A request, read completely.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) bearer: Option<String>,
    pub(super) content_type: String,
    pub(super) body: String,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: String,
    pub(super) date: Option<String>,
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The next one; `None` at the end of the connection.
    pub(super) fn read(stream: &mut impl BufRead) -> Option<Request> {
        let (first, headers) = head(stream)?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let header = |name: &str| {
            headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
        };
        let length = header("content-length").map_or(0, |value| value.parse().unwrap());
        assert!(header("transfer-encoding").is_none(), "a body of unknown length");
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        Some(Request {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            bearer: header("authorization")
                .and_then(|value| value.strip_prefix("Bearer ").map(str::to_owned)),
            content_type: header("content-type").unwrap_or_default().to_owned(),
            body: String::from_utf8(body).unwrap(),
        })
    }

    /// Sends it to another server, whose connection is for this request alone, and reads the answer.
    pub(super) fn forward<S: Read + Write>(
        &self,
        mut server: S,
        host: &str,
        target: &str,
    ) -> Option<Reply> {
        let Request { method, content_type, body, .. } = self;
        let bearer = self.bearer.iter().map(|bearer| format!("Authorization: Bearer {bearer}\r\n"));
        let bearer: String = bearer.collect();
        let length = body.len();
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {content_type}\r\n{bearer}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
        server.write_all(request.as_bytes()).ok()?;
        let mut stream = io::BufReader::new(server);
        let (first, headers) = head(&mut stream)?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let header = |name: &str| {
            headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone())
        };
        let mut body = Vec::new();
        stream.read_to_end(&mut body).ok()?;
        Some(Reply {
            status,
            content_type: header("content-type").unwrap_or_default(),
            date: header("date"),
            body,
        })
    }
}

impl Reply {
    pub(super) fn write(&self, stream: &mut impl Write) -> io::Result<()> {
        let Reply { status, content_type, body, .. } = self;
        let date = self.date.iter().map(|date| format!("Date: {date}\r\n"));
        let date: String = date.collect();
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} Status\r\nContent-Type: {content_type}\r\n{date}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        stream.flush()
    }
}

/// The first line, and the headers with their names in lower case.
fn head(stream: &mut impl BufRead) -> Option<(String, Vec<(String, String)>)> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut lines = lines.into_iter();
    let first = lines.next()?;
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    });
    Some((first, headers.collect()))
}
