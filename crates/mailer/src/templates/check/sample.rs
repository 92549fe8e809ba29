//! Renders all templates for sample people, and checks the output.

use crate::content::{CancelReason, MessageKind};
use crate::message_part::{MessagePart, Part};
use crate::subject::subject_line;
use crate::templates::engine::Engine;
use crate::templates::problem::TemplateProblem;
use crate::variables::Variables;

/// The link of a sample person. The output contains it exactly if the template shows the link.
pub(super) const LINK: &str = "https://meet.example.org/autumn-town-hall?sample";

/// The problems of rendering all parts of all kinds of messages.
pub(super) fn check(engine: &Engine, columns: &[String]) -> Vec<TemplateProblem> {
    let mut problems: Vec<TemplateProblem> = Vec::new();
    for kind in MessageKind::ALL {
        for (with_optional, reason) in samples(kind) {
            let sample =
                Variables::sample(kind, LINK, columns, with_optional).because(reason).context();
            for part in Part::RENDERED {
                let part = MessagePart { kind, part };
                let found = match engine.render(part, &sample) {
                    // With all values present it worked, or failed in the same place and is reported already.
                    Err(error) if !with_optional => Some(error.0.with_hint(
                        "this value can be absent: test for it first, as in `{% if start.own %}`",
                    )),
                    Err(error) => Some(error.0),
                    Ok(output) => problem_of(part, &output),
                };
                // Most problems appear for both samples, and those of an included file for every kind of message.
                let new = |found: &TemplateProblem| {
                    !problems.iter().any(|known| {
                        (&known.file, known.line, known.column)
                            == (&found.file, found.line, found.column)
                    })
                };
                problems.extend(found.filter(new));
            }
        }
    }
    problems
}

/// With and without the values that may be absent; a cancellation with each of its reasons.
fn samples(kind: MessageKind) -> Vec<(bool, Option<CancelReason>)> {
    let reasons = match kind {
        MessageKind::Cancel => CancelReason::ALL.map(Some).to_vec(),
        _ => vec![None],
    };
    let both = [true, false].into_iter();
    both.flat_map(|optional| reasons.clone().into_iter().map(move |reason| (optional, reason)))
        .collect()
}

/// What is wrong with the output for a sample person.
fn problem_of(part: MessagePart, output: &str) -> Option<TemplateProblem> {
    let problem = |message: &str| TemplateProblem::of(&part.to_string(), message);
    let shows_link = output.contains(LINK);
    if part.part == Part::Subject {
        if shows_link {
            let problem =
                problem("the subject contains the person's link, and other people may see it");
            return Some(problem.with_hint("remove `{{ link }}`"));
        }
        return subject_line(output).is_none().then(|| problem("the subject is empty"));
    }
    match (part.kind.has_link(), shows_link) {
        (true, false) => Some(
            problem("the template does not show the person's link")
                .with_hint("write `{{ link }}` where the link should appear"),
        ),
        (false, true) => Some(
            problem("the template shows the person's link, but this is a cancellation").with_hint(
                "remove `{{ link }}`, or put it inside of `{% if kind != \"cancel\" %}`",
            ),
        ),
        (true, true) | (false, false) => None,
    }
}
