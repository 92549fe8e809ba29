//! What is unusual about the server and about rooms on it: perhaps a mistake, or something that lets in more people than
//! was meant.

use std::collections::HashSet;

use meetmint_batch::{Meetings, quoted, toml_string};
use meetmint_core::{Room, ServerKind, room_modules};

use crate::front_end::Notice;
use crate::settings::Settings;

/// How many rooms are named, unless all are wanted.
const SHOWN: usize = 5;

/// Everything about a valid folder. `all` is whether every room is named.
pub(super) fn notices(settings: &Settings, meetings: &Meetings, all: bool) -> Vec<Notice> {
    let mut notices: Vec<Notice> = [
        tenant(settings),
        unicode_host(settings),
        other_subject(settings),
        every_room(settings),
        guests(settings),
    ]
    .into_iter()
    .flatten()
    .collect();
    notices.extend(encoded_rooms(settings, meetings, all));
    notices
}

/// A tenant that makes an invalid domain, as Prosody sees it since 13.0.3 (`jitsi-tokens` facts, §7). Docker's images
/// accept it.
fn tenant(settings: &Settings) -> Option<Notice> {
    let server = &settings.server;
    let plainer = server.plainer_tenant().filter(|_| settings.kind == ServerKind::Debian)?;
    let tenant = server.tenant()?;
    let because =
        if tenant.contains('_') { "" } else { ", because the server writes each `.` as `_`" };
    let message =
        format!("Prosody 13 refuses all links with the tenant {}{because}", quoted(tenant));
    let hint = format!(
        "use a tenant of letters, digits and `-`, such as {}; older versions of Prosody accept this one",
        quoted(&plainer)
    );
    Some(Notice::warning("tenant", message).hint(hint))
}

/// Whether the server compares `sub` with its own domain, and not with a tenant.
fn compares_domain(settings: &Settings) -> bool {
    settings.accepts.subject && settings.accepts.room && settings.server.tenant().is_none()
}

/// Prosody compares `sub` with its name as its file has it. Debian's installer writes what it was given, and that may be
/// in Unicode, or in the A-labels that links have.
fn unicode_host(settings: &Settings) -> Option<Notice> {
    let server = &settings.server;
    let unicode = server.unicode_host()?;
    if settings.kind != ServerKind::Debian || settings.written.subject || !compares_domain(settings)
    {
        return None;
    }
    let message = format!(
        "the server may be called {} in its own configuration: tokens are refused if `sub` has another spelling, and it is {}",
        quoted(&unicode),
        quoted(server.subject())
    );
    let hint = format!(
        "look up VirtualHost in Prosody's file, and write subject = {} or subject = {} under [server], whichever it says",
        toml_string(&unicode),
        toml_string(server.subject())
    );
    Some(Notice::warning("unicode-host", message).hint(hint))
}

/// A `sub` that servers rarely expect, but that people often write (`jitsi-tokens` facts, §1.2 and §6).
fn other_subject(settings: &Settings) -> Option<Notice> {
    let server = &settings.server;
    if !settings.written.subject || !compares_domain(settings) {
        return None;
    }
    let (what, expected, remedy) = match settings.kind {
        ServerKind::Debian
            if server.subject() == server.issuer() && server.subject() != server.host() =>
        {
            (
                "the app ID",
                "the name of its VirtualHost",
                "remove `subject`, unless the VirtualHost has that name",
            )
        }
        ServerKind::Docker if server.subject() == server.host() => (
            "the public host",
            "its XMPP domain, which is `meet.jitsi` by default",
            "remove `subject`, unless XMPP_DOMAIN in the server's .env is that host",
        ),
        _ => return None,
    };
    let message = format!("`subject` is {what}, and the server compares `sub` with {expected}");
    Some(Notice::warning("subject", message).hint(remedy))
}

fn every_room(settings: &Settings) -> Option<Notice> {
    if settings.accepts.room {
        return None;
    }
    let message =
        "each link opens every room of the server: it does not compare the room with the token";
    let hint = format!(
        "add token_verification to {}, and remove room = false under [server.accepts]",
        room_modules(settings.kind)
    );
    Some(Notice::warning("room-not-checked", message).hint(hint))
}

fn guests(settings: &Settings) -> Option<Notice> {
    if !settings.accepts.guests {
        return None;
    }
    let message = "people without a link can join, too: the server accepts them without a token";
    let how = if settings.kind == ServerKind::Docker {
        "set JWT_ALLOW_EMPTY=0 in the server's .env"
    } else {
        "set allow_empty_token = false in Prosody's file"
    };
    let hint = format!(
        "to let in only people with links, {how}, and remove guests = true under [server.accepts]"
    );
    Some(Notice::warning("guests", message).hint(hint))
}

/// Rooms whose name somebody has percent-encoded by hand.
fn encoded_rooms(settings: &Settings, meetings: &Meetings, all: bool) -> Vec<Notice> {
    let mut seen = HashSet::new();
    let rooms = meetings.all().iter().map(|meeting| meeting.room.as_str());
    let mut encoded = rooms.filter(|room| seen.insert(*room)).filter_map(|name| {
        let meant = Room::recorded(name).decoded_name()?;
        Some((name, meant))
    });
    let shown = if all { usize::MAX } else { SHOWN };
    let notice = |(name, meant): (&str, String)| {
        let message = format!(
            "the room {} is percent-encoded already, so its link has each `%` as `%25`: it is another room than {}",
            quoted(name),
            quoted(&meant)
        );
        let hint = if name == settings.room.name() {
            format!("write room = {} under [meeting]", toml_string(&meant))
        } else {
            format!("write {} in the roster", quoted(&meant))
        };
        Notice::warning("encoded-room", message).hint(hint)
    };
    let mut notices: Vec<Notice> = encoded.by_ref().take(shown).map(notice).collect();
    let more = encoded.count();
    notices.extend((more > 0).then(|| {
        Notice::warning("encoded-room", format!("{more} more rooms are percent-encoded already"))
    }));
    notices
}
