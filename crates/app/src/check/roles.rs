//! Roles and what comes of them: who will be a moderator, what a list of features switches off, and what claims need on
//! the server.

use meetmint_batch::quoted;
use meetmint_core::{
    Becomes, Moderation, Role, Server, ServerKind, moderation_remedy, room_modules,
};

use crate::front_end::Notice;
use crate::settings::Settings;

/// The code of the notice that says who will be a moderator.
pub(super) const MODERATION: &str = "moderation";

/// Everything about the roles of a valid folder, each with the number of people who have it.
pub(super) fn notices(settings: &Settings, roles: &[(&Role, usize)]) -> Vec<Notice> {
    let mut notices = vec![moderation(settings, roles)];
    notices.extend(roles.iter().filter_map(|(role, _)| features(&settings.server, role)));
    notices.extend(needs(settings.kind, roles));
    notices
}

/// Who will be a moderator. A warning if that is not what the roster says.
fn moderation(settings: &Settings, roles: &[(&Role, usize)]) -> Notice {
    let rules = &settings.accepts.roles;
    let moderators = Moderation::of(rules);
    let clause = moderators.clause();
    // Without a line that says so, it is only what servers of this kind do.
    let message = if settings.written.roles || settings.kind == ServerKind::Jaas {
        format!("on this server, {clause}")
    } else {
        format!("unless the server is set up otherwise, {clause}")
    };
    let count = |counts: &dyn Fn(&Role) -> bool| -> usize {
        roles.iter().filter(|(role, _)| counts(role)).map(|(_, people)| people).sum()
    };
    // Visitors are not in the room itself, where moderators are made.
    let unwanted = count(&|role| {
        !role.moderator && !role.visitor && moderators.includes(false) == Becomes::Yes
    });
    let missed = count(&|role| role.moderator && moderators.includes(true) == Becomes::No);
    let mut notice = if unwanted > 0 {
        Notice::warning(MODERATION, format!("{message}: {}", mismatch(unwanted, "should not")))
    } else if missed > 0 {
        Notice::warning(MODERATION, format!("{message}: {}", mismatch(missed, "should")))
    } else {
        Notice::note(MODERATION, message)
    };
    if let Some(remedy) = moderation_remedy(settings.kind, rules, room_modules(settings.kind)) {
        notice = notice.hint(remedy.line());
    }
    notice
}

/// How many people the server treats otherwise than the roster says.
fn mismatch(count: usize, should: &str) -> String {
    if count == 1 {
        format!("1 person in the roster {should} be one")
    } else {
        format!("{count} people in the roster {should} be moderators")
    }
}

/// What moderators can no longer do because of a list of features, or why a list has no effect.
fn features(server: &Server, role: &Role) -> Option<Notice> {
    let listed = role.features.as_ref()?;
    let name = quoted(&role.name);
    if !role.moderator {
        // Others have none of them by default, so a list can only give them more.
        let is_ignored = server.kind() == ServerKind::Jaas && !listed.is_empty();
        return is_ignored.then(|| {
            let message = format!(
                "JaaS gives features to moderators only: the list of the role {name} has no effect"
            );
            Notice::note("features", message)
                .hint("remove `features`, or give these people a role with moderator = true")
        });
    }
    let is_off = |feature: &&&str| !listed.iter().any(|listed| listed == **feature);
    let off: Vec<String> =
        server.usual_features().iter().filter(is_off).map(|feature| quoted(feature)).collect();
    if off.is_empty() {
        return None;
    }
    let message = format!(
        "the list of features of the role {name} switches everything else off, also {}",
        off.join(", ")
    );
    Some(Notice::note("features", message).hint("add what these moderators need to the list"))
}

/// What the claims of roles need on the server (`jitsi-tokens` facts, §2).
fn needs(kind: ServerKind, roles: &[(&Role, usize)]) -> Vec<Notice> {
    let with = |has: fn(&Role) -> bool| -> Option<String> {
        let roles = roles.iter().filter(|(role, _)| has(role));
        let names: Vec<String> = roles.map(|(role, _)| quoted(&role.name)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    let mut notices = Vec::new();
    if let Some(names) = with(|role| role.visitor) {
        let message = format!(
            "visitors ({names}) only watch where the server is set up for visitors; elsewhere they join like everybody else"
        );
        notices.push(Notice::note("visitor", message));
    }
    let bypasses = [
        ("lobby_bypass", "token_lobby_bypass", with(|role| role.bypass.lobby)),
        ("security_bypass", "token_security_ondemand", with(|role| role.bypass.security)),
    ];
    for (key, plugin, names) in bypasses {
        let Some(names) = names else { continue };
        let (message, hint) = if kind == ServerKind::Jaas {
            (
                format!("`{key}` ({names}) is not documented for JaaS"),
                format!("remove `{key}`, or try it before the meeting"),
            )
        } else {
            (
                format!("`{key}` ({names}) only works on a server with the plugin {plugin}"),
                "the plugin is in github.com/jitsi-contrib/prosody-plugins".to_owned(),
            )
        };
        notices.push(Notice::note("bypass", message).hint(hint));
    }
    notices
}
