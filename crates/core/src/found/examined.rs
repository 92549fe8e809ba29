//! One link or token: what was done to it, and what it was before.
//!
//! Damage is undone from the outside to the inside, one step at a time, until nothing is left to undo. A step is only
//! taken if the token is better for it, so a link that works is left as it is: trailing dots, padding and `%2E` for dots
//! still join (`jitsi-tokens` facts, §4).

use std::ops::Range;

use memchr::memmem;

use super::character::{is_mark, without_width};
use super::damage::Damage;

use super::token::{self, Extent};
use super::transfer::hex;
use super::wrapper::{self, Unwrapped};
use super::written::Written;
use super::{entity, percent};
use crate::name::is_invisible;

/// The longest link that is read, in octets.
pub(super) const LONGEST: usize = 64 << 10;

/// More steps than any real link needs: services in services, and what was done before and after.
const MOST_STEPS: usize = 16;

/// What is known of a link or a token.
pub(super) struct Examined {
    pub(super) written: Written,
    pub(super) damage: Vec<Damage>,
    pub(super) mended: Option<Written>,
    /// How much there is of the token, after mending.
    pub(super) extent: Extent,
    /// There is a token, or something in the place of one, or a service that hides the link.
    pub(super) counts: bool,
    /// How long that is, in octets.
    pub(super) value_length: usize,
}

impl Examined {
    /// The link in the end, if its token is whole and made of two JSON objects and a signature.
    pub(super) fn result(&self) -> Option<&str> {
        if !matches!(self.extent, Extent::Whole | Extent::WholeOrBeginning) {
            return None;
        }
        let text = self.mended.as_ref().unwrap_or(&self.written);
        token::has_claims(&text.reveal()[value(text)?]).then(|| text.reveal())
    }
}

/// Undoes what was done to a link or a token.
pub(super) fn examined(written: Written) -> Examined {
    let mut text = written;
    let mut damage = Vec::new();
    let mut as_written = None;
    let mut hidden = false;
    for _ in 0..MOST_STEPS {
        let Some((mut what, inner)) = step(&text) else { break };
        if as_written.is_none() && !what.iter().all(Damage::is_clicked_through) {
            as_written = Some(text);
        }
        hidden = matches!(what.last(), Some(Damage::Hidden(_)));
        damage.append(&mut what);
        text = inner;
        if hidden {
            break;
        }
    }
    let value = value(&text);
    let token = value.clone().map(|value| &text.reveal()[value]).unwrap_or_default();
    let extent = token::extent(token);
    match extent {
        Extent::Beginning => damage.push(Damage::Cut),
        Extent::LowerCase => damage.push(Damage::LowerCase),
        _ => {}
    }
    if text.reveal().len() > LONGEST {
        damage.push(Damage::TooLong);
    }
    let counts = hidden || value.is_some();
    let value_length = token.len();
    let to_mend = damage.iter().any(|one| !one.is_clicked_through());
    let mended = to_mend && damage.iter().all(Damage::can_be_undone);
    let (written, mended) = match as_written {
        Some(written) => (written, mended.then_some(text)),
        None => (text, None),
    };
    Examined { written, damage, mended, extent, counts, value_length }
}

/// The next thing to undo, and the text without it.
fn step(text: &Written) -> Option<(Vec<Damage>, Written)> {
    if let Some((damage, inner)) = through(text) {
        return Some((vec![damage], inner));
    }
    if let Some((damage, inner)) = whole(text) {
        return Some((vec![damage], text.with(inner)));
    }
    if let Some((damage, inner)) = of_token(text) {
        return Some((damage, text.with(inner)));
    }
    if let Written::Link(link) = text
        && let Some(Unwrapped::Unknown(wrapper)) = wrapper::unwrapped(link)
        && value(text).is_none()
    {
        return Some((vec![Damage::Hidden(wrapper)], text.clone()));
    }
    None
}

/// A service that opens the real link.
fn through(text: &Written) -> Option<(Damage, Written)> {
    let Written::Link(link) = text else { return None };
    if let Some(Unwrapped::Link(wrapper, inner)) = wrapper::unwrapped(link) {
        return Some((Damage::Wrapped(wrapper), Written::Link(inner)));
    }
    // The scheme of a second link, encoded or not.
    let rest = link.as_bytes().get(8..)?;
    let encoded = || {
        memchr::memchr_iter(b'%', rest).any(|at| {
            rest.get(at..at + 9).is_some_and(|text| text.eq_ignore_ascii_case(b"%3A%2F%2F"))
        })
    };
    if memmem::find(rest, b"://").is_none() && !encoded() {
        return None;
    }
    let (host, inner) = wrapper::redirected(link)?;
    Some((Damage::Redirect(host), Written::Link(inner)))
}

/// What was done to the text as a whole.
fn whole(text: &Written) -> Option<(Damage, String)> {
    let (link, is_link) = match text {
        Written::Link(link) => (link, true),
        Written::Token(token) => (token, false),
    };
    if !link.is_ascii()
        && let Some(visible) = without_invisible(link, value(text).as_ref())
    {
        return Some((Damage::InvisibleCharacters, visible));
    }
    if !is_link {
        return None;
    }
    if has_quoted_printable(link) {
        return Some((Damage::QuotedPrintable, without_quoted_printable(link)));
    }
    let token = value(text);
    if let Some(decoded) = entity::decoded(link) {
        let decoded = Written::Link(decoded);
        let helps = value(&decoded).is_some_and(|new| {
            token.as_ref().is_none_or(|old| decoded.reveal()[..new.end] != link[..old.end])
        });
        if helps {
            return Some((Damage::HtmlEntity, decoded.into_text()));
        }
    }
    if token.is_none() && link.contains('%') {
        // What stands before the query was right, unless all of it was encoded.
        let kept = if link.contains("://") { link.find(['?', '%']).unwrap_or(0) } else { 0 };
        let kept = link[kept..]
            .find("%3F")
            .or_else(|| link[kept..].find("%3f"))
            .map_or(kept, |at| kept + at);
        let kept = if link.contains("://") { kept } else { 0 };
        let mut rest = link[kept..].to_owned();
        for _ in 0..3 {
            rest = percent::decoded(&rest);
            let decoded = Written::Link(format!("{}{rest}", &link[..kept]));
            if value(&decoded)
                .is_some_and(|value| token::begins(&decoded.reveal().as_bytes()[value]))
            {
                return Some((Damage::PercentEncoding, decoded.into_text()));
            }
        }
    }
    None
}

/// What was done to the token.
fn of_token(text: &Written) -> Option<(Vec<Damage>, String)> {
    let range = value(text)?;
    let all = text.reveal();
    let token = &all[range.clone()];
    if !token::begins(token.as_bytes()) {
        return None;
    }
    let replaced = |new: &str| format!("{}{new}{}", &all[..range.start], &all[range.end..]);
    let core = core_length(token.as_bytes());
    let tail = &token[core..];
    if tail.is_empty() {
        // Underlining marks are characters of tokens too; only the length tells.
        let whole = token::whole_length(token)?;
        let more = token[whole..].trim_end_matches(['.', '=']);
        let mark = more.chars().next()?;
        let marks = more.len() <= 3 && more.bytes().all(|octet| matches!(octet, b'_' | b'-'));
        let damage = if marks {
            Damage::TrailingPunctuation(mark)
        } else if token.splitn(3, '.').nth(2).is_some_and(token::is_signature) {
            // Signed with another algorithm than the header says.
            return None;
        } else {
            Damage::TrailingText
        };
        return Some((vec![damage], replaced(&token[..whole])));
    }
    let decoded = percent::decoded(tail);
    // Footnotes have numbers: `²`.
    if !decoded.contains(|c: char| c.is_alphanumeric() && !is_mark(c)) {
        return Some((trailing(&decoded), replaced(&token[..core])));
    }
    let is_whole = |text: &str| {
        matches!(token::extent(text), Extent::Whole | Extent::WholeOrBeginning)
            && token::has_claims(text)
    };
    if decoded.contains(char::is_whitespace) {
        let joined: String =
            token[..core].chars().chain(decoded.chars()).filter(|c| !c.is_whitespace()).collect();
        if core_length(joined.as_bytes()) == joined.len() && is_whole(&joined) {
            return Some((vec![Damage::LineBreak], replaced(&joined)));
        }
    }
    if tail.starts_with('=') {
        let joined = token.replace('=', "");
        if core_length(joined.as_bytes()) == joined.len() && is_whole(&joined) {
            return Some((vec![Damage::QuotedPrintable], replaced(&joined)));
        }
    }
    // What follows is other text.
    let first = decoded.chars().next().filter(|first| !first.is_alphanumeric())?;
    is_whole(&token[..core]).then(|| (trailing(&first.to_string()), replaced(&token[..core])))
}

/// The octets at the beginning that a token can be made of: padding only before a dot or at the end.
fn core_length(token: &[u8]) -> usize {
    let mut at = 0;
    while let Some(octet) = token.get(at) {
        if token::is_token_octet(*octet) {
            at += 1;
        } else if token[at..].len() >= 3 && token[at..at + 3].eq_ignore_ascii_case(b"%2E") {
            at += 3;
        } else if *octet == b'='
            && token[at..].iter().find(|next| **next != b'=').is_none_or(|next| *next == b'.')
        {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// What the characters after a token are, from the end.
fn trailing(tail: &str) -> Vec<Damage> {
    let mut damage = Vec::new();
    for character in tail.chars().rev() {
        let one = match character {
            '\r' | '\n' => Damage::TrailingLineBreak,
            _ if character.is_whitespace() => Damage::TrailingSpace,
            _ if without_width(character) => Damage::InvisibleCharacters,
            // A message must not move the cursor.
            _ if character.is_control() => Damage::TrailingPunctuation('\u{fffd}'),
            _ => Damage::TrailingPunctuation(character),
        };
        let same = |other: &Damage| std::mem::discriminant(other) == std::mem::discriminant(&one);
        if !damage.iter().any(same) {
            damage.push(one);
        }
    }
    damage
}

/// The text without its invisible characters. Joiners belong to the emoji of a room's name, so they are removed only
/// from the token.
fn without_invisible(text: &str, token: Option<&Range<usize>>) -> Option<String> {
    let removed = |at: usize, c: char| {
        is_invisible(c) || without_width(c) && token.is_some_and(|token| token.contains(&at))
    };
    let visible: String =
        text.char_indices().filter(|(at, c)| !removed(*at, *c)).map(|(_, c)| c).collect();
    (visible.len() < text.len()).then_some(visible)
}

/// Whether the value of a parameter begins with `=3D`, and then as a token or a link does.
fn has_quoted_printable(text: &str) -> bool {
    memchr::memchr_iter(b'=', text.as_bytes()).any(|at| {
        text.as_bytes()[at + 1..]
            .strip_prefix(b"3D")
            .or_else(|| text.as_bytes()[at + 1..].strip_prefix(b"3d"))
            .is_some_and(|value| token::begins(value) || value.starts_with(b"http"))
    })
}

/// `=3D` as `=`, and the marks of soft line breaks left out.
fn without_quoted_printable(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        if *first != b'=' {
            octets.push(*first);
        } else if let Some(octet) = more.get(..2).and_then(hex) {
            octets.push(octet);
            rest = &more[2..];
        }
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// Where the token is, or what stands in its place.
///
/// The value of the last `jwt` of the fragment, else of the last one of the query. The client does not read `token` and
/// `JWT`, so these count only if their value begins as tokens do.
fn value(text: &Written) -> Option<Range<usize>> {
    let link = match text {
        Written::Token(token) => return Some(0..token.len()),
        Written::Link(link) => link,
    };
    let bytes = link.as_bytes();
    let of_name = |at: usize, length: usize, must_begin: bool| {
        let mut start = at + length;
        for quote in ["%22", "\""] {
            start += if link[start..].starts_with(quote) { quote.len() } else { 0 };
        }
        let separated = at > 0 && matches!(bytes[at - 1], b'?' | b'&' | b'#');
        if !token::begins(&bytes[start..]) && (must_begin || !separated) {
            return None;
        }
        let end =
            memchr::memchr2(b'&', b'#', &bytes[start..]).map_or(link.len(), |end| start + end);
        let end = if start > at + length {
            // Closed as it was opened.
            link[start..end].find(['"', '%']).map_or(end, |quote| start + quote)
        } else {
            end
        };
        Some(start..end)
    };
    // Far faster than a search for `jwt=` from the end: there are few `=`.
    let named = memchr::memrchr_iter(b'=', bytes).filter(|end| bytes[..*end].ends_with(b"jwt"));
    if let Some(found) = named.map(|end| end - 3).find_map(|at| of_name(at, 4, false)) {
        return Some(found);
    }
    if !link.contains("=e") && !link.contains("=%22e") {
        return None;
    }
    link.rmatch_indices("token=").find_map(|(at, name)| of_name(at, name.len(), true)).or_else(
        || {
            let lower = link.to_ascii_lowercase();
            lower.rmatch_indices("jwt=").find_map(|(at, name)| of_name(at, name.len(), true))
        },
    )
}
