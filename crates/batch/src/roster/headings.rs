//! What a heading says, by its words alone.
//!
//! A heading is cut into words that are known: `Ticket Full Name` into somebody's own, whole, name. What it says follows
//! from all of them together. If a single word is not known, it says nothing, because that word may change everything:
//! `Email consent` holds no addresses. So what matters is that a heading is never taken for something else; the cells
//! speak where it is silent.
//!
//! Case, accents, blanks and punctuation make no difference: headings that [`fold`] to the same say the same.

mod dictionary;
mod exact;
mod meaning;
mod vocabulary;
mod word;

use super::field::Field;
pub(super) use super::spellings::fold;

/// The longest heading that is understood, in letters and digits as [`fold`] leaves them. The longest questions of forms
/// that ask for nothing but an address or a name have less than half as many.
const LONGEST: usize = 160;

/// What a heading says that its column holds, by its words alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeadingGuess {
    /// What the cells should be.
    pub(crate) kind: HeadingKind,
    /// Whose it is.
    pub(crate) whose: Whose,
}

/// What a heading can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadingKind {
    /// One of the known fields.
    Field(Field),
    /// A middle name or initial, or a patronymic: a part of the name between first and last.
    MiddleName,
    /// What stands before the last name and belongs to it: `van`, `von`, a tussenvoegsel.
    NamePrefix,
    /// A nickname or screen name: no name, unless there is nothing else.
    Nickname,
}

/// Whose address or name it is, by the heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// The heading says that it is the person's own: `Attendee Email`, `Participant name`.
    Own,
    /// Nothing is said: `Email`, `Primary Email`, `Work Email`.
    Plain,
    /// A word that means many things: `Address`, `Username`, `Contact`. To be taken only where nothing better is there,
    /// and the cells agree.
    Weak,
    /// A further one of the same person: `E-mail 2`, `Private E-Mail`. The first, if it stands alone.
    Secondary,
    /// Somebody else's, or nobody's: buyer, parent, teacher, company.
    Other,
}

/// Everything that a heading may mean, the most likely first; nothing if its words are not known.
pub(crate) fn guesses(heading: &str) -> Vec<HeadingGuess> {
    if is_numbered(heading) {
        return Vec::new();
    }
    let folded = fold_at_most(heading, LONGEST);
    let Some(folded) = folded.filter(|folded| !folded.is_empty()) else { return Vec::new() };
    if let Some(guesses) = exact::guesses(&folded) {
        return guesses;
    }
    dictionary::split(&folded).map(|words| meaning::of(&words)).unwrap_or_default()
}

/// Whether the heading has a `#` that stands for `number`, as in `Attendee #`: not before digits.
fn is_numbered(heading: &str) -> bool {
    heading
        .split(['#', '＃'])
        .skip(1)
        .any(|after| !after.trim_start().starts_with(char::is_numeric))
}

/// The heading as it is compared, if it is not too long to be understood.
fn fold_at_most(heading: &str, most: usize) -> Option<String> {
    // A heading of blanks and marks alone could still be long, and folds to little.
    if heading.len() > 64 * most {
        return None;
    }
    Some(fold(heading)).filter(|folded| folded.chars().count() <= most)
}

#[cfg(test)]
mod tests;
