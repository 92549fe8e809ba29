//! Many texts without an allocation for each: those that the cells of a workbook share.

use super::refusal::Refusal;

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
    /// The string of a number.
    pub(super) fn get(&self, at: usize) -> Option<&str> {
        let start = *self.starts.get(at)? as usize;
        let Some(block) = self.blocks.get(start / BLOCK) else { return Some("") };
        let next = self.starts.get(at + 1).map(|next| *next as usize);
        let end = next.filter(|next| next / BLOCK == start / BLOCK).map(|next| next % BLOCK);
        block.get(start % BLOCK..end.unwrap_or(block.len()))
    }

    /// Adds a text, and returns its number.
    pub(super) fn push(&mut self, text: &str) -> Result<usize, Refusal> {
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
        Ok(self.starts.len() - 1)
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
