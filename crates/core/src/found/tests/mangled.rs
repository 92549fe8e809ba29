//! Random texts and random damage.

use proptest::prelude::*;

use super::*;

fn alg() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["HS256", "HS384", "HS512", "RS256", "RS512"])
}

/// Damage that can be undone, done to a link.
fn damaged(link: &str, kind: usize, at: usize) -> String {
    let token = link.find("ey").unwrap();
    let at = token + 1 + at % (link.len() - token - 2);
    let (begin, end) = link.split_at(at);
    match kind {
        0 => format!("{link})"),
        1 => format!("{link}%20"),
        2 => format!("{link}%0D%0A"),
        3 => link.replace('=', "=3D"),
        4 => format!("{begin}\u{200b}{end}"),
        5 => format!("{begin}\n{end}"),
        6 => format!("{begin}\n> {end}"),
        7 => link.replace('=', "&#61;"),
        8 => link.replace('?', "%3F").replace('=', "%3D"),
        9 => format!("{}=\n{}", begin.replace('=', "=3D"), end.replace('=', "=3D")),
        10 => format!("https://slack-redir.net/link?url={}%2C", encoded(link)),
        _ => format!("{begin}\u{ad}{end},"),
    }
}

/// How many kinds there are.
const KINDS: usize = 12;

proptest! {
    #[test]
    fn what_can_be_undone_is_undone(alg in alg(), seed in 0..1000_u64, kind in 0..KINDS, at in 0..10_000_usize) {
        let link = link(alg, seed);
        let text = damaged(&link, kind, at);
        let found = all(format!("Hello\n{text}\nBye\n"));
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].line, 2);
        prop_assert!(found[0].damage.iter().all(Damage::can_be_undone), "{:?} {text}", found[0].damage);
        prop_assert_eq!(found[0].mended.as_ref().map(Written::reveal), Some(&link[..]), "{}", text);
        if !text.contains('\n') {
            let argument = of_argument(&text);
            prop_assert_eq!(&argument.mended, &found[0].mended);
            prop_assert_eq!(&argument.damage, &found[0].damage);
        }
    }

    #[test]
    fn a_sound_link_in_any_words_is_found(alg in alg(), before in "[ -~\n]{0,40}[ \n(<]", after in "[ ,;>\n][ -~\n]{0,40}") {
        let link = link(alg, 1);
        // Another address may contain this one.
        prop_assume!(!before.contains("://"));
        let found = all(format!("{before}{link}{after}"));
        prop_assert!(found.iter().any(|found| {
            found.written.reveal() == link || found.mended.as_ref().is_some_and(|mended| mended.reveal() == link)
        }), "{found:?}");
    }

    #[test]
    fn no_text_panics_and_pieces_do_not_matter(
        parts in prop::collection::vec(prop_oneof![
            prop::collection::vec(any::<u8>(), 0..20),
            prop::sample::select(vec![
                "https://", "?jwt=", "eyJhbGciOiJIUzI1NiJ9", ".eyJ", "=", "=\n", "\r\n", "\n", " ", "> ", "&amp;", "&#61;", "%20", "%3D",
                "\u{ad}", "\u{200b}", "\\/", "\\u0026", "(", ")", "'", "\"", "<", "--b\n", "Content-Type: multipart/mixed; boundary=b\n",
                "Content-Transfer-Encoding: base64\n\n", "Content-Transfer-Encoding: quoted-printable\n\n", "BEGIN:VCALENDAR\n", "END:VCALENDAR\n",
                "https://urldefense.com/v3/__", "**", "*", "__;", "https://urldefense.proofpoint.com/v2/url?u=", "-", "\0", "From x\n", "é", "，",
                "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa%3Fjwt%3D", "#jwt=\"", "https://a.protection.sophos.com/?u=aHR0",
                "https://secure-web.cisco.com/", "https:\\/\\/", "\\", "\\n", "\u{feff}",
            ]).prop_map(|text| text.as_bytes().to_vec()),
        ], 0..30),
        size in 1..50_usize,
    ) {
        let text = parts.concat();
        let whole = all(&text);
        let mut found = Vec::new();
        let mut finder = Finder::new();
        for piece in text.chunks(size) {
            finder.read(piece, &mut |one| found.push(one));
        }
        finder.finish(&mut |one| found.push(one));
        prop_assert_eq!(&found, &whole);
        let lines = memchr::memchr_iter(b'\n', &text).count() as u64 + 1;
        for one in &whole {
            prop_assert!((1..=lines).contains(&one.line));
            for damage in &one.damage {
                damage.message();
            }
            prop_assert!(one.mended.is_none() || one.damage.iter().all(Damage::can_be_undone));
        }
        of_argument(&String::from_utf8_lossy(&text));
    }

    #[test]
    fn any_octet_may_change(alg in alg(), seed in 0..100_u64, at in 0..10_000_usize, octet in any::<u8>()) {
        let mut text = format!("Join {} now\n", link(alg, seed)).into_bytes();
        let at = at % text.len();
        text[at] = octet;
        let _ = all(&text);
        of_argument(&String::from_utf8_lossy(&text));
    }
}
