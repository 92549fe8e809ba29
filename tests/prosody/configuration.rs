//! Prosody's configuration: a virtual host and a component for its rooms, for each Jitsi server of the tests.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What a Jitsi server verifies tokens with.
#[derive(Clone, Debug)]
pub(crate) enum Key {
    /// `app_secret`.
    Secret(String),
    /// `asap_key_server`.
    Server(String),
    /// Both.
    Both(String, String),
}

/// A Jitsi server of the tests, by the options of its virtual host. `None` leaves an option out.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) domain: String,
    pub(crate) app_id: String,
    pub(crate) key: Key,
    pub(crate) algorithm: Option<String>,
    pub(crate) issuers: Option<Vec<String>>,
    pub(crate) audiences: Option<Vec<String>>,
    pub(crate) domain_verification: bool,
    pub(crate) empty_token: bool,
    /// The modules of the rooms' component.
    pub(crate) muc_modules: Vec<&'static str>,
}

/// The one who is in every room before the others come, as Jicofo is.
pub(super) const FOCUS_DOMAIN: &str = "focus.test";

/// The text of `prosody.cfg.lua`.
pub(super) fn text(
    folder: &Path,
    port: u16,
    plugins: &[PathBuf],
    settings: &str,
    hosts: &[Host],
) -> String {
    let plugins = list(plugins.iter().map(|path| path.display().to_string()));
    let folder = folder.display();
    let mut text = format!(
        r#"run_as_root = true
data_path = "{folder}/data"
pidfile = "{folder}/pid"
log = {{ {{ levels = {{ min = "info" }}, to = "file", filename = "{folder}/log" }} }}
plugin_paths = {plugins}
interfaces = {{ "127.0.0.1" }}
http_interfaces = {{ "127.0.0.1" }}
http_ports = {{ {port} }}
https_ports = {{}}
c2s_ports = {{}}
c2s_direct_tls_ports = {{}}
s2s_ports = {{}}
modules_enabled = {{ "bosh", "saslauth", "ping" }}
modules_disabled = {{ "s2s", "tls", "offline", "carbons", "limits" }}
consider_bosh_secure = true
-- Whoever has joined stays until the end, without asking for more.
bosh_max_inactivity = 86400
c2s_require_encryption = false
storage = "memory"
component_admins_as_room_owners = true
admins = {{ "focus@{FOCUS_DOMAIN}" }}
{settings}
VirtualHost "{FOCUS_DOMAIN}"
    authentication = "insecure"
    insecure_open_authentication = "Yes please, I know what I'm doing!"
"#
    );
    for host in hosts {
        add(host, &mut text);
    }
    text
}

fn add(host: &Host, text: &mut String) {
    let Host { domain, app_id, .. } = host;
    let mapped = format!("    muc_mapper_domain_base = {}\n", quoted(domain));
    let mut line = |option: &str, value: String| writeln!(text, "{option}{value}").unwrap();
    line("\nVirtualHost ", quoted(domain));
    line(
        "    authentication = \"token\"\n    modules_enabled = { \"muc_domain_mapper\", \"presence_identity\" }\n",
        mapped.clone(),
    );
    line("    app_id = ", quoted(app_id));
    let (secret, key_server) = match &host.key {
        Key::Secret(secret) => (Some(secret), None),
        Key::Server(url) => (None, Some(url)),
        Key::Both(secret, url) => (Some(secret), Some(url)),
    };
    if let Some(secret) = secret {
        line("    app_secret = ", quoted(secret));
    }
    if let Some(url) = key_server {
        line("    asap_key_server = ", quoted(url));
    }
    if let Some(algorithm) = &host.algorithm {
        line("    signature_algorithm = ", quoted(algorithm));
    }
    if let Some(issuers) = &host.issuers {
        line("    asap_accepted_issuers = ", list(issuers));
    }
    if let Some(audiences) = &host.audiences {
        line("    asap_accepted_audiences = ", list(audiences));
    }
    line("    enable_domain_verification = ", host.domain_verification.to_string());
    line("    allow_empty_token = ", host.empty_token.to_string());
    line("Component ", format!("{} \"muc\"", quoted(&format!("conference.{domain}"))));
    line("    modules_enabled = ", list(&host.muc_modules));
    line("    muc_room_locking = false\n    restrict_room_creation = true\n", mapped);
}

fn list(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| quoted(item.as_ref())).collect();
    format!("{{ {} }}", items.join(", "))
}

/// A string of Lua.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
