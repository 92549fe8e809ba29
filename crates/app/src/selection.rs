//! Who is chosen: addresses and a role as people name them, checked against roster and ledger.

use std::collections::HashSet;

use meetmint_batch::{Roles, Selection, quoted, suggest};
use meetmint_core::{Email, address_in_key};
use meetmint_mailer::{LedgerError, PeopleSet};

use crate::error::Error;
use crate::folder::MeetingFolder;

/// Who is chosen. By default everybody.
#[derive(Clone, Debug, Default)]
pub struct SelectionRequest {
    /// Addresses: only these people.
    pub only: Vec<String>,
    /// A role's name: only people who have it.
    pub role: Option<String>,
}

/// Reads an address that somebody named.
pub(crate) fn email(text: &str) -> Result<Email, Error> {
    Email::parse(text).map_err(|bad| {
        let message = format!("{} is not an email address: {bad}", quoted(text));
        Error::invalid("not-an-email", message, bad.hint())
    })
}

/// The index of a role by the name that somebody wrote.
pub(crate) fn role(name: &str, roles: &Roles) -> Result<usize, Error> {
    roles.named(name).ok_or_else(|| {
        let names = roles.all().iter().map(|role| role.name.as_str());
        let hint = suggest(name, names, "the roles are");
        Error::invalid("unknown-role", format!("{} is not a role", quoted(name)), hint)
    })
}

/// The roster's people who are chosen. Everybody named has to be among them, so that a typing error does not look like
/// success.
pub(crate) fn of_roster(
    folder: &MeetingFolder,
    request: &SelectionRequest,
) -> Result<Selection, Error> {
    let role = request.role.as_deref().map(|name| role(name, folder.roster.roles())).transpose()?;
    // Bad rows do not matter here: the question is only who is in the roster.
    let mut named = Selection { skip_bad: true, ..Selection::default() };
    for address in &request.only {
        named.only.push(email(address)?.key().into_owned());
    }
    if !named.only.is_empty() {
        let present = folder.keys(&named)?;
        let present: HashSet<&str> = present.iter().map(|key| address_in_key(key)).collect();
        let mut people = named.only.iter().zip(&request.only);
        if let Some((key, written)) = people.find(|(key, _)| !present.contains(key.as_str())) {
            return Err(folder.absent(key, written)?);
        }
    }
    Ok(Selection { role, skip_bad: false, ..named })
}

/// The people who are chosen: by their addresses, so that a whole family is chosen by the address that it shares. They are in the roster or in the ledger.
pub(crate) struct ChosenPeople {
    only: Vec<String>,
    with_role: Option<PeopleSet>,
}

impl ChosenPeople {
    /// Looks up who is chosen. Everybody named has to be known to the roster or to the ledger; a row that is skipped does
    /// not count.
    pub(crate) fn new(
        folder: &MeetingFolder,
        request: &SelectionRequest,
        knows: impl Fn(&str) -> Result<bool, Error>,
    ) -> Result<ChosenPeople, Error> {
        for written in &request.only {
            let key = email(written)?.key().into_owned();
            if folder.skips_row_of(&key) && !knows(&key)? {
                return Err(MeetingFolder::skipped(written));
            }
        }
        let only = known_addresses(&request.only, knows)?;
        let with_role = match &request.role {
            Some(name) => {
                let role = Some(role(name, folder.roster.roles())?);
                // Roles are the roster's: somebody who is only in the ledger has none. Whose meeting is over may have a message
                // in doubt.
                let selection =
                    Selection { role, skip_bad: true, over: true, ..Selection::default() };
                Some(folder.people_set(&selection)?)
            }
            None => None,
        };
        Ok(ChosenPeople { only, with_role })
    }

    /// Whether nobody is left out.
    pub(crate) fn is_everybody(&self) -> bool {
        self.only.is_empty() && self.with_role.is_none()
    }

    /// Whether somebody is chosen, by their key.
    pub(crate) fn contains(&self, person: &str) -> Result<bool, LedgerError> {
        let address = address_in_key(person);
        let is_named = self.only.is_empty() || self.only.iter().any(|only| only == address);
        match &self.with_role {
            Some(people) if is_named => people.contains(person),
            _ => Ok(is_named),
        }
    }
}

/// The addresses of people who are named, in lower case. Each has to be known to the roster or to the ledger.
pub(crate) fn known_addresses(
    written: &[String],
    knows: impl Fn(&str) -> Result<bool, Error>,
) -> Result<Vec<String>, Error> {
    let key = |written: &String| {
        let key = email(written)?.key().into_owned();
        // Unknown people are an error, so that a typing error does not look like success.
        if knows(&key)? {
            return Ok(key);
        }
        Err(Error::invalid(
            "unknown-person",
            format!("{} is neither in the roster nor in the ledger", quoted(written)),
            "write the address as it appears in the roster",
        ))
    };
    written.iter().map(key).collect()
}
