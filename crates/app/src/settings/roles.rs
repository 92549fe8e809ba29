//! `[roles]`: the rights of each role, and people who have a role whatever the roster says.

use std::collections::{HashMap, HashSet};

use meetmint_batch::{Rejection, Roles, quoted, suggest};
use meetmint_core::{Email, LinkOption, MODERATOR, PARTICIPANT, Role, one_line};

use super::meeting::duration;
use super::table::Table;
use super::value::{self, Located};

/// The longest name of a role, in characters.
const LONGEST_NAME: usize = 64;

/// The most roles of a meeting: each cell of the roster is compared with all of them.
const MOST_ROLES: usize = 200;

/// A role, and the people who are listed under it.
type RoleEntry = (Role, Vec<Located<Email>>);

/// Reads `[roles]`, and `default_role` of `[roster]`. `None` if a role has mistakes: with half of the roles, rows
/// without mistakes would be refused.
pub(super) fn read(root: &Table<'_>) -> Option<Roles> {
    let table = root.table("roles");
    let mut roles: Vec<RoleEntry> = Vec::new();
    let mut is_valid = true;
    let tables = table.tables();
    if tables.len() > MOST_ROLES {
        let message =
            format!("there are {} roles, and at most {MOST_ROLES} are read", tables.len());
        let hint = "give people who have the same rights the same role";
        table.report("too-many-roles", table.offset(), message, hint);
        return None;
    }
    for (name, role_table) in tables {
        let Some(name) = role_name(&table, &name, &roles) else {
            is_valid = false;
            continue;
        };
        let mut role = if name == MODERATOR { Role::moderator() } else { Role::named(&name) };
        let mut people = Vec::new();
        // Not `&&`: each part reports its own mistakes.
        is_valid &= read_rights(&role_table, &mut role)
            & read_link_options(&role_table, &mut role)
            & read_people(&role_table, &mut people);
        // A wrong time does not make the role invalid: rows can still be checked against it.
        role.opens = duration(&role_table, "opens");
        role.closes = duration(&role_table, "closes");
        role_table.finish();
        roles.push((role, people));
    }
    let default = default_role(root, &roles)?;
    let with_emails = |(role, people): &RoleEntry| {
        (role.clone(), people.iter().map(|person| person.value.clone()).collect())
    };
    match Roles::new(roles.iter().map(with_emails).collect()) {
        Ok(roles) => roles.with_default(&default).filter(|_| is_valid),
        Err(conflicts) => {
            let people = roles.iter().flat_map(|(role, people)| {
                people
                    .iter()
                    .map(|person| ((role.name.as_str(), person.value.as_str()), person.offset))
            });
            let offsets: HashMap<_, _> = people.collect();
            for conflict in conflicts {
                // Reported at the second mention: the first may well be right.
                let second = (conflict.second.as_str(), conflict.email.as_str());
                let offset = offsets.get(&second).copied().unwrap_or(table.offset());
                let hint = "list each person under one role only";
                table.report("two-roles", offset, conflict.to_string(), hint);
            }
            None
        }
    }
}

/// The role's name in lower case, as rows are compared with it; nothing if it is reported.
fn role_name(table: &Table<'_>, name: &Located<String>, roles: &[RoleEntry]) -> Option<String> {
    let key = name.value.to_lowercase();
    let (message, hint) = if one_line(&key, LONGEST_NAME).as_ref() != Some(&key) {
        (
            "is not a valid name for a role",
            "use a name of at most 64 visible characters on one line",
        )
    } else if roles.iter().any(|(role, _)| role.name == key) {
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
    let names = roles.iter().map(|(role, _)| role.name.as_str()).chain([MODERATOR, PARTICIPANT]);
    roster.parsed(Some(text), "unknown-role", |text| {
        let known = names.clone().find(|name| name.eq_ignore_ascii_case(text.trim()));
        known.map(str::to_owned).ok_or_else(|| {
            Rejection::new("unknown role", suggest(text, names, "roles of this meeting:"))
        })
    })
}

/// Reads `moderator` and `features`.
fn read_rights(table: &Table<'_>, role: &mut Role) -> bool {
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
    let mut is_valid = true;
    // The form of all features that Jitsi knows (`jitsi-tokens` facts, §2). Unknown ones are allowed: each version
    // adds some.
    let written = table.strings("features");
    // A list without entries switches every feature off. Without a list the server decides.
    let mut features = table.offset_of("features").map(|_| Vec::with_capacity(written.len()));
    let mut known = HashSet::new();
    for feature in written {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if feature.value.is_empty() || !feature.value.bytes().all(is_plain) {
            is_valid = false;
            table.report(
                "bad-feature",
                feature.offset,
                format!("{} is not a valid name for a feature", quoted(&feature.value)),
                "use lower-case names like `screen-sharing` or `recording`",
            );
        // A repeated key in a JSON object is read differently by different parsers (RFC 8259 §4).
        } else if let Some(features) = &mut features
            && known.insert(feature.value.clone())
        {
            features.push(feature.value);
        }
    }
    role.features = features;
    is_valid
}

/// Reads `link`: settings of the person's own client.
fn read_link_options(table: &Table<'_>, role: &mut Role) -> bool {
    let table = table.table("link");
    let mut is_valid = true;
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
        is_valid = false;
        table.report("bad-link-option", offset, message, hint);
    }
    is_valid
}

/// Reads `people`: those who have the role whatever the roster says.
fn read_people(table: &Table<'_>, people: &mut Vec<Located<Email>>) -> bool {
    let mut is_valid = true;
    for person in table.strings("people") {
        match Email::parse(&person.value) {
            Ok(email) => people.push(Located::new(email, person.offset)),
            Err(bad) => {
                is_valid = false;
                let message = format!("{} is not an email address: {bad}", quoted(&person.value));
                table.report("not-an-email", person.offset, message, bad.hint());
            }
        }
    }
    is_valid
}
