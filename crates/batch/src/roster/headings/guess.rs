//! What a heading can say.

use super::super::field::Field;

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
