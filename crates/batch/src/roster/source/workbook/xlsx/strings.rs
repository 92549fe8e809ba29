//! Shared strings: the texts of most cells are in one table, and the cells have their numbers.

use std::io::Read;

use quick_xml::events::Event;

use super::super::package::Package;
use super::super::refusal::Refusal;
use super::super::xml::{Xml, add_text};
use super::escapes::without_escapes;

/// Strings are kept in blocks of this size, in octets: a single text of the same length would be copied when it grows.
const BLOCK: usize = 1 << 21;

/// The most blocks: 96 MiB.
const MOST_BLOCKS: usize = 48;

/// The most strings.
const MOST_STRINGS: usize = 1 << 22;

/// All shared strings, without an allocation for each.
#[derive(Default)]
pub(super) struct SharedStrings {
    blocks: Vec<String>,
    /// Where each string begins: its block times [`BLOCK`], and its place in the block.
    starts: Vec<u32>,
}

impl SharedStrings {
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

    /// The string of a number.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let start = *self.starts.get(at)? as usize;
        let Some(block) = self.blocks.get(start / BLOCK) else { return Some("") };
        let next = self.starts.get(at + 1).map(|next| *next as usize);
        let end = next.filter(|next| next / BLOCK == start / BLOCK).map(|next| next % BLOCK);
        block.get(start % BLOCK..end.unwrap_or(block.len()))
    }

    fn push(&mut self, text: &str) -> Result<(), Refusal> {
        let fits = self.blocks.last().is_some_and(|block| block.len() + text.len() < BLOCK);
        if !fits {
            self.blocks.push(String::with_capacity(BLOCK));
        }
        if self.blocks.len() > MOST_BLOCKS || self.starts.len() >= MOST_STRINGS {
            return Err(Refusal::too_large("its texts are more than 96 MiB, or 4 million"));
        }
        let blocks = self.blocks.len();
        if let Some(block) = self.blocks.last_mut() {
            let start = (blocks - 1) * BLOCK + block.len();
            self.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            block.push_str(text);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_come_back_across_blocks() {
        let mut strings = SharedStrings::default();
        let long = "ä".repeat(BLOCK / 5);
        let all = ["", "a", &long, &long, "", &long, "b", ""];
        for text in all {
            strings.push(text).unwrap();
        }
        for (at, text) in all.iter().enumerate() {
            assert_eq!(strings.get(at), Some(*text), "{at}");
        }
        assert_eq!(strings.get(all.len()), None);
        assert!(strings.blocks.len() > 1);
    }
}
