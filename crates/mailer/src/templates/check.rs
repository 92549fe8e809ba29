//! Finds everything that can be wrong with templates before the first message is sent.

mod names;
mod sample;

use std::collections::{BTreeMap, BTreeSet};

use tera::{ErrorKind, Tera};

use super::engine::Engine;
use super::problem::{self, TemplateProblem};
use super::scan::{NameKind, Scan};
use super::sources::Sources;
use super::suggestion;
use crate::leak_check::{DecodedText, Parameters};
use crate::message_part::MessagePart;

/// Every problem of a set of templates. `columns` are the roster's additional columns, if they are known, and `host` is
/// that of the links.
pub(super) fn check(
    sources: &Sources,
    engine: &Result<Engine, TemplateProblem>,
    columns: Option<&[String]>,
    host: &str,
) -> Vec<TemplateProblem> {
    let mut problems = sources.unusable.clone();
    let mut scans: BTreeMap<&str, Scan<'_>> = BTreeMap::new();
    for (file, source) in &sources.texts {
        problems.extend(hard_coded_link(file, source, host));
        match syntax_error(file, source) {
            Some(problem) => problems.push(problem),
            None => {
                scans.insert(file, Scan::of(source));
            }
        }
    }
    let columns = columns.map_or_else(|| named_columns(&scans), <[String]>::to_vec);
    let columns = columns.as_slice();
    problems.extend(names::check(sources, columns, &scans));
    problems.extend(misspelled_files(sources, &scans));
    // Tera stops at a problem that was found above, and describes it in other words.
    let found: BTreeSet<(&str, Option<usize>)> =
        problems.iter().map(|problem| (problem.file.as_str(), problem.line)).collect();
    let mut new = match engine {
        Ok(engine) => sample::check(engine, columns),
        Err(problem) => vec![of_set(sources, problem.clone())],
    };
    new.retain(|problem| match problem.line {
        Some(_) => !found.contains(&(problem.file.as_str(), problem.line)),
        None => found.iter().all(|(file, _)| *file != problem.file),
    });
    problems.extend(new);
    problems.sort();
    problems.dedup();
    problems
}

/// The columns that the templates name. If a roster cannot be read, nobody knows whether it has them.
fn named_columns(scans: &BTreeMap<&str, Scan<'_>>) -> Vec<String> {
    let names = scans.values().flat_map(|scan| &scan.names);
    let columns: BTreeSet<String> = names
        .filter_map(|name| match &name.kind {
            NameKind::Variable { path, .. } => match path.as_slice() {
                ["extra", column, ..] => Some((*column).to_owned()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    columns.into_iter().collect()
}

fn misspelled_files(sources: &Sources, scans: &BTreeMap<&str, Scan<'_>>) -> Vec<TemplateProblem> {
    let used: BTreeSet<&str> = scans
        .values()
        .flat_map(|scan| &scan.names)
        .filter_map(|name| match name.kind {
            NameKind::File(file) => Some(file),
            _ => None,
        })
        .collect();
    let unused = sources.texts.keys().filter(|file| !used.contains(file.as_str()));
    unused.filter_map(|file| suggestion::misspelled_file(file)).collect()
}

fn syntax_error(file: &str, source: &str) -> Option<TemplateProblem> {
    // Each file alone, because tera stops at the first file with an error.
    let error = Tera::default().add_raw_template(file, source).err()?;
    match error.kind() {
        ErrorKind::SyntaxError(report) => Some(problem::of_report(report)),
        // These are names that this file alone does not define; `names` checks them one by one.
        _ => None,
    }
}

/// A token in a template would be sent to everybody.
fn hard_coded_link(file: &str, source: &str, host: &str) -> Option<TemplateProblem> {
    let line = DecodedText::of(source).token(Parameters::OfHost(host))?;
    let is_cancellation = MessagePart::of_template(file).is_some_and(|part| !part.kind.has_link());
    let hint = if is_cancellation {
        "remove it: a cancellation contains no link"
    } else {
        "write `{{ link }}` instead: it stands for each person's own link"
    };
    let mut problem = TemplateProblem::of(
        file,
        "the template contains a personal link, which would be sent to everybody",
    )
    .with_hint(hint);
    problem.line = Some(line);
    Some(problem)
}

/// The problem of templates that don't fit together.
fn of_set(sources: &Sources, problem: TemplateProblem) -> TemplateProblem {
    if !sources.is_built_in(&problem.file) {
        return problem;
    }
    // The built-in templates fit together, so a replaced file is the cause.
    let hint = format!(
        "`{}` is built in and needs this: add it to your own template, or replace `{}` too",
        problem.file, problem.file
    );
    problem.with_hint(hint)
}
