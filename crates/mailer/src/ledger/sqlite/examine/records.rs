//! Whether the records of a ledger can be understood, and match their digests.

use meetmint_core::{Email, address_in_key, digest};
use rusqlite::{Connection, Row};

use crate::chunks::{CHUNK, in_chunks};
use crate::content::{CancelReason, MessageKind};
use crate::ledger::entry::snapshot_hash;
use crate::ledger::erasure::WhyLeftOut;
use crate::ledger::error::LedgerError;
use crate::ledger::examine::{Examination, LedgerFinding};
use crate::ledger::round::RoundKind;
use crate::ledger::sqlite::clean::UNCLEAN;
use crate::ledger::state::{Medium, MessageState};
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
            Record::Erased => "erased-damaged",
            Record::Mark => "mark-damaged",
        }
    }
}

/// Finds what is wrong with a row.
type FindWrong = fn(&Row<'_>) -> Wrong;

/// What the tables say.
pub(super) fn examine_records(
    db: &Connection,
    examination: &mut Examination,
) -> Result<(), LedgerError> {
    let count = |table: &str| -> Result<usize, LedgerError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = db.query_row(&sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    };
    examination.entries = count("entry")?;
    examination.messages = count("message")?;
    examination.erased = count("erased")?;
    if count("meeting")? != 1 {
        examination
            .damage("meeting-damaged", "the ledger does not say which meeting it belongs to");
    }
    for (record, sql, wrong) in TABLES {
        let rows = in_chunks(|after| {
            let mut select = db.prepare_cached(sql)?;
            let mut rows = select.query([after, CHUNK])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                // A value of another type than its column's is as wrong as any other.
                let wrong = wrong(row).unwrap_or_else(|error| Some(error.to_string()));
                let number: i64 = row.get(0)?;
                found.push((number, wrong.map(|wrong| (number, wrong))));
            }
            Ok::<_, rusqlite::Error>(found)
        });
        for row in rows {
            if let Some((number, wrong)) = row? {
                let code = record.code();
                let what = code.strip_suffix("-damaged").unwrap_or(code);
                examination.damage(record.code(), format!("{what} {number}: {wrong}"));
            }
        }
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?1)";
    if db.query_row(sql, [UNCLEAN], |row| row.get(0))? {
        examination.add(LedgerFinding {
            code: "ledger-unclean",
            damage: false,
            message: "what was erased can still be found in the ledger's files, because the process that erased it was ended".to_owned(),
            hint: "run `meetmint ledger prune`: it removes these parts first, whatever it is answered",
        });
    }
    Ok(())
}

/// The rows of each table, by their number, and what may be wrong with one.
const TABLES: [(Record, &str, FindWrong); 6] = [
    (
        Record::Head,
        "SELECT id, digest, text FROM head WHERE id > ?1 ORDER BY id LIMIT ?2",
        head,
    ),
    (
        Record::Entry,
        "SELECT id, person, uid, start, end, sequence, fingerprint, digest, moderator,
                (SELECT text FROM snapshot_text AS s WHERE s.id = entry.snapshot)
         FROM entry WHERE id > ?1 ORDER BY id LIMIT ?2",
        entry,
    ),
    (
        Record::Message,
        "SELECT m.id, entry.person, medium, kind, state, m.sequence, copy, m.fingerprint, hash, reason, entry.sequence,
                round IS NULL OR EXISTS (SELECT 1 FROM round WHERE round.id = m.round),
                (SELECT text FROM snapshot_text AS s WHERE s.id = m.snapshot)
         FROM message AS m JOIN entry ON entry.id = m.entry WHERE m.id > ?1 ORDER BY m.id LIMIT ?2",
        message,
    ),
    (
        Record::Round,
        "SELECT id, kind, medium FROM round WHERE id > ?1 ORDER BY id LIMIT ?2",
        round,
    ),
    (
        Record::Erased,
        "SELECT id, uid, place, reason FROM erased WHERE id > ?1 ORDER BY id LIMIT ?2",
        erased,
    ),
    (
        Record::Mark,
        "SELECT * FROM (SELECT row_number() OVER (ORDER BY address) AS n, address, reason FROM left_out)
         WHERE n > ?1 ORDER BY n LIMIT ?2",
        mark,
    ),
];

fn head(row: &Row<'_>) -> Wrong {
    let (stored, text): ([u8; 32], &str) = (row.get(1)?, row.get_ref(2)?.as_str()?);
    Ok((stored != digest(text.as_bytes())).then(|| "its text does not match its digest".to_owned()))
}

fn entry(row: &Row<'_>) -> Wrong {
    let person = row.get_ref(1)?.as_str()?;
    let _uid: [u8; 16] = row.get(2)?;
    let (start, end, sequence): (i64, i64, i64) = (row.get(3)?, row.get(4)?, row.get(5)?);
    let fingerprint: [u8; 16] = row.get(6)?;
    let (stored, moderator): (i64, bool) = (row.get(7)?, row.get(8)?);
    let text = row.get_ref(9)?.as_str()?;
    let Ok(snapshot) = Snapshot::read(text) else {
        return Ok(Some(format!(
            "what the roster says about `{}` cannot be read",
            address_in_key(person)
        )));
    };
    let facts = snapshot.facts();
    let address = Email::parse(snapshot.address()).map(|email| email.key().into_owned());
    let what = if stored.cast_unsigned() != snapshot_hash(text) {
        "the text does not match its digest"
    } else if fingerprint != Snapshot::fingerprint_in(text) {
        "the facts do not match their fingerprint"
    } else if (start, end, moderator) != (facts.start(), facts.end(), facts.moderator()) {
        "times or role are not those of the text"
    } else if address.is_ok_and(|address| address != address_in_key(person)) {
        "the address is not that of the text"
    } else if sequence < -1 {
        "SEQUENCE is negative"
    } else {
        return Ok(None);
    };
    Ok(Some(format!("`{}`: {what}", address_in_key(person))))
}

fn message(row: &Row<'_>) -> Wrong {
    let person = row.get_ref(1)?.as_str()?.to_owned();
    let name = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?.to_owned());
    let (medium, kind, state) = (name(2)?, name(3)?, name(4)?);
    let (sequence, copy): (i64, i64) = (row.get(5)?, row.get(6)?);
    let (_fingerprint, _hash): ([u8; 16], [u8; 32]) = (row.get(7)?, row.get(8)?);
    let reason: Option<String> = row.get(9)?;
    let (last, has_round): (i64, bool) = (row.get(10)?, row.get(11)?);
    let text = row.get_ref(12)?.as_str()?;
    let what = if Medium::named(&medium).is_none() {
        format!("`{medium}` is no outbox")
    } else if MessageKind::named(&kind).is_none() {
        format!("`{kind}` is no kind of message")
    } else if MessageState::named(&state).is_none() {
        format!("`{state}` is no state")
    } else if reason.as_deref().is_some_and(|reason| CancelReason::named(reason).is_none()) {
        "the reason of the cancellation is unknown".to_owned()
    } else if sequence < 0 || copy < 0 || sequence > last {
        format!("SEQUENCE {sequence} or copy number {copy} is not possible")
    } else if !has_round {
        "it belongs to a round that is missing".to_owned()
    } else if Snapshot::read(text).is_err() {
        "what it was made from cannot be read".to_owned()
    } else {
        return Ok(None);
    };
    Ok(Some(format!("to `{}`: {what}", address_in_key(&person))))
}

fn round(row: &Row<'_>) -> Wrong {
    let kinds = [RoundKind::Reminder, RoundKind::Before, RoundKind::NewCopies];
    let (kind, medium) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
    let is_known =
        kinds.iter().any(|known| known.name() == kind) && Medium::named(medium).is_some();
    Ok((!is_known).then(|| format!("`{kind}` through `{medium}` is unknown")))
}

fn erased(row: &Row<'_>) -> Wrong {
    let _octets: ([u8; 16], [u8; 16]) = (row.get(1)?, row.get(2)?);
    reason(row, 3)
}

fn mark(row: &Row<'_>) -> Wrong {
    let _mark: [u8; 16] = row.get(1)?;
    reason(row, 2)
}

fn reason(row: &Row<'_>, column: usize) -> Wrong {
    let reason = row.get_ref(column)?.as_str()?;
    Ok(WhyLeftOut::named(reason).is_none().then(|| format!("the reason `{reason}` is unknown")))
}
