//! What the server checks when the client enters the room (`jitsi-tokens` facts, §1.2 to §1.4).

use serde_json::Value;

use super::faults;
use super::judgement::{Fault, Verdict};
use super::lua_json::{NO_CHARACTER, number_text};
use super::parts::{has_members, member};
use super::pattern;
use super::rules::Target;
use crate::{Plugins, ServerKind};

/// All that is wrong with the claims for this room, in the server's order.
pub(super) fn check(claims: &Value, target: &Target<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    let accepts = target.accepts;
    let (room, sub) = (member(claims, "room"), member(claims, "sub"));
    let is_pattern = is_pattern(claims);
    // The virtual host adds the name to the presence before the room's component sees it.
    found.extend(presence_faults(claims, accepts.plugins));
    if !accepts.wildcards {
        if room == Some(&Value::from("*")) {
            found.push(faults::wildcard("room"));
        }
        if sub == Some(&Value::from("*")) {
            found.push(faults::wildcard("sub"));
        }
        if is_pattern == Some(true) {
            found.push(faults::forbidden_pattern());
        }
    }
    if accepts.room {
        let fault = room_fault(room, claims, target, is_pattern);
        if accepts.subject {
            // Room and `sub` are compared together, after a look at the tenant.
            let (unusable, unequal) = match fault {
                Some((RoomFault::Unusable, fault)) => (Some(fault), None),
                Some((RoomFault::Unequal, fault)) => (None, Some(fault)),
                None => (None, None),
            };
            found.extend(unusable);
            found.extend(tenant_fault(claims, target));
            // It is put into lower case before anything is compared, which fails if it is neither text nor number.
            let subject = subject_fault(sub, claims, target);
            let (odd, other) = match subject {
                Some(fault) if fault.verdict == Verdict::Hangs => (Some(fault), None),
                subject => (None, subject),
            };
            found.extend(odd);
            found.extend(unequal);
            found.extend(other);
        } else {
            found.extend(fault.map(|(_, fault)| fault));
        }
    }
    found
}

/// Whether the room claim is a pattern; `None` if the server fails to find out.
fn is_pattern(claims: &Value) -> Option<bool> {
    let Some(room) = member(claims, "context").and_then(|context| member(context, "room")) else {
        return Some(false);
    };
    // Other values than an object are no error before the server looks into them.
    if !has_members(room) && *room != Value::Bool(false) {
        return None;
    }
    let regex = member(room, "regex");
    Some(regex.is_some_and(|regex| *regex == Value::Bool(true) || regex.as_str() == Some("true")))
}

/// What is wrong with a room claim.
enum RoomFault {
    /// It names no room.
    Unusable,
    /// It names another room.
    Unequal,
}

fn room_fault(
    room: Option<&Value>,
    claims: &Value,
    target: &Target<'_>,
    is_pattern: Option<bool>,
) -> Option<(RoomFault, Fault)> {
    let unusable = |fault| Some((RoomFault::Unusable, fault));
    let accepts = target.accepts;
    // An absent one was refused at login, or nobody got that far.
    let room = room?;
    let claim = match room {
        // Lua's lower case: ASCII letters only.
        Value::String(text) => text.to_ascii_lowercase(),
        Value::Number(number) => number_text(number.as_f64()?),
        // Without domain verification, the server takes it for a guest's.
        Value::Bool(false) if !accepts.subject => return None,
        Value::Bool(false) => return unusable(faults::no_match(accepts.plugins)),
        _ => return unusable(faults::odd_claim("room", room)),
    };
    if claim == "*" && room.is_string() {
        return None;
    }
    if accepts.subject {
        match is_pattern {
            None => return unusable(faults::odd_context("context.room", room)),
            Some(true) => return pattern_fault(&claim, target),
            Some(false) => {}
        }
    } else if let Some(tenant) = target.tenant
        && room.is_string()
        && format!("[{tenant}]{}", target.node).ends_with(&format!("]{claim}"))
    {
        // Without domain verification, the room counts for every tenant.
        return None;
    }
    let is_whole_address = !accepts.subject
        && target.tenant.is_some_and(|tenant| format!("[{tenant}]{}", target.node) == claim);
    // A number is compared with a text there, and never equal.
    let is_equal = claim == target.node && (room.is_string() || accepts.subject);
    if is_equal && (accepts.subject || target.tenant.is_none()) || is_whole_address {
        return None;
    }
    let fault = faults::room_mismatch(&claim, claims, target, is_pattern == Some(true));
    Some((RoomFault::Unequal, fault))
}

/// The whole node must be what the pattern matches, or its first capture.
fn pattern_fault(claim: &str, target: &Target<'_>) -> Option<(RoomFault, Fault)> {
    let plugins = target.accepts.plugins;
    match pattern::find(target.node, claim) {
        Ok(Some(matched)) if matched == target.node => None,
        Ok(Some(_)) => Some((RoomFault::Unequal, faults::partial_match(claim))),
        Ok(None) => Some((RoomFault::Unusable, faults::no_match(plugins))),
        Err(pattern::BadPattern) => Some((RoomFault::Unusable, faults::bad_pattern(plugins))),
    }
}

/// Since 2024, `context.tenant` is put into lower case, which fails if it is neither a text nor a number.
fn tenant_fault(claims: &Value, target: &Target<'_>) -> Option<Fault> {
    let tenant = member(claims, "context").and_then(|context| member(context, "tenant"))?;
    // `false` counts like an absent value.
    let is_text = tenant.is_string() || tenant.is_number() || *tenant == Value::Bool(false);
    (target.accepts.plugins >= Plugins::Since2024 && !is_text)
        .then(|| faults::odd_context("context.tenant", tenant))
}

/// `sub` is compared with the tenant of the link, else with the domain.
fn subject_fault(sub: Option<&Value>, claims: &Value, target: &Target<'_>) -> Option<Fault> {
    let claim = match sub {
        Some(Value::String(text)) => text.to_ascii_lowercase(),
        Some(Value::Number(number)) => number_text(number.as_f64()?),
        Some(other) => return Some(faults::odd_claim("sub", other)),
        // Newer plugins have refused it at login.
        None if target.accepts.plugins >= Plugins::Since2026 => return None,
        None => return Some(faults::no_subject()),
    };
    // Of an unknown server, nobody knows whether it compares the claim.
    let domain = target.domain?;
    let expected = target.tenant.unwrap_or(domain);
    // JaaS is the only one that refuses it (`jitsi-tokens` facts, §0).
    let is_wildcard = claim == "*" && target.kind != ServerKind::Jaas;
    (!is_wildcard && claim != expected.to_ascii_lowercase())
        .then(|| faults::subject_mismatch(&claim, claims, target))
}

/// Values at which a server fails that shows people's names (`presence_identity`): nobody gets an answer.
fn presence_faults(claims: &Value, plugins: Plugins) -> Option<Fault> {
    let context = member(claims, "context")?;
    // Without a user, or with `false`, the server looks no further.
    let user = member(context, "user").filter(|user| **user != Value::Bool(false))?;
    match user {
        Value::Object(members) => {
            // Newer plugins leave members out whose names are not plain.
            let is_kept = |name: &str| plugins < Plugins::Since2026 || is_plain(name);
            let mut kept = members.iter().filter(|(name, _)| is_kept(name));
            if kept.clone().any(|(name, _)| !is_element(name)) {
                return Some(faults::odd_context("context.user", user));
            }
            if !kept.all(|(_, value)| value.as_str().is_none_or(is_text)) {
                return Some(faults::control_character());
            }
        }
        Value::Array(items) if items.is_empty() => {}
        _ => return Some(faults::odd_context("context.user", user)),
    }
    match member(context, "group")? {
        Value::Bool(false) => None,
        Value::String(group) if is_text(group) => None,
        Value::String(_) => Some(faults::control_character()),
        group => Some(faults::odd_context("context.group", group)),
    }
}

/// Whether Prosody takes a text into a stanza: UTF-8 without the control characters below U+0014, whereas XML ends them
/// at U+0020.
fn is_text(text: &str) -> bool {
    !text.contains(|c| c == NO_CHARACTER || c < '\u{14}' && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether newer plugins show a member of this name.
fn is_plain(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "-.:_".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.chars().all(is_inner)
}

/// Whether Prosody takes a text for the name of an element.
fn is_element(name: &str) -> bool {
    !name.is_empty() && !name.contains(['<', '>', '&', ' ', '\'', '"']) && is_text(name)
}
