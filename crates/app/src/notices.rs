//! Notices about a folder that `check` shows as well as whatever works with the folder. Each is worded here, once.

use meetmint_batch::{Remark, Repetition, Roster, Survey, quoted};
use meetmint_core::Mint;

use crate::front_end::Notice;
use crate::phrases::people;

/// How many rows are named in notices of one kind, unless all are wanted: whoever looks at the first few knows the
/// rest.
const SHOWN: usize = 5;

/// How many people whom `meeting.toml` adds are named, unless all are wanted.
const SHOWN_ADDED: usize = 20;

/// What `init` writes for a key id until the real one is known. It can be used for practice.
pub(crate) const EXAMPLE_KEY_ID: &str = "KEY-ID";

/// Whether a key is for practice only, and whether it can be guessed.
pub(crate) fn of_key(mint: &Mint) -> Vec<Notice> {
    let mut notices = Vec::new();
    if mint.server().key_id().is_some_and(|id| id.ends_with(EXAMPLE_KEY_ID)) {
        let message = "`key_id` is still the one of the example: no server will accept these links";
        let hint = "write the id of your key: the JaaS console shows it beside the key; on a server of your own, it is the `kid` that its key server knows";
        notices.push(Notice::warning("key-id", message).hint(hint));
    }
    if mint.key().is_practice() {
        let message = "this is a practice secret: no server will accept these links";
        // Only a note: this is the secret that `init` writes. Mail is refused elsewhere.
        notices.push(Notice::note("practice", message));
    }
    if mint.key().is_example() {
        let message = "the secret is one of an example: everybody knows it, and can make links for every room";
        let hint = "give the server and this meeting a new one: openssl rand -hex 32";
        notices.push(Notice::warning("example-secret", message).hint(hint));
        return notices;
    }
    // RFC 7518 §3.2 requires a secret as long as the hash. Jitsi accepts shorter ones, so this is only a warning.
    if let Some(octets) = mint.key().wants_octets() {
        let message = format!(
            "the secret is shorter than {octets} characters: anybody who has one link can guess it offline"
        );
        let hint =
            format!("give the server and this meeting a new one: openssl rand -hex {octets}");
        notices.push(Notice::warning("short-secret", message).hint(hint));
    }
    notices
}

/// Who is left out, who is listed twice, and who is in no row. `all` is whether every repeated row is named.
pub(crate) fn of_people(roster: &Roster, survey: &Survey, all: bool) -> Vec<Notice> {
    let mut notices = of_reading(roster, survey);
    // If everybody's meeting is over, that is a problem.
    if survey.over() > 0 && survey.people() > 0 {
        let message = format!("{} left out, because the meeting is over", people(survey.over()));
        notices.push(Notice::note("over", message));
    }
    if survey.under_way() > 0 {
        let message = format!("the meeting of {} has already started", people(survey.under_way()));
        notices.push(Notice::warning("under-way", message));
    }
    let repetitions = survey.repetitions();
    let shown = if all { repetitions.len() } else { SHOWN };
    notices.extend(repetitions.iter().take(shown).map(repetition));
    let rest = survey.repeated().saturating_sub(shown);
    if rest > 0 {
        let message = format!(
            "{rest} more rows list somebody who is listed already: each person counts once"
        );
        notices.push(Notice::note("repeated", message));
    }
    let added = survey.added();
    let shown = if all { added.len() } else { SHOWN_ADDED };
    for entry in added.iter().take(shown) {
        // They are in no row of the roster, so their messages or links might come as a surprise.
        let key = entry.attendee.key();
        let role = &roster.roles().all()[entry.role].name;
        let message =
            format!("`{key}` is not in the roster; meeting.toml adds this person as {role}");
        notices.push(Notice::note("added", message));
    }
    if added.len() > shown {
        let message =
            format!("meeting.toml adds {} more people to the roster", added.len() - shown);
        notices.push(Notice::note("added", message));
    }
    notices
}

/// How a roster was read, where that was a choice, and which rows were left out.
pub(crate) fn of_reading(roster: &Roster, survey: &Survey) -> Vec<Notice> {
    roster.remarks().iter().chain(survey.remarks()).map(of_remark).collect()
}

fn of_remark(remark: &Remark) -> Notice {
    let Remark { code, is_warning, message, hint } = remark;
    let notice = if *is_warning { Notice::warning } else { Notice::note };
    Notice { hint: hint.clone(), ..notice(code, message.as_str()) }
}

/// People without an address in a roster where others have one: probably their addresses were forgotten. `all` is
/// whether every line is named.
pub(crate) fn without_address(survey: &Survey, all: bool) -> Option<Notice> {
    let lines = survey.without_address();
    if lines.is_empty() || !survey.has_addresses() {
        return None;
    }
    let shown = if all { lines.len() } else { SHOWN };
    let mut words: Vec<String> = lines.iter().take(shown).map(ToString::to_string).collect();
    if lines.len() > shown {
        words.push(format!("{} more", lines.len() - shown));
    }
    let (who, they) = match lines {
        [_] => ("1 person has no address".to_owned(), "this person gets"),
        _ => (format!("{} people have no address", lines.len()), "they get"),
    };
    let message = format!(
        "{who} ({} {}): {they} a link, and no mail",
        if lines.len() == 1 { "line" } else { "lines" },
        enumerated(&words),
    );
    let hint = "add the addresses if these people should be invited by mail";
    Some(Notice::warning("no-address", message).hint(hint))
}

fn repetition(repetition: &Repetition) -> Notice {
    let (counts, line) = (repetition.counts, repetition.line);
    let person = quoted(&repetition.person);
    let message = if repetition.agrees {
        let (first, second) = (counts.min(line), counts.max(line));
        format!("{person} is listed twice and counts once: lines {first} and {second}")
    } else {
        format!(
            "{person} is listed twice with different names or roles: line {counts} counts, line {line} does not"
        )
    };
    Notice::note("repeated", message)
}

/// "3", "3 and 7", "3, 7 and 9".
fn enumerated(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
