//! The quick reading. Almost every text contains the own token as it was made, and nothing else that could be a token in
//! any encoding. A few searches show that, and the full reading is not needed.
//!
//! When the quick reading is in doubt, it says no. So it need not know each encoding, only what all of them have in
//! common: a token has a dot after its header, a parameter has an equals sign after its name, and whatever hides
//! something begins with a percent sign, an ampersand or an equals sign, or is an invisible or full-width character, or
//! a tag, which ends with `>`.

use memchr::memmem;

use super::decoded_text::{escapes, html, seen};
use super::{scan, token};

/// The own token is looked for by so many of its first octets: to prepare a search for all of them takes longer than the
/// search.
const NEEDLE: usize = 8;

/// Whether the full reading, with and without tags, would find the token `own` and no other, and no parameter of one with
/// another value; without `own`, no token and no parameter at all. `false` if that is not certain.
pub(super) fn is_clean(text: &str, own: &str) -> bool {
    if own.is_empty() {
        return is_harmless(text, 0, text.len());
    }
    let octets = text.as_bytes();
    let mut from = 0;
    for at in memmem::find_iter(octets, &own[..own.len().min(NEEDLE)]) {
        // `None` if it is within the own token: its payload may begin like its header.
        let Some(before) = octets.get(from..at) else { return false };
        // The value of a parameter, whatever its name.
        let sign = before.strip_suffix(b"=").map(|before| from + before.len());
        match (sign, octets[at..].strip_prefix(own.as_bytes())) {
            (Some(sign), Some(rest)) if ends_token(rest) && is_harmless(text, from, sign) => {}
            _ => return false,
        }
        from = at + own.len();
    }
    from > 0
        && is_harmless(text, from, text.len())
        && token::length_at(own.as_bytes(), 0) == Some(own.len())
}

/// Whether a token ends before `rest`, with tags and without, and a value that is nothing but the token as well.
fn ends_token(rest: &[u8]) -> bool {
    let next = html::continued(rest).first();
    next.is_none_or(|next| b"# \n\r\t\"'<\\".contains(next))
}

/// Whether no token and no parameter begins in a part of a text, which ends with the text or at the equals sign before the
/// own token.
fn is_harmless(text: &str, from: usize, to: usize) -> bool {
    hides_nothing(text, from, to)
        && memchr::memchr_iter(b'.', &text.as_bytes()[from..to])
            .all(|dot| !may_follow_header(text.as_bytes(), from + dot))
}

/// Whether a part has no character and no escape that is read for something that a token, a name, or another escape
/// consists of, and whether no name of a token parameter is there.
fn hides_nothing(text: &str, from: usize, to: usize) -> bool {
    let octets = text.as_bytes();
    // The last octet is no matter: no escape begins there.
    scan::all_pairs(&octets[from..to], is_noticeable, |at| {
        let at = from + at;
        match octets[at] {
            b'%' | b'&' | b'=' => separates(&octets[at..to]),
            b'!'..=b'~' => !may_end_name(&octets[..=at]),
            // A tab, or an octet in the middle of a character.
            b'\t' | 0x80..0xc0 => true,
            _ => text[at..]
                .chars()
                .next()
                .is_some_and(|c| seen(c).is_some_and(|octet| octet.is_ascii_control())),
        }
    })
}

/// Whether `octet` may begin an escape, is neither visible ASCII nor white space, or may end a name before an equals sign.
fn is_noticeable(octet: u8, next: u8) -> bool {
    // Signed, all but visible ASCII is less than a space, and by one more DEL is, too.
    let is_visible = octet.wrapping_add(1).cast_signed() > b' '.cast_signed();
    let is_usual = is_visible | (octet == b'\n') | (octet == b'\r');
    // In quoted-printable, a line break or a digit follows.
    let begins = (octet == b'=') & (next.cast_signed() < b'6'.cast_signed()) & (next != b'"');
    // `t`, `n`, `>`, and some more.
    let ends = (next == b'=') & (octet & 0b101 == 0b100);
    !is_usual | (octet == b'%') | (octet == b'&') | begins | ends
}

/// Whether this is no escape, or that of a character that ends words and nothing else.
fn separates(text: &[u8]) -> bool {
    match escapes::escape(text) {
        None | Some((_, Some(' ' | '"' | '\'' | '[' | ']' | ','))) => true,
        Some((length, Some('&'))) => escapes::reference(&text[length..]).is_none(),
        Some(_) => false,
    }
}

/// Whether the dot may be the one after the header of a token, with tags or without.
fn may_follow_header(text: &[u8], dot: usize) -> bool {
    // A sentence ends here if no payload follows.
    let next = html::continued(&text[dot + 1..]).first();
    if !next.is_some_and(|next| token::is_base64url(*next)) {
        return false;
    }
    let before = &text[..dot];
    let length = before.iter().rev().take_while(|octet| token::is_base64url(**octet)).count();
    let (before, word) = before.split_at(dot - length);
    let begins = |header: &[u8]| token::STARTS.iter().any(|start| header.starts_with(start));
    word.windows(token::SHORTEST_HEADER).any(begins) || may_go_on(before)
}

/// Whether the name of a token parameter may end here, with tags or without.
fn may_end_name(text: &[u8]) -> bool {
    token::PARAMETERS.iter().any(|name| {
        let letters = name.iter().rev().zip(text.iter().rev());
        let same = letters.take_while(|(one, other)| one.eq_ignore_ascii_case(other)).count();
        same == name.len() || may_go_on(&text[..text.len() - same])
    })
}

/// Whether a text ends in tags, and a browser may show a word after them as part of the word before them: all are inline, or
/// only a reading from the start could tell.
fn may_go_on(mut text: &[u8]) -> bool {
    let opening = |text: &[u8]| memchr::memrchr2(b'<', b'>', text).filter(|at| text[*at] == b'<');
    let mut has_tag = false;
    while let Some((b'>', before)) = text.split_last() {
        // The end of a comment, which may contain tags.
        if before.ends_with(b"--") || before.ends_with(b"--!") {
            return true;
        }
        let Some(start) = opening(before) else { return false };
        let (rest, tag) = text.split_at(start);
        // The tag may have begun before: in `<b <td>`, the element is `b`.
        if opening(rest).is_some() {
            return true;
        }
        if !html::is_inline(tag) {
            return false;
        }
        (text, has_tag) = (rest, true);
    }
    has_tag && text.last().is_some_and(|octet| token::is_base64url(*octet))
}
