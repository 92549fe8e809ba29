//! The table.

mod claims;
mod context;
mod header;
mod keys;
mod link;
mod rights;
mod room;
mod shape;

use crate::forge::{Token, good};
use crate::row::Row;
use crate::server::Jitsi;

/// The rows for an hour.
pub(crate) struct Table {
    now: i64,
    rows: Vec<Row>,
}

/// All rows, with tokens that are good at `now`, in seconds since 1970.
pub(crate) fn rows(now: i64) -> Vec<Row> {
    let mut table = Table { now, rows: Vec::new() };
    shape::add(&mut table);
    header::add(&mut table);
    keys::add(&mut table);
    claims::add(&mut table);
    room::add(&mut table);
    context::add(&mut table);
    rights::add(&mut table);
    link::add(&mut table);
    table.rows
}

impl Table {
    /// A good token for this server, to be spoiled.
    fn good(&self, server: &Jitsi) -> Token {
        good(server, self.now)
    }

    /// A token for the room `standup`, in a link to it.
    fn token(&mut self, server: &Jitsi, name: &str, token: &Token, expected: &str) {
        self.text(server, name, &token.text(), expected);
    }

    /// A text in the place of such a token.
    fn text(&mut self, server: &Jitsi, name: &str, token: &str, expected: &str) {
        self.link(server, name, &format!("/standup?jwt={token}"), expected);
    }

    /// What stands behind the server's address.
    fn link(&mut self, server: &Jitsi, name: &str, rest: &str, expected: &str) {
        let link = format!("{}{rest}", server.url);
        self.rows.push(Row::new(name, server, link, expected));
    }
}
