//! The name of a mail server, as written or from a preset.

use std::net::IpAddr;

use meetmint_batch::quoted;

use super::presets::{Host, Preset};
use super::table::Table;

/// Reads `host`. If it is missing and no preset sets it, that is reported; but not if the preset is unknown, because
/// the one that was meant may set it.
pub(super) fn read(
    table: &Table<'_>,
    preset: Option<&Preset>,
    preset_is_unknown: bool,
) -> Option<String> {
    match table.offset_of("host") {
        Some(_) => written_host(table),
        None => default_host(table, preset, preset_is_unknown),
    }
}

/// The host of the preset; if there is none, that is reported.
fn default_host(
    table: &Table<'_>,
    preset: Option<&Preset>,
    preset_is_unknown: bool,
) -> Option<String> {
    table.allow("host");
    let (message, hint) = match preset.map(|preset| (preset.name, &preset.host)) {
        Some((_, Host::Shared(host))) => return Some((*host).to_owned()),
        Some((name, Host::PerAccount(example))) => (
            format!("`host` is missing: with {name}, each account has its own mail server"),
            format!("add its name under [outbox], for example host = \"{example}\""),
        ),
        None if preset_is_unknown => return None,
        None => (
            "`host` is missing".to_owned(),
            "add your mail server under [outbox], for example host = \"mail.example.org\", or a provider, for example preset = \"gmail\"".to_owned(),
        ),
    };
    table.report("missing-key", table.offset(), message, hint);
    None
}

fn written_host(table: &Table<'_>) -> Option<String> {
    let host = table.required("host", "the name of your mail server", "mail.example.org")?;
    let text = host.value.as_str();
    if text.contains(['@', '/']) {
        // Not quoted: a URL like smtp://user:password@host may contain a password.
        table.report(
            "bad-host",
            host.offset,
            "`host` must be the name of a mail server, not a URL or an email address",
            "write the name alone, like mail.example.org; `port`, `user` and `password` are keys of their own",
        );
        return None;
    }
    if text.parse::<IpAddr>().is_ok() || is_host_name(text) {
        return Some(host.value);
    }
    let hint = match text.rsplit_once(':') {
        // As in URLs and in SMTP (RFC 5321 §4.1.3), where brackets keep address and port apart.
        _ if text.starts_with('[') => {
            "write an IPv6 address without brackets, and set the port with `port`"
        }
        Some((name, _)) if is_host_name(name) => "write the port as a key of its own: port = 587",
        _ if !text.is_ascii() => "write its ASCII form, like xn--mller-kva.example",
        _ => "write it like mail.example.org",
    };
    let message = format!("{} is not the name of a mail server", quoted(text));
    table.report("bad-host", host.offset, message, hint);
    None
}

/// Whether a text has the form of a DNS name in ASCII (RFC 1035 §2.3.1), perhaps with a full stop at the end. The names
/// of containers have underscores, so these are accepted, too.
fn is_host_name(text: &str) -> bool {
    // 63 octets a label, 255 a name (RFC 1035 §2.3.4). The latter counts a length for each label, which leaves 253.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_label = |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_plain);
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}
