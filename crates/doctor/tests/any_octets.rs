//! Whatever is in the files, reading them ends: without a panic, and with every line that is named in the file.
#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use std::path::Path;

use meetmint_doctor::{FileGiven, KeyFact, LARGEST_FILE, Refused, ServerFiles};
use proptest::prelude::*;

/// Beginnings that decide what kind of file it is.
const KINDS: [&str; 4] = [
    "VirtualHost \"meet.acme.test\" authentication = \"token\"\n",
    "ENABLE_AUTH=1\nAUTH_TYPE=jwt\n",
    "jicofo {}\n",
    "",
];

/// Reads a file alone, and beside one of Prosody. Everything that can be asked of it is asked.
fn exercise(octets: &[u8]) {
    let main = b"VirtualHost \"meet.acme.test\" authentication = \"token\" app_id = \"acme\"";
    let alone = [FileGiven { name: "any", octets }];
    let beside = [FileGiven { name: "any", octets }, FileGiven { name: "main", octets: main }];
    let lines = octets.iter().filter(|octet| matches!(octet, b'\n' | b'\r')).count() + 1;
    let check = |file: &str, line: usize| {
        assert!(file != "any" || (1..=lines).contains(&line), "{line} of {lines}");
    };
    let check_refused = |refused: &Refused| {
        if let (Some(file), Some((line, _))) = (&refused.file, refused.at) {
            check(file, line);
        }
        assert!(!refused.hint.is_empty());
    };
    for given in [&alone[..], &beside] {
        let files = match ServerFiles::read(given) {
            Ok(files) => files,
            Err(refused) => {
                assert!(!refused.is_empty());
                refused.iter().for_each(check_refused);
                continue;
            }
        };
        let hosts = match files.hosts() {
            Ok(hosts) => hosts,
            Err(refused) => {
                check_refused(&refused);
                continue;
            }
        };
        match files.facts(hosts.last().map(String::as_str)) {
            Ok(facts) => {
                for place in facts.read.iter().map(|read| &read.place) {
                    check(&place.file, place.line);
                }
                for place in facts.remarks.iter().map(|remark| &remark.place) {
                    check(&place.file, place.line);
                }
                // More than that nobody reads.
                assert!(facts.remarks.len() <= 51, "{}", facts.remarks.len());
            }
            Err(refused) => check_refused(&refused),
        }
    }
}

/// The files of all cases.
fn files() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let parts = text.split("==== ").skip(1).filter_map(|part| part.split_once('\n'));
        let server = parts.filter(|(name, _)| *name != "want");
        files.extend(server.map(|(_, text)| text.as_bytes().to_vec()));
    }
    files.sort();
    files
}

/// What one of these languages gives a meaning to.
const SNIPPETS: [&str; 32] = [
    "\"",
    "'",
    "[[",
    "]]",
    "[==[",
    "--[[",
    "--",
    "{",
    "}",
    "(",
    ")",
    "\\",
    "\\u{",
    "\\x",
    "\\9",
    "$",
    "${",
    "${A:-",
    "$$",
    "=",
    "..",
    " or ",
    "nil",
    "end",
    "if x then",
    "function",
    "#",
    "//",
    "\"\"\"",
    "\r",
    "\u{feff}",
    "\0",
];

#[test]
fn every_file_with_one_change_is_read_to_its_end() {
    let mut tried = 0_usize;
    for file in files() {
        // Some of the places, others in each file.
        for at in (tried % 7..=file.len()).step_by(37) {
            let (begin, end) = file.split_at(at);
            exercise(begin);
            exercise(&[begin, end.get(1..).unwrap_or_default()].concat());
            let snippet = SNIPPETS[tried % SNIPPETS.len()];
            exercise(&[begin, snippet.as_bytes(), end].concat());
            tried += 1;
        }
    }
    assert!(tried > 600, "{tried}");
}

/// The secret that one file comes to.
fn secret(octets: &[u8]) -> Option<Vec<u8>> {
    let facts = ServerFiles::read(&[FileGiven { name: "any", octets }]).unwrap().facts(None);
    match facts.unwrap().key {
        KeyFact::Secret(secret) => Some(secret.reveal().to_vec()),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_secret_is_read_as_the_server_reads_it(
        octets in prop::collection::vec(any::<u8>(), 1..60),
        text in "[ -&(-\\[\\]-~]{1,60}",
    ) {
        let lua = |literal: &[u8]| {
            let begin = b"VirtualHost \"meet\" authentication = \"token\" app_secret = ";
            secret(&[begin, literal, b" app_id = \"acme\""].concat())
        };
        let escaped = octets.iter().fold(String::new(), |text, octet| text + &format!("\\{octet:03}"));
        prop_assert_eq!(lua(format!("'{escaped}'").as_bytes()), Some(octets.clone()));
        let hex = octets.iter().fold(String::new(), |text, octet| text + &format!("\\x{octet:02x}"));
        prop_assert_eq!(lua(format!("\"{hex}\"").as_bytes()), Some(octets.clone()));
        // Longer than any bracket inside. Lua makes one line break of every kind of them.
        let octets: Vec<u8> = octets.into_iter().filter(|octet| *octet != b'\r').collect();
        let level = "=".repeat(70);
        let mut long = format!("[{level}[\n").into_bytes();
        long.extend(&octets);
        long.extend(format!("]{level}]").bytes());
        prop_assert_eq!(lua(&long), Some(octets));
        // Docker's images put the value between quotation marks.
        let text = text.replace('"', "");
        let begin = "ENABLE_AUTH=1\nAUTH_TYPE=jwt\nJWT_APP_ID=acme\nJWT_APP_SECRET=";
        let wanted = Some(text.clone().into_bytes()).filter(|text| !text.is_empty());
        prop_assert_eq!(secret(format!("{begin}'{text}' # it\n").as_bytes()), wanted.clone());
        let dollars = text.replace('$', "$$");
        prop_assert_eq!(secret(format!("{begin}\"{dollars}\"\n").as_bytes()), wanted);
    }

    #[test]
    fn any_octets_are_read_to_their_end(
        kind in 0..KINDS.len(),
        octets in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        exercise(&[KINDS[kind].as_bytes(), &octets].concat());
    }

    #[test]
    fn any_words_are_read_to_their_end(
        kind in 0..KINDS.len(),
        words in prop::collection::vec(0..SNIPPETS.len(), 0..60),
    ) {
        let text: Vec<&str> = words.into_iter().map(|word| SNIPPETS[word]).collect();
        exercise(&[KINDS[kind], &text.join(" ")].concat().into_bytes());
        exercise(&[KINDS[kind], "X=", &text.concat()].concat().into_bytes());
    }
}

/// Large enough to show what takes the square of a file's size, and small enough for a test that is run often.
const LARGEST: usize = LARGEST_FILE / 8;

#[test]
fn a_file_that_grows_when_it_is_read_or_is_nested_deep_does_no_harm() {
    let full = |begin: &str, piece: &str| {
        let mut text = begin.to_owned();
        while text.len() + piece.len() < LARGEST {
            text += piece;
        }
        text.into_bytes()
    };
    let lua = "VirtualHost \"meet.acme.test\" authentication = \"token\"\n";
    for (begin, piece) in [
        (lua, "x = {"),
        (lua, "x = ("),
        (lua, "a = not "),
        (lua, "app_id = f{"),
        (lua, "[=[ ]==] "),
        (lua, "if x then "),
        (lua, "x = 1; "),
        (lua, "app_id = \"a\" "),
        (lua, "Host \"b\" "),
        (lua, "f() "),
        ("authentication = \"token\"\n", "Host{} Component \"a\" \"muc\" app_id=1 "),
        (
            "local a = \"0123456789abcdef\"\nVirtualHost \"meet\"\nauthentication=\"token\"\n",
            "a = a .. a ",
        ),
        (
            "local a = { \"0123456789abcdef\", {} }\nVirtualHost \"meet\"\nauthentication=\"token\"\n",
            "b = a ",
        ),
        ("A=0123456789abcdef\nENABLE_AUTH=1\nAUTH_TYPE=jwt\n", "A=$A$A$A$A\n"),
        ("ENABLE_AUTH=1\nAUTH_TYPE=jwt\nJWT_APP_SECRET=", "${A:-"),
        ("ENABLE_AUTH=1\nAUTH_TYPE=jwt\nXMPP_MUC_MODULES=", "token_affiliation,"),
        ("jicofo {\n", "a { "),
        ("jicofo {\n", "a = ["),
        ("jicofo {\n", "a.b.c = { d = 1 }\n"),
        ("jicofo.a", ".a"),
        ("jicofo {\n", "\"\"\" "),
    ] {
        exercise(&full(begin, piece));
    }
    // Many hosts that differ, each of which checks tokens, under a long global list.
    let mut many = String::from("authentication = \"token\"\nasap_accepted_issuers = {");
    many += &"\"a\",".repeat(LARGEST / 10);
    many += "}\n";
    for number in 0.. {
        let host = format!("Host\"{number}\"");
        if many.len() + host.len() > LARGEST {
            break;
        }
        many += &host;
    }
    exercise(many.as_bytes());
    exercise(&vec![b' '; LARGEST_FILE + 1]);
}
