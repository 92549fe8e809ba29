//! Decoding a file into a temporary one in UTF-8.

use std::fs::File;
use std::io::{self, Read, Write};

use encoding_rs::{Decoder, DecoderResult};

use super::super::file::RosterFile;
use super::super::lines::LineCounter;
use super::code_pages::CodePage;
use super::encoding::{TextEncoding, is_unassigned};
use super::garbled::GarbledFinder;
use super::remarks;
use crate::problem::Problem;

/// How much is decoded at once.
const PIECE: usize = 1 << 16;

/// Decodes a file from an octet on. The copy has no name, so that nobody else can open it and nothing is left behind.
///
/// # Errors
/// The [`Problem`] that something in it is not valid in this encoding, with its line.
pub(super) fn decode(
    file: &RosterFile,
    skip: u64,
    encoding: TextEncoding,
) -> Result<(File, GarbledFinder), Problem> {
    let mut input = file.reopen(skip)?;
    let no_copy = |error: &io::Error| remarks::no_copy(file, error);
    let copy = tempfile::tempfile().map_err(|error| no_copy(&error))?;
    let mut output =
        Output { copy, length: 0, lines: LineCounter::at(1), garbled: GarbledFinder::default() };
    let mut decoding = match encoding {
        TextEncoding::Standard(encoding) => {
            Decoding::Standard(encoding.new_decoder_without_bom_handling())
        }
        TextEncoding::Dos(page) => Decoding::Dos(page),
    };
    let mut buffer = vec![0; PIECE];
    loop {
        let read = match input.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(|error| file.unreadable(&error))?,
        };
        match decoding.decode(&buffer[..read], read == 0, &mut output) {
            Ok(()) => {}
            Err(Failure::Io(error)) => return Err(no_copy(&error)),
            Err(Failure::Invalid) => {
                return Err(remarks::undecodable(file, encoding, output.lines.line));
            }
        }
        if read == 0 {
            output.garbled.end_run();
            return Ok((output.copy, output.garbled));
        }
    }
}

enum Decoding {
    Standard(Decoder),
    Dos(&'static CodePage),
}

enum Failure {
    /// The copy cannot be written.
    Io(io::Error),
    /// Octets that mean nothing in this encoding, on the line that the output has got to.
    Invalid,
}

struct Output {
    copy: File,
    length: u64,
    lines: LineCounter,
    garbled: GarbledFinder,
}

impl Decoding {
    fn decode(
        &mut self,
        mut octets: &[u8],
        is_last: bool,
        output: &mut Output,
    ) -> Result<(), Failure> {
        match self {
            Decoding::Dos(page) => {
                let mut text = String::new();
                page.decode(octets, &mut text);
                output.add(&text)
            }
            Decoding::Standard(decoder) => {
                // The most that so many octets can become in UTF-8.
                let mut text = String::with_capacity(3 * PIECE + 16);
                loop {
                    let (result, read) =
                        decoder.decode_to_string_without_replacement(octets, &mut text, is_last);
                    octets = &octets[read..];
                    output.add(&text)?;
                    text.clear();
                    match result {
                        DecoderResult::InputEmpty => return Ok(()),
                        DecoderResult::OutputFull => {}
                        DecoderResult::Malformed(..) => return Err(Failure::Invalid),
                    }
                }
            }
        }
    }
}

impl Output {
    fn add(&mut self, text: &str) -> Result<(), Failure> {
        let bad = if text.is_ascii() { None } else { text.find(is_unassigned) };
        let text = bad.map_or(text, |at| &text[..at]);
        self.copy.write_all(text.as_bytes()).map_err(Failure::Io)?;
        self.lines.advance(text.as_bytes());
        if text.is_ascii() {
            self.garbled.add_ascii(text.as_bytes());
        } else {
            self.garbled.add(text, self.length);
        }
        self.length += text.len() as u64;
        if bad.is_some() { Err(Failure::Invalid) } else { Ok(()) }
    }
}
