//! A text that is one link or token.

use super::*;

#[test]
fn what_was_put_around_an_argument_is_removed() {
    let (link, token) = (link("HS256", 1), token("RS256", 1));
    for text in [
        link.clone(),
        format!(" {link}\n"),
        format!("<{link}>"),
        format!("\"{link}\""),
        format!("“<{link}>”"),
        link.replace('/', "\\/"),
        link.trim_start_matches("https://").to_owned(),
    ] {
        let found = of_argument(&text);
        assert_eq!((found.line, found.written), (1, Written::Link(link.clone())));
        assert_eq!(found.damage, []);
    }
    let path = link.trim_start_matches("https://meet.example.org");
    assert_eq!(of_argument(path).written, Written::Link(path.to_owned()));
    for text in [
        token.clone(),
        format!("Bearer {token}"),
        format!("Authorization: Bearer {token}"),
        format!("jwt={token}"),
        format!("?token={token}"),
    ] {
        assert_eq!(of_argument(&text).written, Written::Token(token.clone()));
        assert_eq!(of_argument(&text).damage, []);
    }
    for text in ["123", "", "a b", "meet.example.org/room"] {
        assert_eq!(of_argument(text).written, Written::Token(text.to_owned()));
        assert_eq!(of_argument(text).damage, []);
    }
    let plain = "https://meet.example.org/room";
    assert_eq!(of_argument(plain).written, Written::Link(plain.to_owned()));
}

#[test]
fn what_follows_is_a_part_of_an_argument() {
    for (tail, damage) in [
        (")", &["trailing-punctuation"][..]),
        (",", &["trailing-punctuation"]),
        (">", &["trailing-punctuation"]),
        ("\"", &["trailing-punctuation"]),
        ("%20", &["trailing-space"]),
        ("%0A", &["trailing-line-break"]),
        ("%0D%0A", &["trailing-line-break"]),
        (",%20", &["trailing-space", "trailing-punctuation"]),
        ("%C2%A0", &["trailing-space"]),
        ("%E2%80%8B", &["invisible-characters"]),
        ("%29", &["trailing-punctuation"]),
        ("）。", &["trailing-punctuation"]),
        ("%20Passcode:%20123", &["trailing-space"]),
    ] {
        for alg in ["HS256", "RS256"] {
            for (whole, end) in
                [(link(alg, 9), ""), (link(alg, 9), "#config.a=true"), (token(alg, 9), "")]
            {
                let found = of_argument(&format!("{whole}{tail}{end}"));
                assert_eq!(found.written.reveal(), format!("{whole}{tail}{end}"));
                assert_eq!(codes(&found), damage, "{tail}");
                assert_eq!(found.mended.unwrap().reveal(), format!("{whole}{end}"));
            }
        }
    }
    // These join nevertheless.
    for tail in [".", "&utm_source=x", "==", "&"] {
        let link = link("HS256", 9) + tail;
        let found = of_argument(&link);
        assert_eq!((found.written.reveal(), found.damage), (&link[..], vec![]));
    }
    let dots = link("HS256", 9).replace(".ey", "%2Eey");
    assert_eq!(of_argument(&dots).damage, []);
}

#[test]
fn lines_of_an_argument_are_joined() {
    let link = link("RS256", 4);
    for at in [10, 45, 100, 200, 500, link.len() - 1] {
        for gap in ["\n", " ", "\r\n    "] {
            if at < 40 {
                continue;
            }
            let found = of_argument(&format!("{}{gap}{}", &link[..at], &link[at..]));
            assert_eq!(codes(&found), ["line-break"], "{at} {gap:?}");
            assert_eq!(found.mended.unwrap().reveal(), link);
        }
    }
    let at = link.len() - 20;
    let found = of_argument(&format!("{}%20{}", &link[..at], &link[at..]));
    assert_eq!(codes(&found), ["line-break"]);
    assert_eq!(found.mended.unwrap().reveal(), link);
}
