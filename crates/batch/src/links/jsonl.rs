//! Link files in JSON Lines.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::row::{COLUMNS, LinkRow};

pub(super) const FILE_NAME: &str = "links.jsonl";

/// The key that CSV files have no column for.
const ID: &str = "id";

/// The line of a person.
pub(super) fn row(out: &mut Vec<u8>, row: &LinkRow<'_>) {
    serde_json::to_writer(&mut *out, &Object(row)).expect("writing to memory does not fail");
    out.push(b'\n');
}

/// A row as a JSON object.
struct Object<'o>(&'o LinkRow<'o>);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in COLUMNS.iter().zip(self.0.values()) {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry(ID, &self.0.person.entry.attendee.id())?;
        for (at, (heading, cell)) in self.0.kept().enumerate() {
            // A roster may have a column `link`, or two of one name: a key must not be in an object twice.
            let is_taken = COLUMNS.contains(&heading)
                || heading == ID
                || self.0.kept[..at].iter().any(|(_, earlier)| *earlier == heading);
            if !is_taken {
                map.serialize_entry(heading, cell)?;
            }
        }
        map.end()
    }
}
