use std::path::PathBuf;

use calamine::{Data, Reader};

use super::*;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/workbooks").join(name)
}

/// One table, as `LibreOffice` writes it in each format. It begins at B2; row 6 is hidden, and C8 and C9 are merged.
#[test]
fn the_formats_of_one_table_have_the_same_rows() {
    let headings = "email name phone code day when time length ok share long greeting broken";
    let rest = "0170123,00042,2027-03-11,2027-03-11 14:00,14:00,25:30,yes,0.3,491701234567890";
    let person = |line, email: &str, name: &str| {
        let cells = format!("{email},{name},{rest},Dear {name},#DIV/0!");
        (line, cells.split(',').map(str::to_owned).collect(), vec![12])
    };
    let expected: Vec<ReadRow> = vec![
        (2, vec!["Summer party".to_owned()], vec![]),
        (4, headings.split(' ').map(str::to_owned).collect(), vec![]),
        person(5, "ada@example.org", "Ada Lovelace"),
        person(6, "bob@example.org", "Bob Barker"),
        person(8, "zoe@example.org", "Zoë Žižek 漢字"),
        (9, vec!["yan@example.org".to_owned()], vec![1]),
    ];
    for name in ["people.xlsx", "people.ods", "people.xls"] {
        let (rows, remarks) = read_file(File::open(path(name)).unwrap(), &keep()).unwrap();
        assert_eq!(rows, expected, "{name}");
        assert_eq!(remarks, ["link-differs"], "{name}");
        let refused = read_file(File::open(path(name)).unwrap(), &Reading::default()).unwrap_err();
        assert_eq!(refused.code, "hidden-rows", "{name}");
        assert!(
            refused.message.contains("1 row ") && refused.message.contains("row 6"),
            "{refused}"
        );
        let (old, _) = read_file(File::open(path(name)).unwrap(), &sheet("Old")).unwrap();
        assert_eq!(cells(&old), [["eve@example.org"]], "{name}");
    }
}

/// Two readers that know nothing of each other find the same texts and numbers at the same places.
#[test]
fn calamine_finds_the_same_cells() {
    for name in ["people.xlsx", "people.ods", "people.xls"] {
        let (rows, _) = read_file(File::open(path(name)).unwrap(), &keep()).unwrap();
        let mut workbook = calamine::open_workbook_auto(path(name)).unwrap();
        let range = workbook.worksheet_range("People").unwrap();
        let mut compared = 0;
        for (line, cells, _) in rows {
            for (column, cell) in (1..).zip(&cells) {
                let row = u32::try_from(line - 1).unwrap();
                match range.get_value((row, column)) {
                    Some(Data::String(text)) => assert_eq!(text, cell, "{name}"),
                    Some(Data::Error(error)) => assert_eq!(&error.to_string(), cell, "{name}"),
                    Some(Data::Int(number)) => assert_eq!(Ok(*number), cell.parse(), "{name}"),
                    Some(Data::Float(number)) => {
                        assert_eq!(Ok(*number), cell.parse(), "{name}: {cell}");
                    }
                    Some(Data::DateTime(when)) => {
                        let serial = when.as_f64();
                        let shown =
                            [(46_457.0, "2027-03-11"), (0.583_333, "14:00"), (1.0625, "25:30")];
                        let near = shown.iter().filter(|(at, _)| (serial - at).abs() < 0.6);
                        assert!(
                            near.into_iter().any(|(_, text)| cell.contains(text)),
                            "{name}: {serial} {cell}"
                        );
                    }
                    Some(Data::DateTimeIso(_) | Data::DurationIso(_)) => {}
                    Some(Data::Empty) | None => assert_eq!(cell, "", "{name}"),
                    other => panic!("{name}: {other:?}"),
                }
                compared += 1;
            }
        }
        assert!(compared > 50, "{name}");
    }
}

#[test]
fn a_password_is_named() {
    let protected = File::open(path("protected.xlsx")).unwrap();
    assert_eq!(read_file(protected, &keep()).unwrap_err().code, "protected-workbook");
    let manifest = b"<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>";
    let parts: [(&str, &[u8]); 3] =
        [("mimetype", ODS), ("META-INF/manifest.xml", manifest), ("content.xml", b"\x01\x02")];
    assert_eq!(read_file(archive(&parts), &keep()).unwrap_err().code, "protected-workbook");
    let whole: [(&str, &[u8]); 2] = [("mimetype", ODS), ("encrypted-package", b"\x01")];
    assert_eq!(read_file(archive(&whole), &keep()).unwrap_err().code, "protected-workbook");
}

#[test]
fn ods_cells_are_as_a_person_sees_them() {
    let attributes = |attributes: &str, text: &str| {
        format!("<table:table-cell {attributes}>{text}</table:table-cell>")
    };
    let row = [
        attributes(r#"office:value-type="float" office:value="42""#, "<text:p>00042</text:p>"),
        attributes(
            r#"office:value-type="float" office:value="1234.5""#,
            "<text:p>1.234,50 €</text:p>",
        ),
        attributes(
            r#"office:value-type="boolean" office:boolean-value="true""#,
            "<text:p>WAHR</text:p>",
        ),
        attributes(
            r#"office:value-type="date" office:date-value="2027-03-11T14:00:00""#,
            "<text:p>11.3.</text:p>",
        ),
        attributes(
            r#"office:value-type="time" office:time-value="PT09H05M00S""#,
            "<text:p>9:05</text:p>",
        ),
        attributes(
            r#"office:value-type="string""#,
            r#"<office:annotation><text:p>a comment</text:p></office:annotation><text:p>a<text:s text:c="2"/><text:span>b</text:span>&amp;c</text:p><text:p>d</text:p>"#,
        ),
        attributes(
            r#"office:value-type="string" table:number-columns-repeated="2""#,
            "<text:p>x</text:p>",
        ),
        attributes(r#"table:formula="of:=1""#, ""),
        attributes(
            r#"table:formula="of:=1" office:value-type="string" calcext:value-type="error""#,
            "<text:p>Err:508</text:p>",
        ),
    ];
    let table = format!(
        r#"<table:tracked-changes><table:table/></table:tracked-changes><table:table table:name="A"><table:table-column/>
        <table:table-header-rows><table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>
        </table:table-header-rows><table:table-row table:number-rows-repeated="2">{}</table:table-row></table:table>"#,
        row.concat()
    );
    let (rows, remarks) = read_file(ods(&table), &Reading::default()).unwrap();
    let expected = [
        "00042",
        "1234.5",
        "TRUE",
        "2027-03-11 14:00",
        "09:05",
        "a  b&c\nd",
        "x",
        "x",
        "",
        "Err:508",
    ];
    assert_eq!(cells(&rows), [expected, expected]);
    assert_eq!((rows[0].0, rows[1].0), (4, 5));
    assert_eq!(rows[0].2, [8, 9]);
    assert_eq!(remarks, ["no-result"]);
}

#[test]
fn hidden_rows_of_ods_are_found_in_groups_too() {
    let row = |attributes: &str, email: &str| {
        format!("<table:table-row {attributes}>{}</table:table-row>", ods_text(email))
    };
    for hidden in [
        row(r#"table:visibility="filter""#, "a@example.org"),
        row(r#"table:visibility="collapse""#, "a@example.org"),
        format!(
            r#"<table:table-row-group table:display="false"><table:table-row-group>{}</table:table-row-group></table:table-row-group>"#,
            row("", "a@example.org")
        ),
    ] {
        let table = format!(
            r#"<table:table table:name="A">{hidden}{}</table:table>"#,
            row("", "b@example.org")
        );
        assert_eq!(read_file(ods(&table), &Reading::default()).unwrap_err().code, "hidden-rows");
        let skip = Reading { hidden_rows: Some(HiddenRows::Skip), ..Reading::default() };
        let (rows, remarks) = read_file(ods(&table), &skip).unwrap();
        assert_eq!(cells(&rows), [["b@example.org"]]);
        assert_eq!((rows[0].0, remarks), (2, vec!["hidden-rows"]));
    }
    let blank = r#"<table:table table:name="A"><table:table-row table:visibility="filter"><table:table-cell/></table:table-row>"#;
    let table = format!("{blank}{}</table:table>", row("", "b@example.org"));
    assert!(read_file(ods(&table), &Reading::default()).is_ok());
}

#[test]
fn an_ods_workbook_that_was_packed_again_is_one() {
    let people = include_bytes!("../../../../../tests/data/workbooks/people.ods");
    let mut original = zip::ZipArchive::new(std::io::Cursor::new(people)).unwrap();
    let mut parts = Vec::new();
    for at in 0..original.len() {
        let mut part = original.by_index(at).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        parts.insert(0, (part.name().unwrap().into_owned(), content));
    }
    let pack = |parts: &[(String, Vec<u8>)]| {
        let parts: Vec<_> = parts.iter().map(|(name, content)| (&**name, &**content)).collect();
        read_file(archive(&parts), &keep())
    };
    let all = pack(&parts).unwrap();
    assert!(all.0.len() > 1);
    parts.retain(|(name, _)| name != "mimetype");
    assert_eq!(pack(&parts).unwrap(), all);
    // A text that was packed again is none.
    for (_, content) in &mut parts {
        *content = String::from_utf8_lossy(content).replace("spreadsheet", "text").into();
    }
    assert_eq!(pack(&parts).unwrap_err().code, "not-a-workbook");
}
