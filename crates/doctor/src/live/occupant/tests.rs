//! How long people stay.

use std::sync::Arc;

use super::super::bosh::tests::{connection, server};
use super::*;

#[test]
fn presences_that_change_nothing_are_not_waited_for() {
    let presence = "<presence xmlns='jabber:client' from='room@muc/1'><x xmlns='http://jabber.org/protocol/muc#user'><item role='moderator'/><status code='110'/></x></presence>";
    let (url, _) = server(move |_| {
        format!("<body xmlns='http://jabber.org/protocol/httpbind' sid='1'>{presence}</body>")
    });
    let connection = connection(Duration::from_secs(10), &Arc::default());
    let session = Session::open(&connection, url, "meet.test", 7);
    let mut visitor = Occupant {
        session: session.unwrap(),
        address: "room@muc/1".to_owned(),
        joined: Joined::default(),
        changed: Instant::now(),
        removed: None,
    };
    let start = Instant::now();
    assert!(settle(&mut [&mut visitor], Duration::from_millis(900)).is_ok());
    // The first one does change something.
    assert!(visitor.is_moderator());
    assert!(start.elapsed() < LONGEST_SETTLING / 2, "{:?}", start.elapsed());
}
