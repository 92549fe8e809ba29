use super::*;

fn read(cell: &str) -> Result<String, String> {
    match read_address(cell) {
        Ok(CellAddress { email, name: Some(name) }) => Ok(format!("{name}|{email}")),
        Ok(CellAddress { email, name: None }) => Ok(email.to_string()),
        Err(rejection) => Err(format!("{rejection} | {}", rejection.hint)),
    }
}

#[test]
fn an_address_is_read_in_the_forms_that_programs_write() {
    for (cell, expected) in [
        ("jane@x.org", "jane@x.org"),
        (" <jane@x.org> ", "jane@x.org"),
        ("<jane@x.org>;", "jane@x.org"),
        ("\"Doe, Jane\" <jane@x.org>", "Doe, Jane|jane@x.org"),
        ("Doe, Jane <jane@x.org>", "Doe, Jane|jane@x.org"),
        ("Jane Doe <jane@x.org>,", "Jane Doe|jane@x.org"),
        ("'Jane Doe' <jane@x.org>", "Jane Doe|jane@x.org"),
        ("„Jane Doe“ <jane@x.org>", "Jane Doe|jane@x.org"),
        ("Jane Doe<jane@x.org>", "Jane Doe|jane@x.org"),
        ("Jane Doe (Acme) <jane@x.org>", "Jane Doe (Acme)|jane@x.org"),
        ("Jane <mailto:jane@x.org>", "Jane|jane@x.org"),
        ("Jane Doe (jane@x.org)", "Jane Doe|jane@x.org"),
        ("Jane: <jane@x.org>", "Jane|jane@x.org"),
        ("jane@x.org (Jane Doe)", "Jane Doe|jane@x.org"),
        ("jane@x.org (王小明)", "王小明|jane@x.org"),
        ("jane@x.org (work)", "jane@x.org"),
        ("jane@x.org (Privat)", "jane@x.org"),
        ("jane@x.org (2nd)", "jane@x.org"),
        ("jane@x.org <jane@x.org>", "jane@x.org"),
        ("'jane@x.org' <Jane@x.org>", "Jane@x.org"),
        ("\"jane@x.org\"", "jane@x.org"),
        ("'jane@x.org'", "jane@x.org"),
        ("mailto:jane@x.org?subject=Hi,%20there", "jane@x.org"),
        ("MAILTO: jane%2Bnews@x.org", "jane+news@x.org"),
        ("SMTP:jane@x.org", "jane@x.org"),
        ("jane\u{ff20}x\u{ff0e}org", "jane@x.org"),
        ("\u{ff2a}ane\u{ff20}\u{ff58}.org", "Jane@x.org"),
        ("jane\u{fe6b}x.org", "jane@x.org"),
        ("jane@x.org.", "jane@x.org"),
        ("jane@x.org>", "jane@x.org"),
        ("jane@x.org)", "jane@x.org"),
        ("jane@x.org,", "jane@x.org"),
        ("jane@x.org ; ", "jane@x.org"),
        ("jane@x.org; JANE@x.org", "jane@x.org"),
        ("[jane@x.org](mailto:jane@x.org)", "jane@x.org"),
        ("\u{200b}jane@bücher.example\u{feff}", "jane@xn--bcher-kva.example"),
        ("Jane <jane@bücher.example>", "Jane|jane@xn--bcher-kva.example"),
        ("'t.hooft@x.org", "'t.hooft@x.org"),
        ("o'neil@x.org", "o'neil@x.org"),
    ] {
        assert_eq!(read(cell).as_deref(), Ok(expected), "{cell}");
        assert!(looks_like_address(cell), "{cell}");
    }
}

#[test]
fn what_is_no_certain_address_is_refused_with_a_way_on() {
    let several = "a link is personal: write one row for each person, or leave only the address that the person reads";
    for (cell, expected) in [
        ("a@x.org; b@x.org", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("a@x.org b@x.org", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("a@x.org/b@x.org", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("a@x.org\nb@x.org", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("a@x.org ::: b@x.org", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("A <a@x.org>, B <b@x.org>", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("a@x.org <b@x.org>", format!("has 2 addresses: `b@x.org` | {several}").replace("`b", "`a@x.org`, `b")),
        ("mailto:a@x.org,b@x.org", format!("has 2 addresses: `a@x.org`, `b@x.org` | {several}")),
        ("a@x.org|b@x.org|c@x.org|d@x.org|e@x.org|f@x.org", format!("has 6 addresses: `a@x.org`, `b@x.org`, `c@x.org`, `d@x.org` and 2 more | {several}")),
        ("ada%40example.org", "is not an email address: it has no `@` | write `ada@example.org`".to_owned()),
        ("o&#39;neil@example.org", "is not an email address: the part before the `@` is not a valid mailbox name | write `o'neil@example.org`".to_owned()),
        ("ada&#64;example.org", "is not an email address: it has no `@` | write `ada@example.org`".to_owned()),
        ("&lt;ada@example.org&gt;", "is not an email address: the part before the `@` is not a valid mailbox name | write `ada@example.org`".to_owned()),
        ("ben.@example.org", "is not an email address: the part before the `@` is not a valid mailbox name | did you mean `ben@example.org`?".to_owned()),
        ("ada@@example.org", "is not an email address: it is more than one address | did you mean `ada@example.org`?".to_owned()),
        ("ada@example..org", "is not an email address: `example..org` is not a valid mail domain | did you mean `ada@example.org`?".to_owned()),
        ("ada@example,org", "is not an email address: the part before the `@` is not a valid mailbox name | did you mean `ada@example.org`?".to_owned()),
        ("ada @ example.org", "is not an email address: the part before the `@` is not a valid mailbox name | did you mean `ada@example.org`?".to_owned()),
        ("ada(at)example.org", "is not an email address: it has no `@` | did you mean `ada@example.org`?".to_owned()),
        ("ada at example dot org", "is not an email address: it has no `@` | did you mean `ada@example.org`?".to_owned()),
        ("jane doe@example.org", "is more than an email address | if the address is `doe@example.org`, write that alone".to_owned()),
        ("Jane Doe jane@example.org", "is more than an email address | if the address is `jane@example.org`, write `Jane Doe <jane@example.org>`".to_owned()),
        ("Jane <jane@example.org", "is more than an email address | if the address is `jane@example.org`, write `Jane <jane@example.org>`".to_owned()),
        ("ada@example.co...", "is not an email address: `example.co...` is not a valid mail domain | write it as name@example.org".to_owned()),
        ("ada@localhost", "is not an email address: `localhost` is not a valid mail domain | write it as name@example.org".to_owned()),
        ("a@b", "is not an email address: `b` is not a valid mail domain | write it as name@example.org".to_owned()),
        ("ada@[192.0.2.1]", "is not an email address: `[192.0.2.1]` is not a valid mail domain | write it as name@example.org".to_owned()),
        ("ada.example.org", "is not an email address: it has no `@` | write it as name@example.org".to_owned()),
        ("Ada Muster", "is not an email address: it has no `@` | write it as name@example.org".to_owned()),
    ] {
        assert_eq!(read(cell).as_ref(), Err(&expected), "{cell}");
    }
    for cell in [
        "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=1C8D-ADA",
        "/o=Example/ou=External/cn=Recipients/cn=9c8a70ae-ben@example.org",
        "EX:/o=Example/cn=ben",
        "IMCEAEX-_O=EXAMPLE_OU=x@example.org",
    ] {
        assert!(read(cell).unwrap_err().contains("Exchange path"), "{cell}");
        assert!(looks_like_address(cell), "{cell}");
    }
}

#[test]
fn cells_with_addresses_are_told_from_others() {
    for cell in [
        "a@x.org; b@x.org",
        "A <a@x.org>, B <b@x.org>",
        "a@x.org/b@x.org",
        "ada%40example.org",
        "jane doe@example.org",
        "ada@example.org...",
    ] {
        assert!(looks_like_address(cell), "{cell}");
    }
    for cell in [
        "",
        "Ada Muster",
        "@ada",
        "@ada@social.example",
        "ada@",
        "https://user@example.org/",
        "meet @ 14.30",
        "lunch @ noon",
        "100%",
        "a=b",
        "50%40",
        "Please write to me at ada@example.org before the end of next week, or call me",
        "Ａda",
    ] {
        assert!(!looks_like_address(cell), "{cell}");
    }
}

proptest::proptest! {
    #[test]
    fn whatever_a_cell_holds_nothing_panics_and_one_address_is_found_at_most(
        cell in "(?s)(<|>|\\(|\\)|\"|'|@|%40|&#39;|mailto:|[;,. /]|ada@x.org|bob@y.org|＠|ü|.){0,12}",
    ) {
        let _ = looks_like_address(&cell);
        if let Ok(found) = read_address(&cell) {
            // Nobody gets the mail of another person in the same cell.
            let (ada, bob) = (cell.contains("ada@x.org"), cell.contains("bob@y.org"));
            let key = found.email.key().into_owned();
            proptest::prop_assert!(!(ada && bob && ["ada@x.org", "bob@y.org"].contains(&key.as_str())), "{cell}");
            proptest::prop_assert!(looks_like_address(&cell), "{cell}");
        }
    }
}

#[test]
fn the_hint_for_a_name_beside_an_address_can_be_pasted() {
    for cell in
        ["Jane Doe jane@example.org", "Jane Doe <jane@example.org", "Jane Doe - jane@example.org"]
    {
        let hint = read_address(cell).unwrap_err().hint;
        assert!(hint.ends_with("write `Jane Doe <jane@example.org>`"), "{hint}");
    }
    let found = read_address("Jane Doe <jane@example.org>").unwrap();
    assert_eq!(found.name.unwrap().as_str(), "Jane Doe");
}
