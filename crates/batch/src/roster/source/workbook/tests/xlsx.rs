use super::*;

#[test]
fn cells_are_as_a_person_sees_them() {
    let strings = "<si><t>plain &amp; simple</t></si><si><r><t>ri</t></r><r><rPr/><t>ch</t></r><rPh><t>reading</t></rPh><phoneticPr/></si>\
        <si><t xml:space=\"preserve\">a_x000D_</t></si><si/>";
    let row = r#"<c r="B3" t="s"><v>0</v></c><c r="C3" t="s"><v>1</v></c><c r="D3" t="s"><v>2</v></c><c t="s"><v>3</v></c>
        <c r="F3" s="3"><v>42</v></c><c r="G3"><v>4.917E+11</v></c><c r="H3" t="b"><v>1</v></c><c r="I3" s="1"><v>46457</v></c>
        <c r="J3" s="2"><v>46457.5</v></c><c r="K3" t="d"><v>2027-03-11T14:00:00</v></c><c t="str"><f>A1</f><v>x</v></c>
        <c t="inlineStr"><is><t><![CDATA[<in>]]></t></is><v>again</v></c><c t="e"><v>#REF!</v></c><c><f>A1</f></c><c t="str"><f>A1</f><v/></c>
        <c><f>A1</f><v></v></c><c s="1"/>"#;
    let content =
        format!(r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="3">{row}</row></sheetData>"#);
    let (rows, remarks) =
        read_file(xlsx(&[("A", "", &content)], strings), &Reading::default()).unwrap();
    let expected = [
        "plain & simple",
        "rich",
        "a\r",
        "",
        "00042",
        "491700000000",
        "TRUE",
        "2027-03-11",
        "2027-03-11 12:00",
        "2027-03-11 14:00",
        "x",
        "<in>",
        "#REF!",
        "",
        "",
        "",
    ];
    assert_eq!(cells(&rows), [expected]);
    assert_eq!((rows[0].0, rows[0].2.as_slice()), (3, [12, 13, 15].as_slice()));
    assert_eq!(remarks, ["no-result"]);
}

#[test]
fn dates_count_from_1904_if_the_workbook_says_so() {
    let content = r#"<sheetData><row r="1"><c r="A1" s="1"><v>44995</v></c></row></sheetData>"#;
    for (properties, expected) in
        [("", "2023-03-10"), (r#"<workbookPr date1904="1"/>"#, "2027-03-11")]
    {
        let book = xlsx_with(&[("A", "", content)], "", properties);
        assert_eq!(cells(&read_file(book, &Reading::default()).unwrap().0), [[expected]]);
    }
}

#[test]
fn rows_and_cells_without_numbers_follow_each_other() {
    let content = "<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>\
        <row r=\"7\"><c><v>4</v></c></row></sheetData>";
    let (rows, _) = read_file(one(content), &Reading::default()).unwrap();
    assert_eq!(cells(&rows), [vec!["1", "2"], vec!["3"], vec!["4"]]);
    assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2, 7]);
}

#[test]
fn prefixes_of_other_programs_do_not_matter() {
    let content = r#"<x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a@example.org</x:t></x:is></x:c></x:row></x:sheetData>"#;
    let (rows, _) = read_file(one(content), &Reading::default()).unwrap();
    assert_eq!(cells(&rows), [["a@example.org"]]);
}

#[test]
fn hidden_rows_are_counted_until_the_user_decides() {
    let row = |line: u64, attributes: &str, email: &str| {
        format!(r#"<row r="{line}" {attributes}>{}</row>"#, text(&format!("A{line}"), email))
    };
    let rows = [
        row(1, "", "email"),
        row(2, r#"hidden="1""#, "a@example.org"),
        row(3, r#"hidden="true""#, "b@example.org"),
        row(4, r#"ht="0" customHeight="1""#, "c@example.org"),
        row(5, r#"hidden="1""#, "  "),
        row(6, r#"hidden="0" ht="12.5""#, "d@example.org"),
    ];
    let content = format!("<sheetData>{}</sheetData>", rows.concat());
    let problem = read_file(one(&content), &Reading::default()).unwrap_err();
    assert_eq!(problem.code, "hidden-rows");
    assert!(problem.message.contains("3 rows ") && problem.message.contains("row 2"), "{problem}");
    assert_eq!(read_file(one(&content), &keep()).unwrap().0.len(), 5);
    let skip = Reading { hidden_rows: Some(HiddenRows::Skip), ..Reading::default() };
    let (rows, remarks) = read_file(one(&content), &skip).unwrap();
    assert_eq!(cells(&rows), [["email"], ["d@example.org"]]);
    assert_eq!(remarks, ["hidden-rows"]);
}

#[test]
fn merged_cells_are_marked_below_their_first_row() {
    let row = |line: u64| {
        format!(
            r#"<row r="{line}">{}{}</row>"#,
            text(&format!("C{line}"), "Müller"),
            text(&format!("D{line}"), "a@example.org")
        )
    };
    let content = format!(
        r#"<sheetData>{}</sheetData><mergeCells><mergeCell ref="C2:C3"/><mergeCell ref="C4:D4"/><mergeCell ref="B1:B1048576"/></mergeCells>"#,
        (1..=4).map(row).collect::<String>()
    );
    let (rows, _) = read_file(one(&content), &Reading::default()).unwrap();
    assert_eq!(
        rows.iter().map(|row| row.2.clone()).collect::<Vec<_>>(),
        [vec![], vec![], vec![0], vec![]]
    );
}

#[test]
fn links_are_compared_with_what_a_row_shows() {
    for (cell, other, expected) in [
        ("other@example.org", "Ada", &[][..]),
        ("Other@Example.org ", "Ada", &[]),
        ("Ada", "other@example.org", &[]),
        ("ada@example.org", "Ada", &["link-differs"]),
        ("Ada", "ada@example.org", &["link-only"]),
    ] {
        let content = format!(
            r#"<sheetData><row r="2">{}{}</row></sheetData><hyperlinks><hyperlink ref="B2" r:id="l1"/></hyperlinks>"#,
            text("B2", cell),
            text("C2", other)
        );
        let (_, remarks) = read_file(one(&content), &Reading::default()).unwrap();
        assert_eq!(remarks, expected, "{cell}");
    }
}
