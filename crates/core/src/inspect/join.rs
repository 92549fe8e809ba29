//! What the server checks when the client enters the room (`jitsi-tokens` facts, §1.2 to §1.4).

use serde_json::Value;

use super::faults;
use super::judgement::Fault;
use super::lua_json::number_text;
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
        found.extend(room_faults(room, claims, target, is_pattern));
        if accepts.subject {
            found.extend(tenant_fault(claims, target));
            found.extend(subject_fault(sub, claims, target));
        }
    }
    found.extend(presence_faults(claims));
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

fn room_faults(
    room: Option<&Value>,
    claims: &Value,
    target: &Target<'_>,
    is_pattern: Option<bool>,
) -> Option<Fault> {
    let accepts = target.accepts;
    // An absent one was refused at login, or nobody got that far.
    let room = room?;
    let claim = match room {
        // Lua's lower case: ASCII letters only.
        Value::String(text) => text.to_ascii_lowercase(),
        Value::Number(number) => number_text(number.as_f64()?),
        // Without domain verification, the server takes it for a guest's.
        Value::Bool(false) if !accepts.subject => return None,
        Value::Bool(false) => return Some(faults::no_match(accepts.plugins)),
        _ => return Some(faults::odd_claim("room", room)),
    };
    if claim == "*" && room.is_string() {
        return None;
    }
    if accepts.subject {
        match is_pattern {
            None => return Some(faults::odd_context("context.room", room)),
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
    Some(faults::room_mismatch(&claim, claims, target, is_pattern == Some(true)))
}

/// The whole node must be what the pattern matches, or its first capture.
fn pattern_fault(claim: &str, target: &Target<'_>) -> Option<Fault> {
    match pattern::find(target.node, claim) {
        Ok(Some(matched)) if matched == target.node => None,
        Ok(Some(_)) => Some(faults::partial_match(claim)),
        Ok(None) => Some(faults::no_match(target.accepts.plugins)),
        Err(pattern::BadPattern) => Some(faults::bad_pattern(target.accepts.plugins)),
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
    let expected = target.tenant.or(target.domain)?;
    // JaaS is the only one that refuses it (`jitsi-tokens` facts, §0).
    let is_wildcard = claim == "*" && target.kind != ServerKind::Jaas;
    (!is_wildcard && claim != expected.to_ascii_lowercase())
        .then(|| faults::subject_mismatch(&claim, claims, target))
}

/// Values at which a server fails that shows people's names (`presence_identity`): nobody gets an answer.
fn presence_faults(claims: &Value) -> Option<Fault> {
    let context = member(claims, "context")?;
    if let Some(user) = member(context, "user") {
        let Value::Object(user) = user else {
            return Some(faults::odd_context("context.user", user));
        };
        let with_control = user.iter().find(|(_, value)| {
            value.as_str().is_some_and(|text| {
                text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            })
        });
        if with_control.is_some() {
            return Some(faults::control_character());
        }
    }
    let group = member(context, "group").filter(|group| !group.is_string())?;
    Some(faults::odd_context("context.group", group))
}
