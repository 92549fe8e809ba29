//! Link files in JSON Lines.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::row::{COLUMNS, LinkRow};

/// A line of a link file in JSON Lines.
// No `Debug`: it would show the link.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LinkLine<'l> {
    // The fields of `COLUMNS`, in the same order.
    /// The address; empty for somebody without one.
    email: &'l str,
    /// The name.
    name: &'l str,
    /// The role.
    role: &'l str,
    /// The room's name.
    room: &'l str,
    /// From when the link works: RFC 3339 in UTC.
    valid_from: &'l str,
    /// Until when the link works: RFC 3339 in UTC.
    valid_until: &'l str,
    /// The personal link.
    link: &'l str,
    /// The id by which Jitsi recognizes the person.
    id: &'l str,
    /// Columns of the roster.
    #[serde(flatten)]
    kept: KeptCells<'l>,
}

/// The cells of the columns that `--keep` names, each under its heading.
struct KeptCells<'l>(&'l LinkRow<'l>);

pub(super) const FILE_NAME: &str = "links.jsonl";

/// The key that CSV files have no column for.
const ID: &str = "id";

/// The line of a person.
pub(super) fn row(out: &mut Vec<u8>, row: &LinkRow<'_>) {
    let [email, name, role, room, valid_from, valid_until, link] = row.values();
    let id = &row.person.entry.attendee.id();
    let kept = KeptCells(row);
    let line = LinkLine { email, name, role, room, valid_from, valid_until, link, id, kept };
    serde_json::to_writer(&mut *out, &line).expect("writing to memory does not fail");
    out.push(b'\n');
}

impl Serialize for KeptCells<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
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

#[cfg(feature = "schema")]
impl schemars::JsonSchema for KeptCells<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "KeptCells".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let cell = schemars::json_schema!({
            "description": "A column that `--keep` names.",
            "type": "string",
        });
        schemars::json_schema!({ "type": "object", "additionalProperties": cell })
    }
}
