//! Reads a text, line by line.

use super::encoding::{Encoding, SAMPLE, Utf16, recognized};
use super::examined::LONGEST;
use super::joiner::Joiner;
use super::logical::{Line, Logical, cut};
use super::mail::{Body, Coding, Mail, Part};
use super::transfer::{Base64, quoted_printable};
use super::unfold::Calendar;
use super::written::Found;

/// How much of a line is kept, in octets. A longer one is read in pieces, which are cut where no link is.
const LONGEST_LINE: usize = 1 << 20;

/// Finds the links and tokens of a text, in their order.
///
/// At most a few MiB are kept, whatever the text. A line of any length is read: one that is longer than 1 MiB in pieces.
/// Only a link of more than 64 KiB is cut, and says so ([`Damage::TooLong`](super::Damage::TooLong)).
pub struct Finder {
    /// The line that is being read, from 1.
    number: u64,
    /// The beginning of a line, of which the rest is not there yet.
    partial: Vec<u8>,
    /// The next octet begins a line.
    begins: bool,
    /// The beginning of the text, until its encoding is known.
    head: Vec<u8>,
    encoding: Option<Encoding>,
    utf16: Utf16,
    mail: Mail,
    content: Content,
}

/// The content of the text, past the encodings of files.
struct Content {
    body: Body,
    base64: Base64,
    decoded: Logical,
    /// `decoded` begins a line.
    decoded_begins: bool,
    calendar: Calendar,
    /// A page that begins in plain text.
    page: bool,
    joiner: Joiner,
}

impl Default for Finder {
    fn default() -> Self {
        Self::new()
    }
}

impl Finder {
    /// A finder at the beginning of a text.
    pub fn new() -> Self {
        Finder {
            number: 1,
            partial: Vec::new(),
            begins: true,
            head: Vec::new(),
            encoding: None,
            utf16: Utf16::default(),
            mail: Mail::new(),
            content: Content {
                body: Body::default(),
                base64: Base64::default(),
                decoded: Logical::default(),
                decoded_begins: true,
                calendar: Calendar::default(),
                page: false,
                joiner: Joiner::new(),
            },
        }
    }

    /// Reads the next octets of the text, however many, and hands on what they complete.
    pub fn read(&mut self, octets: &[u8], found: &mut impl FnMut(Found)) {
        if self.encoding.is_some() {
            return self.decode(octets, found);
        }
        self.head.extend_from_slice(octets);
        if self.head.len() >= SAMPLE || memchr::memchr(b'\n', octets).is_some() {
            self.begin(found);
        }
    }

    /// Reads the next line, whole. It may have a line feed at its end, and a carriage return.
    pub fn line(&mut self, line: &[u8], found: &mut impl FnMut(Found)) {
        self.read(line.strip_suffix(b"\n").unwrap_or(line), found);
        self.read(b"\n", found);
    }

    /// The text ends: hands on what was not certain before.
    pub fn finish(mut self, found: &mut impl FnMut(Found)) {
        if self.encoding.is_none() {
            self.begin(found);
        }
        if !self.partial.is_empty() || !self.begins {
            self.lines(b"\n", found);
        }
        self.content.end(found);
    }

    /// Finds out the encoding, and reads what was kept for that.
    fn begin(&mut self, found: &mut impl FnMut(Found)) {
        let (encoding, mark) = recognized(&self.head);
        self.encoding = Some(encoding);
        let head = std::mem::take(&mut self.head);
        self.decode(&head[mark..], found);
    }

    fn decode(&mut self, octets: &[u8], found: &mut impl FnMut(Found)) {
        let order = match self.encoding {
            Some(Encoding::Utf16Le) => u16::from_le_bytes,
            Some(Encoding::Utf16Be) => u16::from_be_bytes,
            Some(Encoding::Ascii) | None => return self.lines(octets, found),
        };
        for octets in octets.chunks(LONGEST_LINE) {
            let text = self.utf16.decoded(octets, order);
            self.lines(text.as_bytes(), found);
        }
    }

    /// Reads text, however much of it.
    fn lines(&mut self, text: &[u8], found: &mut impl FnMut(Found)) {
        let mut rest = text;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, more) = rest.split_at(end);
            rest = &more[1..];
            if self.partial.is_empty() && line.len() <= LONGEST_LINE {
                self.piece(line, true, found);
            } else {
                self.keep(line, found);
                let mut line = std::mem::take(&mut self.partial);
                self.piece(&line, true, found);
                line.clear();
                self.partial = line;
            }
        }
        self.keep(rest, found);
    }

    /// Keeps the beginning of a line. If it gets too long, a part of it is read.
    fn keep(&mut self, octets: &[u8], found: &mut impl FnMut(Found)) {
        let mut rest = octets;
        while self.partial.len() + rest.len() > LONGEST_LINE {
            let (now, later) = rest.split_at(LONGEST_LINE.saturating_sub(self.partial.len()));
            self.partial.extend_from_slice(now);
            rest = later;
            let mut partial = std::mem::take(&mut self.partial);
            let at = cut(&partial, LONGEST);
            self.piece(&partial[..at], false, found);
            partial.drain(..at);
            self.partial = partial;
        }
        self.partial.extend_from_slice(rest);
    }

    /// Reads a line, or a part of one that is too long.
    fn piece(&mut self, text: &[u8], ends: bool, found: &mut impl FnMut(Found)) {
        let number = self.number;
        let begins = std::mem::replace(&mut self.begins, ends);
        self.number += u64::from(ends);
        let text = if ends { text.strip_suffix(b"\r").unwrap_or(text) } else { text };
        if begins {
            match self.mail.take(text) {
                Part::Between => {
                    self.content.end(found);
                    self.content.body = Body::default();
                }
                Part::Header => {
                    self.content.end_coding(found);
                    self.content.body = Body::default();
                }
                Part::Body(body) => self.content.body = body,
            }
        }
        self.content.take(Line { text, starts: &[(0, number)], begins, ends }, found);
    }
}

impl Content {
    /// Reads a line of a body, as it is in the file.
    fn take(&mut self, line: Line<'_>, found: &mut impl FnMut(Found)) {
        match self.body.coding {
            Coding::Plain => self.shown(line, found),
            Coding::QuotedPrintable => {
                let mut text = Vec::with_capacity(line.text.len());
                let goes_on = quoted_printable(line.text, &mut text);
                self.decoded.push(&text, line.number(0));
                self.decoded_line(!goes_on && line.ends, found);
            }
            Coding::Base64 => {
                let mut text = Vec::with_capacity(line.text.len());
                self.base64.decode(line.text, &mut text);
                let mut rest = &text[..];
                while let Some(end) = memchr::memchr(b'\n', rest) {
                    self.decoded.push(&rest[..end], line.number(0));
                    self.decoded_line(true, found);
                    rest = &rest[end + 1..];
                }
                self.decoded.push(rest, line.number(0));
                self.decoded_line(false, found);
            }
        }
    }

    /// Hands on a decoded line if it ends, or a part of it if it is too long.
    fn decoded_line(&mut self, ends: bool, found: &mut impl FnMut(Found)) {
        if !ends && self.decoded.text.len() <= LONGEST_LINE {
            return;
        }
        let mut decoded = std::mem::take(&mut self.decoded);
        let begins = std::mem::replace(&mut self.decoded_begins, ends);
        if ends {
            if decoded.text.last() == Some(&b'\r') {
                decoded.text.pop();
            }
            self.shown(decoded.line(begins, true), found);
            decoded.clear();
        } else {
            let at = cut(&decoded.text, LONGEST);
            let line = decoded.line(begins, false);
            self.shown(Line { text: &line.text[..at], ..line }, found);
            decoded.drain(at);
        }
        self.decoded = decoded;
    }

    /// Reads a line as a program shows it.
    fn shown(&mut self, line: Line<'_>, found: &mut impl FnMut(Found)) {
        if Calendar::begins(line) {
            self.calendar.open = true;
        }
        let html = self.body.html || self.page;
        let joiner = &mut self.joiner;
        if self.calendar.open {
            self.calendar.take(line, LONGEST_LINE, |line| joiner.closed_line(line, false, found));
            return;
        }
        if line.begins && begins_page(line.text) {
            self.page = true;
        }
        joiner.line(line, html || self.page, found);
    }

    /// A part of the text ends.
    fn end(&mut self, found: &mut impl FnMut(Found)) {
        self.end_coding(found);
        let joiner = &mut self.joiner;
        self.calendar.end(&mut |line| joiner.closed_line(line, false, found));
        self.calendar.open = false;
        self.page = false;
        self.joiner.end(found);
    }

    /// What was encoded ends.
    fn end_coding(&mut self, found: &mut impl FnMut(Found)) {
        if !self.decoded.text.is_empty() {
            self.decoded_line(true, found);
        }
        self.decoded_begins = true;
        self.base64 = Base64::default();
    }
}

/// Whether a line begins a page.
fn begins_page(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    ["<!doctype html", "<html"].iter().any(|tag| {
        line.get(..tag.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(tag.as_bytes()))
    })
}
