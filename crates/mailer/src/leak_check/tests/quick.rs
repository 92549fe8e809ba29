//! The quick reading is certain: what it calls clean, the full reading calls clean.

use proptest::prelude::*;
use proptest::sample::select;

use super::{BOBS, HOST, LINK, OWN};
use crate::leak_check::decoded_text::{DecodedText, Parameters, unfolded};
use crate::leak_check::quick::is_clean;

/// Ways to hide a character, or what may be put beside it without a trace.
const TRICKS: [fn(char) -> String; 23] = [
    |c| format!("%{:02x}", u32::from(c)),
    |c| format!("%25{:02X}", u32::from(c)),
    |c| format!("&#{};", u32::from(c)),
    |c| format!("&#x{:x}", u32::from(c)),
    |c| format!("&amp;#{};", u32::from(c)),
    |c| format!("={:02X}", u32::from(c)),
    |c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c).to_string(),
    |c| c.to_string().replace('.', "&period;").replace('=', "&equals;").replace('&', "&AMP;"),
    |c| format!("{c}=\r\n"),
    |c| format!("{c}=\n"),
    |c| format!("{c}\u{200b}"),
    |c| format!("{c}\u{7f}"),
    |c| format!("{c}&shy"),
    |c| format!("{c}<wbr>"),
    |c| format!("<b class='x'><i>{c}</i></b>"),
    |c| format!("{c}<!-- > -->"),
    |c| format!("{c}<!-- <td> --!>"),
    |c| format!("{c}<x <td>"),
    |c| format!("{c}<td>"),
    |c| format!("{c}&lt;wbr&gt;"),
    |c| format!("<b>{c}<%2Fb>"),
    |c| format!("{c}<!-- <td> --%21>"),
    |c| format!("{c}&#39;"),
];

fn agree(text: &str) {
    for own in ["", OWN, "abc"] {
        if !is_clean(text, own) {
            continue;
        }
        let decoded = DecodedText::of(text);
        for parameters in [Parameters::Any, Parameters::OfHost(HOST)] {
            let found = decoded.survey(own, parameters);
            assert_eq!((found.foreign, found.own), (None, !own.is_empty()), "{text}");
            let shown = decoded.without_tags();
            assert_eq!(shown.token_other_than(own, parameters), None, "{text}");
        }
    }
}

/// A token or a parameter with some of its characters hidden, all in the same way.
fn hidden() -> impl Strategy<Value = String> {
    let short = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.e30.c2ln";
    let parameters = ["//meet.example.org/x?jwt=abc", "//meet.example.org?token=a"];
    let secret = select([&[BOBS, OWN, short], &parameters[..]].concat());
    let places = proptest::collection::vec(0_usize..90, 1..4);
    (secret, select(TRICKS.to_vec()), places).prop_map(|(secret, trick, places)| {
        let hide = |(at, c)| if places.contains(&at) { trick(c) } else { String::from(c) };
        secret.chars().enumerate().map(hide).collect()
    })
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[%&=<>#x;0-9a-fA-F\\r\\n\\t \"'/!.-]{1,6}",
        "(//meet.example.org/x\\?|meet\\.|)(jwt|JwT|token|Token|access_token)(=|%3D|=3D|&equals;)(\"|%22)?(abc|[a-z.]{0,9})",
        "(&|&amp;|%26|=26)(amp|AMP|lt|period|equals|shy|NoBreak|#46|#x2e|#0046|bogus);?",
        "</?(wbr|b|i|A|Strong|mark|x-y|td-x|td|P|section|blockquote|!--|!|\\?)( |\\n|/|>|-->|--!>|x){0,3}",
        // Almost tokens: a right beginning, and then anything.
        "e[yw][JAo0][a-zA-Z0-9_-]{0,40}(\\.[a-zA-Z0-9_-]{0,20}){0,3}",
        "[a-zA-Z ,.]{0,90}",
        "\\r\\n( |\\t|)",
        "\\PC{1,8}",
        "(?s).{0,6}",
        "[ \n\"'<\\\\]",
        Just(LINK.to_owned()),
        hidden(),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What may be around the own link.
fn seam() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        "\n",
        " ",
        "\"",
        "'",
        "<",
        ">",
        "\\",
        ".",
        "=",
        "%",
        "%2",
        "&",
        "&amp;",
        "&#4",
        "=\n",
        "x",
        "-",
        "\u{200b}",
        "&quot;",
        "</b>",
        "</b>\n",
        "</b>x",
        "</td>x",
        "<wbr",
        "<!--",
        "-->",
        "eyJ0",
        "e",
        "?jwt=",
        "jwt",
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2500))]

    #[test]
    fn what_is_hidden_is_never_called_clean(before in seam(), hidden in hidden(), after in seam()) {
        agree(&format!("{before}{hidden}{after}"));
        agree(&format!("{LINK}\n{before}{hidden}{after}"));
    }

    #[test]
    fn what_the_quick_reading_calls_clean_is_clean(text in pieces()) {
        agree(&text);
        agree(&unfolded(&text));
    }

    #[test]
    fn whatever_is_beside_the_link_is_noticed(
        seams in proptest::collection::vec((seam(), seam()), 1..4),
        fragment in select(vec!["", "#a=1&b=2", "#a=", "#a=%3d", "#a=%3Cb", "#a=%2", "&token=a", "#jwt=%22a%22"]),
    ) {
        let link = format!("https://meet.example.org/x?jwt={OWN}{fragment}");
        let text = seams.iter().flat_map(|(before, after)| [*before, &link, *after]);
        let text = text.collect::<String>();
        agree(&text);
        agree(&text.replace('&', "&amp;"));
    }
}

#[test]
fn the_payload_of_the_own_token_may_begin_like_its_header() {
    let own = "eyJhbGciOiJIUzI1NiJ9.eyJhbGciOiJIUzI1NiJ9.c2ln";
    let text = format!("https://meet.example.org/x?jwt={own}\n");
    assert!(!is_clean(&text, own), "the full reading decides");
    assert!(DecodedText::of(&text).survey(own, Parameters::Any).own);
}

#[test]
fn ordinary_texts_need_no_full_reading() {
    for text in [
        "Zoë – 14:00\r\n\t, 100% = x = 5, a.b.c https://meet.example.org/",
        "<p style=\"width:100%\">R&amp;D, O&#39;Brien &quot;x&quot;&nbsp;</p>",
        "<td><span dir=\"auto\">events.team@example.org</span>.<br>",
        "<td>DonaudampfschifffahrtsGesellschaft.example.org</td> eyJ. eyJhbGci.x",
        "Hello <span>J.R.</span>, <b>I</b> t.is",
        "<table cellpadding=\"0\"><td width=72>content=x",
    ] {
        assert!(is_clean(text, "") && !is_clean(text, OWN), "{text}");
        for fragment in ["", "#config.a=%22b%22", "#config.a=1&amp;config.b=%5B1%5D"] {
            let link = format!("https://meet.example.org/x?jwt={OWN}{fragment}");
            let html = format!("{text} {link}\n<a href=\"{link}\"><b>{link}</b></a></td>{text}");
            assert!(is_clean(&html, OWN), "{html}");
        }
    }
}
