//! Invites for the people of a roster: what they have in common is prepared once.

use jiff::Timestamp;
use meetmint_core::{Invite, Meeting, Mint, MintError, Pass, Role, Window};

use crate::{Entry, Roster};

/// How long before the start a link begins to work, and how long after the end it stops, in seconds;
/// for all roles that do not say otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// Before the start.
    pub opens: i64,
    /// After the end.
    pub closes: i64,
}

impl Windows {
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

/// A roster's tokens: one prepared [`Pass`] for each role at the roster's own meeting.
pub struct Passes<'a> {
    mint: &'a Mint,
    roster: &'a Roster,
    windows: Windows,
    common: Vec<(Pass<'a>, Moments)>,
}

/// A window's ends as link files tell them (RFC 3339).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moments {
    pub(crate) from: String,
    pub(crate) until: String,
}

impl Moments {
    fn of(window: Window) -> Moments {
        let text = |at: Timestamp| at.to_string();
        Moments { from: text(window.opens()), until: text(window.closes()) }
    }
}

impl<'a> Passes<'a> {
    /// Prepares the tokens of a roster.
    pub fn new(mint: &'a Mint, roster: &'a Roster, windows: Windows) -> Passes<'a> {
        let meeting = roster.meeting();
        let pass = |role: &Role| {
            let window = windows.of(role, meeting);
            (mint.pass(role, &meeting.room, window), Moments::of(window))
        };
        let common = roster.roles().all().iter().map(pass).collect();
        Passes { mint, roster, windows, common }
    }

    /// A person's invite.
    ///
    /// # Errors
    /// [`MintError`] if the key does not sign.
    pub fn invite<'e>(&self, entry: &'e Entry) -> Result<Invite<'e>, MintError> {
        self.with_moments(entry, |invite, _| invite)
    }

    /// A person's invite, and its window in words for machines.
    pub(crate) fn with_moments<'e, T>(
        &self,
        entry: &'e Entry,
        take: impl FnOnce(Invite<'e>, &Moments) -> T,
    ) -> Result<T, MintError> {
        if let Some(meeting) = &entry.own_meeting {
            let role = &self.roster.roles().all()[entry.role];
            let window = self.windows.of(role, meeting);
            let invite = self.mint.pass(role, &meeting.room, window).invite(&entry.attendee)?;
            return Ok(take(invite, &Moments::of(window)));
        }
        let (pass, moments) = &self.common[entry.role];
        Ok(take(pass.invite(&entry.attendee)?, moments))
    }

    /// How many people are a good piece of work for one core: signing with RSA takes hundreds of times as long.
    pub fn piece(&self) -> usize {
        if self.mint.key().algorithm().is_rsa() { 8 } else { 256 }
    }
}
