//! docs/errors.md explains every code in the sources, and no other.

mod sources;

use std::collections::BTreeSet;

use crate::support::{Folder, repository_path};

/// Where the codes of each type are explained: the section of docs/errors.md, by its heading.
///
/// A new type with a field `code` needs a line here, and its codes an entry there.
const SECTIONS: [(&str, &str); 16] = [
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
    ("mailer::LedgerFinding", "What ledger check finds"),
    ("mailer::Record", "What ledger check finds"),
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

const PROBLEM: &str = r"
pub struct Problem {
    pub code: &'static str,
}
impl Problem {
    fn new(code: &'static str) -> Problem {
        Problem { code }
    }
    fn report(&self, code: &'static str, line: u64) -> Problem {
        Problem::new(code)
    }
}
";

/// The codes in a crate with this source.
fn codes_of(source: &str) -> Vec<(String, Vec<String>)> {
    let folder = Folder::empty();
    folder.write("crates/some/src/lib.rs", format!("{PROBLEM}{source}"));
    sources::codes(&folder.path().join("crates")).into_iter().collect()
}

#[test]
fn a_code_is_found_in_every_usual_form() {
    let found = codes_of(
        r#"
const CONSTANT: &str = "constant";
struct Kind;
impl Kind {
    fn code(&self) -> &'static str {
        match self {
            _ if true => "returned",
            _ => { "returned-from-block" }
        }
    }
}
fn all(problem: &Problem, kind: &Kind) -> Vec<Problem> {
    let chosen = if true { "chosen" } else { "not-chosen" };
    let make = |code, line| problem.report(code, line);
    let refuse = if true { Problem::new } else { Problem::new };
    let (of_tuple, _) = match 1 { 1 => ("of-tuple", 1), _ => return Vec::new() };
    vec![
        Problem { code: "field" },
        Problem { code: kind.code() },
        Problem::new(CONSTANT),
        Problem::new(chosen),
        Problem::new(of_tuple),
        problem.report("method", 1),
        make("closure", 1),
        refuse("local-function"),
    ]
}
#[cfg(test)]
mod tests {
    fn one() { Problem::new("in-a-test"); }
}
"#,
    );
    let codes: Vec<&str> = found.iter().map(|(code, _)| code.as_str()).collect();
    let expected = [
        "chosen",
        "closure",
        "constant",
        "field",
        "local-function",
        "method",
        "not-chosen",
        "of-tuple",
        "returned",
        "returned-from-block",
    ];
    assert_eq!(codes, expected);
    for (code, types) in found {
        let of = if code.starts_with("returned") { "some::Kind" } else { "some::Problem" };
        assert_eq!(types, [of], "{code}");
    }
}

/// What the scan does not understand fails, so that no code is left out unnoticed.
#[test]
fn a_code_in_another_form_is_an_error() {
    let lines = [
        "Problem::new(names()[0])",
        "Problem::new(concat!(\"a\", \"b\"))",
        "Problem::new(name_of(1))",
        "Problem { code: name }",
        "names().map(Problem::new)",
        "some_macro!(Problem { code: \"x\" } => 1)",
    ];
    for line in lines {
        let source = format!("fn one(name: &'static str) {{ {line}; }}");
        let result = std::panic::catch_unwind(|| codes_of(&source));
        assert!(result.is_err(), "{line}: {result:?}");
    }
}
