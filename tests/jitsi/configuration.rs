//! Prosody's configuration: what makes up each Jitsi server.

use std::fmt::Write as _;
use std::path::Path;

/// The secret of every server.
pub(crate) const SECRET: &str = "a synthetic secret of the trials, 0123456789abcdef";

/// A Jitsi server of the tests: lines of Lua and modules for the parts of Prosody's file.
#[derive(Clone, Debug)]
pub(crate) struct Jitsi {
    pub(crate) domain: &'static str,
    /// Options of the virtual host, besides those of tokens.
    pub(crate) host: &'static [&'static str],
    pub(crate) host_modules: &'static [&'static str],
    /// Options of the component of rooms.
    pub(crate) rooms: &'static [&'static str],
    pub(crate) room_modules: &'static [&'static str],
    /// Options of the focus; `None` if there is none.
    pub(crate) focus: Option<&'static [&'static str]>,
    /// Whether there is a virtual host for people without a token.
    pub(crate) guest_domain: bool,
}

impl Jitsi {
    /// What Debian's packages install, with `token_affiliation`, and with a focus that makes nobody a moderator.
    pub(crate) const fn new(domain: &'static str) -> Jitsi {
        Jitsi {
            domain,
            host: &[],
            host_modules: &[],
            rooms: &[],
            room_modules: &["token_verification", "token_affiliation"],
            focus: Some(&[]),
            guest_domain: false,
        }
    }
}

/// The text of `prosody.cfg.lua`.
pub(super) fn text(folder: &Path, port: u16, plugins: &[String], servers: &[Jitsi]) -> String {
    let focuses = servers.iter().map(|server| format!("focus@focus.{}", server.domain));
    let admins = list(focuses);
    let plugins = list(plugins);
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
c2s_require_encryption = false
storage = "memory"
component_admins_as_room_owners = true
admins = {admins}
"#
    );
    for server in servers {
        add(server, &mut text);
    }
    text
}

fn add(server: &Jitsi, text: &mut String) {
    let domain = server.domain;
    let mapper = format!("muc_mapper_domain_base = \"{domain}\"");
    let mut section = |head: String, modules: &[&str], fixed: &[&str], options: &[&str]| {
        writeln!(text, "\n{head}\n    modules_enabled = {}", list(modules)).unwrap();
        for line in fixed.iter().chain(options) {
            writeln!(text, "    {line}").unwrap();
        }
    };
    let secret = format!("app_secret = \"{SECRET}\"");
    let tokens =
        ["authentication = \"token\"", "app_id = \"acme\"", secret.as_str(), mapper.as_str()];
    let tenants = ["muc_domain_mapper", "tenant_addresses"];
    let modules = [&tenants, ["census"].as_slice(), server.host_modules].concat();
    section(format!("VirtualHost \"{domain}\""), &modules, &tokens, server.host);
    if server.guest_domain {
        let anonymous = ["authentication = \"anonymous\"", mapper.as_str()];
        section(format!("VirtualHost \"guest.{domain}\""), &tenants, &anonymous, &[]);
    }
    let rooms = ["muc_room_locking = false", "restrict_room_creation = true", mapper.as_str()];
    let head = format!("Component \"conference.{domain}\" \"muc\"");
    section(head, server.room_modules, &rooms, server.rooms);
    if let Some(options) = server.focus {
        section(format!("Component \"focus.{domain}\" \"focus\""), &[], &[], options);
    }
}

fn list(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<String> =
        items.into_iter().map(|item| format!("\"{}\"", item.as_ref())).collect();
    format!("{{ {} }}", items.join(", "))
}
