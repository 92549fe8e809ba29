//! Events that several connections notice, and what is known about the server because of them.

use std::collections::HashSet;

use crate::delivery::sync::Instant;

/// After this many equal results in a row the next messages are expected to end in the same way (`invitation-email`
/// facts, §3.1).
pub(super) const IN_A_ROW: usize = 3;

/// Who noticed a result, and since when it was on its way.
#[derive(Clone, Copy, Debug)]
pub(in crate::delivery) struct Origin {
    /// The number of the connection.
    pub(in crate::delivery) connection: u32,
    /// When the connection began what had this result. Read before [`Run::may_work`](super::Run::may_work) is asked, so that whatever began
    /// before an event became known is earlier than the event.
    pub(in crate::delivery) began: Instant,
}

/// Events that several connections may notice at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Events {
    count: u32,
    last: Option<Instant>,
}

impl Events {
    /// Counts an event that is noticed now, in something that began at `began`. Returns `false` if that was before the
    /// last event was noticed: then it is the same one.
    pub(super) fn notice(&mut self, began: Instant, now: Instant) -> bool {
        let is_new = self.last.is_none_or(|last| began > last);
        if is_new {
            self.count += 1;
            self.last = Some(now);
        }
        is_new
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }
}

/// A time during which nothing could be sent.
#[derive(Clone, Copy)]
pub(super) struct Outage {
    pub(super) since: Instant,
    pub(super) failures: Events,
    /// When the pause after the last failure ends.
    pub(super) until: Instant,
}

/// Connections that the server closed with a reply.
#[derive(Default)]
pub(super) struct Closings {
    pub(super) events: Events,
    /// Whether a message was accepted since the last one.
    pub(super) accepted_since: bool,
    /// Whether a message had been accepted between the last one and the one before, so that new connections may be
    /// opened at once.
    pub(super) reopen: bool,
}

/// The server does not know the sender for the moment: 4.1.8, or words about the sender.
#[derive(Default)]
pub(super) struct SenderTrouble {
    /// The people whose message it deferred for that, since the last accepted message.
    pub(super) people: HashSet<String>,
    pub(super) pauses: Events,
    /// When the first pause began.
    pub(super) since: Option<Instant>,
    /// Until when no connection takes another message.
    pub(super) until: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_began_before_an_event_was_noticed_belongs_to_it() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut events = Events::default();
        // Eight connections that were opened at 0 to 7 break one after the other.
        for connection in 0..8 {
            assert_eq!(events.notice(at(connection), at(10 + connection)), connection == 0);
        }
        assert_eq!(events.count(), 1);
        // A new try fails, and a second one that began before anybody knew.
        assert!(events.notice(at(20), at(21)));
        assert!(!events.notice(at(21), at(30)));
        assert!(events.notice(at(22), at(30)));
        assert_eq!(events.count(), 3);
    }
}
