//! XML of a workbook, event by event, with limits: what is kept of it does not depend on what the file claims.

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesStart, Event};

use super::refusal::Refusal;

/// The longest text or tag, in octets. Spreadsheet programs allow 32,767 characters in a cell.
pub(super) const LONGEST: usize = 1 << 20;

/// The most octets of one part. A sheet of a million rows with ten columns has a third of that.
const MOST_OCTETS: u64 = 1 << 30;

/// The most octets of all parts that are read, of each as often as it is read.
const MOST_IN_ALL: u64 = 1 << 31;

/// The deepest elements. Those of spreadsheet programs are ten or twenty deep.
const DEEPEST: usize = 1000;

/// From this size on, a part must not be [`MOST_RATIO`] times as long as what it is unpacked from.
const SMALL: u64 = 1 << 24;

/// Workbooks are packed to a tenth or a fiftieth. A bomb is packed to a thousandth.
const MOST_RATIO: u64 = 300;

/// A part of a workbook.
pub(super) struct Xml<R> {
    reader: Reader<Limited<R>>,
    buffer: Vec<u8>,
    /// How many elements are open.
    depth: usize,
}

/// Octets that are counted: all of them, and those of the present event.
struct Limited<R> {
    input: BufReader<R>,
    /// The octets of all parts that were read.
    spent: Rc<Cell<u64>>,
    total: u64,
    most: u64,
    in_event: usize,
}

impl<R: Read> Xml<R> {
    /// Reads a part that is unpacked from `packed` octets, and adds what is read to `spent`.
    pub(super) fn new(input: R, packed: u64, spent: Rc<Cell<u64>>) -> Xml<R> {
        let most = packed.saturating_mul(MOST_RATIO).clamp(SMALL, MOST_OCTETS);
        let input = BufReader::with_capacity(1 << 16, input);
        let mut reader = Reader::from_reader(Limited { input, spent, total: 0, most, in_event: 0 });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        Xml { reader, buffer: Vec::with_capacity(1024), depth: 0 }
    }

    /// The next event; [`Event::Eof`] at the end, when all elements are closed: what is cut would be a shorter list.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Refusal> {
        self.buffer.clear();
        self.reader.get_mut().in_event = 0;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            // The parser shares errors of reading, so that they cannot be taken out of it.
            quick_xml::Error::Io(error) => match error.get_ref().and_then(|e| e.downcast_ref()) {
                Some(limit) => Limit::refusal(limit),
                None => Refusal::damaged(&error.to_string()),
            },
            error => Refusal::damaged(&error.to_string()),
        })?;
        match event {
            // The parser keeps the names of all open elements.
            Event::Start(_) if self.depth == DEEPEST => return Err(Limit::Depth.refusal()),
            Event::Start(_) => self.depth += 1,
            // The parser refuses ends without a start.
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => {
                return Err(Refusal::damaged("a part of it ends too early"));
            }
            _ => {}
        }
        Ok(event)
    }

    /// Skips to the end of an element whose start was read.
    pub(super) fn skip(&mut self) -> Result<(), Refusal> {
        let mut depth = 1u64;
        while depth > 0 {
            match self.next()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Refusal::damaged("it ends too early")),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Which limit was reached.
#[derive(Debug, thiserror::Error)]
enum Limit {
    #[error("a cell has more than 1 MiB")]
    Event,
    #[error("it is more than 1 GiB when it is unpacked, or has almost no content")]
    Part,
    #[error("its sheets together are more than 2 GiB when they are unpacked")]
    All,
    #[error("its elements are nested too deeply")]
    Depth,
}

impl Limit {
    fn refusal(&self) -> Refusal {
        Refusal::too_large(&self.to_string())
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.count(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Limited<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.in_event > LONGEST {
            return Err(io::Error::other(Limit::Event));
        }
        if self.total > self.most {
            return Err(io::Error::other(Limit::Part));
        }
        if self.spent.get() > MOST_IN_ALL {
            return Err(io::Error::other(Limit::All));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.count(amount);
        self.input.consume(amount);
    }
}

impl<R> Limited<R> {
    fn count(&mut self, amount: usize) {
        self.total += amount as u64;
        self.spent.set(self.spent.get() + amount as u64);
        self.in_event += amount;
    }
}

/// An attribute by its name without prefix, with its entities resolved.
pub(super) fn attribute<'e>(element: &'e BytesStart<'_>, name: &str) -> Option<Cow<'e, str>> {
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    let found = attributes.flatten().find(|at| at.key.local_name().as_ref() == name)?;
    Some(match found.value {
        Cow::Borrowed(value) => unescape(value).unwrap_or(Cow::Borrowed(value)),
        Cow::Owned(value) => match unescape(&value) {
            Ok(text) => Cow::Owned(text.into_owned()),
            Err(_) => Cow::Owned(value),
        },
    })
}

/// Adds what an event has of text, and refuses text that is too long.
pub(super) fn add_text(event: &Event<'_>, text: &mut String) -> Result<(), Refusal> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(entity) => {
            let name: &str = entity;
            if let Some(resolved) = resolve_xml_entity(name) {
                text.push_str(resolved);
            } else if let Ok(Some(character)) = entity.resolve_char_ref() {
                text.push(character);
            } else {
                return Err(Refusal::damaged("a cell has an unknown entity"));
            }
        }
        _ => {}
    }
    if text.len() > LONGEST { Err(Limit::Event.refusal()) } else { Ok(()) }
}

/// A boolean of XML Schema.
pub(super) fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true" | "on")
}

/// How often something is repeated, or how far a cell reaches; at least once.
pub(super) fn count(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name).and_then(|count| count.trim().parse().ok()).unwrap_or(1).max(1)
}
