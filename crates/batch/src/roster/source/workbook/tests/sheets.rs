use super::*;

fn with(name: &str) -> String {
    format!(r#"<sheetData><row r="1">{}</row></sheetData>"#, text("A1", name))
}

#[test]
fn the_first_visible_sheet_with_content_is_read() {
    let (empty, first, second) =
        ("<sheetData/>".to_owned(), with("a@example.org"), with("no address"));
    let book = || {
        xlsx(
            &[
                ("Hidden", r#"state="veryHidden""#, &first),
                ("Empty", "", &empty),
                ("People", "", &first),
                ("Rooms &amp; more", "", &second),
            ],
            "",
        )
    };
    let (rows, remarks) = read_file(book(), &Reading::default()).unwrap();
    assert_eq!(cells(&rows), [["a@example.org"]]);
    assert_eq!(remarks, ["sheet"]);
    for name in ["Rooms & more", " rooms & MORE"] {
        let (rows, remarks) = read_file(book(), &sheet(name)).unwrap();
        assert_eq!((cells(&rows), remarks), (vec![vec!["no address"]], vec![]));
    }
    assert_eq!(read_file(book(), &sheet("Hidden")).unwrap().0.len(), 1);
    let unknown = read_file(book(), &sheet("Persons")).unwrap_err();
    assert_eq!(unknown.code, "no-such-sheet");
    assert!(unknown.hint.unwrap().contains("`People`, `Rooms & more`"));
    let empty = read_file(book(), &sheet("Empty")).unwrap_err();
    assert_eq!(empty.code, "empty-roster");
    assert!(empty.hint.unwrap().contains("`Hidden`"));
}

#[test]
fn nobody_on_another_sheet_is_lost_silently() {
    let people = with("a@example.org");
    let book = xlsx(&[("3a", "", &people), ("3b", "", &people)], "");
    assert_eq!(read_file(book, &Reading::default()).unwrap().1, ["other-sheets"]);

    let notes = with("Read me first");
    let book = || xlsx(&[("Notes", "", &notes), ("The &quot;list&quot;", "", &people)], "");
    let problem = read_file(book(), &Reading::default()).unwrap_err();
    assert_eq!(problem.code, "which-sheet");
    assert!(problem.hint.unwrap().contains(r#"sheet = "The \"list\"""#));
    // What the hint says works.
    assert_eq!(cells(&read_file(book(), &sheet("The \"list\"")).unwrap().0), [["a@example.org"]]);
    assert_eq!(cells(&read_file(book(), &sheet("Notes")).unwrap().0), [["Read me first"]]);
}

#[test]
fn sheets_of_ods_are_chosen_in_the_same_way() {
    let table = |name: &str, style: &str, text: &str| {
        format!(
            r#"<table:table table:name="{name}" table:style-name="{style}"><table:shapes><draw:frame><table:table/></draw:frame></table:shapes>
            <table:table-row>{}</table:table-row></table:table>"#,
            ods_text(text)
        )
    };
    let book = || {
        ods(&[
            table("Old", "hidden", "x@example.org"),
            table("New", "", "a@example.org"),
            table("More", "", "b@example.org"),
        ]
        .concat())
    };
    let (rows, remarks) = read_file(book(), &Reading::default()).unwrap();
    assert_eq!((cells(&rows), remarks), (vec![vec!["a@example.org"]], vec!["other-sheets"]));
    assert_eq!(cells(&read_file(book(), &sheet("old")).unwrap().0), [["x@example.org"]]);
}
