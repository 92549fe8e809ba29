//! Invites for the people of a roster: what they have in common is prepared once.

use jiff::Timestamp;
use meetmint_core::{Invite, Meeting, Mint, MintError, Role, TokenTemplate, Window};

use crate::{Roster, RosterEntry};

/// How long before the start a link begins to work, and how long after the end it stops, in seconds;
/// for all roles that do not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowPolicy {
    /// Before the start.
    pub opens: i64,
    /// After the end.
    pub closes: i64,
}

impl WindowPolicy {
    /// The window of a role at a meeting.
    ///
    /// # Panics
    /// If the meeting does not end after its start, which [`Meeting`] rules out.
    pub fn of(&self, role: &Role, meeting: &Meeting) -> Window {
        let (opens, closes) =
            (role.opens.unwrap_or(self.opens), role.closes.unwrap_or(self.closes));
        meeting.window(opens, closes).expect("a meeting ends after its start")
    }
}

/// A roster's tokens: one prepared [`TokenTemplate`] for each role at the roster's own meeting.
pub struct RosterTokens<'a> {
    mint: &'a Mint,
    roster: &'a Roster,
    windows: WindowPolicy,
    common: Vec<(TokenTemplate<'a>, WindowText)>,
}

/// A window's ends as link files tell them (RFC 3339).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WindowText {
    pub(crate) from: String,
    pub(crate) until: String,
}

impl WindowText {
    fn of(window: Window) -> WindowText {
        let text = |at: Timestamp| at.to_string();
        WindowText { from: text(window.opens()), until: text(window.closes()) }
    }
}

impl<'a> RosterTokens<'a> {
    /// Prepares the tokens of a roster.
    pub fn new(mint: &'a Mint, roster: &'a Roster, windows: WindowPolicy) -> RosterTokens<'a> {
        let meeting = roster.meeting();
        let pass = |role: &Role| {
            let window = windows.of(role, meeting);
            (mint.template(role, &meeting.room, window), WindowText::of(window))
        };
        let common = roster.roles().all().iter().map(pass).collect();
        RosterTokens { mint, roster, windows, common }
    }

    /// A person's invite.
    ///
    /// # Errors
    /// [`MintError`] if the key does not sign.
    pub fn invite<'e>(&self, entry: &'e RosterEntry) -> Result<Invite<'e>, MintError> {
        self.with_moments(entry, |invite, _| invite)
    }

    /// A person's invite, and its window in words for machines.
    pub(crate) fn with_moments<'e, T>(
        &self,
        entry: &'e RosterEntry,
        take: impl FnOnce(Invite<'e>, &WindowText) -> T,
    ) -> Result<T, MintError> {
        if let Some(meeting) = &entry.own_meeting {
            let role = &self.roster.roles().all()[entry.role];
            let window = self.windows.of(role, meeting);
            let invite = self.mint.template(role, &meeting.room, window).invite(&entry.attendee)?;
            return Ok(take(invite, &WindowText::of(window)));
        }
        let (pass, moments) = &self.common[entry.role];
        Ok(take(pass.invite(&entry.attendee)?, moments))
    }

    /// How many people are a good piece of work for one core: signing with RSA takes hundreds of times as long.
    pub fn piece(&self) -> usize {
        if self.mint.key().algorithm().is_rsa() { 8 } else { 256 }
    }
}
