//! Every kind of damage.

use super::*;

pub(super) fn quoted_printable(text: &str) -> String {
    let escaped = text.replace('=', "=3D");
    let octets = escaped.as_bytes();
    let mut lines = String::new();
    let mut at = 0;
    while octets.len() - at > 75 {
        let end = (at + 73..=at + 75)
            .rev()
            .find(|end| !matches!(octets[end - 2..*end], [b'=', _] | [_, b'=']));
        let end = end.unwrap();
        lines += &escaped[at..end];
        lines += "=\n";
        at = end;
    }
    lines + &escaped[at..] + "\n"
}

#[test]
fn marks_after_a_link_that_is_alone_are_damage() {
    for alg in ["HS256", "RS256"] {
        for whole in [link(alg, 5), token(alg, 5)] {
            for mark in [")", ",", ">", "]", ";", "\"", "'", "!", "?", ":", "）", "，", "。"] {
                let found = mended(format!("{whole}{mark}\n"), &["trailing-punctuation"], &whole);
                assert_eq!(found.written.reveal(), format!("{whole}{mark}"));
                // Quoted in a reply it is alone too; in a sentence it is not.
                mended(format!("> {whole}{mark}\n"), &["trailing-punctuation"], &whole);
                sound(format!("Join {whole}{mark}\n"), &whole);
            }
            let found = one(format!("{whole}.\n"));
            assert_eq!((found.written.reveal(), codes(&found)), (&format!("{whole}.")[..], vec![]));
        }
    }
    let link = link("HS256", 5);
    mended(format!("x {link}_ y"), &["trailing-punctuation"], &link);
    for (tail, damage) in [
        ("%20", "trailing-space"),
        ("%0A", "trailing-line-break"),
        ("%0d%0a", "trailing-line-break"),
    ] {
        mended(format!("Join {link}{tail} now\n"), &[damage], &link);
    }
}

#[test]
fn entities_and_encodings_are_undone() {
    for alg in ["HS256", "RS256"] {
        let token = &token(alg, 6);
        let link = &format!("https://meet.example.org/town-hall?lang=de&jwt={token}");
        for (damaged, damage) in [
            (link.replace('&', "&amp;"), "html-entity"),
            (link.replace('&', "&#38;"), "html-entity"),
            (link.replace('&', "&amp;amp;"), "html-entity"),
            (link.replace("jwt=", "jwt&#61;"), "html-entity"),
            (link.replace("jwt=", "jwt&#x3d;"), "html-entity"),
            (link.replace('=', "&equals;"), "html-entity"),
            (link.replace('=', "=3D"), "quoted-printable"),
            (link.replace("?lang=de&jwt=", "%3Flang%3Dde%26jwt%3D"), "percent-encoding"),
            (link.replace("jwt=", "jwt%3D"), "percent-encoding"),
            (link.replace("jwt=", "jwt%253D"), "percent-encoding"),
            (
                link.replace(token, &format!("{}\u{ad}{}", &token[..50], &token[50..])),
                "invisible-characters",
            ),
            (
                link.replace(token, &format!("{}\u{200b}{}", &token[..50], &token[50..])),
                "invisible-characters",
            ),
            (link.replace("org/", "org/\u{2060}"), "invisible-characters"),
        ] {
            let found = of_argument(&damaged);
            assert!(
                codes(&found).iter().all(|code| *code == damage),
                "{:?} {damage}",
                codes(&found)
            );
            assert_eq!(found.mended.as_ref().unwrap().reveal(), link, "{damage}");
            let found = mended(format!("Join {damaged} now\n"), &codes(&found), link);
            assert_eq!(found.written.reveal(), damaged);
        }
        assert_eq!(of_argument(&encoded(link)).mended.unwrap().reveal(), link);
    }
    // Where a program reads entities, they are no damage. After the token they do no harm.
    let link = link("HS256", 6) + "&lang=de";
    let escaped = link.replace('&', "&amp;");
    sound(format!("<a href=\"{escaped}\">Join</a>\n"), &link);
    sound(format!("<p>{escaped}</p>\n"), &link);
    sound(format!("<!DOCTYPE html>\n\n Join {escaped}<br>\n").trim_start(), &link);
    sound(format!("&lt;{}&gt;\n", super::link("HS256", 6)), &super::link("HS256", 6));
}

#[test]
fn quoted_printable_is_undone() {
    for alg in ["HS256", "RS256"] {
        let link = link(alg, 8);
        let source = quoted_printable(&format!("Join: {link}"));
        mended(&source, &["quoted-printable"], &link);
        mended(source.replace('\n', "\r\n"), &["quoted-printable"], &link);
        mended(source.replace("=\n", ""), &["quoted-printable"], &link);
        // Only one soft break is left.
        let at = link.find(".ey").unwrap() + 3;
        mended(format!("{}={}\n", &link[..at], &link[at..]), &["quoted-printable"], &link);
    }
}

#[test]
fn broken_lines_are_joined() {
    for alg in ["HS256", "HS512", "RS256", "RS512"] {
        for whole in [link(alg, 10), token(alg, 10)] {
            for width in [60, 64, 72, 76, 78, 80, 100, 130] {
                for prefix in ["", "    ", "> ", ">> "] {
                    let lines: Vec<_> = whole
                        .as_bytes()
                        .chunks(width)
                        .map(|line| format!("{prefix}{}", std::str::from_utf8(line).unwrap()))
                        .collect();
                    let text = format!("Hello,\n{}\n{prefix}Bye, {whole}\n", lines.join("\n"));
                    let mut found = all(&text);
                    assert_eq!(found.len(), 2, "{width} {prefix:?}");
                    assert_eq!(found[1].written.reveal(), whole);
                    let first = found.remove(0);
                    assert_eq!(
                        (first.line, codes(&first)),
                        (2, vec!["line-break"]),
                        "{width} {prefix:?}"
                    );
                    assert_eq!(first.mended.unwrap().reveal(), whole);
                    assert_eq!(first.written.reveal(), &whole[..first.written.reveal().len()]);
                }
            }
        }
    }
    // With more text on the last line, and a link after it.
    let link = link("RS256", 10);
    let found = all(format!("{}\n{}. And {link}\n", &link[..300], &link[300..]));
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].mended.as_ref().unwrap().reveal(), link);
    assert_eq!((found[1].line, found[1].written.reveal()), (2, &link[..]));
}

#[test]
fn a_whole_link_is_not_joined_with_the_next_line() {
    for alg in ["HS256", "HS384", "RS256", "RS512"] {
        for whole in
            [link(alg, 14), link(alg, 14) + "==", link(alg, 14) + "#config.x=true", token(alg, 14)]
        {
            for next in [
                "# a comment",
                "#",
                "--",
                "-- ",
                "regards",
                "Ada",
                "&x=1",
                "/",
                "=",
                "=20",
                "ada@example.org",
                "> x",
                "word and more",
            ] {
                sound(format!("{whole}\n{next}\nx\n"), &whole);
            }
            let slack = format!("https://slack-redir.net/link?url={}", encoded(&whole));
            if whole.starts_with("https") {
                for next in ["# a comment", "regards", "&v=3", "/"] {
                    let found = one(format!("{slack}\n{next}\nx\n"));
                    assert_eq!(
                        (codes(&found), found.written.reveal()),
                        (vec!["slack"], &whole[..]),
                        "{next}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_is_cut_is_not_joined_with_other_text() {
    for alg in ["HS256", "RS256"] {
        let link = link(alg, 11);
        for end in [link.len() - 1, link.len() - 20, link.rfind('.').unwrap(), 130] {
            let cut = &link[..end];
            for text in [
                format!("{cut}\n"),
                format!("{cut}\nPlease join\n"),
                format!("{cut}\nregards\n\nAda\n"),
                format!("Join {cut}… now\n"),
                format!("Join {cut}...\n"),
                cut.to_owned(),
            ] {
                let found = one(&text);
                assert_eq!((codes(&found), &found.mended), (vec!["cut"], &None), "{end} {text}");
                assert_eq!(found.written.reveal(), cut);
            }
            // One a line, and not all of one.
            let found = all(format!("{cut}\n{cut}\n{link}\n"));
            assert_eq!(
                found.iter().map(codes).collect::<Vec<_>>(),
                [vec!["cut"], vec!["cut"], vec![]]
            );
            assert_eq!(found.iter().map(|found| found.line).collect::<Vec<_>>(), [1, 2, 3]);
        }
    }
    let token = token("HS256", 11);
    let two = &token[..token.rfind('.').unwrap()];
    assert_eq!(codes(&one(format!("{two}\n"))), ["cut"]);
    assert_eq!(codes(&one(format!("x\n{two}\nab\ncd\n"))), ["cut"]);
}

#[test]
fn lower_case_cannot_be_undone() {
    for alg in ["HS256", "RS256"] {
        for whole in [link(alg, 12), token(alg, 12)] {
            let lower = whole.to_lowercase();
            let found = one(format!("Join {lower} now"));
            assert_eq!((codes(&found), &found.mended), (vec!["lower-case"], &None));
            assert!(!found.damage[0].can_be_undone());
            assert_eq!(found.written.reveal(), lower);
        }
    }
}

#[test]
fn every_damage_says_what_happened_and_what_to_do() {
    let texts = [
        format!("{},", link("HS256", 1)),
        format!("{}%20", link("HS256", 1)),
        format!("{}%0A", link("HS256", 1)),
        link("HS256", 1).to_lowercase(),
        link("HS256", 1)[..100].to_owned(),
        link("HS256", 1).replace('=', "=3D"),
        link("HS256", 1).replace('=', "&#61;"),
        link("HS256", 1).replace('=', "%3D"),
        link("HS256", 1).replace(".ey", ".e\u{ad}y"),
        link("HS256", 1).replace(".ey", ".e y"),
        link("HS256", 1) + "#" + &"x".repeat(70_000),
        "https://protect.mimecast.com/s/x".to_owned(),
        wrappers::proofpoint_v2(&link("HS256", 1)),
        format!("https://sso.example.com/?next={}", encoded(&link("HS256", 1))),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for text in texts {
        for damage in of_argument(&text).damage {
            let message = damage.message();
            assert!(
                message.len() > 30 && !message.contains("  ") && !message.ends_with('.'),
                "{message}"
            );
            assert!(!damage.cure().ends_with('.') && !damage.cure().contains("  "));
            assert!(!message.contains("eyJ"));
            seen.insert(damage.code());
        }
    }
    assert_eq!(seen.len(), 14, "{seen:?}");
}

#[test]
fn the_number_of_a_footnote_is_a_mark() {
    let link = link("HS256", 4);
    mended(format!("{link}²\n"), &["trailing-punctuation"], &link);
    sound(format!("Join {link}² now\n"), &link);
}

#[test]
fn text_that_follows_without_a_space_is_removed() {
    for alg in ["HS256", "HS384", "HS512"] {
        let link = link(alg, 4);
        for more in ["Meeting", "x", ".Please", "\u{200b}now", "_a"] {
            let codes = match more {
                "\u{200b}now" => vec!["invisible-characters", "trailing-text"],
                _ => vec!["trailing-text"],
            };
            mended(format!("Join {link}{more} here"), &codes, &link);
        }
        mended(format!("{}Meeting", token(alg, 4)), &["trailing-text"], &token(alg, 4));
    }
    // The header says another algorithm than the one it was signed with.
    let (head, signature) = (token("HS256", 4), token("HS512", 4));
    let (head, _) = head.rsplit_once('.').unwrap();
    let (_, signature) = signature.rsplit_once('.').unwrap();
    sound(format!("{head}.{signature}"), &format!("{head}.{signature}"));
}
