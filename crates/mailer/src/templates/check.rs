//! All that can be wrong with templates, found before the first message.

use std::collections::{BTreeMap, BTreeSet};

use tera::{ErrorKind, Tera, Value};

use super::scan::{Name, Scan, What};
use super::{SHIPPED, TemplateProblem, Templates, problem, told};
use crate::MessageKind;
use crate::leak_check::{DecodedText, MessagePart, Part};
use crate::message::subject_line;
use crate::variables::Variables;

/// The link of the made-up person: a template that uses it has it in its output.
const LINK: &str = "https://meet.example.org/autumn-town-hall?made-up";

/// What tera brings along, to suggest from; whether a name exists, tera itself is asked.
const FILTERS: &str = "abs capitalize default escape escape_html escape_xml first float get group_by indent int \
    join keys last length lower newlines_to_br nth pairs pluralize replace reverse round safe \
    sort split str title trim trim_end trim_start truncate unique upper values wordcount";
const TESTS: &str = "array bool containing defined divisible_by ending_with even float integer iterable map \
    none number odd starting_with string undefined";
const FUNCTIONS: &str = "range super throw";

pub(super) fn check(templates: &Templates, columns: &[String]) -> Vec<TemplateProblem> {
    let mut problems = templates.unusable.clone();
    let mut sound: BTreeMap<&str, Scan<'_>> = BTreeMap::new();
    for (file, source) in &templates.sources {
        problems.extend(hard_coded(file, source));
        match syntax(file, source) {
            Some(problem) => problems.push(problem),
            None => {
                sound.insert(file, Scan::of(source));
            }
        }
    }
    let checker = Checker::new(templates, columns, &sound);
    for (file, scan) in &sound {
        problems.extend(checker.names(file, scan));
    }
    problems.extend(misspelt_and_unused(templates, &sound));
    let seen: BTreeSet<(String, Option<usize>)> =
        problems.iter().map(|problem| (problem.file.clone(), problem.line)).collect();
    // Rendering stops at what was found above, and calls it by another name.
    problems.extend(rendered(templates, columns).into_iter().filter(
        |problem| match problem.line {
            Some(_) => !seen.contains(&(problem.file.clone(), problem.line)),
            None => seen.iter().all(|(file, _)| *file != problem.file),
        },
    ));
    problems.sort();
    problems.dedup();
    problems
}

/// A file that nothing uses and whose name is nearly that of a template.
pub(super) fn misspelt(file: &str) -> Option<TemplateProblem> {
    let lower = file.to_lowercase();
    // `invite.html.tera`, `Invite.html`, `invite.htm`, `invite_html`, `invit.html`.
    let distance = |name: &str| match lower.strip_prefix(name) {
        Some(more) if more.starts_with('.') => 0,
        _ => strsim::damerau_levenshtein(&lower, name),
    };
    let (_, meant) = SHIPPED
        .iter()
        .map(|(name, _)| (distance(name), *name))
        .filter(|(distance, _)| *distance <= 2)
        .min()?;
    (file != meant).then(|| {
        TemplateProblem::of(file, "no message is made of a file of this name")
            .hinting(format!("did you mean `{meant}`?"))
    })
}

fn misspelt_and_unused(
    templates: &Templates,
    scans: &BTreeMap<&str, Scan<'_>>,
) -> Vec<TemplateProblem> {
    let used: BTreeSet<&str> = scans
        .values()
        .flat_map(|scan| &scan.names)
        .filter_map(|name| match name.what {
            What::File(file) => Some(file),
            _ => None,
        })
        .collect();
    let unused = templates.sources.keys().filter(|file| !used.contains(file.as_str()));
    unused.filter_map(|file| misspelt(file)).collect()
}

fn syntax(file: &str, source: &str) -> Option<TemplateProblem> {
    let error = Tera::default().add_raw_template(file, source).err()?;
    match error.kind() {
        ErrorKind::SyntaxError(report) => Some(problem::reported(report)),
        // Names of files and filters are looked into one by one.
        _ => None,
    }
}

/// A token in a template is everybody's, so it is nobody's own.
fn hard_coded(file: &str, source: &str) -> Option<TemplateProblem> {
    let line = DecodedText::of(source).token()?;
    let cancels = MessagePart::of_template(file).is_some_and(|place| !place.kind.has_link());
    let hint = if cancels {
        "take it out: a cancellation has no link"
    } else {
        "write `{{ link }}`: it stands for each person's own"
    };
    let mut problem =
        TemplateProblem::of(file, "it holds somebody's link, and everybody would get it")
            .hinting(hint);
    problem.line = Some(line);
    Some(problem)
}

/// Renders all parts of all kinds for made-up people, and looks at what comes out.
fn rendered(templates: &Templates, columns: &[String]) -> Vec<TemplateProblem> {
    if let Err(error) = super::engine(&templates.sources) {
        let problem = told("invite.txt", &error).0;
        return vec![if ships(templates, &problem.file) {
            let hint = format!(
                "`{}` is the one that ships: keep what it needs, or write one of your own",
                problem.file
            );
            problem.hinting(hint)
        } else {
            problem
        }];
    }
    let mut problems: Vec<TemplateProblem> = Vec::new();
    for kind in MessageKind::ALL {
        for everything in [true, false] {
            let sample = Variables::sample(kind, LINK, columns, everything);
            for part in [Part::Subject, Part::Text, Part::Html] {
                let place = MessagePart { kind, part };
                let found = match templates.render(place, &sample) {
                    // With everything there it went well, or is told already.
                    Err(error) if !everything => Some(error.0.hinting(
                        "not everybody has it: ask with `{% if … %}` before, as in `{% if start.own %}`",
                    )),
                    Err(error) => Some(error.0),
                    Ok(output) => amiss(place, &output),
                };
                // A problem of everybody's comes up twice, and one of a shared file for every kind.
                let new = |found: &TemplateProblem| {
                    !problems.iter().any(|seen| {
                        (&seen.file, seen.line, seen.column)
                            == (&found.file, found.line, found.column)
                    })
                };
                problems.extend(found.filter(new));
            }
        }
    }
    problems
}

/// Whether a file is as it ships: then what is wrong in it comes from another.
fn ships(templates: &Templates, file: &str) -> bool {
    let source = templates.sources.get(file).map(String::as_str);
    SHIPPED.iter().any(|(name, text)| *name == file && Some(*text) == source)
}

/// What is wrong with what a template made of the sample.
fn amiss(place: MessagePart, output: &str) -> Option<TemplateProblem> {
    let problem = |message: &str| TemplateProblem::of(&place.to_string(), message);
    if place.part == Part::Subject {
        if output.contains(LINK) {
            let problem =
                problem("it shows the person's link, and every list of messages shows a subject");
            return Some(problem.hinting("take `{{ link }}` out"));
        }
        return subject_line(output).is_none().then(|| problem("it makes an empty subject"));
    }
    match (place.kind.has_link(), output.contains(LINK)) {
        (true, false) => Some(
            problem("it does not show the person's link")
                .hinting("write `{{ link }}` where it should stand"),
        ),
        (false, true) => Some(
            problem("it shows the person's link, and a cancellation has none")
                .hinting("take `{{ link }}` out, or ask with `{% if kind != \"cancel\" %}` before"),
        ),
        (true, true) | (false, false) => None,
    }
}

/// Knows what templates may name.
struct Checker<'a> {
    templates: &'a Templates,
    variables: Value,
    /// Variables that any of the templates makes: an included one sees those of the others.
    locals: BTreeSet<&'a str>,
}

impl<'a> Checker<'a> {
    fn new(
        templates: &'a Templates,
        columns: &[String],
        scans: &BTreeMap<&str, Scan<'a>>,
    ) -> Checker<'a> {
        let variables =
            Value::from_serializable(&Variables::sample(MessageKind::Update, LINK, columns, true));
        let locals = scans.values().flat_map(|scan| scan.locals.iter().copied()).collect();
        Checker { templates, variables, locals }
    }

    fn names(&self, file: &str, scan: &Scan<'_>) -> Vec<TemplateProblem> {
        // A template that asks once whether a column is there may use it behind that.
        let guarded: BTreeSet<&[&str]> = scan
            .names
            .iter()
            .filter_map(|name| match &name.what {
                What::Variable { path, guarded: true } => Some(path.as_slice()),
                _ => None,
            })
            .collect();
        scan.names.iter().filter_map(|name| self.name(file, name, &guarded)).collect()
    }

    fn name(
        &self,
        file: &str,
        name: &Name<'_>,
        guarded: &BTreeSet<&[&str]>,
    ) -> Option<TemplateProblem> {
        let (message, hint) = match &name.what {
            What::Variable { path, .. } => {
                self.variable(path, guarded.contains(path.as_slice()))?
            }
            // A file that HTML includes is escaped as HTML, whatever it is called.
            What::Filter("safe")
                if MessagePart::of_template(file).is_none_or(|place| place.part == Part::Html) =>
            {
                let hint = "leave it out: values are escaped so that no name becomes HTML";
                ("`safe` would let a name become HTML".to_owned(), Some(hint.to_owned()))
            }
            What::Filter(name) => {
                unknown("filter", name, FILTERS, &format!("{{{{ 1 | {name} }}}}"))?
            }
            What::Test(name) => {
                unknown("test", name, TESTS, &format!("{{% if 1 is {name} %}}{{% endif %}}"))?
            }
            What::Function(name) => {
                unknown("function", name, FUNCTIONS, &format!("{{{{ {name}() }}}}"))?
            }
            What::File(name) if self.templates.sources.contains_key(*name) => return None,
            What::File(name) => {
                let files = self.templates.sources.keys().map(String::as_str);
                (format!("there is no template `{name}`"), nearest(name, files))
            }
        };
        let mut problem =
            TemplateProblem::at(file, self.templates.sources.get(file)?, name.at, message);
        problem.hint = hint;
        Some(problem)
    }

    fn variable(&self, path: &[&str], guarded: bool) -> Option<(String, Option<String>)> {
        if self.locals.contains(path[0]) || path[0] == "loop" {
            return None;
        }
        let mut value = &self.variables;
        for (depth, name) in path.iter().enumerate() {
            let fields = value.as_map();
            match fields
                .and_then(|fields| fields.iter().find(|(key, _)| key.as_str() == Some(name)))
            {
                Some((_, found)) => value = found,
                None if guarded && path[0] == "extra" && depth == 1 => return None,
                None => {
                    let names: Vec<&str> = fields
                        .map(|fields| fields.iter().filter_map(|(key, _)| key.as_str()).collect())
                        .unwrap_or_default();
                    return Some(missing(&path[..depth], name, &names));
                }
            }
        }
        None
    }
}

fn missing(parent: &[&str], name: &str, names: &[&str]) -> (String, Option<String>) {
    let message = match parent {
        [] => format!("there is no variable `{name}`"),
        ["extra"] => format!("the roster has no column for `extra.{name}`"),
        _ => format!("`{}` has no field `{name}`", parent.join(".")),
    };
    if names.is_empty() {
        return (message, None);
    }
    let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let hint = match nearest(name, names.iter().copied()) {
        Some(nearest) => format!("{nearest} There are {listed}"),
        None => format!("there are {listed}"),
    };
    (message, Some(hint))
}

/// `None` if tera takes `probe`, which uses the name.
fn unknown(what: &str, name: &str, known: &str, probe: &str) -> Option<(String, Option<String>)> {
    let exists = name == "super" || Tera::default().add_raw_template("probe", probe).is_ok();
    (!exists).then(|| (format!("there is no {what} `{name}`"), nearest(name, known.split(' '))))
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let near = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3))
        .min()?;
    Some(format!("did you mean `{}`?", near.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_suggested_exists() {
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
