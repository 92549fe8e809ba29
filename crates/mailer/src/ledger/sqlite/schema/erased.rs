//! Versions 6 and 7: what is left of people whose data was erased.

/// Version 6. No name, address, text or digest of a message, from which somebody could be recognized without the meeting's id.
pub(super) const TABLES: &str = "
-- An entry that was erased: its calendar identity, and numbers.
CREATE TABLE erased (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    -- An HMAC of person, room and start, as the roster had them last.
    place BLOB NOT NULL,
    reason TEXT NOT NULL,
    -- Whether the roster had the person then.
    wanted INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    since INTEGER NOT NULL
);
CREATE INDEX erased_place ON erased (place);
-- In the order in which the messages were recorded.
CREATE TABLE erased_message (
    id INTEGER PRIMARY KEY,
    erased INTEGER NOT NULL REFERENCES erased (id),
    medium TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    updated INTEGER NOT NULL
);
CREATE INDEX erased_message_of_entry ON erased_message (erased, id);
-- People who are left out of later rosters, by an HMAC of their address.
CREATE TABLE left_out (
    address BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL
) WITHOUT ROWID;
";

/// Version 7: an HMAC of the address of the organizer, under whom calendars know the event. None if an earlier version has
/// erased the entry.
pub(super) const ORGANIZERS: &str = "ALTER TABLE erased ADD COLUMN organizer BLOB;";
