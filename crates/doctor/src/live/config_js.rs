//! `config.js`, read as text: it is a program, and nothing of it is run.

mod escapes;
mod expression;
mod follower;
mod lexer;
mod program;
mod source;
mod store;
mod unknown;

use follower::{Follower, Given};
use store::Value;

/// What it says, as far as it is literal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ClientConfig {
    /// `hosts.domain`: what `sub` is compared with.
    pub(super) domain: Option<String>,
    /// `hosts.muc`.
    pub(super) muc: Option<String>,
    /// `hosts.focus`.
    pub(super) focus: Option<String>,
    /// `hosts.anonymousdomain`.
    pub(super) anonymous_domain: Option<String>,
    /// `bosh`.
    pub(super) bosh: Option<String>,
    /// `conferenceRequestUrl`.
    pub(super) conference_request: Option<String>,
    /// Those of them that are there, but are no literals. `hosts` or `config` if a whole object is not known.
    pub(super) unread: Vec<String>,
}

/// Reads it, for links with this tenant; `None` if the text is no configuration of Jitsi's page, such as HTML.
///
/// `subdomain` and `subdir` are the tenant's, as in the stock files (`jitsi-tokens` facts, §8): Jitsi's web server puts
/// them in only when it includes the file in the page, so their values in the file itself do not count.
pub(super) fn read(text: &str, tenant: Option<&str>) -> Option<ClientConfig> {
    let given = [
        Given {
            name: "subdomain",
            value: tenant.map_or_else(String::new, |tenant| {
                format!("{}.", tenant.replace('.', "_").to_lowercase())
            }),
        },
        Given {
            name: "subdir",
            value: tenant.map_or_else(String::new, |tenant| format!("{tenant}/")),
        },
    ];
    let mut program = Follower::new(text, &given);
    if program.source.is_markup() {
        return None;
    }
    program.follow();
    let mut config = collect(&program)?;
    for value in [&mut config.muc, &mut config.bosh, &mut config.conference_request] {
        *value = value.take().map(|value| filled(value, tenant));
    }
    Some(config)
}

/// A value with the tenant where the web server would put it. Older stock files have the server-side includes of nginx
/// inside of their strings.
fn filled(mut value: String, tenant: Option<&str>) -> String {
    for (variable, after) in [("subdomain", "."), ("subdir", "/")] {
        let include = format!("<!--# echo var=\"{variable}\" default=\"\" -->");
        let with = tenant.map_or_else(String::new, |tenant| format!("{tenant}{after}"));
        value = value.replace(&include, &with);
    }
    value
}

/// Takes the settings from what was assigned.
fn collect(program: &Follower<'_>) -> Option<ClientConfig> {
    let store = &program.store;
    let mut config = ClientConfig::default();
    let whole = match store.get(&["config".to_owned()])? {
        Value::Object(object) => object,
        Value::Unknown => {
            config.unread.push("config".to_owned());
            return Some(config);
        }
        Value::Nothing | Value::Text(_) => return None,
    };
    let hosts = store.key(whole, "hosts");
    let mut is_jitsi = hosts.is_some();
    let mut unread = Vec::new();
    let mut take = |object: Option<usize>, name: &str, key: &str| match store.key(object?, key)? {
        Value::Text(text) => {
            is_jitsi = true;
            (!text.is_empty()).then(|| text.to_string())
        }
        // What is falsy is as good as absent to the page.
        Value::Nothing => None,
        Value::Unknown | Value::Object(_) => {
            unread.push(name.to_owned());
            None
        }
    };
    let hosts_object = match hosts {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    };
    config.domain = take(hosts_object, "hosts.domain", "domain");
    config.muc = take(hosts_object, "hosts.muc", "muc");
    config.focus = take(hosts_object, "hosts.focus", "focus");
    config.anonymous_domain = take(hosts_object, "hosts.anonymousdomain", "anonymousdomain");
    config.bosh = take(Some(whole), "bosh", "bosh");
    config.conference_request = take(Some(whole), "conferenceRequestUrl", "conferenceRequestUrl");
    if matches!(hosts, Some(Value::Unknown))
        || hosts_object.is_some_and(|hosts| store.is_open(hosts))
    {
        unread.push("hosts".to_owned());
    }
    if store.is_open(whole) {
        unread.push("config".to_owned());
    }
    config.unread = unread;
    (is_jitsi || !config.unread.is_empty()).then_some(config)
}

#[cfg(test)]
mod any_text;
#[cfg(test)]
mod tests;
