//! Which virtual hosts check tokens.

use meetmint_core::quoted;

use super::config::{Config, Host};
use crate::lua::Value;
use crate::remark::Refused;

/// What Jitsi's own host for its cloud services accepts tokens of: it is not for people (`jitsi-tokens` facts, §5).
const CLOUD_ISSUER: &[u8] = b"jaas-components";

/// How a VirtualHost lets people in.
pub(super) enum Login {
    /// With a token.
    Token,
    /// Without anything.
    Anonymous,
    /// In another way.
    Other,
}

/// How people log in to a host.
pub(super) fn login(config: &Config, host: &Host) -> Login {
    match authentication(config, host).as_deref() {
        // `hybrid_matrix_token` accepts tokens, and Matrix accounts besides.
        Some("token" | "hybrid_matrix_token") => Login::Token,
        Some("anonymous" | "jitsi-anonymous") => Login::Anonymous,
        _ => Login::Other,
    }
}

fn authentication(config: &Config, host: &Host) -> Option<String> {
    let text = config.option(host, "authentication")?.value.text()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

/// The virtual hosts that check people's tokens, in the order of the files.
///
/// # Errors
/// If there is none: what they do instead, and how to change it.
pub(crate) fn token_hosts(config: &Config) -> Result<Vec<&Host>, Refused> {
    let with_token =
        |host: &&Host| matches!(login(config, host), Login::Token) && !is_for_cloud(host);
    let hosts: Vec<&Host> = config.virtual_hosts().filter(with_token).collect();
    if hosts.is_empty() { Err(none(config)) } else { Ok(hosts) }
}

/// Whether it is the host of Jitsi's own cloud services.
fn is_for_cloud(host: &Host) -> bool {
    let issuers = host.own("asap_accepted_issuers");
    let is_issuer = |value: &Value| value.text().as_deref() == Some(CLOUD_ISSUER);
    host.name.starts_with("jigasi.")
        || issuers.is_some_and(|issuers| match &issuers.value {
            Value::Table(entries) => entries.iter().any(|entry| is_issuer(&entry.value)),
            value => is_issuer(value),
        })
}

/// Why no host checks tokens.
fn none(config: &Config) -> Refused {
    let elsewhere = match config.includes.first() {
        Some(include) => format!(
            ", or give the file with the VirtualHost as well: {} includes {}",
            include.place,
            quoted(&include.value)
        ),
        None => String::new(),
    };
    let base = config.global("muc_mapper_domain_base").and_then(|base| base.value.text());
    let is_main = |host: &&Host| {
        base.as_deref() == Some(host.name.as_bytes())
            || host.own("app_id").is_some()
            || host.own("app_secret").is_some()
    };
    let is_other = |host: &&Host| {
        // Prosody's own example, in the file that includes the others.
        (host.name == "localhost" && !config.includes.is_empty())
            || ["auth.", "recorder.", "guest.", "hidden."]
                .iter()
                .any(|prefix| host.name.starts_with(prefix))
    };
    let people = || config.virtual_hosts().filter(|host| !is_for_cloud(host));
    let host = people().find(is_main).or_else(|| people().find(|host| !is_other(host)));
    let off = config
        .disabled_hosts()
        .find(|host| matches!(login(config, host), Login::Token) && !is_for_cloud(host));
    if let Some(host) = off
        && let Some(place) = config.switched_off(host)
    {
        let name = quoted(&host.name);
        let message = format!(
            "VirtualHost {name} checks tokens, but it is switched off by `enabled = false`"
        );
        let hint = "remove that line on the server, restart Prosody, and run this command again";
        return Refused::at("tokens-off", place, message, hint);
    }
    let Some(host) = host else {
        let hint = format!(
            "name the file with the VirtualHost of your server: /etc/prosody/conf.avail/HOST.cfg.lua{elsewhere}"
        );
        return Refused::general(
            "no-host",
            "there is no VirtualHost for people in these files",
            hint,
        );
    };
    let name = quoted(&host.name);
    let set = config.option(host, "authentication");
    let place = set.map_or(&host.place, |set| &set.place);
    let message = match authentication(config, host) {
        Some(other) => format!("tokens are off: {name} has `authentication` {}", quoted(&other)),
        None if set.is_some() => format!("`authentication` of {name} is not written as it is"),
        None => format!("tokens are off: {name} does not set `authentication`"),
    };
    let hint = format!(
        "under VirtualHost {name}, set authentication = \"token\", app_id and app_secret (on Debian, the package jitsi-meet-tokens does that), restart Prosody, and run this command again{elsewhere}"
    );
    Refused::at("tokens-off", place, message, hint)
}
