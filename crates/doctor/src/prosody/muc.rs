//! The component with people's rooms, and the one with breakout rooms.

use super::config::{Config, Host};
use crate::lua::Value;

/// The module of components with rooms.
const MUC: &str = "muc";

/// What people's rooms are in front of the domain, unless the configuration says otherwise.
const PREFIX: &str = "conference";

/// Rooms for other purposes than meetings.
const OTHERS: [&str; 5] = ["breakout.", "lobby.", "internal.", "internal-muc.", "visitors."];

/// The domain that tokens are checked against: `muc_mapper_domain_base`, or the host's name.
pub(super) fn domain(config: &Config, host: &Host) -> String {
    text(config, host, "muc_mapper_domain_base").unwrap_or_else(|| host.name.clone())
}

/// The component with people's rooms.
pub(super) fn main<'c>(config: &'c Config, host: &Host) -> Option<&'c Host> {
    let prefix = text(config, host, "muc_mapper_domain_prefix");
    let prefix = prefix.as_deref().unwrap_or(PREFIX);
    let named = format!("{prefix}.{}", domain(config, host));
    let named = [Some(named), text(config, host, "main_muc")];
    let mucs = || config.components().filter(|component| component.is(MUC));
    let found = named.iter().flatten().find_map(|name| mucs().find(|muc| muc.name == *name));
    // With another prefix, as Docker's images have.
    found.or_else(|| {
        let is_main = |muc: &&Host| !OTHERS.iter().any(|other| muc.name.starts_with(other));
        let mut left = mucs().filter(is_main);
        left.next().filter(|_| left.next().is_none())
    })
}

/// The host whose options `token_verification` reads on a component: what follows the first part of its name.
pub(super) fn parent(component: &Host) -> &str {
    let end = component.name.find(|c: char| !c.is_ascii_alphanumeric());
    let rest = end.map_or("", |end| &component.name[end..]);
    let mut rest = rest.chars();
    rest.next();
    rest.as_str()
}

/// The component with breakout rooms.
pub(super) fn breakout<'c>(config: &'c Config, host: &Host) -> Option<&'c Host> {
    let named = text(config, host, "breakout_rooms_muc");
    let usual = format!("breakout.{}", domain(config, host));
    config
        .components()
        .find(|component| Some(&component.name) == named.as_ref() || component.name == usual)
}

fn text(config: &Config, host: &Host, name: &str) -> Option<String> {
    let text: Vec<u8> = config.option(host, name).map(|set| &set.value).and_then(Value::text)?;
    Some(String::from_utf8_lossy(&text).to_lowercase())
}
