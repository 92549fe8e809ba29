//! Modules of the component with people's rooms.

use meetmint_core::quoted;

use crate::place::Place;
use crate::remark::Remark;

/// The module that checks the room claim.
pub(crate) const VERIFICATION: &str = "token_verification";

/// Those that make somebody a moderator or check tokens: elsewhere they do nothing.
pub(crate) const KNOWN: [&str; 7] = [
    VERIFICATION,
    "token_affiliation",
    "token_affiliation_legacy",
    "token_moderation",
    "token_no_wildcard",
    "muc_allowners",
    "muc_wait_for_host",
];

/// Modules with such names that change nobody's role.
const HARMLESS: [&str; 3] = ["av_moderation", "muc_moderation", "token_lobby_bypass"];

/// How many are named.
const MOST: usize = 5;

/// Notes about modules that may have to do with roles, and that meetmint knows nothing about.
pub(crate) fn unknown<'m>(modules: impl Iterator<Item = (&'m str, &'m Place)>) -> Vec<Remark> {
    let may_change_roles =
        |name: &str| ["owner", "moderat", "affiliation"].iter().any(|word| name.contains(word));
    let is_known = |name: &str| KNOWN.contains(&name) || HARMLESS.contains(&name);
    modules
        .filter(|(name, _)| may_change_roles(name) && !is_known(name))
        .take(MOST)
        .map(|(name, place)| {
            let message = format!(
                "meetmint does not know whether {} changes who is a moderator",
                quoted(name)
            );
            Remark::note("unknown-module", place, message)
        })
        .collect()
}
