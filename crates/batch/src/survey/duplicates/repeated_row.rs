//! What is said about a row that repeats another one.

/// A row that is shown, or with which one that is shown is compared.
pub(super) struct RepeatedRow {
    pub(super) line: u64,
    /// The person's address, or their name.
    pub(super) person: String,
    pub(super) name: String,
    /// Whether the name is not just a part of the address.
    pub(super) has_name: bool,
    pub(super) role: usize,
    /// When the row was written, in a roster that says so.
    pub(super) time: Option<String>,
}

impl RepeatedRow {
    pub(super) fn agrees(&self, other: &RepeatedRow) -> bool {
        self.has_same_name(other) && self.role == other.role
    }

    /// Whether the names agree. Those that are from two spellings of one address say the same.
    pub(super) fn has_same_name(&self, other: &RepeatedRow) -> bool {
        self.name == other.name || !self.has_name && !other.has_name
    }
}
