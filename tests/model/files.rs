//! The files of the meeting folder.

use std::fmt::Write as _;

use super::reference::State;
use super::roster::Flaw;
use crate::support::Folder;

/// Writes `meeting.toml` and the roster.
pub(super) fn write(folder: &Folder, port: u16, state: &State) {
    let (start, _, _) = state.times(state.start);
    let organizer = state.organizer.address();
    let (title, connections) = (state.title, state.connections);
    let outbox = if state.writes_files {
        String::new()
    } else {
        format!(
            "[outbox]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\n\
             security = \"none\"\nconnections = {connections}\n"
        )
    };
    let templates = if state.updates_fail { "failing" } else { "templates" };
    folder.write(
        "meeting.toml",
        format!(
            r#"[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "acme"
secret = {{ file = "app-secret" }}

[meeting]
id = "00112233445566778899aabbccddeeff"
title = "Town hall {title}"
room = "main-room"
start = "{start}"
zone = "UTC"
duration = "1h"
organizer = {{ name = "Team", email = "{organizer}" }}

[roster]
file = "people.csv"
per_row = ["room", "start"]

[mail]
from = "Events <events@example.org>"
templates = "{templates}"

{outbox}
"#
        ),
    );
    let mut roster = "email,name,role,room,start\n".to_owned();
    for row in &state.rows {
        let mut address = row.person.address();
        if row.capitals {
            address = address.to_uppercase();
        }
        if row.flaw == Some(Flaw::Address) {
            address.truncate(4);
        }
        let role = match (row.flaw, row.moderator) {
            (Some(Flaw::Role), _) => "wizard",
            (_, true) => "moderator",
            (_, false) => "participant",
        };
        let start = row.start.map_or(String::new(), |start| state.times(start).0);
        writeln!(roster, "{address},{},{role},{},{start}", row.name(), row.room.name()).unwrap();
    }
    folder.write("people.csv", roster);
}
