//! What may be a mistake in rows that can be read: typing errors in addresses, odd names, people who may be listed twice.

mod bounded;
mod comparison;
mod domains;
mod names;
mod similar;

use meetmint_core::Email;

use crate::remark::Remark;
use crate::roster::rows::Row;
use crate::roster::{NameSource, Roster, RosterEntry, RowReader};
use crate::suggestion::quoted;
use bounded::Bounded;
use domains::Domains;
use names::OddNames;
use similar::SimilarRows;

/// What may be a mistake in some rows. However many rows there are, its size is bounded.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    names: OddNames,
    domains: Domains,
    odd_addresses: Bounded<(u64, String, String)>,
    shared_boxes: Bounded<(u64, String, String)>,
    similar: SimilarRows,
}

impl Doubts {
    /// Looks at a row without problems.
    pub(super) fn add(&mut self, reader: &RowReader<'_>, row: Row<'_>, entry: &RosterEntry) {
        self.similar.add(row.number(), entry);
        if entry.name_source != NameSource::Address {
            self.names.add(reader, row, entry.attendee.name.as_str());
        }
        let Some(email) = &entry.attendee.email else { return };
        self.domains.add(email, row.line());
        if let Some(likely) = without_remains(email) {
            self.odd_addresses.add(|| (row.line(), email.to_string(), likely));
        }
        if is_shared_box(email.local_part()) {
            self.shared_boxes
                .add(|| (row.line(), email.to_string(), entry.attendee.name.to_string()));
        }
    }

    /// Adds what was found in later rows.
    pub(super) fn merge(&mut self, later: Doubts) {
        self.names.merge(later.names);
        self.domains.merge(later.domains);
        self.odd_addresses.merge(later.odd_addresses);
        self.shared_boxes.merge(later.shared_boxes);
        self.similar.merge(later.similar);
    }

    /// What there is to say, once all rows were looked at.
    pub(super) fn remarks(self, roster: &Roster) -> Vec<Remark> {
        let mut remarks = self.domains.remarks();
        remarks.extend(self.odd_addresses.remarks("odd-address", |(line, email, likely)| {
            let message =
                format!("line {line}: {} has remains of another text in it", quoted(email));
            Remark::warning("odd-address", message)
                .hint(format!("did you mean {}?", quoted(likely)))
        }));
        remarks.extend(self.similar.remarks(roster));
        remarks.extend(self.names.remarks());
        // Once only: a list of offices has many, and one sentence says it all.
        if let Some((line, email, name)) = self.shared_boxes.first.first() {
            let more = match self.shared_boxes.count - 1 {
                0 => String::new(),
                1 => ", and so does one more address".to_owned(),
                more => format!(", and so do {more} more addresses"),
            };
            let message = format!(
                "line {line}: {} looks like a shared mailbox{more}: everybody who reads it can join as {}",
                quoted(email),
                quoted(name)
            );
            let hint = "use a personal address if you can";
            remarks.push(Remark::note("shared-mailbox", message).hint(hint));
        }
        remarks
    }
}

/// The address without what copying has left in it: percent encoding, an apostrophe that a spreadsheet program puts before
/// a text, `www.`. Each of them is valid in an address, and hardly ever meant. `None` if there is nothing of this kind.
fn without_remains(email: &Email) -> Option<String> {
    let local = email.local_part();
    let rest = match local.as_bytes() {
        [b'\'', ..] => &local[1..],
        [b'w', b'w', b'w', b'.', ..] => &local[4..],
        _ if local.contains('%') => {
            let decoded = local.replace("%2B", "+").replace("%2b", "+").replace("%2E", ".");
            let decoded = decoded.replace("%2e", ".").replace("%20", "").replace("%27", "'");
            let likely = Email::parse(&format!("{decoded}@{}", email.domain())).ok()?;
            return (decoded != local).then(|| likely.to_string());
        }
        _ => return None,
    };
    Email::parse(&format!("{rest}@{}", email.domain())).ok().map(|likely| likely.to_string())
}

/// Whether a mailbox usually belongs to an office or a group.
fn is_shared_box(local: &str) -> bool {
    if local.len() > 14 {
        return false;
    }
    let is_shared = |local: &str| {
        matches!(
            local,
            "info"
                | "office"
                | "team"
                | "kontakt"
                | "contact"
                | "contacto"
                | "contatti"
                | "contato"
                | "admin"
                | "mail"
                | "post"
                | "hello"
                | "hallo"
                | "support"
                | "sales"
                | "service"
                | "secretary"
                | "secretariat"
                | "sekretariat"
                | "verwaltung"
                | "buero"
                | "accueil"
                | "biuro"
                | "noreply"
                | "no-reply"
                | "newsletter"
                | "reception"
                | "enquiries"
                | "press"
                | "presse"
                | "vorstand"
        )
    };
    if local.bytes().any(|byte| byte.is_ascii_uppercase()) {
        is_shared(&local.to_ascii_lowercase())
    } else {
        is_shared(local)
    }
}

#[cfg(test)]
mod tests;
