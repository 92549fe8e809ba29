//! What a heading says, by its words alone.
//!
//! A heading is cut into words that are known: `Ticket Full Name` into somebody's own, whole, name. What it says follows
//! from all of them together. If a single word is not known, it says nothing, because that word may change everything:
//! `Email consent` holds no addresses. So what matters is that a heading is never taken for something else; the cells
//! speak where it is silent.
//!
//! Case, accents, and what stands between words make no difference, but for a colon before a part of a name. A heading that is written without blanks may say
//! less, and nothing else.

mod dictionary;
mod exact;
mod guess;
mod meaning;
#[expect(dead_code, reason = "the files are read by build.rs")]
mod vocabulary;
mod word;

pub(super) use super::spellings::fold;
pub(crate) use guess::{HeadingGuess, HeadingKind, Whose};

use super::field::Field;
use super::spellings::fold_words;

/// The longest heading that is understood, in letters and digits. The longest questions of forms
/// that ask for nothing but an address or a name have less than half as many.
const LONGEST: usize = 160;

/// Everything that a heading may mean, the most likely first; nothing if its words are not known.
pub(crate) fn guesses(heading: &str) -> Vec<HeadingGuess> {
    let heading = heading.trim();
    // A letter has a few octets, and a question some blanks: what is longer is not read at all.
    if heading.len() > 16 * LONGEST || is_numbered(heading) {
        return Vec::new();
    }
    let words = fold_words(heading);
    if let Some(question) = exact::without_answers(&words) {
        let mut guesses = guesses(&question.join(" "));
        // `E-Mail (ja/nein)` is no address.
        guesses.retain(|guess| {
            let answered = [Field::Status, Field::Moderator].map(HeadingKind::Field);
            answered.contains(&guess.kind)
        });
        return guesses;
    }
    let folded = words.concat();
    if folded.chars().count() > LONGEST {
        return Vec::new();
    }
    exact::guesses(&folded)
        .or_else(|| part_after_colon(heading).map(|part| vec![part]))
        .or_else(|| dictionary::split(&words).map(|words| meaning::of(&words)))
        .unwrap_or_default()
}

/// `Attendee name: Given name` is the first name alone, while `Name, Vorname` may be both.
fn part_after_colon(heading: &str) -> Option<HeadingGuess> {
    let heading = heading.trim_matches(|c: char| !c.is_alphanumeric());
    let (before, after) = heading.rsplit_once([':', '：'])?;
    let &[part] = guesses(after).as_slice() else { return None };
    let of = *guesses(before).first()?;
    let parts = [
        HeadingKind::Field(Field::FirstName),
        HeadingKind::Field(Field::LastName),
        HeadingKind::MiddleName,
    ];
    let is_whole = of.kind == HeadingKind::Field(Field::Name);
    (parts.contains(&part.kind) && is_whole)
        .then_some(HeadingGuess { kind: part.kind, whose: of.whose })
}

/// Whether the heading has a `#` that stands for `number`, as in `Attendee #`: not before digits.
fn is_numbered(heading: &str) -> bool {
    heading
        .split(['#', '＃'])
        .skip(1)
        .any(|after| !after.trim_start().starts_with(char::is_numeric))
}

#[cfg(test)]
mod tests;
