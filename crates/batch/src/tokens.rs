//! The invites of a roster's people. What they have in common is prepared once.

use std::borrow::Cow;

use meetmint_core::{EmptyWindow, Invite, Mint, MintError, Role, TokenTemplate, Window};

use crate::parallel::CHUNK_ROWS;
use crate::roster::{Roster, RosterEntry};
use crate::window::WindowPolicy;

/// Makes the invites of a roster's people: one prepared [`TokenTemplate`] for each role at the roster's meeting.
pub struct RosterTokens<'a> {
    mint: &'a Mint,
    roster: &'a Roster,
    windows: WindowPolicy,
    /// By role.
    common: Vec<(TokenTemplate<'a>, WindowText)>,
}

/// Why somebody has no invite.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// The window of the person's role at their own meeting is empty.
    #[error(transparent)]
    Window(#[from] EmptyWindow),
    /// The token cannot be signed.
    #[error(transparent)]
    Mint(#[from] MintError),
}

/// An invite with its window as link files show it.
pub(crate) struct WrittenInvite<'e, 't> {
    pub(crate) invite: Invite<'e>,
    /// Borrowed for everybody at the roster's meeting: formatting two times takes longer than the rest of a row.
    pub(crate) valid: Cow<'t, WindowText>,
}

/// Begin and end of a window in UTC (RFC 3339).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WindowText {
    pub(crate) from: String,
    pub(crate) until: String,
}

impl From<Window> for WindowText {
    fn from(window: Window) -> WindowText {
        WindowText { from: window.opens().to_string(), until: window.closes().to_string() }
    }
}

impl<'a> RosterTokens<'a> {
    /// Prepares the tokens of a roster.
    ///
    /// # Errors
    /// [`EmptyWindow`] if the window of one of the roles at the roster's meeting is empty.
    pub fn new(
        mint: &'a Mint,
        roster: &'a Roster,
        windows: WindowPolicy,
    ) -> Result<RosterTokens<'a>, EmptyWindow> {
        let meeting = roster.meeting();
        let prepare = |role: &Role| {
            let window = windows.of(role, meeting)?;
            Ok((mint.template(role, &meeting.room, window), window.into()))
        };
        let common = roster.roles().all().iter().map(prepare).collect::<Result<_, _>>()?;
        Ok(RosterTokens { mint, roster, windows, common })
    }

    /// The invite of a person.
    ///
    /// # Errors
    /// [`InviteError`] if the window is empty or the key cannot sign.
    pub fn invite<'e>(&self, entry: &'e RosterEntry) -> Result<Invite<'e>, InviteError> {
        Ok(self.written_invite(entry)?.invite)
    }

    /// The invite of a person, with its window as link files show it.
    pub(crate) fn written_invite<'e>(
        &self,
        entry: &'e RosterEntry,
    ) -> Result<WrittenInvite<'e, '_>, InviteError> {
        let Some(meeting) = &entry.own_meeting else {
            let (template, valid) = &self.common[entry.role];
            let invite = template.invite(&entry.attendee)?;
            return Ok(WrittenInvite { invite, valid: Cow::Borrowed(valid) });
        };
        // Not kept: in a roster with many meetings, few rows share one.
        let role = &self.roster.roles().all()[entry.role];
        let window = self.windows.of(role, meeting)?;
        let invite = self.mint.template(role, &meeting.room, window).invite(&entry.attendee)?;
        Ok(WrittenInvite { invite, valid: Cow::Owned(window.into()) })
    }

    /// How many people one core works on at a time. An RSA signature takes hundreds of times as long as an HMAC:
    /// with many people at a time, the other cores would wait for the last one.
    pub fn chunk(&self) -> usize {
        // An HMAC takes so little time that handing out chunks is a part of it: they are twice as large as elsewhere.
        if self.mint.key().algorithm().is_rsa() { 4 } else { 2 * CHUNK_ROWS }
    }
}
