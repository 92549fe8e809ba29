//! The text of a file, in whatever encoding it is.
//!
//! Text in UTF-8 is read from the file itself. Text in another encoding is decoded once, into a temporary file that
//! nobody else can open, and is read from there.

mod code_pages;
mod decode;
mod encoding;
mod garbled;
mod guess;
mod misread;
mod reader;
mod remarks;
mod scan;
mod words;

use std::fs::File;
use std::io::Read as _;
use std::sync::Mutex;

use super::file::RosterFile;
use super::format::{EXPORT, Foreign};
use super::lines::line_of;
use crate::problem::Problem;
use crate::remark::Remark;
use encoding::TextEncoding;
use garbled::GarbledFinder;
use guess::Guess;
pub(super) use reader::TextReader;
use scan::Scan;

/// How much of the text is looked at to find out what separates its cells, in octets.
const START: usize = 1 << 16;

/// The text of a file.
#[derive(Debug)]
pub(super) struct Text {
    body: Body,
    /// How it was read, and what looks wrong in it.
    pub(super) remarks: Vec<Remark>,
}

#[derive(Debug)]
enum Body {
    /// The file itself, from this octet on.
    Original(u64),
    /// A copy in UTF-8. The lock is for moving to a place in it and reading there.
    Decoded(Mutex<File>),
}

impl Text {
    /// Recognizes the encoding of a file. `wanted` is the label of the encoding that the user says it has.
    ///
    /// # Errors
    /// The [`Problem`] why it is no text, or none that can be read.
    pub(super) fn open(
        file: &RosterFile,
        start: &[u8],
        wanted: Option<&str>,
    ) -> Result<Text, Problem> {
        let label = wanted.unwrap_or_default();
        let wanted = wanted.map(|label| of_label(file, label)).transpose()?;
        let marked = TextEncoding::of_mark(start);
        let (certain, skip) = match (wanted, marked) {
            (Some(wanted), Some((marked, _))) if !agree(wanted, marked) => {
                return Err(contradiction(file, wanted, marked));
            }
            (_, Some((marked, _))) => (Some(marked), marks(start)),
            // `utf-16` means either order, which its mark would say.
            (Some(wanted), None) if wanted.is_utf16() && !names_order(label) => {
                (TextEncoding::utf16_without_mark(start).or(Some(wanted)), 0)
            }
            (wanted, None) => (wanted, 0),
        };
        if let Some(encoding) = certain.filter(|encoding| encoding.is_utf16()) {
            return Text::decoded(file, skip, encoding, Vec::new());
        }
        if certain.is_none()
            && let Some(encoding) = TextEncoding::utf16_without_mark(start)
        {
            let remark = remarks::without_mark(encoding);
            return Text::decoded(file, skip, encoding, vec![remark]);
        }
        // No text of any other encoding has one.
        if start.contains(&0) {
            let message = "this is not a text file";
            return Err(Problem::of_file("not-csv", file.shown(), message).hint(EXPORT));
        }
        let mut scan = file.read(skip, Scan::of)?;
        let is_ascii = scan.valid + scan.invalid == 0;
        // Text in other encodings has hardly anything that is valid UTF-8 by chance.
        let is_damaged = scan.valid >= scan.invalid;
        match certain {
            Some(encoding) if !encoding.is_utf8() => {
                // The same octets in both.
                if encoding.is_ascii_compatible() && is_ascii && !scan.has_escapes {
                    return Ok(Text { body: Body::Original(skip), remarks: Vec::new() });
                }
                Text::decoded(file, skip, encoding, Vec::new())
            }
            None if scan.has_escapes && is_ascii => Text::guessed(file, skip),
            _ if scan.invalid == 0 => {
                scan.garbled.end_run();
                let mut text = Text { body: Body::Original(skip), remarks: Vec::new() };
                text.remarks = text.wrong_letters(file, &scan.garbled)?;
                Ok(text)
            }
            Some(_) => Err(damaged(file, skip, &scan, true)),
            None if is_binary(start) => {
                let name = "a file with binary data";
                Err(Foreign { name, hint: EXPORT }.refused(file.shown()))
            }
            None if is_damaged => Err(damaged(file, skip, &scan, false)),
            None => Text::guessed(file, skip),
        }
    }

    /// Guesses the encoding, and decodes the file.
    fn guessed(file: &RosterFile, skip: u64) -> Result<Text, Problem> {
        let guess = file.read(skip, Guess::of)?;
        if !guess.better.is_empty() {
            return Err(remarks::undecided(file, &guess));
        }
        Text::decoded(file, skip, guess.encoding, vec![remarks::guessed(&guess)])
    }

    /// Decodes the file from an octet on.
    fn decoded(
        file: &RosterFile,
        skip: u64,
        encoding: TextEncoding,
        mut about: Vec<Remark>,
    ) -> Result<Text, Problem> {
        let (copy, garbled) = decode::decode(file, skip, encoding)?;
        // What was decoded must be the file that `version` is of.
        file.check_unchanged()?;
        let mut text = Text { body: Body::Decoded(Mutex::new(copy)), remarks: Vec::new() };
        about.extend(text.wrong_letters(file, &garbled)?);
        text.remarks = about;
        Ok(text)
    }

    /// Reads the text from an octet on.
    ///
    /// # Errors
    /// A [`Problem`] if the file has changed since it was opened, or cannot be read any more.
    pub(super) fn reader(&self, file: &RosterFile, offset: u64) -> Result<TextReader<'_>, Problem> {
        match &self.body {
            Body::Original(skip) => file.reopen(skip + offset).map(TextReader::Original),
            Body::Decoded(copy) => {
                file.check_unchanged()?;
                Ok(TextReader::Decoded { copy, position: offset })
            }
        }
    }

    /// What is said about letters that are wrong in the text.
    fn wrong_letters(
        &self,
        file: &RosterFile,
        garbled: &GarbledFinder,
    ) -> Result<Vec<Remark>, Problem> {
        let line = |offset: u64| {
            line_of(self.reader(file, 0)?, offset).map_err(|error| file.unreadable(&error))
        };
        let mut remarks = Vec::new();
        if let Some((at, word)) = &garbled.first {
            remarks.push(remarks::garbled(line(*at)?, word, garbled.count));
        }
        if let Some(at) = garbled.first_lost {
            remarks.push(remarks::lost(line(at)?, garbled.lost));
        }
        Ok(remarks)
    }

    /// The beginning of the text.
    pub(super) fn start(&self, file: &RosterFile) -> Result<String, Problem> {
        let mut start = Vec::new();
        self.reader(file, 0)?
            .take(START as u64)
            .read_to_end(&mut start)
            .map_err(|error| file.unreadable(&error))?;
        // It may end within a character.
        let valid = start.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len());
        start.truncate(valid);
        Ok(String::from_utf8(start).unwrap_or_default())
    }
}

/// How many octets the byte-order marks at the beginning have: programs that join files leave several.
fn marks(start: &[u8]) -> u64 {
    let mut rest = start;
    let first = TextEncoding::of_mark(rest);
    while let Some((_, length)) =
        TextEncoding::of_mark(rest).filter(|_| first == TextEncoding::of_mark(rest))
    {
        rest = &rest[length..];
    }
    (start.len() - rest.len()) as u64
}

fn of_label(file: &RosterFile, label: &str) -> Result<TextEncoding, Problem> {
    TextEncoding::of_label(label).ok_or_else(|| remarks::unknown_label(file, label))
}

/// Whether the label of a UTF-16 encoding says which octet of a unit comes first.
fn names_order(label: &str) -> bool {
    let label = label.trim().to_ascii_lowercase();
    label.ends_with("le") || label.ends_with("be")
}

/// Whether the user's encoding is the one that the byte-order mark says.
fn agree(wanted: TextEncoding, marked: TextEncoding) -> bool {
    // `utf-16` means either order.
    wanted == marked || wanted.is_utf16() && marked.is_utf16()
}

fn contradiction(file: &RosterFile, wanted: TextEncoding, marked: TextEncoding) -> Problem {
    let (wanted, marked) = (wanted.name(), marked.name());
    let message =
        format!("`encoding` is {wanted}, but the file begins with the byte-order mark of {marked}");
    Problem::of_file("bad-encoding", file.shown(), message)
        .hint("delete `encoding` under [roster] in meeting.toml")
}

/// Whether the beginning of a file has control characters that no list has.
fn is_binary(start: &[u8]) -> bool {
    // Excel writes a vertical tab for a line break within a cell, and DOS ends a file with 0x1a.
    start.iter().any(|byte| matches!(byte, 0..=8 | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f))
}

/// The refusal of a file that is UTF-8 except in some places.
fn damaged(file: &RosterFile, skip: u64, scan: &Scan, is_certain: bool) -> Problem {
    match remarks::damaged(file, skip, scan, is_certain) {
        Ok(problem) | Err(problem) => problem,
    }
}

#[cfg(test)]
mod tests;
