//! Where each setting of the server is written.

use super::super::document::Location;
use super::super::table::Table;

/// What may be written under `[server]`, apart from the secret.
const SERVER: [&str; 7] = ["url", "app_id", "issuer", "audience", "subject", "key_id", "algorithm"];

/// What may be written under `[server.accepts]`, apart from `subject`.
const ACCEPTS: [&str; 7] =
    ["issuers", "audiences", "guests", "roles", "room", "wildcards", "plugins"];

/// `subject` under `[server.accepts]`, which is a key of `[server]`, too.
const SUBJECT_ACCEPTED: &str = "accepts.subject";

/// The lines of the settings that are written, for what shows only when the server is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerLines(Vec<(&'static str, Location)>);

impl ServerLines {
    /// Reads them from `[server]` and `[server.accepts]`.
    pub(super) fn read(server: &Table<'_>, accepts: &Table<'_>) -> ServerLines {
        let of = |table: &Table<'_>, keys: [&'static str; 7]| {
            let lines = keys.map(|key| Some((key, table.location(table.offset_of(key)?))));
            lines.into_iter().flatten().collect::<Vec<_>>()
        };
        let mut lines = of(server, SERVER);
        lines.extend(of(accepts, ACCEPTS));
        let subject = accepts.offset_of("subject");
        lines.extend(subject.map(|offset| (SUBJECT_ACCEPTED, accepts.location(offset))));
        ServerLines(lines)
    }

    /// The line of a setting, if it is written. `subject` is that of `[server]`, `accepts.subject` the other one.
    pub(crate) fn of(&self, key: &str) -> Option<&Location> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, location)| location)
    }
}
