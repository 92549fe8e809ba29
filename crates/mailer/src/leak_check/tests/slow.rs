//! A slow implementation of the leak check, octet by octet. The fast one has to find exactly the same.

use std::ops::Range;

use proptest::prelude::*;

use super::super::decoded_text::{DecodedText, Parameters, decode, push};
use super::super::token;
use super::{BOBS, HOST, OWN};

fn of(text: &str) -> Vec<u8> {
    let mut decoded = in_ascii(text);
    while let Some(next) = decoded_once(&decoded) {
        decoded = next;
    }
    decoded
}

fn of_calendar(text: &str) -> Vec<u8> {
    of(&text.replace("\r\n ", "").replace("\r\n\t", ""))
}

fn in_ascii(text: &str) -> Vec<u8> {
    let mut ascii = Vec::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => ascii.push(c as u8),
            c => push(&mut ascii, c),
        }
    }
    ascii
}

fn decoded_once(text: &[u8]) -> Option<Vec<u8>> {
    // Every `=` is tried, not only those that the fast search lets through.
    decode(text, |rest| memchr::memchr3(b'%', b'&', b'=', rest))
}

fn without_tags(text: &[u8]) -> Vec<u8> {
    let mut shown = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let Some(length) = tag(&text[at..]) else {
            shown.push(text[at]);
            at += 1;
            continue;
        };
        let tag = &text[at..at + length];
        if !is_inline(tag) {
            shown.push(b' ');
        }
        shown.extend(tag.iter().filter(|byte| **byte == b'\n'));
        at += length;
    }
    shown
}

fn tag(text: &[u8]) -> Option<usize> {
    let until =
        |end: &[u8]| text.windows(end.len()).position(|at| at == end).map(|at| at + end.len());
    match text.strip_prefix(b"<")?.first()? {
        b'!' if text.starts_with(b"<!--") => {
            [until(b"-->"), until(b"--!>")].into_iter().flatten().min()
        }
        b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z' => until(b">"),
        _ => None,
    }
}

fn is_inline(tag: &[u8]) -> bool {
    let name = tag[1..].strip_prefix(b"/").unwrap_or(&tag[1..]);
    let is_end = |byte: &u8| !byte.is_ascii_alphanumeric() && !b"-:_.".contains(byte);
    let end = name.iter().position(is_end).unwrap_or(name.len());
    let name = String::from_utf8_lossy(&name[..end]).to_ascii_lowercase();
    let breaks = "address article aside audio blockquote body br button canvas caption center col colgroup dd details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input legend li link listing main marquee menu meta nav noframes noscript object ol optgroup option p picture plaintext pre q script search section select style summary svg table tbody td textarea tfoot th thead title tr ul video xmp";
    !breaks.split(' ').any(|breaks| breaks == name)
}

fn all(text: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for start in 0..text.len() {
        // Tokens don't overlap.
        if found.last().is_none_or(|last| start >= last.end) {
            found.extend(token::length_at(text, start).map(|length| start..start + length));
        }
    }
    found
}

fn parameters(text: &[u8]) -> Vec<Range<usize>> {
    let signs = (0..text.len()).filter(|at| text[*at] == b'=');
    signs.filter_map(|sign| value_at(text, sign)).collect()
}

fn value_at(text: &[u8], sign: usize) -> Option<Range<usize>> {
    let before = text[..sign].to_ascii_lowercase();
    if !before.ends_with(b"jwt") && !before.ends_with(b"token") {
        return None;
    }
    let mut start = sign + 1;
    while matches!(text.get(start), Some(b'"' | b'\'' | b'\\')) {
        start += 1;
    }
    let value = &text[start..];
    let length = value.iter().position(|byte| ends_value(*byte)).unwrap_or(value.len());
    let punctuation = |byte: &&u8| matches!(byte, b'.' | b'!' | b'?' | b':' | b'*');
    let trailing = value[..length].iter().rev().take_while(punctuation).count();
    (trailing < length).then(|| start..start + length - trailing)
}

fn ends_value(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte.is_ascii_control() || b"&\"'<>#()[]{};,|\\`".contains(&byte)
}

fn line(text: &[u8], own: &str, host: Option<&str>) -> Option<usize> {
    let mut found = all(text);
    found.extend(parameters(text).into_iter().filter(|found| {
        host.is_none_or(|host| {
            token::is_token(&text[found.clone()]) || token::is_sent_to(text, found.start, host)
        })
    }));
    found.retain(|found| &text[found.clone()] != own.as_bytes());
    let first = found.iter().map(|found| found.start).min()?;
    Some(text[..first].split(|byte| *byte == b'\n').count())
}

fn same(text: &str) {
    let check = |decoded: &DecodedText<'_>, expected: &[u8]| {
        assert_eq!(decoded.octets(), expected);
        assert_eq!(token::all(expected).collect::<Vec<_>>(), all(expected));
        assert_eq!(token::parameters(expected).collect::<Vec<_>>(), parameters(expected));
        for own in ["", OWN, BOBS, "abc"] {
            let any = decoded.survey(own, Parameters::Any);
            assert_eq!(any.foreign, line(expected, own, None));
            let found = decoded.survey(own, Parameters::OfHost(HOST));
            assert_eq!(found.foreign, line(expected, own, Some(HOST)));
            let holds = all(expected).into_iter().any(|at| &expected[at] == own.as_bytes());
            // After a foreign token the search for the own one has ended.
            assert!(found.own == holds || found.foreign.is_some());
        }
    };
    let decoded = DecodedText::of(text);
    check(&decoded, &of(text));
    check(&decoded.without_tags(), &without_tags(&of(text)));
    check(&DecodedText::of_calendar(text), &of_calendar(text));
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[%&=<>#x;0-9a-fA-F\\r\\n\\t \"'/!.-]{1,6}",
        "(//meet.example.org/x\\?|meet\\.|)(jwt|JwT|token|Token|access_token)(=|%3D|=3D|&equals;)(\"|%22)?(abc|[a-z.]{0,9})",
        "(&|&amp;|%26|=26)(amp|AMP|lt|period|equals|shy|NoBreak|#46|#x2e|#0046|bogus);?",
        "</?(wbr|b|i|A|Strong|mark|x-y|td-x|td|P|section|blockquote|!--|!|\\?)( |\\n|/|>|-->|--!>|x){0,3}",
        // Almost tokens: a right beginning, and then anything.
        "e[yw][JAo0][a-zA-Z0-9_-]{0,40}(\\.[a-zA-Z0-9_-]{0,20}){0,3}",
        "[a-zA-Z ,]{0,90}",
        "\\r\\n( |\\t|)",
        "\\PC{1,8}",
        "(?s).{0,6}",
        Just(OWN.to_owned()),
        Just(BOBS.to_owned()),
        Just(OWN.replace('.', "%2e")),
        Just(OWN[..30].to_owned()),
    ];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_fast_check_finds_what_the_slow_one_finds(text in pieces()) {
        same(&text);
    }

    #[test]
    fn the_position_in_a_block_makes_no_difference(before in 0_usize..140, text in pieces()) {
        // More than two blocks, filled with an octet that may begin a token.
        same(&format!("{}{text}", "e".repeat(before)));
    }
}

#[test]
fn every_octet_either_continues_a_token_or_ends_it() {
    for first in 0..=u8::MAX {
        let base64url = first.is_ascii_alphanumeric() || matches!(first, b'-' | b'_');
        assert_eq!(token::is_base64url(first), base64url);
        for second in [b'a', b'.', b'=', first] {
            let text = [b"jwt=", &[b'a', first, second][..]].concat();
            assert_eq!(token::parameters(&text).collect::<Vec<_>>(), parameters(&text));
            let text = [&[first], OWN.as_bytes(), &[second]].concat();
            assert_eq!(token::all(&text).collect::<Vec<_>>(), all(&text));
        }
    }
}
