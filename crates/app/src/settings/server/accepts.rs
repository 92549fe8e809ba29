//! `[server.accepts]`: what the server's own configuration says about tokens.

use std::str::FromStr;

use meetmint_batch::{Rejection, quoted, suggest};
use meetmint_core::{Accepts, Plugins, RoleRule};

use super::super::table::Table;
use super::super::value::Located;

/// What is written; the rest follows from the kind of server.
pub(super) struct AcceptsTable {
    issuers: Option<Vec<String>>,
    audiences: Option<Vec<String>>,
    subject: Option<bool>,
    guests: Option<bool>,
    roles: Option<Vec<RoleRule>>,
    room: Option<bool>,
    wildcards: Option<bool>,
    plugins: Option<Plugins>,
}

/// Reads the section, which may be absent. A mistake is reported, and what refuses nothing stands in for the value, so
/// that no claim is reported as a consequence.
pub(super) fn read(table: &Table<'_>) -> AcceptsTable {
    let any = || vec![Accepts::ANY.to_owned()];
    let accepts = AcceptsTable {
        issuers: or_stand_in(table, "issuers", values(table, "issuers"), any()),
        audiences: or_stand_in(table, "audiences", values(table, "audiences"), any()),
        subject: or_stand_in(table, "subject", table.boolean("subject"), false),
        guests: table.boolean("guests"),
        roles: roles(table),
        room: table.boolean("room"),
        wildcards: or_stand_in(table, "wildcards", table.boolean("wildcards"), true),
        plugins: table.parsed(table.string("plugins"), "bad-accepts", |text| {
            known(text, Plugins::NAMES, "unknown age of plugins")
        }),
    };
    table.finish();
    accepts
}

impl AcceptsTable {
    /// The defaults, with what is written in their place.
    pub(super) fn over(self, default: Accepts) -> Accepts {
        Accepts {
            issuers: self.issuers.unwrap_or(default.issuers),
            audiences: self.audiences.unwrap_or(default.audiences),
            subject: self.subject.unwrap_or(default.subject),
            guests: self.guests.unwrap_or(default.guests),
            roles: self.roles.unwrap_or(default.roles),
            room: self.room.unwrap_or(default.room),
            wildcards: self.wildcards.unwrap_or(default.wildcards),
            plugins: self.plugins.unwrap_or(default.plugins),
        }
    }
}

fn or_stand_in<T>(table: &Table<'_>, key: &str, value: Option<T>, stand_in: T) -> Option<T> {
    value.or_else(|| table.offset_of(key).map(|_| stand_in))
}

/// A list of accepted values. Without any value, the server would refuse every token.
fn values(table: &Table<'_>, key: &'static str) -> Option<Vec<String>> {
    let values = table.strings_if_set(key)?;
    let offset = table.offset_of(key).unwrap_or_else(|| table.offset());
    let empty = values.iter().find(|value| value.value.is_empty()).map(|value| value.offset);
    if let Some(offset) = empty.or(values.is_empty().then_some(offset)) {
        let hint = "write the values of the server's configuration, or \"*\" for any";
        table.report("bad-accepts", offset, format!("`{key}` has no value here"), hint);
        return None;
    }
    // The claims are on one line, without white space around them.
    let is_claim = |text: &str| text.trim() == text && !text.contains(char::is_control);
    if let Some(value) = values.iter().find(|value| !is_claim(&value.value)) {
        let message = format!("{} cannot be the value of a claim", quoted(&value.value));
        let hint = "write it on one line, without white space around it";
        table.report("bad-accepts", value.offset, message, hint);
        return None;
    }
    Some(values.into_iter().map(|value| value.value).collect())
}

fn roles(table: &Table<'_>) -> Option<Vec<RoleRule>> {
    let written: Vec<Located<String>> = table.strings_if_set("roles")?;
    let mut roles: Vec<RoleRule> = Vec::new();
    for text in written {
        let rule = table.parsed(Some(text), "bad-accepts", |text| {
            known(text, RoleRule::NAMES, "unknown way to become a moderator")
        });
        roles.extend(rule.filter(|rule| !roles.contains(rule)));
    }
    Some(roles)
}

fn known<T: FromStr, const N: usize>(
    text: &str,
    names: [&'static str; N],
    message: &str,
) -> Result<T, Rejection> {
    text.parse().map_err(|_| Rejection::new(message, suggest(text, names, "use one of")))
}
