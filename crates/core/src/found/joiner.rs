//! Links that go on with the next line.

use std::collections::VecDeque;

use super::damage::Damage;
use super::examined::{Examined, LONGEST, examined};
use super::logical::Line;
use super::scan::{Scanner, continuation_length, prefix_length};
use super::token::Extent;
use super::written::{Found, Written};

/// The most lines that a link goes on for.
const MOST_LINES: usize = 64;
/// The same before there is any of the token.
const MOST_LINES_BEFORE: usize = 8;
/// Less than this may be the beginning of any token, even in quoted-printable.
const SHORTEST_VALUE: usize = 6;
/// A header without an end is longer than this in no token.
const LONGEST_HEADER: usize = 4096;

/// How often an octet of the text may be read again on average: texts can be made so that every line looks like the
/// beginning of a link that goes on.
const READINGS: usize = 16;
/// How many octets may be read again at once: more than any real text needs.
const MOST_CREDIT: usize = 4 << 20;

/// Reads lines, and puts links together that are broken into several.
pub(super) struct Joiner {
    scanner: Scanner,
    pending: Option<Pending>,
    /// How many octets may be read again.
    credit: usize,
}

/// A link at the end of a line, which may go on.
struct Pending {
    line: u64,
    html: bool,
    /// All that there is of it by now.
    text: Written,
    /// What it is if it does not go on.
    first: Examined,
    /// A break of quoted-printable was undone, or another one.
    soft: bool,
    plain: bool,
    /// What it is with the first of the lines that are held.
    best: Option<Best>,
    /// Lines that were taken as its continuation, to be read again if they are none.
    held: VecDeque<Held>,
}

/// A link that was put together.
struct Best {
    examined: Examined,
    /// How many of the lines that are held are used up.
    used: usize,
    soft: bool,
    plain: bool,
}

struct Held {
    text: Vec<u8>,
    starts: Vec<(usize, u64)>,
    begins: bool,
    ends: bool,
    /// Where reading it begins.
    from: usize,
}

/// What becomes of a link when the next line is there.
enum Next {
    GoesOn(Pending),
    Ends { found: Option<Found>, again: VecDeque<Held> },
}

impl Joiner {
    pub(super) fn new() -> Self {
        Joiner { scanner: Scanner::new(), pending: None, credit: MOST_CREDIT }
    }

    /// Reads a line of text.
    pub(super) fn line(&mut self, line: Line<'_>, html: bool, found: &mut impl FnMut(Found)) {
        self.credit = MOST_CREDIT.min(self.credit + line.text.len() * READINGS);
        if self.pending.is_none() {
            self.pending = self.scan(line, 0, html, true, found);
            return;
        }
        let mut lines = VecDeque::from([Held::new(line)]);
        while let Some(line) = lines.pop_front() {
            let Some(pending) = self.pending.take() else {
                self.pending = self.scan(line.line(), line.from, html, true, found);
                continue;
            };
            let cost = pending.text.reveal().len() + line.text.len();
            let next = match self.credit.checked_sub(cost) {
                Some(credit) => {
                    self.credit = credit;
                    pending.with(line)
                }
                None => pending.ends(line),
            };
            match next {
                Next::GoesOn(pending) => self.pending = Some(pending),
                Next::Ends { found: link, again } => {
                    link.into_iter().for_each(&mut *found);
                    for line in again.into_iter().rev() {
                        lines.push_front(line);
                    }
                }
            }
        }
    }

    /// Reads a line that goes on with no other.
    pub(super) fn closed_line(
        &mut self,
        line: Line<'_>,
        html: bool,
        found: &mut impl FnMut(Found),
    ) {
        self.end(found);
        self.scan(line, 0, html, false, found);
    }

    /// The text ends.
    pub(super) fn end(&mut self, found: &mut impl FnMut(Found)) {
        while let Some(pending) = self.pending.take() {
            let html = pending.html;
            let (link, again) = pending.ended();
            link.into_iter().for_each(&mut *found);
            for line in again {
                if self.pending.is_some() {
                    self.credit = self.credit.saturating_sub(line.text.len() * READINGS);
                    self.line(line.line(), html, found);
                } else {
                    self.pending = self.scan(line.line(), line.from, html, true, found);
                }
            }
        }
    }

    /// Hands on what is in a line, but for a link at its end that may go on.
    fn scan(
        &self,
        line: Line<'_>,
        from: usize,
        html: bool,
        may_go_on: bool,
        found: &mut impl FnMut(Found),
    ) -> Option<Pending> {
        let may_go_on = may_go_on && self.credit > LONGEST;
        let mut pending = None;
        // A link and its text on a page are one find.
        let mut last: Option<Found> = None;
        self.scanner.candidates(line, from, html, |candidate| {
            let number = line.number(candidate.at);
            let text = (candidate.reaches_end && may_go_on).then(|| {
                candidate.written.with(format!("{}{}", candidate.written.reveal(), candidate.marks))
            });
            let first = examined(candidate.written);
            match text {
                Some(text) if may_continue(&first, &text) => {
                    pending = Some(Pending {
                        line: number,
                        html,
                        text,
                        first,
                        soft: false,
                        plain: false,
                        best: None,
                        held: VecDeque::new(),
                    });
                }
                _ => {
                    let Some(link) = reported(number, first) else { return };
                    let same = last.as_ref().is_some_and(|last| {
                        last.written == link.written && last.damage == link.damage
                    });
                    if !same && let Some(last) = last.replace(link) {
                        found(last);
                    }
                }
            }
        });
        last.into_iter().for_each(found);
        pending
    }
}

/// Whether a link at the end of a line may be only the beginning of one.
fn may_continue(examined: &Examined, text: &Written) -> bool {
    match examined.extent {
        Extent::Beginning | Extent::WholeOrBeginning => true,
        // What goes on may be the rest of the link around it, or parameters after the token.
        Extent::Whole => {
            text.reveal().ends_with('=') || examined.damage.iter().any(Damage::is_clicked_through)
        }
        Extent::Longer | Extent::LowerCase => false,
        Extent::Other => {
            let begun = examined.value_length < SHORTEST_VALUE || text.reveal().ends_with('=');
            !examined.counts || begun
        }
    }
}

/// What is reported of a link or a token. `None`: nothing, because it is neither.
fn reported(line: u64, examined: Examined) -> Option<Found> {
    let only_a_word = matches!(&examined.written, Written::Token(token) if !token.contains('.'));
    (examined.counts && !only_a_word).then_some(Found {
        line,
        written: examined.written,
        damage: examined.damage,
        mended: examined.mended,
    })
}

impl Pending {
    /// Takes the next line.
    fn with(mut self, line: Held) -> Next {
        let begun = self.first.counts || self.best.is_some();
        let most = if begun { MOST_LINES } else { MOST_LINES_BEFORE };
        let Some((text, end, soft)) = self.joined(&line).filter(|_| self.held.len() < most) else {
            return self.ends(line);
        };
        let examined = examined(text.clone());
        if examined.damage.contains(&Damage::TrailingText) {
            // A word of the next line is no end of a signature.
            return self.ends(line);
        }
        let at_end = line.ends && line.text[end..].trim_ascii().is_empty();
        match examined.extent {
            Extent::Whole | Extent::WholeOrBeginning if examined.result().is_some() => {
                let more = at_end && may_continue(&examined, &text);
                let piece = &line.text[line.from..end];
                if self.is_better(&examined, piece) {
                    self.mark(soft);
                    self.keep(examined, more);
                    if !more {
                        return self.ends(Held { from: end, ..line });
                    }
                } else if !more {
                    return self.ends(line);
                }
            }
            Extent::Beginning if !begun => {
                // Whatever follows, this is a link, and the line before did not show that.
                self.mark(soft);
                self.keep(examined, at_end);
                if !at_end {
                    return self.ends(Held { from: end, ..line });
                }
            }
            Extent::Beginning if at_end => self.mark(soft),
            Extent::Other if at_end && may_continue(&examined, &text) => self.mark(soft),
            _ => return self.ends(line),
        }
        self.text = text;
        self.held.push_back(line);
        Next::GoesOn(self)
    }

    /// Whether a link that is whole is another one than before this line.
    fn is_better(&self, examined: &Examined, piece: &[u8]) -> bool {
        let before = self.best.as_ref().map_or(&self.first, |best| &best.examined);
        let Some(text) = before.result() else { return true };
        // A sentence after a link must not become a part of it. Only in quoted-printable, and in links through services,
        // which encode what they contain, does anything but a token go on visibly.
        let has_parameters = memchr::memchr2(b'%', b'&', piece).is_some();
        let goes_on = examined.damage.iter().any(|one| {
            *one == Damage::QuotedPrintable || one.is_clicked_through() && has_parameters
        });
        let longer = examined.result().is_some_and(|result| result.len() > text.len());
        let token = examined.value_length > before.value_length
            && piece.iter().any(|octet| super::token::is_token_octet(*octet));
        longer && (goes_on || token)
    }

    /// Keeps what the link is with this line. `whole_line`: nothing of the line is left.
    fn keep(&mut self, examined: Examined, whole_line: bool) {
        let used = self.held.len() + usize::from(whole_line);
        self.best = Some(Best { examined, used, soft: self.soft, plain: self.plain });
    }

    fn mark(&mut self, soft: bool) {
        self.soft |= soft;
        self.plain |= !soft;
    }

    /// The link with the beginning of a line, where that ends in the line, and whether the break was one of
    /// quoted-printable.
    fn joined(&self, line: &Held) -> Option<(Written, usize, bool)> {
        let text = self.text.reveal();
        let name_ends = text.ends_with("jwt=") || text.ends_with("token=");
        let soft = text.ends_with('=') && !(name_ends && super::token::begins(&line.text));
        let start = line.from + if soft { 0 } else { prefix_length(&line.text[line.from..]) };
        let length = continuation_length(&line.text[start..]);
        let piece = std::str::from_utf8(&line.text[start..start + length]).ok()?;
        if piece.is_empty() || text.len() + piece.len() > LONGEST {
            return None;
        }
        match &self.text {
            Written::Token(token) => {
                if !token.contains('.') && !piece.contains('.') && token.len() > LONGEST_HEADER {
                    return None;
                }
            }
            Written::Link(_) => {
                // Another address, without its scheme.
                let begin = piece.split(['/', '?', '&', '#', '=', '%']).next().unwrap_or_default();
                let address = begin.contains('.') && begin.len() < piece.len();
                if !self.first.counts && !soft && !text.contains('?') && address {
                    return None;
                }
            }
        }
        let text = if soft { &text[..text.len() - 1] } else { text };
        Some((self.text.with(format!("{text}{piece}")), start + length, soft))
    }

    fn ends(mut self, line: Held) -> Next {
        self.held.push_back(line);
        let (found, again) = self.ended();
        Next::Ends { found, again }
    }

    /// The link as it is in the end, and the lines that are to be read again.
    fn ended(mut self) -> (Option<Found>, VecDeque<Held>) {
        let Some(Best { examined: best, used, soft, plain }) = self.best else {
            return (reported(self.line, self.first), self.held);
        };
        self.held.drain(..used);
        let mut damage = Vec::new();
        if plain {
            damage.push(Damage::LineBreak);
        }
        if soft {
            damage.push(Damage::QuotedPrintable);
        }
        damage.extend(
            best.damage.into_iter().filter(|one| !(soft && *one == Damage::QuotedPrintable)),
        );
        let text = best.mended.unwrap_or(best.written);
        let text = text.with(text.reveal().trim_end_matches('.').to_owned());
        let mended = damage.iter().all(Damage::can_be_undone).then_some(text);
        (Some(Found { line: self.line, written: self.first.written, damage, mended }), self.held)
    }
}

impl Held {
    fn new(line: Line<'_>) -> Self {
        Held {
            text: line.text.to_vec(),
            starts: line.starts.to_vec(),
            begins: line.begins,
            ends: line.ends,
            from: 0,
        }
    }

    fn line(&self) -> Line<'_> {
        Line { text: &self.text, starts: &self.starts, begins: self.begins, ends: self.ends }
    }
}
