//! What messages are made with: the sender, the templates, and each person's snapshot.

use std::sync::OnceLock;

use jiff::Timestamp;
use meetmint_batch::{RosterEntry, RosterRow};
use meetmint_core::EmptyWindow;
use meetmint_mailer::{
    CommonSnapshot, Composer, Contents, ErrorChain, MessageSpec, Sender, ServerFacts, Snapshot,
    SnapshotParts, Templates, WantedRow, is_ordinary_occasion, is_ordinary_person, try_compose,
};

use crate::folder::MeetingFolder;

/// The rows of a roster as they are reconciled: each person's snapshot, as the ledger keeps it.
pub(crate) struct WantedRows<'c> {
    composition: &'c Composition,
    folder: &'c MeetingFolder,
    /// What the snapshots of each role at the roster's meeting have in common, made with the first of them, and whether all of
    /// it is ordinary.
    common: Vec<OnceLock<Option<(CommonSnapshot, bool)>>>,
}

/// What the messages of a meeting folder are made with.
pub(crate) struct Composition {
    pub(crate) composer: Composer,
    server: ServerFacts,
    /// Columns that templates know as `extra.KEY`: the key, and the index of the column.
    extras: Vec<(String, usize)>,
}

impl WantedRows<'_> {
    /// The row of a person, and the text of the snapshot. `None` for people without an address. May be called on several
    /// cores at once.
    ///
    /// # Errors
    /// If the link would stop working before it starts to work.
    pub(crate) fn of(
        &self,
        row: &RosterRow<'_>,
    ) -> Result<Option<(WantedRow, String)>, EmptyWindow> {
        let WantedRows { composition, folder, common } = self;
        let entry = &row.entry;
        let (key, meeting) = (entry.attendee.key(), folder.roster.meeting_of(entry));
        let room = meeting.room.node();
        composition.with_parts(folder, entry, row, |parts| {
            // Of meetings that single rows have, hardly any two are the same.
            let common = entry.own_meeting.is_none().then(|| {
                let common = common[entry.role].get_or_init(|| composition.common(folder, parts));
                common.as_ref()
            });
            if let Some((common, is_ordinary)) = common.flatten() {
                let written = common.write(parts)?;
                let is_ordinary =
                    *is_ordinary && parts.greeting.is_none() && is_ordinary_person(parts.attendee);
                let row = WantedRow::written(&key, room, common, &written).ordinary(is_ordinary);
                return Some((row, written.text));
            }
            let snapshot = Snapshot::new(parts)?;
            let text = snapshot.text();
            Some((WantedRow::new(&key, room, &snapshot, &text), text))
        })
    }
}

impl Composition {
    /// What the messages of a folder are made with, from a sender and templates that have been checked.
    pub(crate) fn new(folder: &MeetingFolder, sender: Sender, templates: Templates) -> Composition {
        let MeetingFolder { settings, roster, mint, .. } = folder;
        Composition {
            composer: Composer::new(templates, sender, settings.id.clone())
                .with_message(settings.mail.message.clone()),
            server: ServerFacts::new(&settings.server, mint.key()),
            // Looked up once: each row of the roster needs them.
            extras: roster.extras(),
        }
    }

    /// Lets snapshots say that links are signed with the key of this identifier.
    pub(crate) fn assume_key(&mut self, identifier: String) {
        self.server = self.server.clone().with_key(identifier);
    }

    /// The rows of a folder's roster as they are reconciled.
    pub(crate) fn wanted_rows<'c>(&'c self, folder: &'c MeetingFolder) -> WantedRows<'c> {
        let roles = folder.roster.roles().all();
        WantedRows {
            composition: self,
            folder,
            common: roles.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// What the messages to `entry` are made from, with the other columns of `row`. `None` for people without an
    /// address.
    ///
    /// # Errors
    /// If the link would stop working before it starts to work.
    pub(crate) fn snapshot(
        &self,
        folder: &MeetingFolder,
        entry: &RosterEntry,
        row: &RosterRow<'_>,
    ) -> Result<Option<Snapshot>, EmptyWindow> {
        self.with_parts(folder, entry, row, Snapshot::new)
    }

    /// What the snapshots of a role have in common, and whether all of it is ordinary.
    fn common(
        &self,
        folder: &MeetingFolder,
        parts: &SnapshotParts<'_>,
    ) -> Option<(CommonSnapshot, bool)> {
        let SnapshotParts { meeting, role, sender, .. } = parts;
        let is_ordinary = is_ordinary_occasion(&self.composer, &folder.mint, meeting, role, sender);
        Some((CommonSnapshot::new(parts).ok()?, is_ordinary))
    }

    /// Calls `make` with what the snapshot of `entry` is made from.
    fn with_parts<T>(
        &self,
        folder: &MeetingFolder,
        entry: &RosterEntry,
        row: &RosterRow<'_>,
        make: impl FnOnce(&SnapshotParts<'_>) -> T,
    ) -> Result<T, EmptyWindow> {
        let MeetingFolder { settings, roster, survey, .. } = folder;
        let meeting = roster.meeting_of(entry);
        let role = &roster.roles().all()[entry.role];
        let extra: Vec<(&str, &str)> =
            self.extras.iter().map(|(key, index)| (key.as_str(), row.cell(*index))).collect();
        Ok(make(&SnapshotParts {
            attendee: &entry.attendee,
            meeting,
            role,
            window: settings.windows.of(role, meeting)?,
            server: &self.server,
            sender: self.composer.sender(),
            language: entry.language.as_deref().or(settings.mail.language.as_deref()),
            zone: entry.zone.as_ref(),
            extra: &extra,
            // The name itself is as people say it.
            greeting: None,
            several_zones: survey.has_several_zones(),
        }))
    }

    /// Checks that a message can be made, without putting it together.
    ///
    /// # Errors
    /// What a template or the leak check objects to, in words.
    pub(crate) fn check(
        &self,
        folder: &MeetingFolder,
        contents: Contents,
        now: Timestamp,
    ) -> Result<(), String> {
        let Contents { kind, snapshot, before, back_on } = contents;
        // Placeholders of the same form: the ledger decides UID and SEQUENCE when the message is sent.
        let spec = MessageSpec {
            uid: folder.settings.id.uid(snapshot.address(), "", Timestamp::UNIX_EPOCH),
            sequence: 1,
            copy: 0,
            kind,
            stamp: now.as_second(),
            before,
            back_on,
            test_copy: false,
        };
        try_compose(&self.composer, &folder.mint, &snapshot, &spec)
            .map_err(|error| ErrorChain(&error).to_string())
    }
}
