//! What kind of file something is, by its content: names say little, and standard input has none.

/// A file of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// Prosody's `.cfg.lua`.
    Prosody,
    /// The `.env` of Docker's images.
    Env,
    /// `jicofo.conf`.
    Jicofo,
    /// `sip-communicator.properties`, which old versions of Jicofo read.
    Properties,
    /// Another file, which people take for one of these.
    Other(&'static str),
    Unknown,
}

/// Options that Prosody's own files and Jitsi's set.
const LUA_OPTIONS: [&str; 19] = [
    "admins",
    "allow_empty_token",
    "app_id",
    "app_secret",
    "asap_accepted_audiences",
    "asap_accepted_issuers",
    "asap_key_server",
    "authentication",
    "cache_keys_url",
    "component_ports",
    "daemonize",
    "enable_domain_verification",
    "http_default_host",
    "modules_enabled",
    "muc_mapper_domain_base",
    "pidfile",
    "plugin_paths",
    "signature_algorithm",
    "unlimited_jids",
];

const LUA_WORDS: [&str; 7] =
    ["VirtualHost", "Host", "host", "Component", "component", "Include", "include"];

/// The beginnings of variables that Docker's images read.
const VARIABLES: [&str; 10] = [
    "AUTH_TYPE",
    "CONFIG",
    "ENABLE_",
    "HTTP_PORT",
    "HTTPS_PORT",
    "JICOFO_",
    "JVB_",
    "JWT_",
    "PUBLIC_URL",
    "XMPP_",
];

/// Recognizes a file.
pub(crate) fn of(text: &str) -> FileKind {
    let start = text.trim_start();
    if start.is_empty() {
        return FileKind::Other("empty");
    }
    if start.starts_with("-----BEGIN ") {
        return FileKind::Other("a key in PEM format");
    }
    if start.starts_with('<') {
        return FileKind::Other("a web page, or XML");
    }
    let mut kind = FileKind::Unknown;
    for line in text.lines() {
        let line = line.trim();
        let found = of_line(line);
        match found {
            // `include "…"` is HOCON as well as Lua.
            Some(FileKind::Prosody) if line.starts_with("include ") => kind = FileKind::Prosody,
            Some(found) => return found,
            None => {}
        }
    }
    kind
}

/// What a line alone shows, if anything.
fn of_line(line: &str) -> Option<FileKind> {
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let is_set = rest.starts_with('=') && !rest.starts_with("==");
    if LUA_WORDS.contains(&word) && rest.starts_with(['"', '\'', '(', '[']) {
        return Some(FileKind::Prosody);
    }
    if LUA_OPTIONS.contains(&word) && is_set {
        return Some(FileKind::Prosody);
    }
    if (word == "jicofo" || line.starts_with("\"jicofo\""))
        && (rest.starts_with(['{', '.', ':', '=']) || line.starts_with('"'))
    {
        return Some(FileKind::Jicofo);
    }
    if line.starts_with("org.jitsi.jicofo.") && line.contains('=') {
        return Some(FileKind::Properties);
    }
    if line.starts_with("services:") {
        return Some(FileKind::Other("a Compose file (docker-compose.yml)"));
    }
    if line.starts_with("var config =") || line.starts_with("config.") && rest.contains('=') {
        return Some(FileKind::Other("Jitsi Meet's config.js"));
    }
    if word == "server" && rest.starts_with('{') || line.starts_with("server_name ") {
        return Some(FileKind::Other("a configuration of nginx"));
    }
    let name = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, _) = name.split_once(['=', ':'])?;
    let name = name.trim_end();
    let is_name = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    (is_name && VARIABLES.iter().any(|begin| name.starts_with(begin))).then_some(FileKind::Env)
}
