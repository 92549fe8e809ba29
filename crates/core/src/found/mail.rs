//! Messages in a text: which lines are headers, and how the lines of a body are encoded.
//!
//! Headers are recognised wherever a message or a part of one can begin: at the beginning of the text, after the line
//! `From …` of an mbox, after the boundary of a multipart, and where a line begins with `Content-Type:` or its like, as in
//! a piece of a message's source.

/// How a body is encoded.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Coding {
    /// The lines are the text.
    #[default]
    Plain,
    QuotedPrintable,
    Base64,
}

/// What a body is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) coding: Coding,
    pub(super) html: bool,
}

/// What a line is.
pub(super) enum Part {
    /// A boundary, or an empty line after headers. Whatever was open ends.
    Between,
    /// A header.
    Header,
    Body(Body),
}

/// Where in a message the text is.
pub(super) struct Mail {
    body: Body,
    headers: Option<Headers>,
    boundaries: Vec<Vec<u8>>,
    /// The line before was empty, or there is none.
    after_empty: bool,
    /// The text begins as an mbox does. Elsewhere, `From ` begins a sentence.
    mbox: bool,
    first: bool,
}

/// Headers that are being read.
struct Headers {
    /// What to go back to if they turn out to be none.
    before: Body,
    seen: usize,
    content_type: Vec<u8>,
    coding: Vec<u8>,
    last: Field,
    /// `From …` of an mbox stands before them: the message before has ended.
    new_message: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    ContentType,
    Coding,
    Other,
}

/// The longest value of a header that is kept, in octets.
const LONGEST_VALUE: usize = 4096;
/// RFC 2046 allows 70.
const LONGEST_BOUNDARY: usize = 200;
/// How deep multiparts are in each other, at most.
const MOST_BOUNDARIES: usize = 32;

impl Mail {
    pub(super) fn new() -> Self {
        Mail {
            body: Body::default(),
            headers: Some(Headers::new(Body::default(), false)),
            boundaries: Vec::new(),
            after_empty: true,
            mbox: false,
            first: true,
        }
    }

    /// Takes the next line, without its line end.
    pub(super) fn take(&mut self, line: &[u8]) -> Part {
        let after_empty = std::mem::replace(&mut self.after_empty, line.is_empty());
        if line.starts_with(b"--") && self.boundary(line) {
            return Part::Between;
        }
        let from = after_empty && line.starts_with(b"From ");
        self.mbox |= from && self.first;
        self.first &= line.is_empty();
        if from && self.mbox {
            self.headers = Some(Headers::new(self.body, true));
            return Part::Between;
        }
        if self.headers.is_none() && begins_part(line) {
            self.headers = Some(Headers::new(self.body, false));
        }
        let Some(headers) = &mut self.headers else { return Part::Body(self.body) };
        if line.is_empty() {
            if headers.seen > 0 {
                self.begin_body();
            }
            return Part::Between;
        }
        if headers.take(line) {
            return Part::Header;
        }
        self.body = headers.before;
        self.headers = None;
        Part::Body(self.body)
    }

    /// Whether a line that begins with `--` is a boundary that is known, and what it means.
    fn boundary(&mut self, line: &[u8]) -> bool {
        let line = line[2..].trim_ascii_end();
        let known = |line: &[u8]| self.boundaries.iter().rposition(|boundary| boundary == line);
        if let Some(at) = known(line) {
            self.boundaries.truncate(at + 1);
            self.body = Body::default();
            self.headers = Some(Headers::new(self.body, false));
            true
        } else if let Some(at) = line.strip_suffix(b"--").and_then(known) {
            self.boundaries.truncate(at);
            self.body = Body::default();
            self.headers = None;
            true
        } else {
            if self.body.coding == Coding::Base64 {
                // Not a line of base64: the boundary of a piece of a message, whose headers are missing.
                self.body = Body::default();
                self.headers = Some(Headers::new(self.body, false));
                return true;
            }
            false
        }
    }

    fn begin_body(&mut self) {
        let Some(headers) = self.headers.take() else { return };
        if headers.new_message {
            self.boundaries.clear();
        }
        let media_type = headers
            .content_type
            .split(|octet| *octet == b';')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        let is = |name: &str| media_type.eq_ignore_ascii_case(name.as_bytes());
        let coding = headers.coding.trim_ascii();
        self.body = Body {
            coding: if coding.eq_ignore_ascii_case(b"quoted-printable") {
                Coding::QuotedPrintable
            } else if coding.eq_ignore_ascii_case(b"base64") {
                Coding::Base64
            } else {
                Coding::Plain
            },
            html: is("text/html") || is("application/xhtml+xml"),
        };
        if let Some(boundary) = boundary_of(&headers.content_type)
            && self.boundaries.len() < MOST_BOUNDARIES
        {
            self.boundaries.push(boundary);
            self.body = Body::default();
        }
    }
}

impl Headers {
    fn new(before: Body, new_message: bool) -> Self {
        Headers {
            before,
            seen: 0,
            content_type: Vec::new(),
            coding: Vec::new(),
            last: Field::Other,
            new_message,
        }
    }

    /// Takes a line. False: it is no header.
    fn take(&mut self, line: &[u8]) -> bool {
        let value = if line[0] == b' ' || line[0] == b'\t' {
            if self.seen == 0 {
                return false;
            }
            line
        } else {
            let Some(colon) = memchr::memchr(b':', line) else { return false };
            let name = &line[..colon];
            let is_name =
                |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_');
            // An address (`https://…`) is no header.
            if name.is_empty() || !name.iter().all(is_name) || line[colon + 1..].starts_with(b"//")
            {
                return false;
            }
            self.last = if name.eq_ignore_ascii_case(b"content-type") {
                Field::ContentType
            } else if name.eq_ignore_ascii_case(b"content-transfer-encoding") {
                Field::Coding
            } else {
                Field::Other
            };
            self.seen += 1;
            &line[colon + 1..]
        };
        let kept = match self.last {
            Field::ContentType => &mut self.content_type,
            Field::Coding => &mut self.coding,
            Field::Other => return true,
        };
        let room = LONGEST_VALUE.saturating_sub(kept.len());
        kept.extend_from_slice(&value[..value.len().min(room)]);
        true
    }
}

/// Whether a line begins the headers of a part, wherever it stands.
fn begins_part(line: &[u8]) -> bool {
    ["content-type:", "content-transfer-encoding:", "mime-version:"].iter().any(|name| {
        line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
    })
}

fn boundary_of(content_type: &[u8]) -> Option<Vec<u8>> {
    let lower = content_type.to_ascii_lowercase();
    if !lower.trim_ascii_start().starts_with(b"multipart/") {
        return None;
    }
    let start = memchr::memmem::find(&lower, b"boundary")? + "boundary".len();
    let value = content_type[start..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let boundary = match value.strip_prefix(b"\"") {
        Some(quoted) => quoted.split(|octet| *octet == b'"').next(),
        None => value.split(|octet| *octet == b';' || octet.is_ascii_whitespace()).next(),
    }?;
    (!boundary.is_empty() && boundary.len() <= LONGEST_BOUNDARY).then(|| boundary.to_vec())
}
