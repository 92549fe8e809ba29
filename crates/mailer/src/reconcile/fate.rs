//! What becomes of an entry.

/// What a roster says about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A row has it.
    HasRow,
    /// Its person has a row that is over, with this start, and may be its own: it stays as it is.
    LeftAlone { row_start: i64 },
    /// No row has it, and the roster is clean.
    Removed,
    /// No row has it, but a bad row may be its person's: it stays as it is.
    Kept,
    /// Its person has a row, but the meeting has another organizer now: it is cancelled in the name of its own.
    Replaced,
}

impl Fate {
    /// The number that stands for it.
    pub(super) fn number(self) -> i64 {
        match self {
            Fate::HasRow => 0,
            Fate::LeftAlone { .. } => 1,
            Fate::Removed => 2,
            Fate::Kept => 3,
            Fate::Replaced => 4,
        }
    }

    /// The fate that a number stands for.
    pub(super) fn of_number(number: i64, row_start: i64) -> Fate {
        match number {
            1 => Fate::LeftAlone { row_start },
            2 => Fate::Removed,
            3 => Fate::Kept,
            4 => Fate::Replaced,
            _ => Fate::HasRow,
        }
    }
}
