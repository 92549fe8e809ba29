//! Any text is read to its end.

use proptest::prelude::*;

use super::read;
use super::tests::{DEBIAN, DOCKER, lines};

/// Texts of any length that would take for ever if each of their octets were looked at again and again.
#[test]
fn long_texts_are_read_once() {
    for (before, piece, after) in [
        ("", "{", ""),
        ("", "(", ""),
        ("a = ", "(", "'x'"),
        ("a = ", "{a:", ""),
        ("a = {", "b:{},", "}"),
        ("a = ", "`${", ""),
        ("a = 'x'", " + 'x'", ""),
        ("a = 'xxxxxxxx';", "a = a + a;", ""),
        ("a = 'xxxxxxxx';", "a += a;", ""),
        ("a = b", ".b", " = 'x'"),
        ("", "a = {a, ...a};", ""),
        ("a = {b: 1, c: 2};", "a = {...a, d: a};", ""),
        ("", "/[", ""),
        ("", "/", "\n"),
        ("", "'\\", ""),
        ("'", "\\u{", "'"),
        ("a = '", "\\ud83d", "'"),
        ("", "if (x) ", ""),
        ("", "function a() {", ""),
        ("if (x) {", "function a(b) { var c; c = 1; }", "}"),
        ("if (x) { ", "delete a;", "}"),
        ("", "async ", ""),
        ("", "var ", ""),
        ("", "Object.assign(a,", ""),
        ("a = {};", "Object.assign(a, a, {b: a});", ""),
        ("", "}", ""),
        ("a = {", "[", ""),
        ("", "<!--", "\n"),
        ("", "/*", ""),
        ("", "a[", ""),
        ("a = ", "x => {", ""),
        ("a = ", "b || {} || ", ""),
    ] {
        let text =
            format!("{before}{}{after};config.bosh = '/b'", piece.repeat(100_000 / piece.len()));
        read(&text, Some("acme"));
    }
}

/// What grows faster than the text is given up.
#[test]
fn short_texts_do_not_become_long() {
    let twice = |times: usize| format!("a = 'x'; {}config.bosh = a", "a += a; ".repeat(times));
    assert_eq!(lines(read(&twice(5), None)), format!("bosh {}", "x".repeat(32)));
    assert_eq!(lines(read(&twice(50), None)), "bosh ?");
    let many: Vec<String> = (0..2_000).map(|number| format!("k{number}: '{number}'")).collect();
    let many = many.join(", ");
    let copies = |times: usize| {
        let again = "b = {...a}; ".repeat(times);
        format!("a = {{ domain: 'x', {many} }}; {again}config.hosts = b")
    };
    assert_eq!(lines(read(&copies(2), None)), "domain x");
    assert_eq!(lines(read(&copies(2_000), None)), "hosts ?");
}

/// Pieces from which programs are made that are nearly right.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "config",
        ".hosts",
        ".bosh",
        "['bosh']",
        " = ",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "'",
        "\"",
        "`",
        "${",
        "+",
        ",",
        ";",
        ":",
        "\n",
        "\\",
        "\\u",
        "//",
        "/*",
        "*/",
        "/",
        "<!--",
        "-->",
        "if ",
        "else ",
        "function ",
        "=> ",
        "var ",
        "delete ",
        "|| {}",
        "...",
        "Object.assign",
        "subdomain",
        "subdir",
        "'x'",
        "é",
        "\u{2028}",
        "hosts: ",
        "domain: ",
        "?.",
        "||=",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_text_can_be_read(text in "(?s).{0,300}", program in pieces()) {
        let _ = read(&text, None);
        let _ = read(&program, Some("acme"));
    }

    /// What was damaged is still read to its end, and what a stock file says before the damage is not lost.
    #[test]
    fn damaged_files_can_be_read(at in any::<prop::sample::Index>(), length in 0..40_usize, piece in pieces()) {
        for stock in [DEBIAN, DOCKER] {
            let boundary = |mut at: usize| {
                at = at.min(stock.len());
                while !stock.is_char_boundary(at) {
                    at -= 1;
                }
                at
            };
            let start = boundary(at.index(stock.len()));
            let end = boundary(start + length).max(start);
            let _ = read(&format!("{}{piece}{}", &stock[..start], &stock[end..]), Some("acme"));
            let appended = format!("{stock}\nconfig.bosh = '/last';\n//{piece}");
            let bosh = read(&appended, None).and_then(|config| config.bosh);
            let is_last = bosh.as_deref() == Some("/last");
            prop_assert!(is_last || piece.contains(['\n', '\u{2028}']), "{piece}");
        }
    }

    /// Whatever is written as a literal is read as it is.
    #[test]
    fn literals_are_read_as_they_are(value in "[ -~é\u{1f600}]{1,40}") {
        let quoted = value.replace('\\', "\\\\").replace('\'', "\\'");
        let config = read(&format!("var config = {{ hosts: {{ domain: '{quoted}', }} }};"), None);
        prop_assert_eq!(config.and_then(|config| config.domain), Some(value));
    }
}
