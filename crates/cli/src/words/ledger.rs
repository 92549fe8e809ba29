//! What was done with the ledger, and what was found in it, in words.

use jiff::tz::TimeZone;
use meetmint_app::phrases::{counted, entries, people, time_in};
use meetmint_app::{
    ErasureQuestion, ExportReport, ForgetReport, LedgerCheckReport, LedgerState, Notice,
    PruneReport,
};

/// The question before something is erased, with the answer that Enter gives.
pub(crate) fn question(question: &ErasureQuestion) -> String {
    let ErasureQuestion { what, how_much } = question;
    format!("Erase {what}: {how_much}? This cannot be undone. [y/N] ")
}

pub(crate) fn pruned(report: &PruneReport, zone: &TimeZone) -> String {
    let until = time_in(report.ended_by, zone);
    if report.entries == 0 {
        return format!(
            "Nothing to prune: the ledger has nobody whose meeting had ended by {until}."
        );
    }
    let files = files(report.files);
    format!(
        "Everything about {} whose meeting had ended by {until} is erased: {}, {}{files}.",
        people(report.people),
        entries(report.entries),
        counted(report.messages, "message")
    )
}

/// Who was not pruned.
pub(crate) fn kept(report: &PruneReport) -> Vec<Notice> {
    let kept = report.in_doubt.iter().map(|address| {
        let message =
            format!("{address} is kept: it is unknown whether a message to this person arrived");
        let hint = format!(
            "run `meetmint settle --sent --only {address}` to count it as sent, then prune again"
        );
        Notice::action("in-doubt", message).hint(hint)
    });
    kept.collect()
}

pub(crate) fn forgotten(report: &ForgetReport, email: &str) -> String {
    match report {
        ForgetReport::Forgotten { entries: count, messages, files: removed, .. } => {
            let what = if *count == 0 {
                format!("The ledger has nothing about {email}.")
            } else {
                format!(
                    "Everything about {email} is erased: {}, {}{}.",
                    entries(*count),
                    counted(*messages, "message"),
                    files(*removed)
                )
            };
            format!(
                "{what}\nIf a later roster has this person, they are left out. To undo that, run `meetmint ledger forget --undo {email}`."
            )
        }
        ForgetReport::Already { .. } => {
            format!("{email} was already forgotten: the ledger has nothing about this person.")
        }
        ForgetReport::Undone => format!(
            "{email} is no longer left out: if this person is in the roster, the next `meetmint send` invites them."
        ),
    }
}

/// Files that meetmint does not change.
pub(crate) fn mentions(files: &[String]) -> Option<Notice> {
    if files.is_empty() {
        return None;
    }
    let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
    let message = format!("the address is still in: {}", files.join(", "));
    let hint = "delete these files, or the lines in them; workbooks, backups and other folders were not searched";
    Some(Notice::warning("still-mentioned", message).hint(hint))
}

pub(crate) fn exported(report: &ExportReport, file: &str) -> String {
    let ExportReport { entries: count, messages, .. } = report;
    format!("{}, {} written to {file}.", entries(*count), counted(*messages, "message"))
}

pub(crate) fn sound(report: &LedgerCheckReport) -> String {
    let LedgerCheckReport { ledger, state, examination } = report;
    if *state == LedgerState::Absent {
        return format!("There is no ledger at {ledger} yet: nothing was sent.");
    }
    let erased = match examination.erased {
        0 => String::new(),
        count => format!(", {} erased", entries(count)),
    };
    format!(
        "No damage found in {ledger}: {}, {}{erased}.",
        entries(examination.entries),
        counted(examination.messages, "message")
    )
}

fn files(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(", {}", counted(count, "file")),
    }
}
