//! Shared strings: the texts of most cells are in one table, and the cells have their numbers.

use std::io::Read;

use quick_xml::events::Event;

use super::super::package::Package;
use super::super::refusal::Refusal;
use super::super::shared_strings::SharedStrings;
use super::super::xml::{Xml, add_text};
use super::escapes::without_escapes;

/// Reads the table of shared strings.
pub(super) fn read(package: &mut Package, part: &str) -> Result<SharedStrings, Refusal> {
    let mut strings = SharedStrings::default();
    let Some(mut xml) = package.xml(part)? else { return Ok(strings) };
    let mut text = String::new();
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "si" => {
                text.clear();
                read_text(&mut xml, "si", &mut text)?;
                strings.push(&without_escapes(&text))?;
            }
            Event::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// Reads the text of an element up to its end: that of all its runs, but not how it is pronounced, which Japanese
/// workbooks have beside it.
pub(super) fn read_text<R: Read>(
    xml: &mut Xml<R>,
    end: &str,
    text: &mut String,
) -> Result<(), Refusal> {
    let mut in_text = false;
    let mut depth = 0u64;
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "rPh" => xml.skip()?,
                name => {
                    in_text = name == "t";
                    depth += 1;
                }
            },
            Event::End(element) if depth == 0 && element.local_name().as_ref() == end => {
                return Ok(());
            }
            Event::End(_) => {
                in_text = false;
                depth = depth.saturating_sub(1);
            }
            Event::Eof => return Err(Refusal::damaged("a text is not ended")),
            event if in_text => add_text(&event, text)?,
            _ => {}
        }
    }
}
