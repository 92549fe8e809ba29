//! What a heading says by its words.
use super::field::Field;
use super::spellings::SPELLINGS;
pub(super) use super::spellings::fold;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeadingGuess {
    pub(crate) kind: HeadingKind,
    pub(crate) whose: Whose,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadingKind {
    Field(Field),
    MiddleName,
    NamePrefix,
    Nickname,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    Own,
    Plain,
    Weak,
    Secondary,
    Other,
}
pub(crate) fn guesses(heading: &str) -> Vec<HeadingGuess> {
    let folded = fold(heading);
    SPELLINGS
        .iter()
        .filter(|(_, all)| all.contains(&folded.as_str()))
        .map(|(field, _)| HeadingGuess {
            kind: HeadingKind::Field(*field),
            whose: if folded == "address" { Whose::Weak } else { Whose::Plain },
        })
        .collect()
}
