//! `[roster]` and `[roles]`: who comes, and with what rights.

use std::path::{Path, PathBuf};

use meetmint_batch::{
    ColumnSettings, Duplicates, FIELDS, Field, MeetingSpec, PER_ROW, Rejection, Roles, RosterSpec,
    quoted, suggest,
};
use meetmint_core::{Email, LinkOption, MODERATOR, PARTICIPANT, Role, one_line};
use toml::de::DeValue;

use super::RosterSettings;
use super::meeting::window;
use crate::document::{Placed, Table, strings_of};

/// What `[roster]` says by itself.
pub(super) struct RosterTable {
    path: PathBuf,
    shown: String,
    columns: ColumnSettings,
    duplicates: Duplicates,
}

impl RosterTable {
    pub(super) fn with(self, roles: Roles, meeting: MeetingSpec) -> RosterSettings {
        let spec = RosterSpec {
            columns: self.columns,
            roles,
            duplicates: self.duplicates,
            meeting,
            need_email: false,
        };
        RosterSettings { path: self.path, shown: self.shown, spec }
    }
}

pub(super) fn read(root: &Table<'_>, folder: &Path) -> Option<RosterTable> {
    let table = root.table("roster");
    let file = table.required("file", "it is the list of people");
    let columns = ColumnSettings { named: columns(&table), per_row: per_row(&table) };
    table.mark("default_role");
    let duplicates = table.parsed(table.string("duplicates"), "bad-value", |text| match text {
        "refuse" => Ok(Duplicates::Refuse),
        "first" => Ok(Duplicates::First),
        _ => Err(Rejection::new(
            "it is neither `refuse` nor `first`",
            "write `first` to let the first row count",
        )),
    });
    table.finish();
    let file = file?.value;
    let path = folder.join(&file);
    let shown = path.display().to_string();
    Some(RosterTable { path, shown, columns, duplicates: duplicates.unwrap_or(Duplicates::Refuse) })
}

fn columns(table: &Table<'_>) -> Vec<(Field, Vec<String>)> {
    let table = table.table("columns");
    let mut named = Vec::new();
    for (key, value) in table.entries() {
        let Some(field) = Field::named(&key.value) else {
            let hint = suggest(&key.value, FIELDS.iter().map(|(_, name)| *name), "there are");
            table.report(
                "unknown-key",
                &key.span,
                format!("{} is not something that a column can be", quoted(&key.value)),
                hint,
            );
            continue;
        };
        match strings_of(&value) {
            Some(headings)
                if headings.len() == 1 || (field == Field::Name && !headings.is_empty()) =>
            {
                named.push((field, headings.into_iter().map(|heading| heading.value).collect()));
            }
            _ => table.report(
                "wrong-type",
                &value.span,
                format!("`{}` is not the heading of one column", key.value),
                "write it in quotes; only a name can be put together from several columns",
            ),
        }
    }
    named
}

fn per_row(table: &Table<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    for name in table.strings("per_row") {
        match Field::named(&name.value).filter(|field| PER_ROW.contains(field)) {
            Some(field) => fields.push(field),
            None => {
                let hint = suggest(&name.value, PER_ROW.map(Field::name), "a row can override");
                table.report(
                    "bad-value",
                    &name.span,
                    format!("{} is nothing that a row can override", quoted(&name.value)),
                    hint,
                );
            }
        }
    }
    fields
}

/// The roles, with those who have one whatever the list says.
pub(super) fn roles(root: &Table<'_>) -> Option<Roles> {
    let table = root.table("roles");
    let mut roles: Vec<Role> = Vec::new();
    let mut people = Vec::new();
    let mut sound = true;
    for (name, role_table) in table.tables() {
        let key = one_line(&name.value.to_lowercase(), 64)
            .filter(|key| *key == name.value.to_lowercase());
        let Some(key) = key.filter(|key| roles.iter().all(|role| role.name != *key)) else {
            table.report(
                "bad-role",
                &name.span,
                format!("{} cannot name a role, or names one twice", quoted(&name.value)),
                "give each role one plain name",
            );
            sound = false;
            continue;
        };
        let (role, of_role, well) = role(&key, &role_table);
        role_table.finish();
        sound &= well;
        people.extend(of_role.into_iter().map(|person| (person, key.clone())));
        roles.push(role);
    }
    let names: Vec<String> = roles
        .iter()
        .map(|role| role.name.clone())
        .chain([MODERATOR.to_owned(), PARTICIPANT.to_owned()])
        .collect();
    let roster = root.table("roster");
    let default = match roster.string("default_role") {
        None => Some(PARTICIPANT.to_owned()),
        text => roster.parsed(text, "unknown-role", |text| {
            let known = names.iter().find(|name| name.eq_ignore_ascii_case(text.trim())).cloned();
            known.ok_or_else(|| {
                let hint = suggest(text, names.iter().map(String::as_str), "the roles are");
                Rejection::new("it is not a role", hint)
            })
        }),
    };
    let spans: Vec<_> = people
        .iter()
        .map(|(person, role)| (person.value.to_string(), role.clone(), person.span.clone()))
        .collect();
    let default = default?;
    let named = roles.into_iter().map(|role| {
        let of_role = people.iter().filter(|(_, name)| *name == role.name);
        let emails = of_role.map(|(person, _)| person.value.clone()).collect();
        (role, emails)
    });
    match Roles::new(named.collect()) {
        Ok(roles) => roles.with_default(&default).filter(|_| sound),
        Err(twice) => {
            for two in twice {
                let place = spans
                    .iter()
                    .find(|(email, role, _)| *email == two.email && *role == two.second);
                let span = place.map_or(table.span(), |(_, _, span)| span);
                table.report(
                    "two-roles",
                    span,
                    two.to_string(),
                    "name everybody under one role only",
                );
            }
            None
        }
    }
}

fn role(name: &str, table: &Table<'_>) -> (Role, Vec<Placed<Email>>, bool) {
    let mut sound = true;
    let mut role = if name == MODERATOR { Role::moderator() } else { Role::named(name) };
    if let Some(moderator) = table.boolean("moderator") {
        if name == PARTICIPANT && moderator {
            table.report(
                "bad-role",
                table.span(),
                "`participant` is everybody's role, and cannot moderate",
                "make a role of your own with moderator = true, or write default_role = \"moderator\"",
            );
        }
        if name == MODERATOR && !moderator {
            table.report(
                "bad-role",
                table.span(),
                "`moderator` is the role that moderates",
                "leave moderator = true; make a role of your own for those who do not",
            );
        }
        role.moderator = moderator;
    }
    for feature in table.strings("features") {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if feature.value.is_empty() || !feature.value.bytes().all(plain) {
            sound = false;
            table.report(
                "bad-feature",
                &feature.span,
                format!("{} is not a feature's key", quoted(&feature.value)),
                "keys look like `screen-sharing` and `recording`",
            );
        } else if !role.features.contains(&feature.value) {
            role.features.push(feature.value);
        }
    }
    let options = table.table("link");
    for (key, value) in options.entries() {
        match json(value.value).map(|value| LinkOption::new(&key.value, value)) {
            Some(Ok(option)) => role.link_options.push(option),
            Some(Err(bad)) => {
                sound = false;
                options.report(
                    "bad-link-option",
                    &key.span,
                    bad.to_string(),
                    "settings begin with `config.`, `interfaceConfig.` or `userInfo.`",
                );
            }
            None => {
                sound = false;
                options.report(
                    "bad-link-option",
                    &value.span,
                    format!("the value of {} is nothing that JSON has", quoted(&key.value)),
                    "write a text, a number, true or false",
                );
            }
        }
    }
    let mut people = Vec::new();
    for person in table.strings("people") {
        match Email::parse(&person.value) {
            Ok(email) => people.push(Placed { value: email, span: person.span }),
            Err(bad) => {
                sound = false;
                table.report(
                    "not-an-email",
                    &person.span,
                    format!("{} is not an address: {bad}", quoted(&person.value)),
                    bad.hint(),
                );
            }
        }
    }
    role.opens = window(table, "opens");
    role.closes = window(table, "closes");
    (role, people, sound)
}

fn json(value: &DeValue<'_>) -> Option<serde_json::Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(yes) => (*yes).into(),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).ok()?.into()
        }
        DeValue::Float(number) => {
            serde_json::Number::from_f64(number.as_str().parse().ok()?)?.into()
        }
        DeValue::Array(values) => {
            values.iter().map(|value| json(value.get_ref())).collect::<Option<Vec<_>>>()?.into()
        }
        _ => return None,
    })
}
