//! docs/errors.md explains every code in the sources, and no other.

mod sources;

use std::collections::BTreeSet;

use crate::support::repository_path;

/// Where the codes of each type are explained: the section of docs/errors.md, by its heading.
///
/// A new type with a field `code` needs a line here, and its codes an entry there.
const SECTIONS: [(&str, &str); 14] = [
    ("batch::Problem", "Problems in your files"),
    ("batch::Refusal", "Problems in your files"),
    ("doctor::Refused", "Problems in your files"),
    ("app::Details", "Errors of a command"),
    ("app::Notice", "Warnings and notes"),
    ("batch::Remark", "Warnings and notes"),
    ("batch::Oddity", "Warnings and notes"),
    ("doctor::Remark", "Warnings and notes"),
    ("doctor::LiveFinding", "What doctor finds"),
    ("doctor::Cause", "What doctor finds"),
    ("doctor::Meaning", "What doctor finds"),
    ("core::Finding", "What inspect finds"),
    ("core::Damage", "Damage to a link"),
    ("core::Wrapper", "Damage to a link"),
];

#[test]
fn every_code_in_the_sources_has_its_entry_and_every_entry_its_code() {
    let page = std::fs::read_to_string(repository_path("docs/errors.md")).unwrap();
    let mut in_sources = BTreeSet::new();
    for (code, types) in sources::codes(&repository_path("crates")) {
        for of in types {
            let section = SECTIONS.iter().find(|(name, _)| *name == of);
            let (_, section) = section.unwrap_or_else(|| {
                panic!(
                    "where are the codes of {of}, such as `{code}`, explained? Add it to SECTIONS"
                )
            });
            in_sources.insert((*section, code.clone()));
        }
    }
    let mut on_page = BTreeSet::new();
    for (_, section) in SECTIONS {
        let begin = format!("\n## {section}\n");
        let (_, rest) = page.split_once(&begin).unwrap();
        let text = rest.split("\n## ").next().unwrap();
        // A table says in its headings whether its rows are codes.
        let codes = text.lines().filter_map(|line| {
            line.strip_prefix("### `").or(line.strip_prefix("| `"))?.split('`').next()
        });
        on_page.extend(codes.map(|code| (section, code.to_owned())));
    }
    assert!(in_sources.len() > 400, "{} codes", in_sources.len());
    let missing: Vec<_> = in_sources.difference(&on_page).collect();
    assert!(missing.is_empty(), "without an entry in docs/errors.md: {missing:#?}");
    let unknown: Vec<_> = on_page.difference(&in_sources).collect();
    assert!(unknown.is_empty(), "in docs/errors.md, but in no source: {unknown:#?}");
}

/// An anchor is made of a heading, so each heading has to be there once.
#[test]
fn every_code_has_an_anchor_of_its_own() {
    let page = std::fs::read_to_string(repository_path("docs/errors.md")).unwrap();
    let mut seen = BTreeSet::new();
    for heading in page.lines().filter(|line| line.starts_with('#')) {
        assert!(seen.insert(heading.trim_start_matches('#').trim()), "{heading} is there twice");
    }
}
