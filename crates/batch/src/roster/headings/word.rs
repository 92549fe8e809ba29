//! What a single word of a heading contributes.

use super::super::field::Field;

/// What a word, or a fixed phrase, of a heading contributes to its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Names a field that is no name of a person: `Email`, `Room`, `Status`.
    Field(Field),
    /// Names a person's name or a part of it.
    Name(NameWord),
    /// May stand for an address: `Address`, `Login`.
    WeakAddress,
    /// The person whom the row is about: `Attendee`, `Participant`. Alone, it is the person's name.
    Person,
    /// Says that it is the person's own, but is nobody's name: `Your`, `My`.
    Own,
    /// `Ticket`: the address and the parts of a name on a ticket are the attendee's, while the ticket itself has a name,
    /// a number and a status, too.
    Ticket,
    /// Somebody else: `Buyer`, `Parent`, `Teacher`. Alone, it is their name or address.
    Somebody,
    /// Says that somebody else is meant, but is nobody: `Billing`, `Order`.
    Deal,
    /// Something that has a name, an address and a number of its own: `Company`, `File`.
    Thing,
    /// Likewise, and may be the row's own meeting: `Event`, `Course`.
    Event,
    /// Has a name of its own, and gives its people their addresses: `School`.
    School,
    /// A further one: `Secondary`, `Alternative`.
    Further,
    /// Not for business. Where both are given, the other one is meant for meetings.
    Private,
    /// Changes nothing: `Primary`, `required`, `work`.
    Note,
    /// The person to turn to at a company, or simply the person: `Contact`.
    Contact,
    /// Joins words: `of`, `please enter`.
    Joint,
    /// Belongs to a question, so a number before it is the question's: `What is`, `Please enter`.
    Asks,
    /// Makes it something about the rest: `Email consent`, `Name tag`.
    About,
    /// A number in digits.
    Number(u32),
}

/// A word for a person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameWord {
    /// `Name`: the whole name, the last name beside a first name, or the first name beside a last name.
    Any,
    /// The whole name for certain: `Full name`.
    Whole,
    /// `Nombre`, `Imię`: the first name, or else the whole.
    FirstOrWhole,
    /// `Nom`: the last name, or else the whole.
    LastOrWhole,
    /// `First name`.
    First,
    /// `Last name`.
    Last,
    /// `Middle name`, a patronymic.
    Middle,
    /// `van`, `von`.
    Prefix,
    /// `Nickname`, `Screen name`.
    Nickname,
    /// `First`, which needs a name to be a first name.
    FirstOf,
    /// `Last`, likewise.
    LastOf,
    /// `Middle`, likewise.
    MiddleOf,
    /// `Full`, likewise.
    WholeOf,
}
