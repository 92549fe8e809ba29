//! Whether the records of a ledger can be understood, and match their digests.

use meetmint_core::{Email, Room, address_in_key, digest};
use rusqlite::{Connection, Row};

use crate::chunks::{CHUNK, in_chunks};
use crate::content::{CancelReason, MessageKind};
use crate::ledger::entry::snapshot_hash;
use crate::ledger::erasure::WhyLeftOut;
use crate::ledger::error::LedgerError;
use crate::ledger::examine::{Examiner, LedgerFinding};
use crate::ledger::round::RoundKind;
use crate::ledger::sqlite::clean::UNCLEAN;
use crate::ledger::sqlite::left_out::IS_ERASED;
use crate::ledger::state::{Medium, MessageState};
use crate::sender::organizer_parts;
use crate::snapshot::Snapshot;

/// What is wrong with a row.
type Wrong = Result<Option<String>, rusqlite::Error>;

/// What a row of a table is.
#[derive(Clone, Copy, Debug)]
enum Record {
    Head,
    Entry,
    Message,
    Round,
    Erased,
    ErasedMessage,
    Mark,
}

impl Record {
    /// The code of a row that is damaged.
    fn code(self) -> &'static str {
        match self {
            Record::Head => "head-damaged",
            Record::Entry => "entry-damaged",
            Record::Message => "message-damaged",
            Record::Round => "round-damaged",
            Record::Erased | Record::ErasedMessage => "erased-damaged",
            Record::Mark => "mark-damaged",
        }
    }

    /// What the number in a finding is the number of.
    fn name(self) -> &'static str {
        match self {
            Record::Head => "head",
            Record::Entry => "entry",
            Record::Message => "message",
            Record::Round => "round",
            Record::Erased => "erased entry",
            Record::ErasedMessage => "erased message",
            Record::Mark => "mark",
        }
    }
}

/// Finds what is wrong with a row.
type FindWrong = fn(&Row<'_>) -> Wrong;

/// What the tables say.
pub(super) fn examine_records(
    db: &Connection,
    examiner: &mut Examiner<'_>,
) -> Result<(), LedgerError> {
    let count = |table: &str| -> Result<usize, LedgerError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = db.query_row(&sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    };
    examiner.found.entries = count("entry")?;
    examiner.found.messages = count("message")?;
    examiner.found.erased = count(&format!("erased WHERE {IS_ERASED}"))?;
    let sql = "SELECT id, called_off FROM meeting";
    let meeting =
        db.query_row(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)));
    if count("meeting")? != 1 || meeting.is_err() {
        examiner.damage(
            "meeting-damaged",
            "the record of the meeting itself, with its id, is missing or cannot be read",
        );
    }
    for (record, sql, wrong) in TABLES {
        let rows = in_chunks(|after| {
            let mut select = db.prepare_cached(sql)?;
            let mut rows = select.query([after, CHUNK])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                // A value of another type than its column's is as wrong as any other.
                let wrong =
                    wrong(row).unwrap_or_else(|error| Some(unreadable(row, record, &error)));
                let number: i64 = row.get(0)?;
                found.push((number, wrong.map(|wrong| (number, wrong))));
            }
            Ok::<_, rusqlite::Error>(found)
        });
        for row in rows {
            if let Some((number, wrong)) = row? {
                let what = record.name();
                examiner.damage(record.code(), format!("{what} {number}: {wrong}"));
            }
        }
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?1)";
    if db.query_row(sql, [UNCLEAN], |row| row.get(0))? {
        examiner.add(LedgerFinding {
            code: "ledger-unclean",
            damage: false,
            message: "parts of the erased data are still in the ledger's files, because the command that erased it did not finish".to_owned(),
            // No meeting ended a hundred years ago.
            hint: "run `meetmint ledger prune --older-than 36500d`: it erases nobody else, and removes these parts".to_owned(),
        });
    }
    Ok(())
}

/// Which value of a row cannot be read, in our own words: SQLite's say nothing to people.
fn unreadable(row: &Row<'_>, record: Record, error: &rusqlite::Error) -> String {
    let column = match error {
        rusqlite::Error::InvalidColumnType(at, ..)
        | rusqlite::Error::IntegralValueOutOfRange(at, _)
        | rusqlite::Error::FromSqlConversionFailure(at, ..) => row.as_ref().column_name(*at).ok(),
        _ => None,
    };
    let what = match column {
        Some(column) => format!("its value of `{column}` cannot be read"),
        None => "it cannot be read".to_owned(),
    };
    // The person is in the same column of both.
    let person = match record {
        Record::Entry | Record::Message => text_of(row, 1).ok().map(address_in_key),
        _ => None,
    };
    match (record, person) {
        (Record::Message, Some(person)) => format!("to `{person}`: {what}"),
        (_, Some(person)) => format!("`{person}`: {what}"),
        (_, None) => what,
    }
}

/// Reads a column of text. An error names the column.
fn text_of<'r>(row: &'r Row<'_>, column: usize) -> Result<&'r str, rusqlite::Error> {
    let value = row.get_ref(column)?;
    value.as_str().map_err(|_| {
        let name = row.as_ref().column_name(column).unwrap_or_default().to_owned();
        rusqlite::Error::InvalidColumnType(column, name, value.data_type())
    })
}

/// The rows of each table, by their number, and what may be wrong with one.
const TABLES: [(Record, &str, FindWrong); 7] = [
    (
        Record::Head,
        "SELECT id, digest, text FROM head WHERE id > ?1 ORDER BY id LIMIT ?2",
        head,
    ),
    (
        Record::Entry,
        "SELECT id, person, uid, start, end, sequence, fingerprint, digest, moderator,
                (SELECT text FROM snapshot_text AS s WHERE s.id = entry.snapshot) AS snapshot,
                room, organizer, wanted, called_off, stamp,
                (SELECT (SELECT text FROM snapshot_text AS s WHERE s.id = m.snapshot) FROM message AS m
                 WHERE m.entry = entry.id AND m.kind IN ('invite', 'update') ORDER BY m.id DESC LIMIT 1) AS snapshot
         FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2",
        entry,
    ),
    (
        Record::Message,
        "SELECT m.id, entry.person, medium, kind, state, m.sequence, copy, m.fingerprint, hash, reason, entry.sequence,
                round IS NULL OR EXISTS (SELECT 1 FROM round WHERE round.id = m.round),
                (SELECT text FROM snapshot_text AS s WHERE s.id = m.snapshot) AS snapshot,
                address, m.stamp, tries, next_try, updated, reply
         FROM message AS m JOIN entry ON entry.id = m.entry WHERE m.id > ?1 ORDER BY m.id LIMIT ?2",
        message,
    ),
    (
        Record::Round,
        "SELECT id, kind, medium, begun, finished FROM round WHERE id > ?1 ORDER BY id LIMIT ?2",
        round,
    ),
    (
        Record::Erased,
        "SELECT id, uid, place, reason, wanted, start, end, sequence, stamp, since, organizer FROM erased
         WHERE id > ?1 ORDER BY id LIMIT ?2",
        erased,
    ),
    (
        Record::ErasedMessage,
        "SELECT m.id, medium, kind, state, m.sequence, copy, updated, erased.sequence
         FROM erased_message AS m JOIN erased ON erased.id = m.erased WHERE m.id > ?1 ORDER BY m.id LIMIT ?2",
        erased_message,
    ),
    (
        Record::Mark,
        "SELECT * FROM (SELECT row_number() OVER (ORDER BY address) AS n, address, reason, since FROM left_out)
         WHERE n > ?1 ORDER BY n LIMIT ?2",
        mark,
    ),
];

fn head(row: &Row<'_>) -> Wrong {
    let (stored, text): ([u8; 32], &str) = (row.get(1)?, text_of(row, 2)?);
    Ok((stored != digest(text.as_bytes())).then(|| "its text does not match its digest".to_owned()))
}

fn entry(row: &Row<'_>) -> Wrong {
    let person = text_of(row, 1)?;
    let _uid: [u8; 16] = row.get(2)?;
    let (start, end, sequence): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let fingerprint: [u8; 16] = row.get(6)?;
    let (stored, moderator): (i64, bool) = (row.get(7)?, row.get(8)?);
    let text = text_of(row, 9)?;
    let (room, organizer) = (text_of(row, 10)?, text_of(row, 11)?);
    let _marks: (bool, bool, i64) = (row.get(12)?, row.get(13)?, row.get(14)?);
    let last_sent = row.get_ref(15)?.as_str_or_null()?;
    let Ok(snapshot) = Snapshot::read(text) else {
        return Ok(Some(format!("`{}`: its text cannot be read", address_in_key(person))));
    };
    let facts = snapshot.facts();
    let address = Email::parse(snapshot.address()).map(|email| email.key().into_owned());
    let what = if stored.cast_unsigned() != snapshot_hash(text) {
        "its text does not match its digest"
    } else if fingerprint != Snapshot::fingerprint_in(text) {
        "its text does not match its fingerprint"
    } else if (start, end, moderator) != (facts.start(), facts.end(), facts.moderator()) {
        "its times or its role are not those in its text"
    } else if room != Room::recorded(facts.room()).node() {
        "its room is not the one in its text"
    } else if !is_organizer_in(organizer, &snapshot)
        // Ledgers of the first versions had no such column. It was filled with the organizer of what was sent last, while
        // the roster may have been applied under another one since.
        && !last_sent
            .and_then(|sent| Snapshot::read(sent).ok())
            .is_some_and(|sent| is_organizer_in(organizer, &sent))
    {
        "its organizer is not the one in its text"
    } else if address.is_ok_and(|address| address != address_in_key(person)) {
        "its address is not the one in its text"
    } else if sequence < -1 {
        "its SEQUENCE is negative"
    } else {
        return Ok(None);
    };
    Ok(Some(format!("`{}`: {what}", address_in_key(person))))
}

/// Whether a snapshot has this organizer, by address. The name is in the snapshot alone.
fn is_organizer_in(address: &str, snapshot: &Snapshot) -> bool {
    let Some((_, written)) = organizer_parts(snapshot.facts().organizer()) else { return false };
    // Another spelling of the same address is no other organizer.
    let key = |address: &str| Email::parse(address).map(|email| email.key().into_owned()).ok();
    written == address || key(written).is_some_and(|written| Some(written) == key(address))
}

fn message(row: &Row<'_>) -> Wrong {
    let person = text_of(row, 1)?.to_owned();
    let name = |column| Ok::<_, rusqlite::Error>(text_of(row, column)?.to_owned());
    let (medium, kind, state) = (name(2)?, name(3)?, name(4)?);
    let (sequence, copy): (i64, i64) = (row.get(5)?, row.get(6)?);
    let (fingerprint, _hash): ([u8; 16], [u8; 32]) = (row.get(7)?, row.get(8)?);
    let reason: Option<String> = row.get(9)?;
    let (last, has_round): (i64, bool) = (row.get(10)?, row.get(11)?);
    let text = text_of(row, 12)?;
    let address = text_of(row, 13)?;
    let _times: [i64; 4] = [row.get(14)?, row.get(15)?, row.get(16)?, row.get(17)?];
    let _reply: Option<String> = row.get(18)?;
    let snapshot = Snapshot::read(text);
    let what = if let Some(unknown) = unknown_name(&medium, &kind, &state) {
        unknown
    } else if reason.as_deref().is_some_and(|reason| CancelReason::named(reason).is_none()) {
        "the reason of the cancellation is unknown".to_owned()
    } else if sequence < 0 || copy < 0 || sequence > last {
        format!("SEQUENCE {sequence} or copy number {copy} is not possible")
    } else if !has_round {
        "the reminder or set of new copies that it belongs to is missing".to_owned()
    } else if fingerprint != Snapshot::fingerprint_in(text) {
        "its text does not match its fingerprint".to_owned()
    } else {
        match snapshot {
            Ok(snapshot) if snapshot.address() == address => return Ok(None),
            Ok(_) => "its address is not the one in its text".to_owned(),
            Err(_) => "its text cannot be read".to_owned(),
        }
    };
    Ok(Some(format!("to `{}`: {what}", address_in_key(&person))))
}

/// Which of these names of a message is unknown.
fn unknown_name(medium: &str, kind: &str, state: &str) -> Option<String> {
    if Medium::named(medium).is_none() {
        Some(format!("`{medium}` is not a kind of outbox"))
    } else if MessageKind::named(kind).is_none() {
        Some(format!("`{kind}` is not a kind of message"))
    } else if MessageState::named(state).is_none() {
        Some(format!("`{state}` is not a state of a message"))
    } else {
        None
    }
}

fn round(row: &Row<'_>) -> Wrong {
    let kinds = [RoundKind::Reminder, RoundKind::Before, RoundKind::NewCopies];
    let (kind, medium) = (text_of(row, 1)?, text_of(row, 2)?);
    let _times: (i64, Option<i64>) = (row.get(3)?, row.get(4)?);
    let is_known =
        kinds.iter().any(|known| known.name() == kind) && Medium::named(medium).is_some();
    Ok((!is_known).then(|| format!("`{kind}` by `{medium}` is not a kind of reminder or copy")))
}

fn erased(row: &Row<'_>) -> Wrong {
    let _octets: ([u8; 16], [u8; 16]) = (row.get(1)?, row.get(2)?);
    let (_wanted, _organizer): (bool, Option<[u8; 16]>) = (row.get(4)?, row.get(10)?);
    let _numbers: [i64; 5] = [row.get(5)?, row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?];
    reason(row, 3)
}

fn erased_message(row: &Row<'_>) -> Wrong {
    let name = |column| text_of(row, column);
    let (medium, kind, state) = (name(1)?, name(2)?, name(3)?);
    let [sequence, copy, _updated, last]: [i64; 4] =
        [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?];
    Ok(unknown_name(medium, kind, state).or_else(|| {
        (sequence < 0 || copy < 0 || sequence > last)
            .then(|| format!("SEQUENCE {sequence} or copy number {copy} is not possible"))
    }))
}

fn mark(row: &Row<'_>) -> Wrong {
    let (_mark, _since): ([u8; 16], i64) = (row.get(1)?, row.get(3)?);
    reason(row, 2)
}

fn reason(row: &Row<'_>, column: usize) -> Wrong {
    let reason = text_of(row, column)?;
    Ok(WhyLeftOut::named(reason).is_none().then(|| format!("the reason `{reason}` is unknown")))
}
