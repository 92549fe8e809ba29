//! Long lines, long links, and texts that are made to be slow.

use super::*;

/// The length of a text that is made to be slow. With quadratic time, it would take hours.
const SLOW: usize = 1 << 18;

#[test]
fn a_line_of_any_length_is_read_to_its_end() {
    let links: Vec<_> = (0..4000).map(|seed| link("HS256", seed)).collect();
    for separator in ["\",\"", " ", "<br>", ","] {
        let text = links.join(separator);
        assert!(text.len() > 1 << 20);
        let found = all(format!("x\n{text}\n{}\n", links[0]));
        // Commas alone are not where a long line is cut.
        if separator != "," {
            assert!(found.iter().all(|found| found.damage.is_empty()), "{separator}");
            let read: Vec<_> = found.iter().map(|found| found.written.reveal()).collect();
            assert_eq!(read[..4000], links.iter().map(String::as_str).collect::<Vec<_>>());
        }
        assert_eq!(found.last().unwrap().line, 3);
    }
}

#[test]
fn a_link_that_is_too_long_says_so() {
    let link = link("HS256", 1) + "#" + &"x".repeat(1 << 16);
    let found = one(format!("{link}\n"));
    assert_eq!((codes(&found), found.mended.clone()), (vec!["too-long"], None));
    let found = all(format!(
        "{}#{}\n{}\n",
        super::link("HS256", 1),
        "x".repeat(3 << 20),
        super::link("HS256", 2)
    ));
    assert_eq!((found.len(), codes(&found[0]), found[1].line), (2, vec!["too-long"], 2));
}

#[test]
fn texts_that_are_made_to_be_slow_are_read_in_linear_time() {
    let header = "eyJhbGciOiJIUzI1NiJ9";
    for piece in [
        "http",
        "http://",
        "https://a",
        "eyJ",
        ".eyJ",
        "eyJ.",
        "=",
        "<",
        "&amp;",
        "a.eyJ",
        "http:\\/\\/",
        "=3D",
        "%3A%2F%2F",
        "https://a/?jwt=",
        "https://a/?x=https://",
        "\u{ad}",
        "https://a\u{ad}",
        "(",
        "https://a/(",
        "'",
        "=\n",
        "> \n",
        "From \n",
        "--\n",
        "eyJhbGciOiJI\n",
        "eyJhbGciOiJIUzI1NiJ9.\n",
        "https://a/b\n",
        "https://a/?jwt=eyJhbGciOiJI\n",
        "Content-Type:x\n",
        "\\u0026",
        "\nBEGIN:VCALENDAR\n ",
        "<html\n",
        "a\n b\n",
        "https://urldefense.com/v3/__",
        "%25",
        "jwt=",
    ] {
        all(piece.repeat(SLOW / piece.len()));
        all(format!(
            "Content-Transfer-Encoding: quoted-printable\n\n{}",
            piece.repeat(SLOW / 4 / piece.len())
        ));
    }
    // Lines that go on for as long as they may, and are read again.
    all(format!("{header}.{}\n", "ey".repeat(500)).repeat(200));
    all(format!("{header}\n").repeat(5_000));
}

#[test]
fn a_find_depends_on_lines_and_not_on_pieces() {
    let text =
        format!("a {}\n> {}\r\n\n{}", link("RS256", 1), link("HS256", 2), &link("HS256", 3)[..90]);
    let whole = all(&text);
    for size in [1, 2, 3, 7, 100, 1000] {
        let mut found = Vec::new();
        let mut finder = Finder::new();
        for piece in text.as_bytes().chunks(size) {
            finder.read(piece, &mut |one| found.push(one));
        }
        finder.finish(&mut |one| found.push(one));
        assert_eq!(found, whole);
    }
    let mut found = Vec::new();
    let mut finder = Finder::new();
    for line in text.split_inclusive('\n') {
        finder.line(line.as_bytes(), &mut |one| found.push(one));
    }
    finder.finish(&mut |one| found.push(one));
    assert_eq!(found, whole);
}
