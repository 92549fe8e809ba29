use proptest::prelude::*;

use super::*;

fn code(file: File) -> &'static str {
    match read_file(file, &Reading::default()) {
        Ok((rows, _)) => panic!("it was read: {} rows", rows.len()),
        Err(problem) => {
            assert!(problem.hint.is_some(), "{problem}");
            problem.code
        }
    }
}

#[test]
fn what_is_no_workbook_is_named() {
    let part = |name: &'static str| archive(&[(name, b"<x/>")]);
    let document = relation("r1", "officeDocument", "word/document.xml");
    let document = format!("<Relationships>{document}</Relationships>");
    let word: [(&str, &[u8]); 2] =
        [("_rels/.rels", document.as_bytes()), ("word/document.xml", b"<x/>")];
    for (file, words) in [
        (archive(&word), "a Word document"),
        (part("xl/workbook.bin"), ".xlsb"),
        (part("ppt/presentation.xml"), "PowerPoint"),
        (part("Index/Document.iwa"), "Numbers"),
        (part("META-INF/MANIFEST.MF"), "a program"),
        (archive(&[("mimetype", b"application/vnd.oasis.opendocument.text")]), "OpenDocument"),
        (part("people.csv"), "a zip archive"),
    ] {
        let problem = read_file(file, &Reading::default()).unwrap_err();
        assert_eq!(problem.code, "not-a-workbook");
        assert!(problem.message.contains(words), "{problem}");
    }
}

#[test]
fn damaged_workbooks_are_refused() {
    let row = |content: &str| format!("<sheetData>{content}</sheetData>");
    for content in [
        row(r#"<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>"#),
        row(r#"<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>"#),
        row(r#"<row r="1"><c r="A2"><v>1</v></c></row>"#),
        row(r#"<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#),
        row(r#"<row r="99999999999"><c><v>1</v></c></row>"#),
        row(r#"<row r="0"><c><v>1</v></c></row>"#),
        row(r#"<row r="1"><c t="s"><v>7</v></c></row>"#),
        row(r#"<row r="1"><c t="str"><v>&unknown;</v></c></row>"#),
        r#"<sheetData><row r="1"><c><v>1"#.to_owned(),
        "<sheetData><row <".to_owned(),
        row("<row><c><v>1</v></c><row><c><v>2</v></c></row>"),
        "<sheetData/></worksheet><row/>".to_owned(),
    ] {
        assert_eq!(code(one(&content)), "damaged-workbook", "{content}");
    }
    assert_eq!(code(file(b"PK\x03\x04")), "damaged-workbook");
    assert_eq!(code(file(b"\xd0\xcf\x11\xe0")), "damaged-workbook");
    assert_eq!(code(archive(&[("mimetype", ODS)])), "damaged-workbook");
    assert_eq!(code(ods("<table:table><table:table-row>")), "damaged-workbook");
}

#[test]
fn claims_and_stray_cells_cost_nothing() {
    let mut rows = String::new();
    for line in 1..=3 {
        write!(rows, r#"<row r="{line}">{}</row>"#, text(&format!("A{line}"), "x")).unwrap();
    }
    let stray = r#"<row r="1048576"><c r="XFD1048576"/></row>"#;
    let content =
        format!(r#"<dimension ref="A1:XFD999999999"/><sheetData>{rows}{stray}</sheetData>"#);
    assert_eq!(read_file(one(&content), &Reading::default()).unwrap().0.len(), 3);
    let stray = format!(r#"<row r="1048576">{}</row>"#, text("XFD1048576", "x"));
    assert_eq!(code(one(&format!("<sheetData>{rows}{stray}</sheetData>"))), "too-many-columns");
    let repeated = |columns: u64, rows: u64| {
        let cell = ods_text("x").replace(
            "table-cell ",
            &format!(r#"table-cell table:number-columns-repeated="{columns}" "#),
        );
        format!(
            r#"<table:table><table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row></table:table>"#
        )
    };
    assert_eq!(code(ods(&repeated(u64::MAX, 1))), "too-many-columns");
    assert_eq!(code(ods(&repeated(9, u64::MAX))), "workbook-too-large");
}

/// Whatever a sheet says that is not read, the list in the other one is.
#[test]
fn claims_of_sheets_that_are_not_read_cost_nothing() {
    let list =
        format!(r#"<sheetData><row r="1">{}</row></sheetData>"#, text("A1", "a@example.org"));
    for other in [
        r#"<sheetData><row r="18446744073709551615"><c><v>1</v></c></row><row><c><v>1</v></c></row></sheetData>"#,
        r#"<sheetData><row r="18446744073709551615"/><row r="7"><c><v>1</v></c></row></sheetData>"#,
    ] {
        let book = xlsx(&[("List", "", &list), ("Other", "", other)], "");
        let (rows, remarks) = read_file(book, &Reading::default()).unwrap();
        assert_eq!((cells(&rows), remarks), (vec![vec!["a@example.org"]], vec!["sheet"]));
    }
    let list = format!("<table:table-row>{}</table:table-row>", ods_text("a@example.org"));
    for (columns, rows) in [(u64::MAX, 1), (9, 10_000), (1 << 31, 10_000)] {
        let cell = format!(r#"table-cell table:number-columns-repeated="{columns}" "#);
        let cell = ods_text("x").replace("table-cell ", &cell);
        let other = format!(
            r#"<table:table-row table:number-rows-repeated="{rows}">{cell}{cell}</table:table-row>"#
        );
        let tables = format!(
            r#"<table:table table:name="A">{list}</table:table><table:table table:name="B">{other}</table:table>"#
        );
        let (rows, remarks) = read_file(ods(&tables), &Reading::default()).unwrap();
        assert_eq!((cells(&rows), remarks), (vec![vec!["a@example.org"]], vec!["sheet"]));
    }
}

/// Merged cells reach no further than the table, however far they say they do.
#[test]
fn merged_cells_beyond_the_table_cost_nothing() {
    let row = |line: u64| {
        let cells = ["A", "B", "C"].map(|column| text(&format!("{column}{line}"), "x"));
        format!(r#"<row r="{line}">{}</row>"#, cells.concat())
    };
    let content = format!(
        r#"<sheetData>{}</sheetData><mergeCells><mergeCell ref="C2:ZZZ3001"/></mergeCells>"#,
        (1..=3).map(row).collect::<String>()
    );
    let (rows, _) = read_file(one(&content), &Reading::default()).unwrap();
    assert_eq!(rows.iter().map(|row| row.2.clone()).collect::<Vec<_>>(), [vec![], vec![], vec![2]]);

    let spanned = ods_text("x").replace(
        "table-cell ",
        r#"table-cell table:number-columns-spanned="4000000000" table:number-rows-spanned="3" "#,
    );
    let rows = [spanned, ods_text("y"), ods_text("z")]
        .map(|cell| format!("<table:table-row>{}{cell}</table:table-row>", ods_text("w")));
    let table = format!("<table:table>{}</table:table>", rows.concat());
    let (rows, _) = read_file(ods(&table), &Reading::default()).unwrap();
    assert_eq!(
        rows.iter().map(|row| row.2.clone()).collect::<Vec<_>>(),
        [vec![], vec![1], vec![1]]
    );
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let row = |content: &str| one(&format!("<sheetData><row>{content}</row></sheetData>"));
    let long = "x".repeat((1 << 20) + (1 << 18));
    assert_eq!(code(row(&text("A1", &long))), "workbook-too-large");
    assert_eq!(code(row(&format!("<!-- {} -->", "> ".repeat(1 << 20)))), "workbook-too-large");
    assert_eq!(code(row(&format!("<c {}/>", "a='b' ".repeat(1 << 18)))), "workbook-too-large");
    assert_eq!(
        code(row(&text("A1", &format!("{}&amp;", &long[..1000]).repeat(1100)))),
        "workbook-too-large"
    );
    assert_eq!(
        code(row(&text("A1", &long[..1 << 19]).repeat(3).replace("r=\"A1\"", ""))),
        "row-too-long"
    );
    // Elements in elements: nothing is kept of them.
    assert_eq!(code(row(&"<a>".repeat(1 << 12))), "workbook-too-large");
    let spaces = r#"<text:s text:c="4000000000"/>"#;
    let table = format!(
        "<table:table><table:table-row>{}</table:table-row></table:table>",
        ods_text(spaces)
    );
    assert_eq!(code(ods(&table)), "workbook-too-large");
    let groups = "<table:table-row-group>".repeat(200);
    assert_eq!(code(ods(&format!("<table:table>{groups}"))), "damaged-workbook");
}

/// 18 MiB of nothing, in 18 KiB.
#[test]
fn what_is_packed_too_well_is_refused() {
    let mut zip = ZipWriter::new(tempfile::tempfile().unwrap());
    let office = relation("r1", "officeDocument", "xl/workbook.xml");
    let sheet = relation("r1", "worksheet", "s.xml");
    for (name, content) in [
        ("_rels/.rels", format!("<Relationships>{office}</Relationships>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{sheet}</Relationships>")),
        ("xl/workbook.xml", r#"<workbook><sheet name="A" r:id="r1"/></workbook>"#.to_owned()),
        ("xl/s.xml", "<worksheet>".to_owned()),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    // Long elements, so that reading them does not take long.
    let block = format!("<a>{}</a>", " ".repeat(1 << 19));
    for _ in 0..36 {
        zip.write_all(block.as_bytes()).unwrap();
    }
    assert_eq!(code(rewound(zip.finish().unwrap())), "workbook-too-large");
}

/// Files of real programs, to be damaged.
const FILES: [&[u8]; 4] = [
    include_bytes!("../../../../../tests/data/workbooks/people.xls"),
    include_bytes!("../../../../../tests/data/workbooks/people.xlsx"),
    include_bytes!("../../../../../tests/data/workbooks/people.ods"),
    include_bytes!("../../../../../tests/data/workbooks/protected.xlsx"),
];

const SHEET: &str = r#"<sheetData><row r="1" hidden="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><f>A1</f><v>46457.5</v></c></row>
    <row r="2"><c r="A2" t="inlineStr"><is><r><t>a@example.org &amp; b</t></r><rPh/></is></c><c t="e"><v>#REF!</v></c></row></sheetData>
    <mergeCells><mergeCell ref="A1:B2"/></mergeCells><hyperlinks><hyperlink ref="A1:B2" r:id="l1"/></hyperlinks>"#;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn damaged_octets_never_panic(
        which in 0..FILES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut octets = FILES[which].to_vec();
        for (at, octet) in changes {
            let at = at.index(octets.len());
            octets[at] = octet;
        }
        if let Some(cut) = cut {
            octets.truncate(cut.index(octets.len()));
        }
        let _ = read_file(file(&octets), &keep());
    }

    #[test]
    fn damaged_xml_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), "[<>/\"=&;0-9a-z ]"), 1..6),
    ) {
        let mut sheet = SHEET.to_owned();
        for (at, text) in changes {
            let at = at.index(sheet.len());
            sheet.replace_range(at..=at, &text);
        }
        let _ = read_file(xlsx(&[("A", "", &sheet)], "<si><t>x</t></si>"), &keep());
    }
}
