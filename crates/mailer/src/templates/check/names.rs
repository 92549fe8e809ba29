//! Checks the names in templates: variables, filters, tests, functions and files.

use std::collections::{BTreeMap, BTreeSet};

use meetmint_core::quoted;
use tera::{Tera, Value};

use super::sample::LINK;
use crate::content::MessageKind;
use crate::message_part::{MessagePart, Part};
use crate::templates::problem::TemplateProblem;
use crate::templates::scan::{Name, NameKind, Scan};
use crate::templates::sources::Sources;
use crate::templates::suggestion::did_you_mean;
use crate::variables::Variables;

// Tera has no list of these. They are only for suggestions: tera itself says whether a name exists.
const FILTERS: &str = "abs capitalize default escape escape_html escape_xml first float get group_by indent int \
    join keys last length lower newlines_to_br nth pairs pluralize replace reverse round safe \
    sort split str title trim trim_end trim_start truncate unique upper values wordcount";
const TESTS: &str = "array bool containing defined divisible_by ending_with even float integer iterable map \
    none number odd starting_with string undefined";
const FUNCTIONS: &str = "range super throw";

/// The most problems that are looked for in one file.
const MOST_PER_FILE: usize = 100;

/// What is wrong with a name, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    message: String,
    hint: Option<String>,
}

/// The problems of all names in templates that could be parsed.
pub(super) fn check(
    sources: &Sources,
    columns: &[String],
    scans: &BTreeMap<&str, Scan<'_>>,
) -> Vec<TemplateProblem> {
    // Only an update has all variables.
    let sample = Variables::sample(MessageKind::Update, LINK, columns, true);
    let checker = Checker {
        sources,
        variables: Value::from_serializable(&sample),
        locals: scans.values().flat_map(|scan| scan.locals.iter().copied()).collect(),
    };
    scans.iter().flat_map(|(file, scan)| checker.check_file(file, scan)).collect()
}

struct Checker<'a> {
    sources: &'a Sources,
    variables: Value,
    /// Variables that any of the templates defines. An included template sees those of the one that includes it.
    locals: BTreeSet<&'a str>,
}

impl Checker<'_> {
    fn check_file(&self, file: &str, scan: &Scan<'_>) -> Vec<TemplateProblem> {
        // A template that tests once whether a column exists may use it anywhere.
        let tested: BTreeSet<&[&str]> = scan
            .names
            .iter()
            .filter_map(|name| match &name.kind {
                NameKind::Variable { path, may_be_absent: true } => Some(path.as_slice()),
                _ => None,
            })
            .collect();
        let problem = |name: &Name<'_>| {
            let found = self.check_name(file, &name.kind, &tested)?;
            let source = self.sources.texts.get(file)?;
            let problem = TemplateProblem::at(file, source, name.at, found.message);
            Some(TemplateProblem { hint: found.hint, ..problem })
        };
        scan.names.iter().filter_map(problem).take(MOST_PER_FILE).collect()
    }

    fn check_name(
        &self,
        file: &str,
        kind: &NameKind<'_>,
        tested: &BTreeSet<&[&str]>,
    ) -> Option<Finding> {
        match kind {
            NameKind::Variable { path, .. } => {
                self.check_variable(path, tested.contains(path.as_slice()))
            }
            NameKind::Filter("safe") if may_be_html(file) => Some(Finding {
                message: "`safe` would let HTML in a person's name through".to_owned(),
                hint: Some("remove it, so that the value is escaped".to_owned()),
            }),
            NameKind::Filter(name) => {
                unknown("filter", name, FILTERS, &format!("{{{{ 1 | {name} }}}}"))
            }
            NameKind::Test(name) => {
                unknown("test", name, TESTS, &format!("{{% if 1 is {name} %}}{{% endif %}}"))
            }
            NameKind::Function(name) => {
                unknown("function", name, FUNCTIONS, &format!("{{{{ {name}() }}}}"))
            }
            NameKind::File(name) => {
                let texts = &self.sources.texts;
                (!texts.contains_key(*name)).then(|| Finding {
                    message: format!("there is no template {}", quoted(name)),
                    hint: did_you_mean(name, texts.keys().map(String::as_str)),
                })
            }
        }
    }

    /// `tested`: the template itself handles that this variable may not exist.
    fn check_variable(&self, path: &[&str], tested: bool) -> Option<Finding> {
        // tera defines `loop` in every `for`.
        if self.locals.contains(path[0]) || path[0] == "loop" {
            return None;
        }
        let mut value = &self.variables;
        for (depth, name) in path.iter().enumerate() {
            let fields = value.as_map();
            let field =
                fields.and_then(|fields| fields.iter().find(|(key, _)| key.as_str() == Some(name)));
            match field {
                Some((_, found)) => value = found,
                // Only columns differ from roster to roster. Any other name is a mistake, tested or not.
                None if tested && path[0] == "extra" && depth == 1 => return None,
                None => {
                    let names = fields
                        .map(|fields| fields.iter().filter_map(|(key, _)| key.as_str()).collect())
                        .unwrap_or_default();
                    return Some(missing(&path[..depth], name, names));
                }
            }
        }
        None
    }
}

/// Whether the output of a file becomes a part of HTML. Any file does that an HTML template includes, whatever its
/// name; only the templates of the other parts certainly don't.
fn may_be_html(file: &str) -> bool {
    MessagePart::of_template(file).is_none_or(|found| found.part == Part::Html)
}

fn missing(parent: &[&str], name: &str, names: Vec<&str>) -> Finding {
    let message = match parent {
        [] => format!("there is no variable {}", quoted(name)),
        ["extra"] => {
            format!("the roster has no column for {}", quoted(&format!("extra.{name}")))
        }
        _ => format!("{} has no field {}", quoted(&parent.join(".")), quoted(name)),
    };
    if names.is_empty() {
        return Finding { message, hint: None };
    }
    let suggestion = did_you_mean(name, names.iter().copied());
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let list = names.join(", ");
    let hint = match suggestion {
        Some(suggestion) => format!("{suggestion} Available: {list}"),
        None => format!("available: {list}"),
    };
    Finding { message, hint: Some(hint) }
}

/// `None` if tera accepts `probe`, a template that uses the name.
fn unknown(what: &str, name: &str, known: &str, probe: &str) -> Option<Finding> {
    // `super()` is only accepted inside a block.
    let exists = name == "super" || Tera::default().add_raw_template("probe", probe).is_ok();
    (!exists).then(|| Finding {
        message: format!("there is no {what} {}", quoted(name)),
        hint: did_you_mean(name, known.split(' ')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggested_names_exist() {
        for name in FILTERS.split(' ') {
            assert_eq!(unknown("filter", name, "", &format!("{{{{ 1 | {name} }}}}")), None);
        }
        for name in TESTS.split(' ') {
            let probe = format!("{{% if 1 is {name} %}}{{% endif %}}");
            assert_eq!(unknown("test", name, "", &probe), None);
        }
        for name in FUNCTIONS.split(' ') {
            assert_eq!(unknown("function", name, "", &format!("{{{{ {name}() }}}}")), None);
        }
    }
}
