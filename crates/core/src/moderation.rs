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

/// What to change on a server so that roles decide who is a moderator, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModerationRemedy {
    /// What to change on the server, in this order: at least one step.
    pub steps: Vec<String>,
    /// What is true of the server then.
    pub rule: RoleRule,
}

impl ModerationRemedy {
    /// The same on one line, with what to write at last.
    pub fn line(&self) -> String {
        format!(
            "so that roles count: {}; then write roles = [\"{}\"] under [server.accepts]",
            self.steps.join("; "),
            self.rule
        )
    }
}

/// What to change on a server with these rules; `None` if roles decide already, or if nobody but 8x8 could change it.
/// `modules` is where the modules of rooms are listed, such as [`room_modules`].
pub fn moderation_remedy(
    kind: ServerKind,
    rules: &[RoleRule],
    modules: &str,
) -> Option<ModerationRemedy> {
    let moderators = Moderation::of(rules);
    if kind == ServerKind::Jaas || moderators == Moderation::ByRole {
        return None;
    }
    let has = |rule| rules.contains(&rule);
    // Nothing else can be in its way.
    if has(RoleRule::TokenModeration) {
        let steps = vec![format!("remove muc_allowners from {modules}")];
        return Some(ModerationRemedy { steps, rule: RoleRule::TokenModeration });
    }
    let everybody = has(RoleRule::Everybody);
    // Whatever promotes everybody keeps the first from being promoted, so both have to be off.
    let first = everybody || has(RoleRule::First);
    let lacks_plugin = !has(RoleRule::TokenAffiliation);
    let steps = if kind == ServerKind::Docker {
        docker(lacks_plugin, everybody, first, modules)
    } else {
        debian(lacks_plugin, everybody, first, modules)
    };
    Some(ModerationRemedy { steps, rule: RoleRule::TokenAffiliation })
}

fn docker(lacks_plugin: bool, everybody: bool, first: bool, modules: &str) -> Vec<String> {
    // The list may have other modules, which have to stay.
    chosen([
        (lacks_plugin, format!("add token_affiliation to {modules}{PLUGIN}")),
        (everybody, format!("remove muc_allowners from {modules}, if it is there")),
        (
            everybody,
            "set JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0 in the server's .env".to_owned(),
        ),
        (first && !everybody, "set ENABLE_AUTO_OWNER=0 in the server's .env".to_owned()),
        (
            everybody,
            "if XMPP_MUC_MODULES has muc_wait_for_host, set WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1 as well"
                .to_owned(),
        ),
    ])
}

fn debian(lacks_plugin: bool, everybody: bool, first: bool, modules: &str) -> Vec<String> {
    chosen([
        (lacks_plugin, format!("add token_affiliation to {modules}{PLUGIN}")),
        (everybody, format!("remove muc_allowners from {modules}, if it is there")),
        (
            everybody,
            "if muc_wait_for_host is there, set wait_for_host_disable_auto_owners = true in the same file"
                .to_owned(),
        ),
        (everybody, format!("remove the block `authentication` from {JICOFO}, if it is there")),
        (
            first,
            format!(
                "add the line `jicofo.conference.enable-auto-owner = false` at the end of {JICOFO}, after the last `}}`"
            ),
        ),
    ])
}

/// Where the plugin comes from (`jitsi-tokens` facts, §3).
const PLUGIN: &str = " (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins)";

/// Where Jicofo's settings are on Debian.
const JICOFO: &str = "/etc/jitsi/jicofo/jicofo.conf";

fn chosen<const N: usize>(steps: [(bool, String); N]) -> Vec<String> {
    steps.into_iter().filter_map(|(is_needed, step)| is_needed.then_some(step)).collect()
}

/// Where the modules of rooms are listed, as a hint names it.
pub fn room_modules(kind: ServerKind) -> &'static str {
    if kind == ServerKind::Docker {
        "XMPP_MUC_MODULES in the server's .env"
    } else {
        "modules_enabled of the MUC component in Prosody's file"
    }
}

#[cfg(test)]
mod tests;
