//! The links and tokens of one line.

use memchr::memmem;

use super::character::{is_mark, without_width};
use super::logical::Line;
use super::run::{self, scheme_at};
use super::token;
use super::written::Written;

/// Something in a line that is a link or a token, or the beginning of one.
pub(super) struct Candidate {
    /// Where it begins in the line.
    pub(super) at: usize,
    /// As it is opened.
    pub(super) written: Written,
    /// Marks that follow it and are not part of it, unless it goes on with the next line.
    pub(super) marks: String,
    /// Nothing but white space follows it in the line.
    pub(super) reaches_end: bool,
}

/// What lines are searched for.
pub(super) struct Scanner {
    scheme: memmem::Finder<'static>,
    json_scheme: memmem::Finder<'static>,
    payload: memmem::Finder<'static>,
}

/// Where the next link begins, and where the search for the one after it goes on.
struct Hit {
    start: usize,
    after: usize,
}

/// No scheme is longer: `org.jitsi.meet`.
const LONGEST_SCHEME: usize = 14;
/// The longest address without its token that is looked for, in octets.
const LONGEST_ADDRESS: usize = 2048;
/// The marks after a link that is alone on its line, at most.
const MOST_MARKS: usize = 8;
/// The shortest word at the end of a line that may be the beginning of a token.
const SHORTEST_HEADER: usize = 12;

impl Scanner {
    pub(super) fn new() -> Self {
        Scanner {
            scheme: memmem::Finder::new("://"),
            json_scheme: memmem::Finder::new(":\\/\\/"),
            // The payload of a token begins like its header.
            payload: memmem::Finder::new(".e"),
        }
    }

    /// All candidates of a line from `from`, in their order.
    pub(super) fn candidates(
        &self,
        line: Line<'_>,
        from: usize,
        html: bool,
        mut each: impl FnMut(Candidate),
    ) {
        let text = line.text;
        let mut position = from;
        let mut link = self.next_link(text, position);
        let mut token = self.next_token(text, position);
        let mut at_end = false;
        loop {
            if link.as_ref().is_some_and(|hit| hit.start < position) {
                link = self.next_link(text, position);
            }
            if token.as_ref().is_some_and(|hit| hit.start < position) {
                token = self.next_token(text, position);
            }
            let candidate = match (&link, &token) {
                (Some(hit), token)
                    if token.as_ref().is_none_or(|token| hit.start <= token.start) =>
                {
                    let run = run::link(text, hit.start, html);
                    position = run.end.max(hit.after);
                    of_link(line, hit.start, run)
                }
                (_, Some(hit)) if let Some(start) = address_start(text, position, hit.start) => {
                    let run = run::link(text, start, html);
                    position = run.end.max(hit.after);
                    of_link(line, start, run)
                }
                (_, Some(hit)) => {
                    let (candidate, end) = of_token(line, hit.start);
                    position = end.max(hit.after);
                    candidate
                }
                (_, None) => break,
            };
            at_end = candidate.reaches_end;
            each(candidate);
        }
        if !at_end
            && line.ends
            && let Some(candidate) = last_word(line, position)
        {
            each(candidate);
        }
    }

    fn next_link(&self, text: &[u8], from: usize) -> Option<Hit> {
        let mut position = from;
        loop {
            let rest = text.get(position..)?;
            let plain = self.scheme.find(rest);
            let escaped = self.json_scheme.find(&rest[..plain.unwrap_or(rest.len())]);
            let colon = position + escaped.or(plain)?;
            position = colon + 3;
            let before = &text[from.max(colon.saturating_sub(LONGEST_SCHEME))..colon];
            let scheme =
                ["org.jitsi.meet", "https", "http", "intent", "wss"].into_iter().find(|scheme| {
                    before.len() >= scheme.len()
                        && before[before.len() - scheme.len()..]
                            .eq_ignore_ascii_case(scheme.as_bytes())
                });
            if let Some(scheme) = scheme {
                return Some(Hit { start: colon - scheme.len(), after: position });
            }
        }
    }

    fn next_token(&self, text: &[u8], from: usize) -> Option<Hit> {
        let mut position = from;
        loop {
            let dot = position + self.payload.find(text.get(position..)?)?;
            if token::begins(&text[dot + 1..]) {
                // The header: back to what cannot be in it.
                let length = text[position..dot]
                    .iter()
                    .rev()
                    .take_while(|octet| {
                        **octet != b'.' && token::is_token_octet(**octet) || **octet == b'='
                    })
                    .count();
                let part = &text[dot - length..dot];
                let header =
                    (0..part.len()).find(|at| part[*at] == b'e' && token::begins(&part[*at..]));
                if let Some(header) = header {
                    return Some(Hit { start: dot - length + header, after: dot + 2 });
                }
            }
            // The letter after the dot may begin the header.
            position = dot + 1;
        }
    }
}

/// Where the address begins that a token is in, if that has no scheme: `/room?jwt=`, as web servers log it, or
/// `meet.example.org/room?jwt=`. `None`: there is none. It begins at `from` or later.
fn address_start(text: &[u8], from: usize, token: usize) -> Option<usize> {
    let from = from.max(token.saturating_sub(LONGEST_ADDRESS));
    let before = &text[from..token];
    if !(before.ends_with(b"jwt=") || before.ends_with(b"token=")) {
        return None;
    }
    let of_address = |octet: &&u8| {
        octet.is_ascii_alphanumeric() || **octet >= 0x80 || b"-._~:/?#@!$&*+,;=%".contains(octet)
    };
    let length = before.iter().rev().take_while(of_address).count();
    let address = &before[before.len() - length..];
    let slash = memchr::memchr(b'/', address)?;
    // The token is a parameter of it.
    memchr::memchr2(b'?', b'#', &address[slash..])?;
    let start = token - length;
    if slash == 0 {
        let begins = start.checked_sub(1).is_none_or(|at| {
            text[at].is_ascii_whitespace() || matches!(text[at], b'"' | b'\'' | b'`' | b'(')
        });
        return begins.then_some(start);
    }
    let is_of_host = |octet: &u8| octet.is_ascii_alphanumeric() || b"-.".contains(octet);
    let host_start =
        |host: &[u8]| host.iter().rposition(|octet| !is_of_host(octet)).map_or(0, |at| at + 1);
    let host = &address[..slash];
    let port = host.iter().rev().take_while(|octet| octet.is_ascii_digit()).count();
    let end = match host[..host.len() - port].strip_suffix(b":") {
        Some(name) if port > 0 => name.len(),
        _ => host.len(),
    };
    let at = host_start(&host[..end]);
    let is_host = host[at..end].contains(&b'.') && host[at].is_ascii_alphanumeric();
    is_host.then_some(start + at)
}

fn of_link(line: Line<'_>, at: usize, run: run::Run) -> Candidate {
    let mut text = run.text;
    let mut marks = text.split_off(run.trimmed);
    let rest = line.text[run.end..].trim_ascii_end();
    let reaches_end = line.ends && rest.is_empty();
    if text.starts_with(b"//") {
        text.splice(..0, *b"https:");
    } else if text[0] != b'/'
        && memmem::find(&text, b":").is_none_or(|colon| !text[colon..].starts_with(b"://"))
    {
        text.splice(..0, *b"https://");
    }
    if is_alone(line, at, &line.text[run.trimmed_end..]) {
        text.append(&mut marks);
        text.extend_from_slice(rest);
    }
    Candidate {
        at,
        written: Written::Link(String::from_utf8_lossy(&text).into_owned()),
        marks: String::from_utf8_lossy(&marks).into_owned(),
        reaches_end,
    }
}

fn of_token(line: Line<'_>, at: usize) -> (Candidate, usize) {
    let text = line.text;
    let mut end = at;
    while let Some(octet) = text.get(end) {
        let goes_on = match octet {
            b'=' => text
                .get(end + 1)
                .is_none_or(|next| token::is_token_octet(*next) || matches!(next, b'=' | b'\r')),
            0xe2 | 0xef | 0xc2 => {
                // A character without width inside.
                let length = if *octet == 0xc2 { 2 } else { 3 };
                let invisible = text
                    .get(end..end + length)
                    .and_then(|octets| std::str::from_utf8(octets).ok())
                    .and_then(|text| text.chars().next())
                    .is_some_and(without_width);
                if invisible
                    && text.get(end + length).is_some_and(|next| token::is_token_octet(*next))
                {
                    end += length - 1;
                    true
                } else {
                    false
                }
            }
            octet => token::is_token_octet(*octet),
        };
        if !goes_on {
            break;
        }
        end += 1;
    }
    let dots = text[at..end].iter().rev().take_while(|octet| **octet == b'.').count();
    let inner = memchr::memchr_iter(b'.', &text[at..end - dots]).count();
    // `a.b.` has an empty signature.
    let dots = if inner < 2 { dots.saturating_sub(1) } else { dots };
    let rest = text[end..].trim_ascii_end();
    let mut token = text[at..end - dots].to_vec();
    let mut marks = text[end - dots..end].to_vec();
    if is_alone(line, at, &text[end - dots..]) {
        token.append(&mut marks);
        token.extend_from_slice(rest);
    }
    let candidate = Candidate {
        at,
        written: Written::Token(String::from_utf8_lossy(&token).into_owned()),
        marks: String::from_utf8_lossy(&marks).into_owned(),
        reaches_end: line.ends && rest.is_empty(),
    };
    (candidate, end)
}

/// Whether there is nothing in a line but a link or token, quotation marks of a reply before it, and marks after it.
fn is_alone(line: Line<'_>, at: usize, rest: &[u8]) -> bool {
    if !(line.begins && line.ends) || at > LONGEST_SCHEME {
        return false;
    }
    let before = line.text[..at].iter().all(|octet| octet.is_ascii_whitespace() || *octet == b'>');
    let rest = rest.trim_ascii_end();
    before
        && rest.len() <= MOST_MARKS * 3
        && std::str::from_utf8(rest).is_ok_and(|rest| {
            rest.chars().count() <= MOST_MARKS
                && rest.chars().all(|mark| ")],;>\"'.!?:}*~".contains(mark) || is_mark(mark))
        })
}

/// The last word of a line, if it may be the beginning of a token that goes on with the next line.
fn last_word(line: Line<'_>, from: usize) -> Option<Candidate> {
    let text = line.text[from..].trim_ascii_end();
    let length = text
        .iter()
        .rev()
        .take_while(|octet| token::is_token_octet(**octet) || **octet == b'=')
        .count();
    let at = from + text.len() - length;
    let word = &text[text.len() - length..];
    (length >= SHORTEST_HEADER && token::begins(word)).then(|| Candidate {
        at,
        written: Written::Token(String::from_utf8_lossy(word).into_owned()),
        marks: String::new(),
        reaches_end: true,
    })
}

/// The octets at the beginning of a line that are not text of its own: quotation marks of a reply, and indentation.
pub(super) fn prefix_length(line: &[u8]) -> usize {
    line.iter().take_while(|octet| matches!(octet, b' ' | b'\t' | b'>' | b'|')).count()
}

/// What can go on with a link of the line before: the length of the text at the beginning of a line that has no
/// character which ends a link. Zero if another link begins there.
pub(super) fn continuation_length(text: &[u8]) -> usize {
    if scheme_at(text) {
        return 0;
    }
    text.iter()
        .take_while(|octet| octet.is_ascii_alphanumeric() || b"-._~%=&#+/:?@!$*".contains(octet))
        .count()
}
