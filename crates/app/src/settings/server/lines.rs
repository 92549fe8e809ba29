//! Where each setting of the server is written.

use super::super::document::Location;
use super::super::table::Table;

/// The keys under `[server]` that a live server may contradict.
const SERVER: [(&str, &str); 1] = [("subject", "server.subject")];

/// Those under `[server.accepts]`.
const ACCEPTS: [(&str, &str); 5] = [
    ("subject", "server.accepts.subject"),
    ("guests", "server.accepts.guests"),
    ("roles", "server.accepts.roles"),
    ("room", "server.accepts.room"),
    ("plugins", "server.accepts.plugins"),
];

/// The lines of the settings that are written, for what shows only when the server is tested.
#[derive(Clone, Debug, Default)]
pub(crate) struct ServerLines(Vec<(&'static str, Location)>);

impl ServerLines {
    /// Reads them from `[server]` and `[server.accepts]`.
    pub(super) fn read(server: &Table<'_>, accepts: &Table<'_>) -> ServerLines {
        let server = SERVER.map(|(key, path)| (path, server, key));
        let accepts = ACCEPTS.map(|(key, path)| (path, accepts, key));
        let lines = server.into_iter().chain(accepts);
        ServerLines(
            lines
                .filter_map(|(path, table, key)| {
                    Some((path, table.location(table.offset_of(key)?)))
                })
                .collect(),
        )
    }

    /// The line of a setting, if it is written. `setting` is its path, such as `server.accepts.roles`.
    pub(crate) fn of(&self, setting: &str) -> Option<&Location> {
        self.0.iter().find(|(path, _)| *path == setting).map(|(_, location)| location)
    }
}
