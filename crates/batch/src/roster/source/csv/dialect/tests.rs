use super::*;

#[track_caller]
fn delimiter(text: &str, expected: char) {
    let dialect = Dialect::recognize(text.as_bytes(), None).unwrap();
    assert_eq!(char::from(dialect.delimiter), expected, "{text}");
}

#[test]
fn the_delimiter_is_the_one_that_makes_a_table() {
    for (text, expected) in [
        ("", ','),
        ("email\nada@example.org\nben@example.org\n", ','),
        ("email,name\n", ','),
        ("email;name\n", ';'),
        ("email\tname\n", '\t'),
        ("email|name\n", '|'),
        // The other delimiters are in cells.
        ("Name;E-Mail\nLovelace, Ada;ada@example.org\nBarker, Bob;bob@example.org\n", ';'),
        ("Name\tE-Mail\nLovelace, Ada; Dr\tada@example.org\n", '\t'),
        ("Email,Groups\nada@example.org,a;b;c;d\nben@example.org,a;b;c;d\n", ','),
        ("\"Name; first and last; a; b\",Email\nAda,ada@example.org\n", ','),
        ("Name,Email\nAda | Ulm | x,ada@example.org\nBen | Bonn | y,ben@example.org\n", ','),
        ("email;a, b and c, d\nada@example.org;x\n", ';'),
        // A report above the table.
        ("Report, of, 2026, Nov\n\nName;E-Mail\nAda;ada@example.org\nBen;ben@example.org\n", ';'),
        (
            "1. Summary\nTitle\tStaff day\nStart\t11/26/26, 4:16 PM\n\nName\tEmail\nAda\tada@example.org\n",
            '\t',
        ),
        // Several addresses in a cell.
        ("Name,Emails\nAda,ada@example.org;ada@example.com\nBen,ben@example.org\n", ','),
        ("ada@example.org, ben@example.org,cleo@example.org, \n", ','),
        ("ada@example.org; ben@example.org; cleo@example.org\n", ';'),
        // No address at all.
        ("Vorname;Nachname\nAda;Muster, geb. Probe\nBen;Beispiel\n", ';'),
        ("Name,Room\nAda,1\nBen,2\n", ','),
        // A mark that is never closed, and one in a cell.
        ("email;\"name\nada@example.org;Ada\nben@example.org;Ben\n", ';'),
        ("5\" pipe;email\n1;ada@example.org\n2;ben@example.org\n", ';'),
        // Cells of several lines.
        ("email;notes\nada@example.org;\"a, b, c\nd, e, f\ng, h, i\nj, k, l\"\n", ';'),
        ("email;name\r\n;;;\r\nada@example.org;Ada\r\n", ';'),
        ("email;name\rada@example.org;Ada\rben@example.org;Ben", ';'),
    ] {
        delimiter(text, expected);
    }
}

#[test]
fn what_is_not_clear_is_known() {
    let rival = |text: &str| Dialect::recognize(text.as_bytes(), None).unwrap().rival;
    assert_eq!(rival("email,name\nada@example.org,Ada\n"), None);
    assert_eq!(rival("a,b;c\nd,e;f\n"), Some(b';'));
    assert_eq!(rival("email\nada@example.org\n"), None);
    assert_eq!(rival(""), None);
}

#[test]
fn a_line_can_say_what_separates_cells() {
    for (text, delimiter, skip) in [
        ("sep=;\r\na,b;c", ';', 7),
        ("sep=,\na;b;c", ',', 6),
        ("SEP=|\ra", '|', 6),
        ("sep=\t\na", '\t', 6),
        ("sep=^\na", '^', 6),
        ("\"sep=;\"\r\na", ';', 9),
        ("\"sep=;\";;;\na", ';', 11),
        ("sep=;;;;\na", ';', 9),
        ("sep=;", ';', 5),
    ] {
        let dialect = Dialect::recognize(text.as_bytes(), None).unwrap();
        let found = (char::from(dialect.delimiter), dialect.skip, dialect.lines);
        assert_eq!(found, (delimiter, skip, 1), "{text}");
    }
    for text in ["sep=\na", "sep=x\na", "sep=;,\na", "sep=@\n", "sep=\"\n"] {
        assert_eq!(Dialect::recognize(text.as_bytes(), None), Err(BadSeparator), "{text}");
        // The line is no row, whatever it names.
        let dialect = Dialect::recognize(text.as_bytes(), Some(b';')).unwrap();
        assert_eq!((dialect.delimiter, dialect.lines), (b';', 1));
    }
    // The user knows better.
    let dialect = Dialect::recognize(b"sep=;\na,b;c", Some(b',')).unwrap();
    assert_eq!((dialect.delimiter, dialect.skip), (b',', 6));
    for text in ["separator;x\na", "\nsep=;\na", "\"sep=;\na"] {
        assert_eq!(Dialect::recognize(text.as_bytes(), None).unwrap().skip, 0, "{text}");
    }
}
