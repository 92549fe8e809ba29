//! Reasons that the server finds when the client enters the room.

use serde_json::Value;

use super::super::judgement::{Fault, Finding, Stage};
use super::super::parts::member;
use super::super::rules::Target;
use super::{MINT, claimed, described, of_room};
use crate::Plugins;
use crate::room::node_of_segment;

const MISMATCH: &str = "Room and token mismatched";

pub(in super::super) fn wildcard(name: &'static str) -> Fault {
    let message = format!("`{name}` is `*`, which this server forbids (token_no_wildcard)");
    let cure = if name == "room" {
        "make a link for this room alone; `--any-room` does not work on this server"
    } else {
        "write the server's domain, or the tenant of the link, into `sub`; with meetmint, remove `subject` under [server]"
    };
    let error = format!("Wildcard {name} in token not allowed");
    of_room(&error, Finding::new("wildcard-forbidden", Some(name), message, cure))
}

pub(in super::super) fn forbidden_pattern() -> Fault {
    let message = "`context.room.regex` makes a pattern of the room claim, which this server forbids (token_no_wildcard)";
    let finding = Finding::new(
        "wildcard-forbidden",
        Some("context.room"),
        message,
        "make a link for this room alone",
    );
    of_room("Regex support not allowed for token", finding)
}

/// `room` or `sub` of a type that the server fails to compare.
pub(in super::super) fn odd_claim(name: &'static str, value: &Value) -> Fault {
    let message = format!("`{name}` is {}, and must be a string", described(value));
    Fault::hangs(Stage::Join, Finding::new("odd-claim", Some(name), message, MINT))
}

pub(in super::super) fn no_subject() -> Fault {
    let finding = Finding::new("missing", Some("sub"), "`sub` is missing", MINT);
    Fault::hangs(Stage::Join, finding)
}

pub(in super::super) fn control_character() -> Fault {
    let message = "a value of `context.user` has a control character";
    let cure = "remove it: servers that show names in the room (presence_identity) fail at it";
    Fault::hangs(
        Stage::Join,
        Finding::new("control-character", Some("context.user"), message, cure),
    )
}

/// The claim is for another room.
pub(in super::super) fn room_mismatch(
    claim: &str,
    claims: &Value,
    target: &Target<'_>,
    is_pattern: bool,
) -> Fault {
    let written = member(claims, "room").and_then(Value::as_str).unwrap_or(claim);
    let opened = claimed(target.node);
    let (code, message, cure) = if is_pattern {
        (
            "pattern-unused",
            "the room claim is a pattern, and this server reads patterns only with domain verification".to_owned(),
            "make a link for this room, or set enable_domain_verification on the server".to_owned(),
        )
    } else if node_of_segment(written) == target.node
        || node_of_segment(&written.replace(' ', "%20")) == target.node
    {
        (
            "room-not-encoded",
            format!(
                "`room` is {}, and to the server, the room of this link is {opened}: the claim must be written in the same form",
                claimed(written)
            ),
            format!(
                "write the claim as {opened}, or choose a room of a-z, 0-9 and `-`, which has only one form"
            ),
        )
    } else if written.contains("://") {
        (
            "room-address",
            "`room` is a whole address".to_owned(),
            format!("write only the name: \"room\": \"{}\"", target.node),
        )
    } else if let Some((tenant, room)) =
        written.strip_prefix('[').and_then(|rest| rest.split_once(']'))
    {
        (
            "tenant-in-room",
            format!("`room` is {}: since 2022, the tenant does not belong in it", claimed(written)),
            format!("write room {} and sub {}", claimed(room), claimed(&tenant.to_lowercase())),
        )
    } else {
        (
            "room",
            format!(
                "the token is for the room {}, and the link leads to {opened}",
                claimed(written)
            ),
            "use the link for this room: each link opens one room only".to_owned(),
        )
    };
    let error = if !target.accepts.subject && target.accepts.plugins >= Plugins::Since2025 {
        "Room does not match the room from token"
    } else {
        MISMATCH
    };
    of_room(error, Finding::new(code, Some("room"), message, cure))
}

/// The claim is for another tenant or domain.
pub(in super::super) fn subject_mismatch(
    claim: &str,
    claims: &Value,
    target: &Target<'_>,
) -> Fault {
    let written = member(claims, "sub").and_then(Value::as_str).unwrap_or(claim);
    let domain = target.domain.unwrap_or_default();
    let (code, message, cure) = if let Some(tenant) = target.tenant {
        let is_domain = domain.eq_ignore_ascii_case(claim);
        let what = if is_domain { "the server's domain" } else { "something else" };
        (
            "tenant",
            format!(
                "the link has the tenant {}, and `sub` is {what}: {}",
                claimed(tenant),
                claimed(written)
            ),
            format!(
                "the token needs \"sub\": \"{tenant}\", the tenant of the link; with meetmint, put the tenant into `url` under [server], and remove `subject`"
            ),
        )
    } else {
        (
            "subject",
            format!(
                "`sub` is {}, and this server compares it with its XMPP domain, {}",
                claimed(written),
                claimed(domain)
            ),
            format!(
                "the token needs \"sub\": \"{domain}\"; if the server's VirtualHost (Docker: XMPP_DOMAIN) has another name, write that as `subject` under [server]"
            ),
        )
    };
    of_room(MISMATCH, Finding::new(code, Some("sub"), message, cure))
}

pub(in super::super) fn no_match(plugins: Plugins) -> Fault {
    let message = "the room claim does not match the room of the link";
    let cure = "use the link for this room, or correct the pattern: it is a Lua pattern in lower case, and must match the whole room";
    let error = if plugins >= Plugins::Since2025 {
        "Room name cannot be matched to the one from token."
    } else {
        MISMATCH
    };
    of_room(error, Finding::new("pattern", Some("room"), message, cure))
}

pub(in super::super) fn partial_match(pattern: &str) -> Fault {
    let message = format!("the pattern {} matches only a part of the room", claimed(pattern));
    let cure = "what the pattern matches (or its first capture) must be the whole room: end it with `.*`, for example";
    of_room(MISMATCH, Finding::new("pattern-part", Some("room"), message, cure))
}

pub(in super::super) fn bad_pattern(plugins: Plugins) -> Fault {
    let message = "the room claim is not a Lua pattern";
    let cure = "write a Lua pattern: `%d` and not `\\d`, `%-` for a hyphen, and brackets in pairs";
    let finding = Finding::new("bad-pattern", Some("room"), message, cure);
    if plugins >= Plugins::Since2026 {
        of_room("Room claim is not a valid Lua pattern", finding)
    } else {
        Fault::hangs(Stage::Join, finding)
    }
}
