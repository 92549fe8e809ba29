//! All servers of the trials.

use crate::jitsi::Script;
use crate::scenario::Scenario;

/// A server with this virtual host, which `config.js` names.
macro_rules! server {
    ($domain:literal $(, $field:ident: $value:expr)* $(,)?) => {
        Scenario {
            scripts: |_| config($domain, ""),
            ..Scenario::new(Jitsi { $($field: $value,)* ..Jitsi::new($domain) })
        }
    };
}

mod focus;
mod people;
mod web;

/// What is found to be wrong, and on which servers. Nothing is on all others.
const PROBLEMS: &[(&str, &[&str])] = &[
    ("signature", &["secret.test"]),
    ("audience", &["audience.test"]),
    ("guests", &["guests.test", "guesthost.test"]),
    ("subject", &["subject.test"]),
    (
        "moderators",
        &[
            "all.test",
            "authenticated.test",
            "first.test",
            "first-and-claims.test",
            "first-moderator.test",
            "longer.test",
            "nobody.test",
        ],
    ),
    ("moderators-unknown not-tried", &["late.test"]),
    ("moderators-unknown", &["bypass.test"]),
    ("not-tried", &["interrupted.test", "maybe.test", "slow.test"]),
    ("room-not-checked", &["any-room.test"]),
    ("lobby", &["lobby.test"]),
    ("wait-for-host", &["host.test"]),
    ("focus-silent", &["silent.test"]),
    ("no-focus", &["absent.test", "disconnected.test"]),
    ("not-ready", &["unready.test"]),
    ("hosts-only", &["unauthorized.test", "forbidden.test"]),
    ("reservation", &["reserved.test"]),
    ("conference", &["no-request.test"]),
    ("config-address", &["clear-text.test"]),
    ("unknown-domain", &["lies.test"]),
    (
        "no-bosh",
        &[
            "no-bosh.test",
            "many-attributes.test",
            "page-200.test",
            "page-404.test",
            "page-502.test",
            "moved.test",
            "entities.test",
            "nested.test",
        ],
    ),
    (
        "not-reached",
        &[
            "nobody-there.test",
            "dead.test",
            "tls-name.test",
            "tls-expired.test",
            "tls-early.test",
            "tls-authority.test",
            "tls-key.test",
            "tls-self.test",
            "tls-self-expired.test",
            "endless.test",
            "cut.test",
            "attributes.test",
        ],
    ),
    ("no-config", &["redirect.test"]),
    ("stopped", &["gone.test", "later.test"]),
];

/// Every one of them.
pub(crate) fn all() -> Vec<Scenario> {
    let mut all = people::tokens();
    all.extend(people::moderators());
    all.extend(people::rooms());
    all.extend(focus::focuses());
    all.extend(web::sites());
    all.extend(web::slow_or_moved());
    all.extend(web::certificates());
    all.extend(web::broken());
    for scenario in &mut all {
        let found = PROBLEMS.iter().find(|(_, domains)| domains.contains(&scenario.jitsi.domain));
        scenario.problems = found.map_or("", |(problems, _)| problems);
    }
    all
}

/// `config.js`, as Debian's packages write it, for a server whose virtual host is not the host of its address.
fn config(domain: &str, more: &str) -> Vec<Script> {
    vec![Script::config(format!(
        "var subdomain = \"\";\nvar subdir = \"\";\nvar config = {{\n    hosts: {{\n        domain: '{domain}',\n        \
         muc: 'conference.' + subdomain + '{domain}',\n    }},\n    bosh: '/http-bind',\n{more}}};\n"
    ))]
}
