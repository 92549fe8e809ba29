use super::*;

fn rows(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>, String> {
    // A byte-order mark is left out before.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let dialect = Dialect::recognize(text, None).unwrap();
    let skip = usize::try_from(dialect.skip).unwrap();
    let mut records = Records::new(&text[skip..], dialect);
    let mut rows = Vec::new();
    loop {
        // Two rows at a time, so that every case crosses the border between two batches.
        match records.batch(2) {
            Ok(Some(batch)) => rows.extend((0..batch.len()).map(|at| {
                let row = batch.row(at);
                (row.line(), row.cells().map(str::to_owned).collect())
            })),
            Ok(None) => return Ok(rows),
            Err(error) => return Err(format!("{error:?}")),
        }
    }
}

#[test]
fn rows_have_the_lines_that_an_editor_shows() {
    #[track_caller]
    fn case(text: &str, expected: &[(u64, &[&str])]) {
        let expected: Vec<(u64, Vec<String>)> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).to_owned()).collect()))
            .collect();
        assert_eq!(rows(text.as_bytes()), Ok(expected));
    }

    case("", &[]);
    case("\n\r\n\n", &[]);
    case("a,b\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]);
    case("a,b\r\n1,2\r\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
    case("a,b\r1,2\r", &[(1, &["a", "b"]), (2, &["1", "2"])]);
    case("\u{feff}a;b\n\n\n1;2\n", &[(1, &["a", "b"]), (4, &["1", "2"])]);
    case("\u{feff}\"a\"\tb\r\n\r\n1\t2\r\n", &[(1, &["a", "b"]), (3, &["1", "2"])]);
    case("a,b\n\"1\n1\",2\n3,4", &[(1, &["a", "b"]), (2, &["1\n1", "2"]), (4, &["3", "4"])]);
    case(
        "a,b\r\n\"1\r\n1\",2\r\n3,4\r\n",
        &[(1, &["a", "b"]), (2, &["1\r\n1", "2"]), (4, &["3", "4"])],
    );
    case("a\n\"x \"\"y\"\" z\"", &[(1, &["a"]), (2, &["x \"y\" z"])]);
    case("sep=;\r\na;b\r\n1;2,3", &[(2, &["a", "b"]), (3, &["1", "2,3"])]);
    case("\"x;y;z\",b\n1,2", &[(1, &["x;y;z", "b"]), (2, &["1", "2"])]);
    case("a,b\n1\n1,2,3\n", &[(1, &["a", "b"]), (2, &["1"]), (3, &["1", "2", "3"])]);
}

#[test]
fn what_is_not_text_is_refused_with_its_line() {
    assert_eq!(rows(b"a,b\n1,2\n\n\xff\xfe,2\n"), Err("NotUtf8 { line: 4 }".to_owned()));
    assert_eq!(rows(b"a,b\n1,\0\n"), Err("Nul { line: 2 }".to_owned()));
    assert_eq!(rows(b"a,\"b\n1,2\n"), Err("HeadingQuote { line: 1 }".to_owned()));
    let endless = [b"a,b\n".as_slice(), &vec![b'x'; 2 * LONGEST_ROW]].concat();
    assert_eq!(rows(&endless), Err("TooLong { line: 2 }".to_owned()));
    // The two octets of one `é`, on both sides of a delimiter.
    assert_eq!(rows(b"a\xc3,\xa9\n"), Err("NotUtf8 { line: 1 }".to_owned()));
}

/// The number of cells of each row, and what is wrong with its quotation marks.
fn flaws(text: &str) -> Vec<(u64, usize, Option<RowFlaw>)> {
    let dialect = Dialect::recognize(text.as_bytes(), None).unwrap();
    let mut records = Records::new(text.as_bytes(), dialect);
    let mut flaws = Vec::new();
    while let Some(batch) = records.batch(2).unwrap() {
        let rows = (0..batch.len()).map(|at| batch.row(at));
        flaws.extend(rows.map(|row| (row.line(), row.len(), row.flaw())));
    }
    flaws
}

#[test]
fn a_row_with_a_misplaced_quotation_mark_takes_no_other_row_away() {
    let unclosed = |line, last| Some(RowFlaw::UnclosedQuote { line, last: Some(last) });
    let text_after = |line| Some(RowFlaw::TextAfterQuote { line });
    let in_doubt = Some(RowFlaw::MayBeTakenIn);
    assert_eq!(
        flaws("a,b\n1@x,\"1\n2@x,\"2\"\n3@x,3\n"),
        [(1, 2, None), (2, 0, unclosed(2, 3)), (3, 2, in_doubt), (4, 2, None)]
    );
    assert_eq!(
        flaws("a,b\r\n1@x,\"1\r\n2@x,2\r\n3@x,3\r\n"),
        [(1, 2, None), (2, 0, unclosed(2, 4)), (3, 2, in_doubt), (4, 2, in_doubt)]
    );
    // Read for itself, the last line has a mark within a cell.
    assert_eq!(
        flaws("a,b\n1@x,\"1\n2@x,2\"\n3@x,3\n"),
        [(1, 2, None), (2, 0, unclosed(2, 3)), (3, 2, in_doubt), (4, 2, None)]
    );
    assert_eq!(
        flaws("a,b\n1@x,5\" pipe\n2@x,2\n"),
        [(1, 2, None), (2, 2, Some(RowFlaw::QuoteInside { line: 2 })), (3, 2, None)]
    );
    assert_eq!(
        flaws("a,b\n1@x,\"a \\\"b\\\"\"\n2@x,2\n"),
        [(1, 2, None), (2, 2, Some(RowFlaw::EscapedQuote { line: 2 })), (3, 2, None)]
    );
    assert_eq!(
        flaws("a,b\n1@x,\"1\" x\n2@x,2\n"),
        [(1, 2, None), (2, 2, text_after(2)), (3, 2, None)]
    );
    for end in ["", "\n", "\r\n"] {
        let text = format!("a,b\n1@x,1\n2@x,\"2{end}");
        assert_eq!(flaws(&text), [(1, 2, None), (2, 2, None), (3, 2, text_after(3))]);
    }
    // The mark is not in the line where the record begins.
    assert_eq!(
        flaws("a,b,c\n\"1\n1\",\"1\" x,3\n2,2,2\n"),
        [(1, 3, None), (2, 3, text_after(3)), (4, 3, None)]
    );
    // Two lines that look like rows, closed by a mark of their own.
    assert_eq!(
        flaws("a,b\n1@x,\"1\n2@x,2\n\"\n3@x,3\n"),
        [(1, 2, None), (2, 0, unclosed(2, 4)), (3, 2, in_doubt), (4, 0, in_doubt), (5, 2, None)]
    );
}

#[test]
fn a_quotation_mark_that_is_never_closed_makes_one_row_bad_and_all_others_doubtful() {
    let mut text = "a,b\n1@x,\"1\n".to_owned();
    // More than the longest row: the end of the cell is not looked for any further.
    let rows = LONGEST_ROW / 4;
    text.push_str(&"2,2\n".repeat(rows));
    let flaws = flaws(&text);
    assert_eq!(flaws.len(), rows + 2);
    assert_eq!(flaws[1], (2, 0, Some(RowFlaw::UnclosedQuote { line: 2, last: None })));
    assert!(flaws[2..].iter().all(|row| (row.1, row.2) == (2, Some(RowFlaw::MayBeTakenIn))));
}

proptest::proptest! {
    #[test]
    fn any_octets_are_read_or_refused(
        octets in proptest::collection::vec(
            proptest::prop_oneof![
                proptest::prelude::any::<u8>(),
                proptest::sample::select(b"\",;\t\r\n\0a".to_vec()),
            ],
            0..200,
        )
    ) {
        let _ = rows(&octets);
    }
}

#[test]
fn a_batch_holds_a_limited_number_of_cells_and_no_empty_ones_behind_a_row() {
    let first_batch = |row: &str| {
        let text = row.repeat(5000);
        let dialect = Dialect { delimiter: b',', skip: 0, lines: 0, rival: None };
        let batch = Records::new(text.as_bytes(), dialect).batch(4096).unwrap().unwrap();
        let row = batch.row(0);
        (batch.len(), row.len(), row.filled_cells().count(), row.cell(0).to_owned())
    };
    let empty = ",".repeat(999);
    let a = || "a".to_owned();
    assert_eq!(first_batch(&format!("a{empty}\n")), (4096, 1000, 1, a()));
    assert_eq!(first_batch(&format!("a{empty}b\n")), (MOST_CELLS / 1000 + 1, 1000, 1000, a()));
}
