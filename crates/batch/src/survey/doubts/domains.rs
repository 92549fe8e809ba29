//! Domains that are probably misspelled.

use std::collections::HashMap;

use meetmint_core::Email;

use super::bounded::MOST;
use super::comparison::{are_one_edit_apart, fold_hash, without_digits};
use crate::remark::Remark;
use crate::suggestion::quoted;

/// The most domains that are kept. A list with more has people from everywhere, and says nothing about what is common.
const MOST_DOMAINS: usize = 20_000;

/// How often a domain has to occur for one that resembles it, and occurs once, to be taken for a typing error.
const COMMON: u64 = 10;

/// The shortest domain that is compared, in octets: among shorter ones, neighbors are other domains.
const SHORTEST: usize = 8;

/// The domains of large providers that are mistyped most.
const OFTEN_MISTYPED: [&str; 18] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.co.uk",
    "hotmail.de",
    "hotmail.fr",
    "outlook.com",
    "yahoo.com",
    "yahoo.co.uk",
    "icloud.com",
    "live.com",
    "msn.com",
    "aol.com",
    "t-online.de",
    "freenet.de",
    "orange.fr",
    "libero.it",
    "yandex.ru",
];

/// Other domains that exist, and are one edit from one of the above.
const NEIGHBORS: [&str; 12] = [
    "mail.com",
    "email.com",
    "ymail.com",
    "fmail.com",
    "hotmail.es",
    "hotmail.it",
    "hotmail.be",
    "hotmail.nl",
    "gmail.co.uk",
    "icloud.co",
    "yandex.by",
    "libero.eu",
];

/// Endings that are no top-level domains, and what is typed as them.
const ENDINGS: [(&str, &str); 16] = [
    ("cim", "com"),
    ("cmo", "com"),
    ("comm", "com"),
    ("comn", "com"),
    ("con", "com"),
    ("conm", "com"),
    ("coom", "com"),
    ("cpm", "com"),
    ("dee", "de"),
    ("nett", "net"),
    ("nte", "net"),
    ("ocm", "com"),
    ("ogr", "org"),
    ("orgg", "org"),
    ("vom", "com"),
    ("xom", "com"),
];

/// How often each domain occurs.
#[derive(Debug, Default)]
pub(super) struct Domains {
    all: Vec<Domain>,
    /// The indexes by hash.
    by_hash: HashMap<u64, usize>,
    /// The index of the last one: many lists have one domain only.
    last: usize,
}

#[derive(Debug)]
struct Domain {
    hash: u64,
    name: String,
    count: u64,
    /// The line and the address of the first row that has it.
    line: u64,
    address: String,
}

impl Domains {
    pub(super) fn add(&mut self, email: &Email, line: u64) {
        if let Some(last) = self.all.get_mut(self.last)
            && last.name == email.domain()
        {
            last.count += 1;
            return;
        }
        let name = email.domain();
        let hash = fold_hash(name);
        self.count(hash, 1, || Domain {
            hash,
            name: name.to_ascii_lowercase(),
            count: 0,
            line,
            address: email.to_string(),
        });
    }

    pub(super) fn merge(&mut self, later: Domains) {
        for domain in later.all {
            self.count(domain.hash, domain.count, || Domain { count: 0, ..domain });
        }
    }

    fn count(&mut self, hash: u64, count: u64, domain: impl FnOnce() -> Domain) {
        let at = match self.by_hash.get(&hash) {
            Some(at) => *at,
            None if self.all.len() < MOST_DOMAINS => {
                self.by_hash.insert(hash, self.all.len());
                self.all.push(domain());
                self.all.len() - 1
            }
            None => return,
        };
        self.all[at].count += count;
        self.last = at;
    }

    /// A warning for each domain that is probably misspelled.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let common: Vec<&Domain> =
            self.all.iter().filter(|domain| domain.count >= COMMON).collect();
        let mut remarks = Vec::new();
        let mut more = 0;
        for domain in &self.all {
            let Some(likely) = likely(domain, &common) else { continue };
            if remarks.len() == MOST {
                more += 1;
                continue;
            }
            let rows = match domain.count {
                1 => String::new(),
                count => format!(" (in {count} rows)"),
            };
            let message = format!(
                "line {}: the domain of {} may be misspelled{rows}",
                domain.line,
                quoted(&domain.address)
            );
            let local = domain.address.split('@').next().unwrap_or_default();
            let hint = format!("did you mean {}?", quoted(&format!("{local}@{likely}")));
            remarks.push(Remark::warning("misspelled-domain", message).hint(hint));
        }
        if more > 0 {
            let message = format!("{more} more domains may be misspelled");
            remarks.push(Remark::warning("misspelled-domain", message));
        }
        remarks
    }
}

/// The domain that was probably meant.
fn likely(domain: &Domain, common: &[&Domain]) -> Option<String> {
    let name = domain.name.as_str();
    if OFTEN_MISTYPED.contains(&name) || NEIGHBORS.contains(&name) {
        return None;
    }
    let (rest, ending) = name.rsplit_once('.')?;
    let right = ENDINGS.binary_search_by_key(&ending, |(wrong, _)| *wrong);
    let right = right.ok().map(|at| format!("{rest}.{}", ENDINGS[at].1));
    let corrected = right.as_deref().unwrap_or(name);
    let is_near = |known: &&str| known.len() >= SHORTEST && are_one_edit_apart(corrected, known);
    if let Some(provider) = OFTEN_MISTYPED.into_iter().find(is_near) {
        return Some(provider.to_owned());
    }
    if right.is_some() {
        return right;
    }
    if domain.count > 1 || name.len() < SHORTEST {
        return None;
    }
    let near = common.iter().find(|known| {
        // `school1.org` and `school2.org` are two.
        are_one_edit_apart(name, &known.name) && without_digits(name) != without_digits(&known.name)
    });
    near.map(|known| known.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_neighbors_are_no_typing_errors() {
        assert!(ENDINGS.is_sorted());
        for name in OFTEN_MISTYPED.iter().chain(&NEIGHBORS) {
            assert_eq!(name.to_ascii_lowercase(), *name);
        }
    }
}
