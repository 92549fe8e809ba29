//! Lines as their reader sees them, with the lines of the input that they came from.

/// A line that is put together from several lines of the input.
#[derive(Default)]
pub(super) struct Logical {
    pub(super) text: Vec<u8>,
    /// Where the part of each line of the input begins.
    starts: Vec<(usize, u64)>,
}

/// A line, or a part of a very long one.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a [u8],
    /// Where the part of each line of the input begins; the first at 0.
    pub(super) starts: &'a [(usize, u64)],
    /// It is not the continuation of a line that was too long to be read at once.
    pub(super) begins: bool,
    /// It is not continued.
    pub(super) ends: bool,
}

impl Logical {
    pub(super) fn push(&mut self, text: &[u8], number: u64) {
        if self.starts.last().is_none_or(|(_, last)| *last != number) {
            self.starts.push((self.text.len(), number));
        }
        self.text.extend_from_slice(text);
    }

    pub(super) fn push_line(&mut self, line: Line<'_>, from: usize) {
        for (at, (start, number)) in line.starts.iter().enumerate() {
            let end = line.starts.get(at + 1).map_or(line.text.len(), |next| next.0);
            let start = (*start).max(from);
            if start < end {
                self.push(&line.text[start..end], *number);
            }
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.starts.clear();
    }

    pub(super) fn line(&self, begins: bool, ends: bool) -> Line<'_> {
        Line { text: &self.text, starts: &self.starts, begins, ends }
    }

    /// Removes the beginning, up to `at`.
    pub(super) fn drain(&mut self, at: usize) {
        self.text.drain(..at);
        let first = self.starts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.starts.drain(..first.min(self.starts.len()));
        for (start, _) in &mut self.starts {
            *start = start.saturating_sub(at);
        }
    }
}

impl Line<'_> {
    /// The line of the input that an octet came from.
    pub(super) fn number(&self, at: usize) -> u64 {
        let after = self.starts.partition_point(|(start, _)| *start <= at);
        self.starts.get(after.saturating_sub(1)).map_or(0, |(_, number)| *number)
    }
}

/// Where a line that is too long is cut: after the last character that no link has, if there is one in the last 64 KiB.
/// An escape of quoted-printable stays whole.
pub(super) fn cut(text: &[u8], longest_link: usize) -> usize {
    let from = text.len().saturating_sub(longest_link);
    let delimiter = |octet: &u8| octet.is_ascii_whitespace() || matches!(octet, b'"' | b'<' | b'>');
    if let Some(at) = text[from..].iter().rposition(delimiter) {
        return from + at + 1;
    }
    match text {
        [.., b'='] => text.len() - 1,
        [.., b'=', _] => text.len() - 2,
        _ => text.len(),
    }
    .max(1)
}
