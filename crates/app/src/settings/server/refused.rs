//! What the tokens of a meeting say although the server, by `[server.accepts]`, refuses it (`jitsi-tokens` facts, §1.1
//! and §1.2).

use meetmint_batch::{quoted, toml_string};
use meetmint_core::{Accepts, Server, ServerKind};

use super::super::table::Table;

/// How many accepted values a message lists.
const LISTED: usize = 3;

/// A claim of which the server has a list.
struct Listed<'a> {
    claim: &'static str,
    /// The key under `[server]`, and its value.
    key: &'static str,
    value: &'a str,
    /// The key under `[server.accepts]`, and its values.
    list_key: &'static str,
    list: &'a [String],
}

/// Reports every claim that the server refuses. `table` is `[server]`, and `written` is `[server.accepts]`.
pub(super) fn report(table: &Table<'_>, written: &Table<'_>, server: &Server, accepts: &Accepts) {
    let issuer = Listed {
        claim: "iss",
        key: "issuer",
        value: server.issuer(),
        list_key: "issuers",
        list: &accepts.issuers,
    };
    let audience = Listed {
        claim: "aud",
        key: "audience",
        value: server.audience(),
        list_key: "audiences",
        list: &accepts.audiences,
    };
    listed(table, written, &issuer);
    listed(table, written, &audience);
    subject(table, written, server, accepts);
}

fn listed(table: &Table<'_>, written: &Table<'_>, claim: &Listed<'_>) {
    let Listed { claim, key, value, list_key, list } = claim;
    if Accepts::lists(list, value) {
        return;
    }
    let list_offset = written.offset_of(list_key);
    let offset = table.offset_of(key).or(list_offset).unwrap_or_else(|| table.offset());
    let mut values: Vec<String> = list.iter().take(LISTED).map(|value| quoted(value)).collect();
    if list.len() > LISTED {
        values.push("…".to_owned());
    }
    let message = format!(
        "the server accepts {} as `{claim}`, and tokens of this meeting have {}",
        values.join(", "),
        quoted(value)
    );
    // Without a list of its own, this is JaaS: a list that is not written follows from `issuer` elsewhere.
    let hint = match list.first().filter(|_| list_offset.is_some()) {
        Some(first) => format!(
            "write {key} = {} under [server], or correct `{list_key}` under [server.accepts] if the server's configuration says otherwise",
            toml_string(first)
        ),
        None => format!("remove `{key}`: it follows from the kind of server"),
    };
    table.report("refused-claim", offset, message, hint);
}

fn subject(table: &Table<'_>, written: &Table<'_>, server: &Server, accepts: &Accepts) {
    let offset = table.offset_of("subject").unwrap_or_else(|| table.offset());
    let subject = server.subject();
    if subject == Accepts::ANY && !accepts.wildcards {
        let message = "the server refuses `*` as `sub`: `wildcards` is false";
        let hint = "remove `subject`: it then follows from `kind` and `url`";
        table.report("refused-claim", offset, message, hint);
        return;
    }
    // Both are compared when somebody joins a room, by one plugin.
    let is_compared = accepts.subject && accepts.room;
    let is_any = subject == Accepts::ANY && server.kind() != ServerKind::Jaas;
    let expected = server.expected_subject();
    if !is_compared || is_any || subject.eq_ignore_ascii_case(&expected) {
        return;
    }
    let message = format!(
        "the server compares `sub` with {}, and tokens of this meeting have {}",
        quoted(&expected),
        quoted(subject)
    );
    let hint = if server.kind() == ServerKind::Jaas {
        "remove `subject`: for JaaS it is the AppID"
    } else if written.offset_of("subject").is_some() {
        "remove `subject` under [server], or correct the one under [server.accepts] if the server does not compare it"
    } else {
        "remove `subject`; if the server does not compare it, write subject = false under [server.accepts]"
    };
    table.report("refused-claim", offset, message, hint);
}

#[cfg(test)]
mod tests;
