//! What is wrong with a link besides its token.

use super::judgement::{Fault, Finding, Judgement, Stage, Verdict};
use super::place::{IgnoredToken, Obstacle, Place};
use crate::quoted::{quoted, without_tokens};
use crate::{Server, ServerKind};

/// The code of a link to another server.
pub(super) const OTHER_HOST: &str = "other-host";

/// A text that is no link.
pub(super) fn no_link() -> Judgement {
    let mut judgement = Judgement::empty();
    let message = "this is not a link that a browser can open";
    let finding = Finding::new("no-link", None, message, "copy the whole link again");
    judgement.verdict = Verdict::Refused;
    judgement.stage = Some(Stage::Url);
    judgement.findings.push(finding);
    judgement
}

/// Why a link does not lead to this server's page of the meeting.
pub(super) fn fault(place: &Place, server: Option<&Server>) -> Option<Fault> {
    if let Some(server) = server.filter(|server| server.authority() != place.authority) {
        let message = format!(
            "the link leads to {}, and the server of this meeting is {}",
            quoted(&place.authority),
            quoted(server.authority())
        );
        let cure = "a link of another server cannot be judged here: use that server's meeting folder; if it is the same server under another name, write that as `url` under [server]";
        let finding = Finding::new(OTHER_HOST, None, message, cure);
        return Some(Fault { verdict: Verdict::Refused, stage: Stage::Url, error: None, finding });
    }
    let (code, error, message, cure): (_, Option<&str>, String, &str) = match place.obstacle? {
        Obstacle::Folder => (
            "folder",
            Some("400 Bad Request"),
            "the path has `..`, which the web server takes for a folder".to_owned(),
            "choose a room of a-z, 0-9 and `-`",
        ),
        Obstacle::NoRoom => (
            "no-room",
            None,
            "the link has no room: a room's name must follow the server's address, without a slash after it".to_owned(),
            "make the link again, or remove the slash after the room",
        ),
        Obstacle::NotServed(c) => (
            "not-served",
            Some("404 Not Found"),
            format!("Jitsi's web server answers a path with `{c}` with 404, also if it is percent-encoded"),
            "choose a room of a-z, 0-9 and `-`",
        ),
        Obstacle::Taken => (
            "taken",
            None,
            "Jitsi's web server uses this path itself and does not show a meeting there".to_owned(),
            "choose another room",
        ),
        Obstacle::Levels => (
            "tenants",
            None,
            "the path has more than a tenant and a room".to_owned(),
            "a link is https://HOST/ROOM or https://HOST/TENANT/ROOM",
        ),
        Obstacle::TooLong => (
            "too-long",
            Some("414 Request-URI Too Large"),
            "the link is too long for the web server, which accepts 8 KiB".to_owned(),
            "leave out long claims, such as an avatar that is an image itself",
        ),
        Obstacle::Tenant => (
            "tenant-hyphen",
            None,
            "a tenant must not begin or end with a hyphen".to_owned(),
            "choose another tenant",
        ),
        Obstacle::LongNode => {
            return Some(unaddressable(place, server, "long-room", "the room's name is too long"));
        }
        Obstacle::Unaddressable => {
            let message = "a room's name cannot contain an apostrophe";
            return Some(unaddressable(place, server, "apostrophe", message));
        }
    };
    let error = error.map(str::to_owned);
    let finding = Finding::new(code, None, message, cure);
    Some(Fault { verdict: Verdict::Refused, stage: Stage::Url, error, finding })
}

/// Whether a finding says what the server of the meeting would think of a token that goes to another one.
pub(super) fn is_of_server(finding: &Finding) -> bool {
    matches!(
        finding.code,
        "algorithm"
            | "signature"
            | "issuer"
            | "audience"
            | "secret-for-keys"
            | "unknown-key"
            | "kid-missing"
            | "page-reasons"
    )
}

/// No JID can be made of the room, so no claim helps. Prosody shows the whole address in its text.
fn unaddressable(
    place: &Place,
    server: Option<&Server>,
    code: &'static str,
    message: &str,
) -> Fault {
    let prefix = match server.map(Server::kind) {
        Some(ServerKind::Docker) => "muc",
        _ => "conference",
    };
    let tenant = place
        .tenant
        .as_deref()
        // It may have any character.
        .map(|tenant| format!("{}.", quoted(tenant).trim_matches('`')))
        .unwrap_or_default();
    let domain = server.map_or(place.authority.as_str(), Server::domain);
    let error = format!(
        "The destination address is invalid: {}@{prefix}.{tenant}{domain}",
        without_tokens(&place.node)
    );
    let cure = "choose a room of a-z, 0-9 and `-`";
    Fault::refused(Stage::Join, error, Finding::new(code, None, message, cure))
}

/// What is doubtful about a link although it leads to the meeting.
pub(super) fn doubts(place: &Place, server: Option<&Server>, is_compared: bool) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(tenant) = &place.tenant else { return found };
    let is_debian = server.is_some_and(|server| server.kind() == ServerKind::Debian);
    if is_debian && tenant.contains('_') {
        let written = quoted(place.written_tenant.as_deref().unwrap_or(tenant));
        found.push(Finding::new(
            "tenant-underscore",
            None,
            format!("Prosody 13 refuses the tenant {written}, because no domain has an underscore (a dot becomes one); Prosody 0.12 accepts it"),
            "choose a tenant of a-z, 0-9 and `-`",
        ));
    }
    if !is_compared && server.is_some() {
        found.push(Finding::new(
            "tenant-open",
            Some("sub"),
            "this server does not compare `sub` with the tenant: the token opens this room of every tenant",
            "to have it compared, set enable_domain_verification (Docker: JWT_ENABLE_DOMAIN_VERIFICATION)",
        ));
    }
    found
}

/// The token was signed with another key of the same JaaS account.
pub(super) fn other_key() -> Finding {
    let message = "the signature was not checked: the token's `kid` is another key of this AppID than `key_id` under [server]";
    let cure = "check in the JaaS console that the key still exists";
    Finding::new("signature-unchecked", Some("kid"), message, cure)
}

/// There is no token that the client would read.
pub(super) fn no_token(place: &Place, guests: bool) -> Finding {
    let (code, message, cure) = match place.ignored {
        Some(IgnoredToken::TokenParameter) => (
            "token-parameter",
            "the token is in `token=`, where Jitsi does not look for it",
            "write `?jwt=` in its place",
        ),
        Some(IgnoredToken::Case) => (
            "jwt-case",
            "`jwt` is not in lower case, so Jitsi does not read the token",
            "write `?jwt=`",
        ),
        Some(IgnoredToken::Fragment) => (
            "fragment",
            "the token after `#jwt=` is ignored, because it has no quotes around it",
            "write `?jwt=TOKEN`, or `#jwt=%22TOKEN%22`",
        ),
        Some(IgnoredToken::SecondQuestionMark) => (
            "question-mark",
            "a `?` of the room's name stands before `?jwt=`, so Jitsi does not find the token",
            "choose a room of a-z, 0-9 and `-`",
        ),
        Some(IgnoredToken::SecondQuery) => (
            "second-query",
            "`?jwt=` follows another parameter, so Jitsi takes it for a part of that",
            "write `&jwt=`: only the first parameter follows a `?`",
        ),
        Some(IgnoredToken::Path) => (
            "token-in-path",
            "there is no `?` before `jwt=`, so the token is a part of the room's name",
            "write `?jwt=` after the room",
        ),
        None if guests => ("guest", "the link has no token: the person joins as a guest", ""),
        None => (
            "no-token",
            "the link has no token",
            "use the personal link, with everything after `?jwt=`",
        ),
    };
    Finding::new(code, None, message, cure)
}

/// The server does not compare the room, and the token is for another one.
pub(super) fn other_room(claim: &str, node: &str) -> Option<Finding> {
    if claim == node || claim == "*" {
        return None;
    }
    Some(Finding::new(
        "room-unchecked",
        Some("room"),
        format!(
            "the token is for the room {}, and opens {} as well: this server does not compare the room, so every link opens every room",
            quoted(claim),
            quoted(node)
        ),
        "put \"token_verification\" into `modules_enabled` of the server's MUC component (in Debian's file, it stands there as a comment), and restart Prosody",
    ))
}

/// The reasons on Jitsi's page, which often mislead.
///
/// `claim` is the one at fault.
pub(super) fn page_reasons(reasons: &[String], claim: Option<&str>) -> Option<Finding> {
    // Only about times do server and page agree.
    let is_the_reason = |reason: &String| match claim {
        Some("exp") => reason.contains("`exp`") || reason.contains("expired"),
        Some("nbf") => reason.contains("`nbf`"),
        _ => false,
    };
    if reasons.iter().all(is_the_reason) {
        return None;
    }
    let message = format!(
        "Jitsi's page guesses reasons without asking the server, and shows: {}",
        reasons.join(" ")
    );
    let cure = "the server's reason is the one that counts";
    Some(Finding::new("page-reasons", None, message, cure))
}

/// The signature could not be checked.
pub(super) fn unchecked_signature(has_folder: bool) -> Finding {
    let message = if has_folder {
        "the signature was not checked, because the secret is not known here"
    } else {
        "signature, issuer, audience and subject were not compared with anything, because there is no meeting folder"
    };
    let cure = if has_folder {
        "make the secret readable that `meeting.toml` names"
    } else {
        "run the command in the meeting folder, or name it with `--meeting`"
    };
    Finding::new("signature-unchecked", None, message, cure)
}
