//! What a Jitsi server answered, in words.

#[cfg(test)]
mod tests;

use meetmint_app::live::Who;
use meetmint_app::{JitsiFinding, JitsiOutcome, JitsiServerReport};

/// Which test user is joining, while the server is tested.
pub(crate) fn joining(who: &Who) -> String {
    let who = match who {
        Who::Alone => "a participant joins an empty room",
        Who::SecondModerator => "a moderator joins the participant",
        Who::Moderator => "a moderator joins an empty room",
        Who::Participant => "a participant joins the moderator",
        Who::Expired => "somebody tries an expired link",
        Who::ForeignKey => "somebody tries a link with a wrong signature",
        Who::OtherRoom => "somebody tries a link for another room",
        Who::NoToken => "somebody tries without a personal link",
        Who::OwnRole { name, .. } => {
            return format!("Testing the Jitsi server: somebody joins with the role {name}");
        }
        Who::AnySubject => "a participant tries once more, with `sub` as `*`",
    };
    format!("Testing the Jitsi server: {who}")
}

/// The report: what was seen, what is wrong with it, and what that means.
pub(crate) fn jitsi_server(report: &JitsiServerReport) -> String {
    let mut lines = vec![format!("Jitsi server {}", report.server)];
    lines.extend(report.summary.rows().into_iter().map(|(name, words)| field(name, &words)));
    if !report.findings.is_empty() {
        lines.push(String::new());
        lines.extend(report.findings.iter().flat_map(finding));
    }
    lines.push(String::new());
    lines.push(closing(report));
    lines.into_iter().map(|line| line + "\n").collect()
}

/// A question and its answer, aligned with the others.
fn field(name: &str, words: &str) -> String {
    format!("  {name:<13}{words}")
}

/// What there is to know, and below it what to do.
fn finding(finding: &JitsiFinding) -> Vec<String> {
    let JitsiFinding { finding, place } = finding;
    let label = if finding.is_problem { "problem" } else { "note" };
    let mut lines = vec![format!("{label}: {}", finding.message)];
    match finding.cure.lines().collect::<Vec<&str>>()[..] {
        [] => {}
        [cure] => lines.push(format!("  to do: {cure}")),
        ref steps => {
            lines.push("  to do:".to_owned());
            lines.extend(steps.iter().map(|step| format!("    - {step}")));
        }
    }
    if let Some((file, line)) = place {
        lines.push(format!("  the line: {file}:{line}"));
    }
    lines
}

/// What it all means.
fn closing(report: &JitsiServerReport) -> String {
    match (report.outcome(), report.problems()) {
        (JitsiOutcome::NotReached, _) => {
            let what = if report.summary.reached { "stopped answering" } else { "was not reached" };
            format!("The server {what}: it is unknown whether the links of this folder work.")
        }
        (JitsiOutcome::Incomplete, _) => {
            "There was no time to test everything: run `meetmint doctor --meet` again.".to_owned()
        }
        (JitsiOutcome::Works, _) => "Links of this folder work on this server.".to_owned(),
        (JitsiOutcome::Problems, 1) => {
            "1 problem: fix it before the first mail, and run doctor again.".to_owned()
        }
        (JitsiOutcome::Problems, problems) => {
            format!("{problems} problems: fix them before the first mail, and run doctor again.")
        }
    }
}
