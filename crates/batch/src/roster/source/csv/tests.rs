use std::fs;

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof};
use proptest::sample::select;

use super::super::RosterSource;
use super::*;

/// All rows of a file with this content, and what is said about it.
fn read(content: &[u8], reading: &Reading) -> Result<(Vec<Vec<String>>, Vec<Remark>), Problem> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    fs::write(&path, content).unwrap();
    let source = RosterSource::open(&path, "people.csv", reading)?;
    let mut rows = source.rows()?;
    let mut all = Vec::new();
    while let Some(batch) = rows.batch(3)? {
        all.extend((0..batch.len()).map(|at| {
            assert_eq!(batch.row(at).flaw(), None, "row {at}");
            batch.row(at).cells().map(str::to_owned).collect()
        }));
    }
    Ok((all, source.remarks().to_vec()))
}

#[track_caller]
fn reads(content: &[u8], expected: &[&[&str]]) -> Vec<Remark> {
    let (rows, remarks) = read(content, &Reading::default()).unwrap();
    assert_eq!(rows, expected);
    remarks
}

#[test]
fn exports_are_read_whatever_wrote_them() {
    let rows: &[&[&str]] = &[&["email", "name"], &["ada@example.org", "Müller, Ada"]];
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for content in [
        "email,name\nada@example.org,\"Müller, Ada\"".as_bytes().to_vec(),
        "\u{feff}\"sep=;\"\r\nemail;name\r\nada@example.org;Müller, Ada\r\n".as_bytes().to_vec(),
        utf16("\u{feff}sep=|\r\nemail|name\r\nada@example.org|Müller, Ada\r\n"),
        utf16("\u{feff}email\tname\r\nada@example.org\tMüller, Ada\r\n"),
        utf16("email;name\nada@example.org;Müller, Ada\n"),
        b"sep=;\nemail;name\rada@example.org;M\xfcller, Ada\r".to_vec(),
        "email , name\nada@example.org\u{20},  \"Müller, Ada\" \n"
            .replace(" , ", ",")
            .replace(" ,", ",")
            .into_bytes(),
    ] {
        reads(&content, rows);
    }
}

#[test]
fn what_is_nearly_nothing_is_read_as_nothing() {
    for content in
        ["", "\u{feff}", "\n\n", "\r\n\r\n", "sep=;", "sep=;\r\n", "\u{feff}\"sep=;\"\n\n"]
    {
        assert_eq!(reads(content.as_bytes(), &[]), []);
    }
}

#[test]
fn overrides_count() {
    let reading = Reading {
        encoding: Some("windows-1250".to_owned()),
        delimiter: Some(b','),
        ..Reading::default()
    };
    let content = b"email;x,name\nada@example.org;x,Dvo\xf8\xe1k\n";
    let (rows, remarks) = read(content, &reading).unwrap();
    assert_eq!(rows, [["email;x", "name"], ["ada@example.org;x", "Dvořák"]]);
    assert_eq!(remarks, []);
}

#[test]
fn an_unclear_delimiter_is_a_warning_with_the_line_to_set() {
    let (rows, remarks) = read(b"a,b;c\nd,e;f\n", &Reading::default()).unwrap();
    assert_eq!(rows[0], ["a", "b;c"]);
    assert_eq!(remarks[0].message, "cells may be separated by `,` or `;`; `,` was used");
    let hint = "set `delimiter` under [roster] in meeting.toml: \",\" or \";\"";
    assert_eq!(remarks[0].hint.as_deref(), Some(hint));
    let tabs = read(b"a\tb|c\nd\te|f\n", &Reading::default()).unwrap().1;
    assert!(tabs[0].hint.as_ref().unwrap().ends_with("\"tab\" or \"|\""), "{tabs:?}");
}

#[test]
fn files_of_other_formats_are_refused_in_any_encoding() {
    let page = "<html><table><tr><td>Müller</td></tr></table></html>";
    let utf16: Vec<u8> =
        format!("\u{feff}{page}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for content in [page.as_bytes(), &utf16, b"<html>M\xfcller, J\xf6rg"] {
        let problem = read(content, &Reading::default()).unwrap_err();
        let shown = "people.csv: this is a web page (HTML), not a CSV file or a workbook";
        assert_eq!((problem.code, problem.to_string().as_str()), ("not-csv", shown));
    }
    let problem = read(b"sep=x\na,b\n", &Reading::default()).unwrap_err();
    assert_eq!((problem.code, problem.line), ("bad-separator", Some(1)));
}

#[test]
fn hostile_files_take_neither_memory_nor_time() {
    // One cell that is far too long, with and without a mark that is never closed.
    let long = "x".repeat((1 << 20) + (1 << 17));
    for content in [format!("email\n{long}"), long.clone(), format!("email,{long}\na\n")] {
        assert_eq!(read(content.as_bytes(), &Reading::default()).unwrap_err().code, "row-too-long");
    }
    let problem = read(format!("\"{long}").as_bytes(), &Reading::default()).unwrap_err();
    assert_eq!(problem.code, "row-too-long");
    // Rows that are nothing but delimiters or marks.
    let count =
        |content: String| read(content.as_bytes(), &Reading::default()).map(|(rows, _)| rows.len());
    assert_eq!(count(",\n".repeat(20_000)), Ok(20_000));
    assert_eq!(count(",".repeat(100_000)), Ok(1));
    assert_eq!(count("\"\"\n".repeat(20_000)), Ok(20_000));
    assert_eq!(count("\"".repeat(100_000)), Ok(1));
    assert_eq!(count("\n".repeat(1 << 17)), Ok(0));
}

fn cell() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        select(",;\t| \"'\n\r\\".chars().collect::<Vec<_>>()),
        select("abcXYZ019.-äöüßéñÅ".chars().collect::<Vec<_>>()),
    ];
    vec(char, 0..12).prop_map(|chars| chars.into_iter().collect())
}

proptest::proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]
    #[test]
    fn rows_come_back_as_a_program_wrote_them(
        rows in (2..5_usize).prop_flat_map(|width| vec(vec(cell(), width), 1..12)),
        place in 0..5_usize,
        delimiter in select(b",;\t|".to_vec()),
        style in prop_oneof![Just(csv::QuoteStyle::Necessary), Just(csv::QuoteStyle::Always)],
        terminator in select(vec!["\n", "\r\n", "\r"]),
        encoding in select(vec!["utf-8", "utf-8-sig", "utf-16le", "utf-16be", "windows-1252", "macintosh"]),
        is_told in proptest::bool::ANY,
    ) {
        let mut rows = rows;
        for (at, row) in rows.iter_mut().enumerate() {
            let place = place % row.len();
            row[place] = format!("person{at}@example.org");
        }
        let terminator = match terminator {
            "\r\n" => csv::Terminator::CRLF,
            other => csv::Terminator::Any(other.as_bytes()[0]),
        };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(style)
            .terminator(terminator)
            .from_writer(Vec::new());
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let content = match encoding {
            "utf-8-sig" => format!("\u{feff}{text}").into_bytes(),
            "utf-16le" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect(),
            label => encoding_rs::Encoding::for_label(label.as_bytes())
                .map_or_else(|| text.clone().into_bytes(), |known| known.encode(&text).0.into_owned()),
        };
        // Letters at random are no words by which a code page can be told.
        let is_code_page = matches!(encoding, "windows-1252" | "macintosh");
        let reading = Reading {
            encoding: is_code_page.then(|| encoding.to_owned()),
            delimiter: is_told.then_some(delimiter),
            ..Reading::default()
        };
        let (read, _) = read(&content, &reading).unwrap();
        proptest::prop_assert_eq!(read, rows);
    }
}
