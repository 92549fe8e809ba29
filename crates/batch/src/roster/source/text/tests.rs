use std::fs;

use encoding_rs::Encoding;

use super::*;

/// The text of a file with this content, and what is said about it.
fn read(content: &[u8], wanted: Option<&str>) -> Result<(String, Vec<Remark>), Problem> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    fs::write(&path, content).unwrap();
    let (file, start) = RosterFile::open(&path, "people.csv").unwrap();
    let text = Text::open(&file, &start, wanted)?;
    let mut all = String::new();
    text.reader(&file, 0)?.read_to_string(&mut all).unwrap();
    Ok((all, text.remarks))
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let (octets, _, unmappable) = encoding.encode(text);
            assert!(!unmappable, "{text}");
            octets.into_owned()
        }
    }
}

#[test]
fn lists_in_code_pages_are_read_as_people_wrote_them() {
    for (label, found, list) in [
        ("windows-1252", "windows-1252", "ada@example.org;Müller\n"),
        ("windows-1252", "windows-1252", "ada@example.org;Jörg\nben@example.org;André Straßer\n"),
        ("windows-1252", "windows-1252", "ada@example.fr;François Lefèvre\n"),
        ("windows-1252", "windows-1252", "ada@example.es;Íñigo Núñez\ncleo@example.org;José\n"),
        ("windows-1252", "windows-1252", "ada@example.dk;Søren Ærø Åse\n"),
        ("windows-1252", "windows-1252", "ada@example.org;Ada O’Neill\nben@example.org;Zoë\n"),
        ("windows-1250", "windows-1250", "ada@example.cz;Jiří Dvořák\n"),
        ("windows-1250", "windows-1250", "ada@example.org;Dvořák\n"),
        ("windows-1250", "windows-1250", "ada@example.pl;Łukasz Wąsik\nben@example.pl;Jaś\n"),
        ("iso-8859-2", "iso-8859-2", "ada@example.pl;Łukasz Wąsik\n"),
        ("windows-1251", "windows-1251", "ada@example.org;Мария Иванова\n"),
        ("koi8-r", "koi8-u", "ada@example.org;Мария Иванова\n"),
        ("ibm866", "ibm866", "ada@example.org;Мария Иванова\n"),
        ("windows-1253", "windows-1253", "ada@example.org;Ελένη Παπαδοπούλου\n"),
        ("windows-1253", "windows-1253", "ada@example.org;Άννα Παππά\n"),
        ("iso-8859-7", "iso-8859-7", "ada@example.org;Άννα Παππά\n"),
        ("windows-1254", "windows-1254", "ada@example.com.tr;Şebnem Çağrı\n"),
        ("windows-1257", "windows-1257", "ada@example.lt;Žydrūnas Ąžuolas\n"),
        ("windows-1256", "windows-1256", "ada@example.org;محمد علي\n"),
        ("windows-874", "windows-874", "ada@example.org;สมชาย\n"),
        ("shift_jis", "shift_jis", "ada@example.jp,山田太郎\n"),
        ("euc-jp", "euc-jp", "ada@example.jp,山田太郎\n"),
        ("iso-2022-jp", "iso-2022-jp", "ada@example.jp,山田太郎\n"),
        ("gbk", "gbk", "ada@example.com,张伟\n"),
        ("big5", "big5", "ada@example.tw,張偉\n"),
        ("euc-kr", "euc-kr", "ada@example.kr,김민수\n"),
    ] {
        let list = format!("email;name\r\n{list}");
        let (text, remarks) = read(&encoded(&list, label), None).unwrap();
        assert_eq!(text, list, "{label}");
        assert_eq!(remarks.len(), 1, "{label}");
        let said = (remarks[0].code, remarks[0].message.contains(&format!("as {found}")));
        assert_eq!(said, ("encoding", true), "{}", remarks[0].message);
        // Nothing is said about what the user says, and it is the same.
        assert_eq!(read(&encoded(&list, label), Some(found)).unwrap(), (list, Vec::new()));
    }
}

#[test]
fn the_guess_is_shown_with_words_to_judge_it_by() {
    let list = "email;name\nada@example.org;Ada Müller\nben@example.org;Jörg Müller\n";
    let (_, remarks) = read(&encoded(list, "windows-1252"), None).unwrap();
    let expected = Remark::note(
        "encoding",
        "the roster is not UTF-8, and was read as windows-1252: `Müller`, `Jörg`",
    )
    .hint("if the words are right, `encoding = \"windows-1252\"` under [roster] in meeting.toml says so for good");
    assert_eq!(remarks, [expected]);
    // Too little to be sure.
    let (_, remarks) = read(&encoded("a@example.org;Dvořák\n", "windows-1250"), None).unwrap();
    assert!(remarks[0].is_warning);
}

#[test]
fn a_list_that_is_not_clearly_in_one_code_page_is_refused_with_the_lines_to_choose_from() {
    let dos = |name: &[u8]| [b"email;name\nada@example.org;", name, b"\n"].concat();
    let mac = |name: &str| encoded(&format!("email;name\nada@example.org;{name}\n"), "macintosh");
    for (octets, encoding, word) in [
        (mac("Müller"), "macintosh", "Müller"),
        (mac("Jörg Müller"), "macintosh", "Jörg"),
        (mac("François Lefèvre"), "macintosh", "François"),
        (mac("Núñez García"), "macintosh", "Núñez"),
        (dos(b"M\x81ller"), "cp850", "Müller"),
        (dos(b"J\x84ger Stra\xe1e"), "cp850", "Jäger"),
        (dos(b"Dvo\xfd\xa0k"), "cp852", "Dvořák"),
        // 0xB9 is `ą` on Windows, and `š` in the ISO standard.
        (dos(b"W\xb9sik"), "windows-1250", "Wąsik"),
        (dos(b"Tom\xe1\xb9"), "iso-8859-2", "Tomáš"),
    ] {
        let problem = read(&octets, None).unwrap_err();
        assert_eq!(problem.code, "unclear-encoding", "{problem}");
        assert!(problem.message.contains(&format!("`{word}` ({encoding})")), "{problem}");
        let line = format!("`encoding = \"{encoding}\"`");
        assert!(problem.hint.unwrap().contains(&line), "{line}");
        let (text, remarks) = read(&octets, Some(encoding)).unwrap();
        assert!(text.contains(word), "{text}");
        assert_eq!(remarks, []);
    }
}

#[test]
fn signs_in_place_of_letters_are_refused_with_the_encodings_in_which_they_are_letters() {
    let west = "Zoë Groß\nJürgen Böhm\nAndré Müller\nFrançois Lefèvre\n".repeat(3);
    for (word, label) in [
        ("Œdipe", "iso-8859-15"),
        ("Šárka", "iso-8859-15"),
        ("Žák", "iso-8859-15"),
        ("Paweł", "windows-1250"),
        ("Grażyna", "windows-1250"),
        ("Dąbrowski", "windows-1250"),
        ("Wąsik", "iso-8859-2"),
    ] {
        // Letters that are the same in all of these code pages.
        let names =
            if label == "iso-8859-15" { west.as_str() } else { "Jörg Böhm\nZoë\nMüller\n" };
        let octets = encoded(&format!("name;email\n{names}{word};a@example.org\n"), label);
        let Err(problem) = read(&octets, None) else {
            // It was recognized.
            let (text, _) = read(&octets, None).unwrap();
            assert!(text.contains(word), "{text}");
            continue;
        };
        assert_eq!(problem.code, "unclear-encoding", "{problem}");
        assert!(problem.message.contains(&format!("`{word}` ({label})")), "{word}: {problem}");
        let line = format!("`encoding = \"{label}\"`");
        assert!(problem.hint.unwrap().contains(&line), "{line}");
        assert!(read(&octets, Some(label)).unwrap().0.contains(word));
    }
    // What was meant is among the lines, too.
    let list = "name;email;size\nZoë Groß;a@example.org;½Tag\n";
    let problem = read(&encoded(list, "windows-1252"), None).unwrap_err();
    assert!(problem.message.contains("`½Tag` (windows-1252)"), "{problem}");
    let list = "name;email;size\nZoë Groß;a@example.org;25m²\n";
    assert_eq!(read(&encoded(list, "windows-1252"), None).unwrap().0, list);
}

#[test]
fn turkish_and_hungarian_letters_that_were_read_as_others_are_a_warning() {
    let west = "Zoë Groß\nJürgen Böhm\nAndré Müller\nFrançois Lefèvre\n".repeat(3);
    for (here, label, there) in
        [("Çaðrý", "windows-1254", "Çağrı"), ("Gyõzõ", "windows-1250", "Győző")]
    {
        let octets = encoded(&format!("name;email\n{west}{here};a@example.org\n"), "windows-1252");
        let (_, remarks) = read(&octets, None).unwrap();
        assert!(remarks[0].is_warning, "{remarks:?}");
        assert_eq!(
            remarks[0].message,
            format!(
                "the roster is not UTF-8, and was read as windows-1252: `{here}` could be `{there}`"
            )
        );
        let hint = remarks[0].hint.as_deref().unwrap();
        assert!(hint.contains(&format!("if `{there}` is right, set `encoding = \"{label}\"`")));
        assert!(read(&octets, Some(label)).unwrap().0.contains(there));
    }
}

#[test]
fn unicode_is_known_by_its_mark_or_its_nuls() {
    let list = "email\tname\r\nada@example.org\tАда Мустер\r\n";
    for label in ["utf-16le", "utf-16be"] {
        let marked = encoded(&format!("\u{feff}{list}"), label);
        for wanted in [None, Some(label), Some("utf-16")] {
            assert_eq!(read(&marked, wanted).unwrap(), (list.to_owned(), Vec::new()));
        }
        let (text, remarks) = read(&encoded(list, label), None).unwrap();
        assert_eq!((text.as_str(), remarks[0].code), (list, "encoding"));
        for wanted in [label, "utf-16"] {
            let read = read(&encoded(list, label), Some(wanted)).unwrap();
            assert_eq!(read, (list.to_owned(), Vec::new()));
        }
    }
    // Joined files have several marks.
    for marks in ["", "\u{feff}", "\u{feff}\u{feff}"] {
        let read = read(format!("{marks}{list}").as_bytes(), None).unwrap();
        assert_eq!(read, (list.to_owned(), Vec::new()));
    }
    for octets in [&b"\xff\xfe"[..], b"\xef\xbb\xbf", b""] {
        assert_eq!(read(octets, None).unwrap(), (String::new(), Vec::new()));
    }
}

#[test]
fn ascii_is_the_same_in_every_code_page() {
    let list = "email,name\nada@example.org,Ada\n";
    for label in [None, Some("windows-1250"), Some("cp850"), Some("gbk"), Some("utf-8")] {
        assert_eq!(read(list.as_bytes(), label).unwrap(), (list.to_owned(), Vec::new()));
    }
}

#[test]
fn what_cannot_be_decoded_is_refused_with_its_line() {
    #[track_caller]
    fn case(octets: &[u8], wanted: Option<&str>, code: &str, shown: &str) {
        let problem = read(octets, wanted).unwrap_err();
        assert_eq!((problem.code, problem.to_string()), (code, format!("people.csv:{shown}")));
    }
    let damaged =
        ["email,name\r\nada@example.org,Ada Müller\r\nben@example.org,J".as_bytes(), b"\xf6rg\r\n"]
            .concat();
    let shown = "3: this line is not valid UTF-8: octet 0xF6 after `ben@example.org,J`";
    case(&damaged, None, "not-utf8", shown);
    case(&damaged, Some("utf-8"), "not-utf8", shown);
    let shown = "1: this line is not valid UTF-8: octet 0xF6 at its beginning";
    case(b"\xef\xbb\xbf\xf6", None, "not-utf8", shown);
    // An octet without a character in the code page.
    let not_decodable = |octets: &[u8], wanted, shown| case(octets, wanted, "not-decodable", shown);
    let shown = "4: this line is not valid windows-1252";
    not_decodable(b"a\r\nb\n\nJ\x81rg\n", Some("windows-1252"), shown);
    not_decodable(b"a\n\xa0\n", Some("shift_jis"), "2: this line is not valid shift_jis");
    not_decodable(b"\xff\xfea\0\n\0b", None, "2: this line is not valid utf-16le");
    not_decodable(b"\xff\xfea\0\n\0\0\xd8b\0", None, "2: this line is not valid utf-16le");
    let shown = " `encoding` is `ansi`, and no such encoding is known";
    case(b"a", Some("ansi"), "unknown-encoding", shown);
    let shown =
        " `encoding` is windows-1252, but the file begins with the byte-order mark of utf-8";
    case(b"\xef\xbb\xbfa", Some("windows-1252"), "bad-encoding", shown);
    case(b"email\0name", None, "not-csv", " this is not a text file");
    let shown = " this is a file with binary data, not a CSV file or a workbook";
    case(b"\x93\x02\x15\xe8\xfa\x07", None, "not-csv", shown);
}

#[test]
fn what_was_garbled_before_is_a_warning_with_its_line() {
    let (text, remarks) = read("email\na@example.org\nMÃ¼ller\nJosÃ©\n".as_bytes(), None).unwrap();
    assert!(text.contains("MÃ¼ller"), "{text}");
    assert_eq!((remarks[0].code, remarks[0].is_warning), ("garbled", true));
    assert_eq!(remarks[0].message, "line 3: `MÃ¼ller` looks garbled, and one more does");
    // UTF-8 that the user calls windows-1252.
    let (_, remarks) = read("a\nMüller\n".as_bytes(), Some("windows-1252")).unwrap();
    assert_eq!(remarks[0].message, "line 2: `MÃ¼ller` looks garbled");
    // Most lines in one encoding, and some in the other.
    let mixed = [&b"J\xf6rg\nRen\xe9\nZo\xeb\n"[..], "Müller\n".as_bytes()].concat();
    let (_, remarks) = read(&mixed, None).unwrap();
    assert_eq!(remarks[1].message, "line 4: `MÃ¼ller` looks garbled");
    let (_, remarks) = read("a\nM\u{fffd}ller\n".as_bytes(), None).unwrap();
    assert_eq!((remarks[0].code, remarks[0].is_warning), ("lost-letters", true));
    assert!(remarks[0].message.starts_with("line 2: "), "{}", remarks[0].message);
}

#[test]
fn a_late_letter_counts_as_an_early_one() {
    let mut list = "email,name\n".to_owned();
    list.push_str(&"person@example.org,Ada\n".repeat(20_000));
    list.push_str("last@example.org,Jörg Müller\n");
    let (text, remarks) = read(&encoded(&list, "windows-1252"), None).unwrap();
    assert_eq!((text == list, remarks.len()), (true, 1));
}

#[test]
fn a_file_that_changes_after_it_was_decoded_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    fs::write(&path, encoded("email\nMüller\n", "windows-1252")).unwrap();
    let (file, start) = RosterFile::open(&path, "people.csv").unwrap();
    let text = Text::open(&file, &start, None).unwrap();
    let (mut one, mut other) = (text.reader(&file, 0).unwrap(), text.reader(&file, 6).unwrap());
    // Two readings do not disturb each other.
    let mut octets = [0; 5];
    one.read_exact(&mut octets).unwrap();
    assert_eq!(&octets, b"email");
    let mut rest = String::new();
    other.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "Müller\n");
    rest.clear();
    one.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "\nMüller\n");
    fs::write(&path, "email\n").unwrap();
    assert_eq!(text.reader(&file, 0).unwrap_err().code, "changed");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
    #[test]
    fn any_octets_are_text_or_a_problem(
        octets in proptest::collection::vec(
            proptest::prop_oneof![
                proptest::prelude::any::<u8>(),
                proptest::sample::select(b"\",;\t\r\n\0aM\xfc\xc3\xbc\xff\xfe\xef\xbb\xbf".to_vec()),
            ],
            0..200,
        ),
        wanted in proptest::sample::select(vec![
            None, Some("utf-8"), Some("utf-16"), Some("windows-1252"), Some("cp852"), Some("big5"),
        ]),
    ) {
        // A letter that means nothing in the encoding never becomes a replacement character.
        let had_one = |octets: &[u8]| octets.windows(2).any(|pair| matches!(pair, b"\xef\xbf" | b"\xff\xfd" | b"\xfd\xff"));
        if let Ok((text, _)) = read(&octets, wanted) {
            let is_replaced = text.contains(char::REPLACEMENT_CHARACTER);
            proptest::prop_assert!(had_one(&octets) || !is_replaced);
        }
    }
}
