use std::fmt::Write as _;

use crate::survey::testing::survey_of;

/// The warnings and notes about a roster.
fn remarks(csv: &str) -> Vec<String> {
    let (_, survey) = survey_of(csv);
    assert_eq!(survey.problems(), []);
    let shown = survey.remarks().iter().map(|remark| {
        let kind = if remark.is_warning { "warning" } else { "note" };
        let hint = remark.hint.as_deref().unwrap_or_default();
        format!("{kind}[{}]: {} | {hint}", remark.code, remark.message)
    });
    shown.collect()
}

#[test]
fn a_misspelled_domain_is_a_warning_with_the_likely_address() {
    for (address, likely) in [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gmail.con", "ada@gmail.com"),
        ("ada@gmial.con", "ada@gmail.com"),
        ("ada@GMAIL.cm", "ada@gmail.com"),
        ("ada@hotmial.com", "ada@hotmail.com"),
        ("ada@yaho.com", "ada@yahoo.com"),
        ("ada@outlok.com", "ada@outlook.com"),
        ("ada@example.cmo", "ada@example.com"),
        ("ada@example.ogr", "ada@example.org"),
    ] {
        let expected = format!(
            "warning[misspelled-domain]: line 2: the domain of `{address}` may be misspelled | did you mean `{likely}`?"
        );
        assert_eq!(remarks(&format!("email\n{address}\n")), [expected]);
    }
    for address in [
        "ada@gmail.com",
        "ada@mail.com",
        "ada@ymail.com",
        "ada@email.com",
        "ada@gmx.de",
        "ada@gmx.at",
        "ada@web.de",
        "ada@yahoo.de",
        "ada@hotmail.es",
        "ada@example.co",
        "ada@uni.edu",
    ] {
        assert_eq!(remarks(&format!("email\n{address}\n")), [] as [&str; 0], "{address}");
    }
}

#[test]
fn a_domain_that_resembles_a_common_one_is_a_warning() {
    let mut csv = "email,name\n".to_owned();
    for at in 0..20 {
        writeln!(csv, "p{at}@school-north.example,Person {at}").unwrap();
    }
    let once = format!("{csv}zoe@school-nroth.example,Zoe\n");
    assert_eq!(
        remarks(&once),
        [
            "warning[misspelled-domain]: line 22: the domain of `zoe@school-nroth.example` may be misspelled | did you mean `zoe@school-north.example`?"
        ]
    );
    let twice = format!("{once}yan@school-nroth.example,Yan\n");
    assert_eq!(remarks(&twice), [] as [&str; 0]);
    let other = format!("{csv}zoe@school-south.example,Zoe\n");
    assert_eq!(remarks(&other), [] as [&str; 0]);
    let numbered = csv.replace("north", "1") + "zoe@school-2.example,Zoe\n";
    assert_eq!(remarks(&numbered), [] as [&str; 0]);
}

#[test]
fn people_who_may_be_listed_twice_are_a_warning() {
    let pair = |one: &str, other: &str| {
        remarks(&format!("email,name\n{one},Ada Muster\nx@y.example,Ben\n{other},ADA Muster\n"))
    };
    for (one, other) in [
        ("ada.muster@example.org", "ada.mustre@example.org"),
        ("ada.muster@gmail.com", "adamuster@googlemail.com"),
        ("ada@example.org", "ada+news@example.org"),
    ] {
        let expected = format!(
            "warning[similar-address]: `ADA Muster` is on lines 2 and 4 with similar addresses, `{one}` and `{other}` | if this is one person, delete one of the two rows"
        );
        assert_eq!(pair(one, other), [expected]);
    }
    for (one, other) in [
        ("ada.muster@example.org", "a.muster@example.org"),
        ("ada1@example.org", "ada2@example.org"),
        ("ada@example.org", "ada@example.net"),
        ("ada.muster@example.org", "adamuster2@example.org"),
    ] {
        assert_eq!(pair(one, other), [] as [&str; 0], "{one} {other}");
    }
    assert_eq!(
        remarks("email,name\nada.muster@example.org,Ada\nada.mustre@example.org,Ben\n"),
        [] as [&str; 0]
    );
    // Without names, only the mailbox says that it is one person.
    assert_eq!(
        remarks("email\na.da@gmail.com\nada@gmail.com\nada.m@example.org\nadam@example.org\n")
            .len(),
        1
    );
}

#[test]
fn odd_names_and_addresses_are_warnings_with_their_lines() {
    assert_eq!(
        remarks(
            "email,name\nada@example.org,ada@example.org\nben@example.org,\"Ben\nCleo\"\ndan@example.org,4711\neva@example.org,NULL\nfay@example.org,O&#39;Neil\ngus@example.org,MÃ¼ller\n"
        ),
        [
            "warning[name-with-at]: line 2: the name `ada@example.org` has an `@` in it | write only the person's name into the cell",
            "warning[name-with-line-break]: line 3: the name `Ben Cleo` was a cell of several lines | check whether the cell holds more than one name",
            "warning[name-of-digits]: line 5: the name `4711` has no letters | check whether the column holds names",
            "warning[name-without-value]: line 6: the name `NULL` looks like the missing value of a database | empty the cell: the name is then the part of the address before the `@`",
            "warning[damaged-name]: line 8: the name `MÃ¼ller` has letters that were damaged when the file was written | export the list again, as UTF-8",
            "note[name-with-code]: line 7: the name `O'Neil` had HTML codes in it, which were read as the characters that they stand for | if that is wrong, correct the cell",
        ]
    );
    assert_eq!(
        remarks(
            "email,name\n\nben%2Bnews@example.org,Ben\nwww.cleo@example.org,Cleo\ninfo@example.org,Dan\nOffice@example.org,Eva\n"
        ),
        [
            "warning[odd-address]: line 3: `ben%2Bnews@example.org` has remains of another text in it | did you mean `ben+news@example.org`?",
            "warning[odd-address]: line 4: `www.cleo@example.org` has remains of another text in it | did you mean `cleo@example.org`?",
            "note[shared-mailbox]: line 5: `info@example.org` looks like a shared mailbox, and so does one more address: everybody who reads it can join as `Dan` | use a personal address if you can",
        ]
    );
}

#[test]
fn a_column_of_mistakes_makes_few_warnings() {
    let mut csv = "email,name\n".to_owned();
    for at in 0..600 {
        writeln!(csv, "p{at}@host{at}.example.con,{at}").unwrap();
    }
    // Most names are names, so that the column counts as one.
    for (first, second) in ('a'..='z').flat_map(|one| ('a'..='z').map(move |other| (one, other))) {
        writeln!(csv, "{first}{second}{first}@example.org,N{first}{second}").unwrap();
    }
    let found = remarks(&csv);
    assert_eq!(found.len(), 22);
    assert_eq!(found[10], "warning[misspelled-domain]: 590 more domains may be misspelled | ");
    assert_eq!(found[21], "warning[name-of-digits]: 590 more rows are like that | ");
}

#[test]
fn guardians_of_one_row_are_two_people() {
    use crate::roster::{ColumnSettings, Field};
    use crate::survey::testing::{spec, survey_with};
    let mut guardians = spec(Vec::new());
    let emails = vec!["Mother".to_owned(), "Father".to_owned()];
    let named = vec![(Field::Email, emails)];
    guardians.columns = ColumnSettings { named, ..ColumnSettings::default() };
    let similar = |csv: &str| {
        let (_, survey) = survey_with(csv, guardians.clone());
        assert_eq!(survey.problems(), []);
        survey.remarks().iter().filter(|remark| remark.code == "similar-address").count()
    };
    assert_eq!(similar("Mother,Father,name\nma@example.org,pa@example.org,Ada Muster\n"), 0);
    assert_eq!(
        similar(
            "Mother,Father,name\nma@example.org,pa@example.org,Ada Muster\nmb@example.org,,Ada Muster\n"
        ),
        1
    );
}
