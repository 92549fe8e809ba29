//! Calendars: folded lines, and escaped text (RFC 5545, §3.1 and §3.3.11).

use super::logical::{Line, Logical};

/// Puts the lines of a calendar together.
#[derive(Default)]
pub(super) struct Calendar {
    /// The lines are those of a calendar.
    pub(super) open: bool,
    line: Logical,
    escaped: Logical,
}

impl Calendar {
    pub(super) fn begins(line: Line<'_>) -> bool {
        line.begins && line.text.trim_ascii_end().eq_ignore_ascii_case(b"BEGIN:VCALENDAR")
    }

    /// Takes a line. If it begins a new one, the one before is handed on first.
    pub(super) fn take(&mut self, line: Line<'_>, longest: usize, mut each: impl FnMut(Line<'_>)) {
        let folded = line.begins && matches!(line.text.first(), Some(b' ' | b'\t'));
        if line.begins && !folded {
            self.end(&mut each);
        }
        self.line.push_line(line, usize::from(folded));
        if self.line.text.len() > longest {
            self.end(&mut each);
        }
        if line.begins && line.text.trim_ascii_end().eq_ignore_ascii_case(b"END:VCALENDAR") {
            self.open = false;
            self.end(&mut each);
        }
    }

    /// Hands on what is there.
    pub(super) fn end(&mut self, each: &mut impl FnMut(Line<'_>)) {
        if self.line.text.is_empty() {
            return;
        }
        let line = self.line.line(true, true);
        let line = if line.text.contains(&b'\\') {
            unescaped(line, &mut self.escaped);
            self.escaped.line(true, true)
        } else {
            line
        };
        each(line);
        self.line.clear();
        self.escaped.clear();
    }
}

fn unescaped(line: Line<'_>, into: &mut Logical) {
    into.clear();
    let mut at = 0;
    while at < line.text.len() {
        let next =
            memchr::memchr(b'\\', &line.text[at..]).map_or(line.text.len(), |next| at + next);
        let mut piece = at;
        // A piece may come from several lines of the input.
        while piece < next {
            let after = line.starts.partition_point(|(start, _)| *start <= piece);
            let end = line.starts.get(after).map_or(next, |(start, _)| next.min(*start));
            into.push(&line.text[piece..end], line.number(piece));
            piece = end;
        }
        let number = line.number(next);
        match line.text.get(next + 1) {
            Some(b'n' | b'N') => into.push(b"\n", number),
            Some(octet @ (b',' | b';' | b'\\')) => into.push(&[*octet], number),
            Some(octet) => into.push(&[b'\\', *octet], number),
            None => {}
        }
        at = next + 2;
    }
}
