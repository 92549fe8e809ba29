//! What a column can mean.

/// What a column can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// One email address.
    Email,
    /// The display name.
    Name,
    /// The first part of the display name.
    FirstName,
    /// The last part of the display name.
    LastName,
    /// The name of a role.
    Role,
    /// Whether the person moderates: a column `moderator` or `host` with yes and no.
    Moderator,
    /// The room of the row's own meeting.
    Room,
    /// The title of the row's own meeting.
    Title,
    /// The start of the row's own meeting.
    Start,
    /// The time zone of the row's own meeting, or the person's own if `per_row` does not name it.
    Zone,
    /// The duration of the row's own meeting.
    Duration,
    /// The person's language.
    Language,
    /// The URL of the person's picture.
    Avatar,
    /// The person's id in the user's own records.
    Id,
    /// Whether the person takes part: registration or attendance status.
    Status,
}

/// Every field, in order, with its name in `meeting.toml` and in messages.
pub const FIELDS: [(Field, &str); 15] = [
    (Field::Email, "email"),
    (Field::Name, "name"),
    (Field::FirstName, "first_name"),
    (Field::LastName, "last_name"),
    (Field::Role, "role"),
    (Field::Moderator, "moderator"),
    (Field::Room, "room"),
    (Field::Title, "title"),
    (Field::Start, "start"),
    (Field::Zone, "zone"),
    (Field::Duration, "duration"),
    (Field::Language, "language"),
    (Field::Avatar, "avatar"),
    (Field::Id, "id"),
    (Field::Status, "status"),
];

/// The fields of the meeting, which a row may override if `per_row` names them.
pub const PER_ROW: [Field; 5] =
    [Field::Room, Field::Title, Field::Start, Field::Zone, Field::Duration];

impl Field {
    /// The name in `meeting.toml` and in messages.
    pub fn name(self) -> &'static str {
        // A test checks that the order of the list is the order of the variants.
        FIELDS[self as usize].1
    }

    /// The field with a name.
    pub fn named(name: &str) -> Option<Field> {
        FIELDS.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_in_the_order_of_their_names() {
        for (at, (field, name)) in FIELDS.iter().enumerate() {
            assert_eq!(*field as usize, at);
            assert_eq!(Field::named(name), Some(*field));
        }
    }
}
