//! Which headings say that a column is of who takes part, or of who stays away.

use super::super::cell_text::is_missing;
use super::super::field::Field;
use super::super::spellings::{fold, fold_words};
use super::words::Standing;
use crate::roles::yes_or_no;

/// What a cell says in a column of who stays away. An empty cell, a no and a zero say that nobody does; whether anything
/// else counts is for the user to say: `yes` under `Cancelled` means the opposite of what it means under `RSVP`.
pub(super) fn standing_of_absence(cell: &str) -> Standing {
    let cell = cell.trim();
    // An amount that was not refunded: `0.00`.
    let is_zero = cell.contains('0') && cell.chars().all(|c| !c.is_alphanumeric() || c == '0');
    if (is_missing(Field::Id, cell) && !cell.contains('?'))
        || is_zero
        || yes_or_no(cell) == Some(false)
    {
        Standing::TakesPart
    } else {
        Standing::Undecided
    }
}

/// Whether a heading says that its column is of who stays away: `Cancelled`, `Not attending`.
pub(crate) fn is_of_absence(heading: &str) -> bool {
    let folded = fold(heading);
    ABSENCE.iter().any(|part| folded.contains(part))
        || (is_about_taking_part(heading)
            && fold_words(heading).iter().any(|word| NOT.contains(&word.as_str())))
}

/// Whether a word of a heading is about taking part: `Confirmed?`, `Coming to the meeting`.
pub(crate) fn is_about_taking_part(heading: &str) -> bool {
    let words = fold_words(heading);
    let begins = |word: &String, parts: &[&str]| parts.iter().any(|part| word.starts_with(part));
    // `Accepted terms` is about something else.
    words.iter().any(|word| begins(word, &TAKING_PART))
        && !words.iter().any(|word| begins(word, &AGREED_TO))
}

/// Parts of headings under which yes, or a date, means that somebody stays away.
const ABSENCE: [&str; 44] = [
    "cancel",
    "declin",
    "waitlist",
    "waitinglist",
    "refund",
    "unsubscri",
    "optout",
    "optedout",
    "donotcontact",
    "donotemail",
    "donotmail",
    "donotinvite",
    "delet",
    "removed",
    "reject",
    "withdraw",
    "notattend",
    "notcoming",
    "notgoing",
    "absent",
    "absence",
    "noshow",
    "blocked",
    "inactiv",
    "absage",
    "abgesagt",
    "abgemeldet",
    "abmeldung",
    "abwesen",
    "entschuldigt",
    "verhindert",
    "ausgetreten",
    "storn",
    "warteliste",
    "annul",
    "desinscri",
    "excuse",
    "refuse",
    "ausente",
    "assente",
    "rifiut",
    "afgemeld",
    "afwezig",
    "wachtlijst",
];

/// Words that turn what a heading says into its opposite; `t` is that of `can't`.
const NOT: [&str; 12] = [
    "not", "t", "cannot", "cant", "wont", "unable", "never", "nicht", "kein", "keine", "niet",
    "pas",
];

/// How words about taking part begin.
const TAKING_PART: [&str; 29] = [
    "attend",
    "coming",
    "comes",
    "join",
    "particip",
    "confirm",
    "accept",
    "regist",
    "rsvp",
    "going",
    "teilnehm",
    "teilnahm",
    "teilnimm",
    "anwesend",
    "dabei",
    "komme",
    "kommst",
    "kommt",
    "zusag",
    "zugesagt",
    "bestatigt",
    "angemeldet",
    "viendr",
    "inscri",
    "asist",
    "partecip",
    "komt",
    "aanwezig",
    "bevestig",
];

/// How words begin for what people agree to beside a meeting.
const AGREED_TO: [&str; 13] = [
    "consent",
    "terms",
    "condition",
    "privacy",
    "policy",
    "policies",
    "gdpr",
    "dsgvo",
    "datenschutz",
    "agb",
    "newsletter",
    "photo",
    "foto",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_absence_are_known() {
        for heading in [
            "Cancelled",
            "Canceled at",
            "Declined",
            "Waitlist",
            "Absent",
            "Excused",
            "Unsubscribed",
            "Opted out",
            "Do not contact",
            "Deleted",
            "Abgesagt",
            "Will not attend",
            "Can't attend",
            "Ich nehme nicht an der Teilnahme teil",
            "Komt niet",
            "Annulé le",
        ] {
            assert!(is_of_absence(heading), "{heading}");
        }
        for heading in [
            "RSVP",
            "Attending",
            "Annual fee",
            "Absender",
            "Participant",
            "Note",
            "Not a member",
            "Attendee no.",
            "Company",
        ] {
            assert!(!is_of_absence(heading), "{heading}");
        }
        for cell in ["", "no", "No", "FALSE", "0", "0.00", "€ 0,00", "-", "nein"] {
            assert_eq!(standing_of_absence(cell), Standing::TakesPart, "{cell:?}");
        }
        for cell in ["yes", "TRUE", "1", "10.00", "2027-01-02", "x", "ill", "Declined"] {
            assert_eq!(standing_of_absence(cell), Standing::Undecided, "{cell:?}");
        }
    }
}
