//! `[roles]`: the rights of each role, and people who have a role whatever the roster says.

use std::collections::{HashMap, HashSet};

use meetmint_batch::{Problem, Rejection, Roles, quoted, reachable, suggest};
use meetmint_core::{Bypass, Email, FEATURES, LinkOption, MODERATOR, PARTICIPANT, Role, one_line};

use super::meeting::duration;
use super::table::Table;
use super::value::{self, Located};

/// The longest name of a role, in characters.
const LONGEST_NAME: usize = 64;

/// The most roles of a meeting: each cell of the roster is compared with all of them.
const MOST_ROLES: usize = 200;

/// A role, the people who are listed under it, and the words for it.
struct RoleEntry {
    role: Role,
    people: Vec<Located<Email>>,
    words: Vec<Located<String>>,
}

/// What `[roles]` says.
pub(super) struct RolesTable {
    /// `None` if the name of a role is wrong: with half of the roles, rows without mistakes would be refused. Other
    /// mistakes are left out of it, so that the roster can still be checked.
    pub(super) roles: Option<Roles>,
    /// People whose address is good enough for a link, and not for mail.
    pub(super) unreachable: Vec<Problem>,
}

/// Reads `[roles]`, and `default_role` of `[roster]`.
pub(super) fn read(root: &Table<'_>) -> RolesTable {
    let table = root.table("roles");
    let mut roles: Vec<RoleEntry> = Vec::new();
    let mut unreachable = Vec::new();
    let mut is_valid = true;
    let tables = table.tables();
    if tables.len() > MOST_ROLES {
        let message =
            format!("there are {} roles, and at most {MOST_ROLES} are read", tables.len());
        let hint = "give people who have the same rights the same role";
        table.report("too-many-roles", table.offset(), message, hint);
        return RolesTable { roles: None, unreachable };
    }
    for (name, role_table) in tables {
        let Some(name) = role_name(&table, &name, &roles) else {
            is_valid = false;
            continue;
        };
        let mut role = if name == MODERATOR { Role::moderator() } else { Role::named(&name) };
        read_rights(&role_table, &mut role);
        read_link_options(&role_table, &mut role);
        let people = read_people(&role_table, &mut unreachable);
        let words = role_table.strings("words");
        role.opens = duration(&role_table, "opens");
        role.closes = duration(&role_table, "closes");
        role_table.finish();
        roles.push(RoleEntry { role, people, words });
    }
    let default = default_role(root, &roles);
    let words = words(&table, &roles);
    let roles = with_people(&table, &roles);
    let roles = default.and_then(|default| roles?.with_default(&default)).filter(|_| is_valid);
    let roles = roles.map(|roles| roles.with_words(words));
    RolesTable { roles, unreachable }
}

/// The roles with the people under them; without people if somebody is listed under two roles.
fn with_people(table: &Table<'_>, roles: &[RoleEntry]) -> Option<Roles> {
    let emails = |people: &[Located<Email>]| {
        people.iter().map(|person| person.value.clone()).collect::<Vec<_>>()
    };
    let all = roles.iter().map(|entry| (entry.role.clone(), emails(&entry.people)));
    let conflicts = match Roles::new(all.collect()) {
        Ok(roles) => return Some(roles),
        Err(conflicts) => conflicts,
    };
    let people = roles.iter().flat_map(|RoleEntry { role, people, .. }| {
        people.iter().map(|person| ((role.name.as_str(), person.value.as_str()), person.offset))
    });
    let offsets: HashMap<_, _> = people.collect();
    for conflict in conflicts {
        // Reported at the second mention: the first may well be right.
        let second = (conflict.second.as_str(), conflict.email.as_str());
        let offset = offsets.get(&second).copied().unwrap_or(table.offset());
        let hint = "list each person under one role only";
        table.report("two-roles", offset, conflict.to_string(), hint);
    }
    Roles::new(roles.iter().map(|entry| (entry.role.clone(), Vec::new())).collect()).ok()
}

/// The words for each role, with its index. A word that is already the name of another role, or a word for one, is
/// reported: which of the two a row means cannot be known.
fn words(table: &Table<'_>, roles: &[RoleEntry]) -> Vec<(String, usize)> {
    let names = roles.iter().enumerate().map(|(at, entry)| (entry.role.name.clone(), (at, true)));
    let mut known: HashMap<String, (usize, bool)> = names.collect();
    let mut words = Vec::new();
    let all = roles.iter().enumerate();
    for (role, word) in all.flat_map(|(at, entry)| entry.words.iter().map(move |it| (at, it))) {
        let key = word.value.trim().to_lowercase();
        let name = |at: usize| quoted(&roles[at].role.name);
        let (message, hint) = match known.get(&key) {
            _ if key.is_empty() => (
                "a word for a role is empty".to_owned(),
                "write the cells that mean this role; empty cells mean `default_role`",
            ),
            Some((other, is_name)) if *other != role => {
                let what = if *is_name { "the name of" } else { "also a word for" };
                let word = quoted(&word.value);
                let message = format!(
                    "{word} is a word for the role {}, and {what} {}",
                    name(role),
                    name(*other)
                );
                (message, "a word can mean one role only: remove it from one of the two")
            }
            // The role's own name, or the same word again, is harmless.
            Some(_) => continue,
            None => {
                words.push((key.clone(), role));
                known.insert(key, (role, false));
                continue;
            }
        };
        table.report("bad-role", word.offset, message, hint);
    }
    words
}

/// The role's name in lower case, as rows are compared with it; nothing if it is reported.
fn role_name(table: &Table<'_>, name: &Located<String>, roles: &[RoleEntry]) -> Option<String> {
    let key = name.value.to_lowercase();
    let (message, hint) = if one_line(&key, LONGEST_NAME).as_ref() != Some(&key) {
        (
            "is not a valid name for a role",
            "use a name of at most 64 visible characters on one line",
        )
    } else if roles.iter().any(|entry| entry.role.name == key) {
        ("is the name of two roles", "upper and lower case make no difference: rename one of them")
    } else {
        return Some(key);
    };
    table.report("bad-role", name.offset, format!("{} {message}", quoted(&name.value)), hint);
    None
}

/// The role of everybody whose row names none.
fn default_role(root: &Table<'_>, roles: &[RoleEntry]) -> Option<String> {
    let roster = root.table("roster");
    let Some(text) = roster.string("default_role") else { return Some(PARTICIPANT.to_owned()) };
    let names = roles.iter().map(|entry| entry.role.name.as_str()).chain([MODERATOR, PARTICIPANT]);
    roster.parsed(Some(text), "unknown-role", |text| {
        let known = names.clone().find(|name| name.eq_ignore_ascii_case(text.trim()));
        known.map(str::to_owned).ok_or_else(|| {
            Rejection::new("unknown role", suggest(text, names, "roles of this meeting:"))
        })
    })
}

/// Reads `moderator`, `visitor`, `lobby_bypass`, `security_bypass` and `features`.
fn read_rights(table: &Table<'_>, role: &mut Role) {
    if let Some(moderator) = table.boolean("moderator") {
        role.moderator = moderator;
        // Rows without a role, or with a word that means moderator, rely on what these two can do.
        if role.name == PARTICIPANT && moderator {
            table.report(
                "bad-role",
                table.offset(),
                "`moderator` cannot be true for the role `participant`",
                "define a role of your own with moderator = true; to make everybody a moderator, write default_role = \"moderator\" under [roster]",
            );
        }
        if role.name == MODERATOR && !moderator {
            table.report(
                "bad-role",
                table.offset(),
                "`moderator` must be true for the role `moderator`",
                "write moderator = true, and define a role of your own for people who must not moderate",
            );
        }
    }
    role.visitor = table.boolean("visitor").unwrap_or(false);
    if role.visitor && role.moderator {
        // Whoever moderates has to be heard, and nobody could be let in from the audience.
        let hint = if role.name == MODERATOR {
            "remove `visitor` here, and define a role of your own for people who only watch"
        } else {
            "remove one of the two lines: moderators run the meeting, and visitors only watch"
        };
        let offset = table.offset_of("visitor").unwrap_or(table.offset());
        let message = format!("the role {} cannot be moderator and visitor", quoted(&role.name));
        table.report("bad-role", offset, message, hint);
    }
    role.bypass = Bypass {
        lobby: table.boolean("lobby_bypass").unwrap_or(false),
        security: table.boolean("security_bypass").unwrap_or(false),
    };
    let written = table.strings("features");
    // A list without entries switches every feature off. Without a list the server decides.
    let mut features = table.offset_of("features").map(|_| Vec::with_capacity(written.len()));
    let mut known = HashSet::new();
    for feature in written {
        if !FEATURES.contains(&feature.value.as_str()) {
            table.report(
                "bad-feature",
                feature.offset,
                format!("{} is not a feature of Jitsi", quoted(&feature.value)),
                suggest(&feature.value, FEATURES, "use one of"),
            );
        // A repeated key in a JSON object is read differently by different parsers (RFC 8259 §4).
        } else if let Some(features) = &mut features
            && known.insert(feature.value.clone())
        {
            features.push(feature.value);
        }
    }
    role.features = features;
}

/// Reads `link`: settings of the person's own client.
fn read_link_options(table: &Table<'_>, role: &mut Role) {
    let table = table.table("link");
    for (key, value) in table.entries() {
        let (offset, message, hint) =
            match value::json(value.value).map(|value| LinkOption::new(&key.value, value)) {
                Some(Ok(option)) => {
                    role.link_options.push(option);
                    continue;
                }
                Some(Err(bad)) => (
                    key.offset,
                    bad.to_string(),
                    "use names that start with `config.`, `interfaceConfig.` or `userInfo.`",
                ),
                None => (
                    value.offset,
                    format!("the value of {} cannot be put into a link", quoted(&key.value)),
                    "use a string, a number, true, false, or a list of these",
                ),
            };
        table.report("bad-link-option", offset, message, hint);
    }
}

/// Reads `people`: those who have the role whatever the roster says.
fn read_people(table: &Table<'_>, unreachable: &mut Vec<Problem>) -> Vec<Located<Email>> {
    let mut people = Vec::new();
    for Located { value: text, offset } in table.strings("people") {
        match Email::parse(&text) {
            Ok(email) => {
                if let Err(Rejection { message, hint }) = reachable(&email) {
                    let message = format!("{} {message}", quoted(&text));
                    unreachable.push(table.location(offset).problem("not-ascii", message, hint));
                }
                people.push(Located::new(email, offset));
            }
            Err(bad) => {
                let message = format!("{} is not an email address: {bad}", quoted(&text));
                table.report("not-an-email", offset, message, bad.hint());
            }
        }
    }
    people
}

#[cfg(test)]
mod tests;
