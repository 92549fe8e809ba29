//! Which tokens are found, in which encodings, and what is not mistaken for one.

mod quick;

use super::*;

/// `{"typ":"JWT","alg":"HS256"}` and two people's payloads.
const OWN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQWRhIn0.c2lnbmF0dXJlLW9mLWFkYQ";
const BOBS: &str =
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQm9iIn0.c2lnbmF0dXJlLW9mLWJvYg";

const HOST: &str = "meet.example.org";

const LINK: &str = "https://meet.example.org/x?jwt=eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQWRhIn0.\
                    c2lnbmF0dXJlLW9mLWFkYQ#config.a=%22b%22";

const OWN_TOKEN: OwnToken<'_> = OwnToken { token: OWN, host: HOST };

fn invite(part: Part) -> MessagePart {
    MessagePart { kind: MessageKind::Invite, part }
}

fn found(text: &str) -> bool {
    let text = DecodedText::of(text);
    let is_found =
        |text: &DecodedText<'_>| text.token_other_than(OWN, Parameters::OfHost(HOST)).is_some();
    is_found(&text) || is_found(&text.without_tags())
}

#[test]
fn a_foreign_token_is_found_in_every_encoding() {
    let replaced = |from: &str, to: &str| BOBS.replace(from, to);
    let every =
        |encode: fn(u32) -> String| BOBS.chars().map(|c| encode(u32::from(c))).collect::<String>();
    let half = BOBS.len() / 2;
    for text in [
        BOBS.to_owned(),
        format!("https://meet.example.org/x?jwt={BOBS}"),
        format!("x{BOBS}"),
        format!("{OWN} {BOBS}"),
        format!("{OWN}x"),
        format!("{OWN}-"),
        // A part of the own token is foreign: the link would not work.
        OWN[..OWN.len() - 1].to_owned(),
        BOBS[..BOBS.rfind('.').unwrap()].to_owned(),
        replaced(".", "%2E"),
        replaced(".", "%252e"),
        replaced(".", "&period;"),
        replaced(".", "&#46;"),
        replaced(".", "&#x2E;"),
        replaced(".", "&#0046"),
        replaced(".", "&amp;period;"),
        replaced(".", "=2E"),
        replaced(".", "．"),
        replaced("J", "J\u{200b}"),
        replaced("J", "J&shy;"),
        replaced("J", "J&#8203;"),
        replaced("J", "J<wbr>"),
        replaced("J", "J<!-- x -->"),
        replaced("J", "<b>J</b>"),
        every(|c| format!("%{c:02x}")),
        every(|c| format!("&#{c};")),
        every(|c| format!("&#X{c:x}")),
        every(|c| format!("&#37;{c:02X}")),
        format!("{}=\r\n{}", &BOBS[..half], &BOBS[half..]),
        format!("{}=\n{}", &BOBS[..half], &BOBS[half..]),
        "https://meet.example.org/x?jwt=abc".to_owned(),
        "https://meet.example.org/x?JwT=abc".to_owned(),
        "https://meet.example.org/x?TOKEN=abc".to_owned(),
        "https://meet.example.org/x?access_token=abc".to_owned(),
        "https://meet.example.org/x#jwt=%22abc%22".to_owned(),
        "https://meet.example.org/x?jwt%3Dabc".to_owned(),
        "https://meet.example.org/x?j&#119;t&equals;abc".to_owned(),
        "https://meet.example.org/x?jwt=3Dabc".to_owned(),
        "https://meet.example.org/x?jw=\r\nt=abc".to_owned(),
        format!("https://meet.example.org/x?jwt={OWN}x"),
        // In a link checker's own address, and on another port.
        "https://safe.example.com/?url=https%3A%2F%2Fmeet.example.org%2Fx%3Fjwt%3Dabc".to_owned(),
        "HTTPS://MEET.EXAMPLE.ORG:8443/x?a=b&jwt=abc".to_owned(),
        "<a href='//meet.example.org/x?jwt=abc'>".to_owned(),
        // A token of another server is one that somebody could use.
        format!("https://other.example.com/?token={BOBS}"),
        // White space before the first name in the header.
        "jwt=ewkidHlwIjoiSldUIiwiYWxnIjoiSFMyNTYifQ.eyJuYW1lIjoiQm9iIn0.c2ln".to_owned(),
        "jwt=IHsidHlwIjoiSldUIiwiYWxnIjoiSFMyNTYifQ.eyJuYW1lIjoiQm9iIn0.c2ln".to_owned(),
        // HTML accepts these names without a semicolon, and in upper case.
        replaced("J", "J&shy"),
        replaced(".", "&amp#46;"),
        replaced("J", "J&ZeroWidthSpace;"),
        "https://meet.example.org/x?a=b&AMP;jwt=abc".to_owned(),
        // A browser shows elements that it does not know, and other comments, in one line.
        replaced("J", "J<mark>"),
        replaced("J", "J<x-y></x-y>"),
        replaced("J", "J<ins datetime='x'>"),
        replaced("J", "J<?x?>"),
        replaced("J", "J<!x>"),
        replaced("J", "J</ x>"),
        replaced("J", "J<!-- x --!>"),
    ] {
        assert!(found(&text), "{text}");
        for text in [&text, &format!("{LINK} {text}")] {
            assert!(!is_clean(text, "") && !is_clean(text, OWN), "{text}");
        }
    }
}

#[test]
fn other_text_is_not_mistaken_for_a_token() {
    for text in [
        String::new(),
        OWN.to_owned(),
        LINK.to_owned(),
        format!("<a href=\"{}\">Join</a><br>{}</td><td>x", LINK, LINK),
        format!("Join: {OWN}. And {}, or “{OWN}”", LINK),
        format!("{}\\n\\nIt works", LINK),
        format!("https://safe.example.com/?url={}&data=x", LINK.replace(['?', '='], "%3D")),
        // `eyJ` and `eyA`, with which tokens begin, are in ordinary names, too.
        "HarveyJohnsonAssociates.example.org".to_owned(),
        "info@GreyAreaConsultingPartners.co.uk".to_owned(),
        "Eyjolf.Magnusson.Example eyJolf.Magnusson.x".to_owned(),
        "jwt= and token= &c., a token: x, 100% =".to_owned(),
        // Other services have parameters of these names.
        "https://survey.example.com/?token=abc".to_owned(),
        "https://survey.example.com/?access_token=a.b.c&jwt=1".to_owned(),
        "Your token=abc for https://meet.example.org/".to_owned(),
        "https://meet.example.org.example.com/?token=abc".to_owned(),
        "https://not-meet.example.org/?token=abc".to_owned(),
        "<a href=\"https://meet.example.org/\">x</a><a href=\"https://x.example/?token=abc\">"
            .to_owned(),
        "<td>eyJ0eXAiOiJKV1Qi</td><td>LCJhbGciOiJIUzI1NiJ9.eyJu.YW1l</td>".to_owned(),
        "&unknown; &#xffffffff; &#; % %2 = =\r".to_owned(),
        "#config.subject=%22Q3%20%26%20plan%22".to_owned(),
    ] {
        assert!(!found(&text), "{text}");
    }
}

#[test]
fn a_message_must_contain_its_own_token_and_no_other() {
    #[track_caller]
    fn case(parts: [&str; 4], expected: Option<&Leak>) {
        let [subject, text, html, calendar] = parts;
        let calendar = Some(calendar);
        let parts = Parts { kind: MessageKind::Invite, subject, text, html, calendar };
        assert_eq!(
            check(parts, OWN_TOKEN, Sources { values: &[], extra: &[] }).as_ref().err(),
            expected
        );
    }
    let hard_coded = |part, line| Leak::HardCoded { part: invite(part), line };
    let missing = |part| Leak::Missing { part: invite(part) };
    let link = LINK;
    let folded = format!("URL:{}\r\n {}\r\n", &link[..60], &link[60..]);
    let folded = folded.as_str();
    let subject = Leak::InSubject { part: invite(Part::Subject) };

    // The calendar's link is folded, as it is in every message.
    case(["Hello", link, link, folded], None);
    let text = format!("a\nb\n{link}\n{BOBS}");
    case(["Hello", &text, link, folded], Some(&hard_coded(Part::Text, 4)));
    let html = format!("<p>\n{BOBS}</p>{link}");
    case(["Hello", link, &html, folded], Some(&hard_coded(Part::Html, 2)));
    let html = format!("{link}\n\n{}", BOBS.replace('J', "J<wbr>"));
    case(["Hello", link, &html, folded], Some(&hard_coded(Part::Html, 3)));
    let calendar = format!("{folded}URL:{}\r\n\t{}\r\n", &BOBS[..50], &BOBS[50..]);
    case(["Hello", link, link, &calendar], Some(&hard_coded(Part::Calendar, 2)));
    case(["Hello", "x", link, folded], Some(&missing(Part::Text)));
    case(["Hello", link, "<p>x</p>", folded], Some(&missing(Part::Html)));
    case(["Hello", link, link, "URL:x"], Some(&missing(Part::Calendar)));
    case([OWN, link, link, folded], Some(&subject));
    case(["meet.example.org/x?token=x", link, link, folded], Some(&subject));
    case(["Your token=x", link, link, folded], None);
}

#[test]
fn a_cancellation_must_not_contain_a_token() {
    let cancel = |part| MessagePart { kind: MessageKind::Cancel, part };
    let in_cancellation = |part, line| Leak::InCancellation { part: cancel(part), line };
    let check_of = |[subject, text, html]: [&str; 3], calendar, extra: &[(&str, &str)]| {
        let parts = Parts { kind: MessageKind::Cancel, subject, text, html, calendar };
        check(parts, OWN_TOKEN, Sources { values: &[], extra }).err()
    };
    let link = LINK;
    let folded = format!("URL:{}\r\n {}\r\n", &link[..60], &link[60..]);
    let hidden = format!("<p>\n{}", OWN.replace('J', "J<wbr>"));

    for (texts, calendar, expected) in [
        (["Off", "off", "<p>off"], Some("STATUS:CANCELLED"), None),
        (["Off", "off", "<p>off"], None, None),
        (["Off", link, "<p>off"], None, Some(in_cancellation(Part::Text, 1))),
        (["Off", BOBS, "<p>off"], None, Some(in_cancellation(Part::Text, 1))),
        (["Off", "off", &hidden], None, Some(in_cancellation(Part::Html, 2))),
        (["Off", "off", "<p>off"], Some(&*folded), Some(in_cancellation(Part::Calendar, 1))),
        ([link, "off", "<p>off"], None, Some(Leak::InSubject { part: cancel(Part::Subject) })),
    ] {
        assert_eq!(check_of(texts, calendar, &[]), expected);
    }
    // Other kinds allow the person's own link in a cell.
    assert_eq!(
        check_of(["Off", link, "<p>off"], None, &[("seat", "4"), ("note", link)]),
        Some(Leak::Column { column: "note".to_owned(), part: cancel(Part::Text) })
    );
}

#[test]
fn the_value_that_contains_a_foreign_token_is_named() {
    let link = LINK;
    let text = format!("{link} {BOBS}");
    let calendar = Some(link);
    let parts =
        Parts { kind: MessageKind::Invite, subject: "Hello", text: &text, html: link, calendar };
    let bobs = BOBS.replace('.', "%2e");
    let source = |values: &[(&'static str, &str)], extra: &[(&str, &str)]| {
        check(parts, OWN_TOKEN, Sources { values, extra }).unwrap_err()
    };
    assert_eq!(
        source(&[("title", "x"), ("name", &bobs)], &[("note", link)]),
        Leak::Value { name: "name", part: invite(Part::Text) }
    );
    assert_eq!(
        source(&[("title", "x")], &[("seat", "4"), ("note", &bobs)]),
        Leak::Column { column: "note".to_owned(), part: invite(Part::Text) }
    );
}

#[test]
fn a_leak_names_its_place_and_never_quotes_the_link() {
    for (leak, words) in [
        (
            Leak::HardCoded { part: invite(Part::Html), line: 7 },
            "invite.html contains a link that is not this person's, in line 7 of its output: write `{{ link }}` \
             instead",
        ),
        (
            Leak::Column { column: "note".to_owned(), part: invite(Part::Text) },
            "column `note` of the roster contains a personal link, and invite.txt shows it",
        ),
        (
            Leak::Missing { part: invite(Part::Calendar) },
            "the calendar event does not contain this person's complete link: write `{{ link }}` in the template",
        ),
    ] {
        assert_eq!(leak.to_string(), words);
        assert!(!leak.hint().is_empty());
    }
}

proptest::proptest! {
    #[test]
    fn decoding_ends_without_a_panic(text in "(?s)([%&=<#x;0-9a-fA-F\\r\\n -]|amp|jwt=|eyJ|\\PC){0,60}") {
        let _ = found(&text);
    }

    #[test]
    fn a_token_is_found_between_any_words(before in "\\PC{0,20}", after in "( \\PC{0,20})?") {
        let text = format!("{before} {BOBS}{after}");
        assert!(found(&text), "{}", text);
    }
}
