//! Who becomes a moderator on a server, and what to change on it so that roles count (`jitsi-tokens` facts, §3).

use crate::accepts::RoleRule;
use crate::server::ServerKind;

/// Who becomes a moderator, by all the rules of a server together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moderation {
    /// Whatever their token says.
    Nobody,
    /// Whoever joins while there is no moderator.
    First,
    /// Whatever their token says.
    Everybody,
    /// Those whose token says so.
    ByRole,
    /// Those whose token says so, and whoever joins while there is no moderator.
    ByRoleOrFirst,
}

/// Whether somebody becomes a moderator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// In any case.
    Yes,
    /// In no case.
    No,
    /// If they are the first.
    Perhaps,
}

impl Moderation {
    /// What several rules come to.
    pub fn of(rules: &[RoleRule]) -> Moderation {
        let has = |rule| rules.contains(&rule);
        let everybody = has(RoleRule::Everybody);
        // It keeps Jicofo from promoting anybody else, but not the plugin `muc_allowners` (§6 of the facts, 10).
        if has(RoleRule::TokenModeration) {
            return if everybody { Moderation::Everybody } else { Moderation::ByRole };
        }
        // A claim can only raise somebody's rights.
        if everybody {
            return Moderation::Everybody;
        }
        let by_role = has(RoleRule::TokenAffiliation) || has(RoleRule::Jaas);
        match (by_role, has(RoleRule::First)) {
            (true, true) => Moderation::ByRoleOrFirst,
            (true, false) => Moderation::ByRole,
            (false, true) => Moderation::First,
            (false, false) => Moderation::Nobody,
        }
    }

    /// Whom the rule makes moderators, for people who know nothing about Jitsi: to follow "moderators: ".
    pub fn who(self) -> &'static str {
        match self {
            Moderation::Nobody => "nobody, whatever their role here says",
            Moderation::First => "whoever joins first, whatever their role here says",
            Moderation::Everybody => "everybody who joins, whatever their role here says",
            Moderation::ByRole => "people whose role here says so, and nobody else",
            Moderation::ByRoleOrFirst => "people whose role here says so, and whoever joins first",
        }
    }

    /// The same as a clause, for people who know nothing about Jitsi: to follow "on this server, …".
    pub fn clause(self) -> &'static str {
        match self {
            Moderation::Nobody => "nobody becomes a moderator, whatever their role here says",
            Moderation::First => {
                "whoever joins first becomes a moderator, whatever their role here says"
            }
            Moderation::Everybody => {
                "everybody who joins with a link becomes a moderator, whatever their role here says"
            }
            Moderation::ByRole => {
                "moderators are the people whose role here says so, and nobody else"
            }
            Moderation::ByRoleOrFirst => {
                "people become moderators if their role here says so, and so does whoever joins first"
            }
        }
    }

    /// Whether it makes a difference what somebody's role says.
    pub fn counts_roles(self) -> bool {
        self.includes(true) != self.includes(false)
    }

    /// Whether somebody becomes a moderator whose role says so, or does not.
    // A moderator's token says it in all the ways that plugins read, so it does not matter which of them is there.
    pub fn includes(self, is_moderator: bool) -> Becomes {
        match (self, is_moderator) {
            (Moderation::Everybody, _) | (Moderation::ByRole | Moderation::ByRoleOrFirst, true) => {
                Becomes::Yes
            }
            (Moderation::Nobody, _) | (Moderation::ByRole, false) => Becomes::No,
            (Moderation::First, _) | (Moderation::ByRoleOrFirst, false) => Becomes::Perhaps,
        }
    }
}

/// What to change on a server with these rules so that roles decide, and nothing else; `None` if that is so already, or
/// if nobody but 8x8 could change it.
pub fn moderation_remedy(kind: ServerKind, rules: &[RoleRule]) -> Option<String> {
    let moderators = Moderation::of(rules);
    if kind == ServerKind::Jaas || moderators == Moderation::ByRole {
        return None;
    }
    let has = |rule| rules.contains(&rule);
    // Nothing else can be in its way.
    if has(RoleRule::TokenModeration) {
        return Some(then_written(
            &format!("remove muc_allowners from {}", room_modules(kind)),
            "token_moderation",
        ));
    }
    let everybody = has(RoleRule::Everybody);
    // Whatever promotes everybody keeps the first from being promoted, so both have to be off.
    let first = everybody || has(RoleRule::First);
    let lacks_plugin = !has(RoleRule::TokenAffiliation);
    let steps = if kind == ServerKind::Docker {
        docker(lacks_plugin, everybody, first)
    } else {
        debian(lacks_plugin, everybody, first)
    };
    Some(then_written(&steps, "token_affiliation"))
}

fn docker(lacks_plugin: bool, everybody: bool, first: bool) -> String {
    let variables: Vec<&str> =
        [(everybody, "JICOFO_ENABLE_AUTH=0"), (first, "ENABLE_AUTO_OWNER=0")]
            .into_iter()
            .filter_map(|(is_needed, variable)| is_needed.then_some(variable))
            .collect();
    // The list may have other modules, which have to stay.
    let steps = [
        lacks_plugin.then(|| "add token_affiliation to XMPP_MUC_MODULES".to_owned()),
        everybody.then(|| "remove muc_allowners from XMPP_MUC_MODULES, if it is there".to_owned()),
        (!variables.is_empty()).then(|| format!("set {}", variables.join(", "))),
    ];
    let wait = if everybody {
        " (with muc_wait_for_host, also WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1)"
    } else {
        ""
    };
    let steps: Vec<String> = steps.into_iter().flatten().collect();
    format!("in the server's .env, {}", steps.join("; ")) + wait
}

fn debian(lacks_plugin: bool, everybody: bool, first: bool) -> String {
    let modules = room_modules(ServerKind::Debian);
    let steps: Vec<String> = [
        (lacks_plugin, format!("add token_affiliation to {modules}")),
        (
            everybody,
            format!("remove muc_allowners from {modules}, and the authentication from jicofo.conf"),
        ),
        (
            everybody,
            "with muc_wait_for_host, set wait_for_host_disable_auto_owners = true".to_owned(),
        ),
        (first, "set jicofo.conference.enable-auto-owner = false in jicofo.conf".to_owned()),
    ]
    .into_iter()
    .filter_map(|(is_needed, step)| is_needed.then_some(step))
    .collect();
    steps.join("; ")
}

/// Where the modules of rooms are listed, as a hint names it.
pub fn room_modules(kind: ServerKind) -> &'static str {
    if kind == ServerKind::Docker {
        "XMPP_MUC_MODULES in the server's .env"
    } else {
        "modules_enabled of the MUC component in Prosody's file"
    }
}

/// The steps, and what to write when they are done.
fn then_written(steps: &str, rule: &str) -> String {
    format!("so that roles count: {steps}; then write roles = [\"{rule}\"] under [server.accepts]")
}

#[cfg(test)]
mod tests;
