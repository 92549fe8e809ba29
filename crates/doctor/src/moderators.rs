//! Who will really be a moderator on a server (`jitsi-tokens` facts, §3).

use std::fmt::Write as _;

use meetmint_core::{RoleRule, ServerKind};

use crate::known::Known;
use crate::place::Place;

/// What decides about moderators, as far as the files tell.
pub(crate) struct RoleInputs {
    pub(crate) kind: ServerKind,
    /// The modules of the component with people's rooms.
    pub(crate) plugins: RolePlugins,
    /// Jicofo's `enable-auto-owner`; on unless it is set.
    pub(crate) auto_owner: Known<bool>,
    /// Jicofo's authentication; off unless it is set, which Docker's images do.
    pub(crate) authentication: Known<bool>,
    /// Whether Jicofo's settings are among the files, so that what is unset has its default.
    pub(crate) has_jicofo: bool,
    /// The component with people's rooms, as a hint names it.
    pub(crate) component: String,
}

/// Where the modules that change roles are named.
#[derive(Default)]
pub(crate) struct RolePlugins {
    pub(crate) affiliation: Option<Place>,
    pub(crate) moderation: Option<Place>,
    pub(crate) allowners: Option<Place>,
    /// `muc_wait_for_host`, unless it is told to make nobody an owner.
    pub(crate) wait_for_host: Option<Place>,
    /// The list is not written as it is, so that there may be more.
    pub(crate) unknown: Option<Place>,
}

/// Who becomes a moderator, in words and as rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moderators {
    /// How people become moderators; empty if nobody does.
    pub rules: Vec<RoleRule>,
    /// Whether the files tell it for certain: nothing that decides about it is unknown or in a file that was not given.
    pub is_certain: bool,
    /// The same for people: one sentence or two.
    pub message: String,
    /// What to change on the server so that the roles of the roster count; `None` if they do.
    pub hint: Option<String>,
}

/// What makes people moderators.
enum Because<'i> {
    Allowners(&'i Place),
    Moderation(&'i Place),
    WaitForHost(&'i Place),
    Jicofo(Option<&'i Place>),
    Affiliation { place: &'i Place, first: bool },
    First,
    Nothing(&'i Place),
}

impl RoleInputs {
    /// Who becomes a moderator.
    pub(crate) fn moderators(&self) -> Moderators {
        let because = self.because();
        let rules = match &because {
            Because::Allowners(_) | Because::WaitForHost(_) | Because::Jicofo(_) => {
                vec![RoleRule::Everybody]
            }
            Because::Moderation(_) => vec![RoleRule::TokenModeration],
            Because::Affiliation { first: true, .. } => {
                vec![RoleRule::First, RoleRule::TokenAffiliation]
            }
            Because::Affiliation { first: false, .. } => vec![RoleRule::TokenAffiliation],
            Because::First => vec![RoleRule::First],
            Because::Nothing(_) => Vec::new(),
        };
        let mut message = self.message(&because);
        let jicofo = [&self.auto_owner, &self.authentication];
        let unknown = jicofo.iter().find_map(|known| match known {
            Known::Unknown(place) => Some(place),
            _ => None,
        });
        let settled = matches!(because, Because::Allowners(_) | Because::Moderation(_));
        // Whatever Jicofo does, everybody is one already.
        let needs_jicofo = !settled && !matches!(because, Because::WaitForHost(_));
        let is_certain = self.plugins.unknown.is_none()
            && (!needs_jicofo || self.has_jicofo && unknown.is_none());
        if let Some(place) = unknown.filter(|_| !settled) {
            let _ = write!(message, ". What {place} comes to may change this");
        }
        if let Some(place) = &self.plugins.unknown {
            let _ = write!(
                message,
                ". Some modules in {place} are not written as they are, and may change this"
            );
        }
        Moderators { rules, message, hint: self.hint(&because), is_certain }
    }

    fn because(&self) -> Because<'_> {
        let RolePlugins { affiliation, moderation, allowners, wait_for_host, .. } = &self.plugins;
        // It answers for everybody that they are owners, so that nothing else matters.
        if let Some(place) = allowners {
            return Because::Allowners(place);
        }
        // It refuses every other way to become an owner.
        if let Some(place) = moderation {
            return Because::Moderation(place);
        }
        if self.authentication.value() == Some(&true) {
            return Because::Jicofo(self.authentication.place());
        }
        if let Some(place) = wait_for_host {
            return Because::WaitForHost(place);
        }
        let off = match &self.auto_owner {
            Known::Is(placed) if !placed.value => Some(&placed.place),
            _ => None,
        };
        match (affiliation, off) {
            (Some(place), _) => Because::Affiliation { place, first: off.is_none() },
            (None, None) => Because::First,
            (None, Some(place)) => Because::Nothing(place),
        }
    }

    /// Whether Jicofo's settings, which were not given, can change it.
    fn depends_on_jicofo(&self, because: &Because<'_>) -> bool {
        let by_default =
            matches!(because, Because::First | Because::Affiliation { first: true, .. });
        by_default && !self.has_jicofo
    }

    fn message(&self, because: &Because<'_>) -> String {
        let ignored = match (&self.plugins.affiliation, &self.plugins.moderation) {
            (Some(_), Some(_)) => ", and `token_affiliation` and `token_moderation` have no effect",
            (Some(_), None) => ", and `token_affiliation` has no effect",
            (None, Some(_)) => ", and `token_moderation` has no effect",
            (None, None) => "",
        };
        let as_far = if self.depends_on_jicofo(because) {
            ", as far as Prosody's file tells: Jicofo's settings can change this"
        } else {
            ""
        };
        match because {
            Because::Allowners(place) => format!(
                "everybody in a meeting will be a moderator, because of `muc_allowners` ({place}){ignored}"
            ),
            Because::WaitForHost(place) => format!(
                "everybody with a link will be a moderator, because of `muc_wait_for_host` ({place}){ignored}"
            ),
            Because::Jicofo(_) if !self.has_jicofo => format!(
                "everybody with a link will be a moderator, because Jicofo authenticates people in Docker's images, unless JICOFO_ENABLE_AUTH is 0{ignored}"
            ),
            Because::Jicofo(place) => {
                let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
                format!(
                    "everybody with a link will be a moderator, because Jicofo authenticates people{place}{ignored}"
                )
            }
            Because::Moderation(place) => {
                let also = match self.plugins.affiliation {
                    Some(_) => ", and `token_affiliation` has no effect",
                    None => "",
                };
                format!(
                    "the moderators of the roster will be moderators, and nobody else, because of `token_moderation` ({place}){also}"
                )
            }
            Because::Affiliation { place, first: false } => format!(
                "the moderators of the roster will be moderators, and nobody else, because of `token_affiliation` ({place})"
            ),
            Because::Affiliation { place, first: true } => format!(
                "the moderators of the roster will be moderators, because of `token_affiliation` ({place}); so will whoever arrives first in an empty room{as_far}"
            ),
            Because::First => format!(
                "whoever arrives first will be a moderator, whatever the roster says{as_far}"
            ),
            Because::Nothing(place) => format!(
                "nobody will be a moderator: Jicofo makes nobody one ({place}), and no module reads the roles of the roster"
            ),
        }
    }

    /// What to change so that the roles of the roster count.
    fn hint(&self, because: &Because<'_>) -> Option<String> {
        let docker = self.kind == ServerKind::Docker;
        let remove = |module: &str| {
            if docker {
                format!("take {module} out of XMPP_MUC_MODULES")
            } else {
                format!("take \"{module}\" out of modules_enabled of {}", self.component)
            }
        };
        let mut steps = Vec::new();
        if matches!(because, Because::Allowners(_)) {
            steps.push(remove("muc_allowners"));
        }
        if self.plugins.wait_for_host.is_some() {
            steps.push(if docker {
                "set WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1".to_owned()
            } else {
                format!("set wait_for_host_disable_auto_owners = true under {}", self.component)
            });
        }
        // With this module, the roles count whatever Jicofo does.
        if self.plugins.moderation.is_some() {
            let needed = matches!(because, Because::Allowners(_));
            return needed.then(|| sentence(&steps[..1], docker));
        }
        if self.plugins.affiliation.is_none() {
            steps.push(if docker {
                "add token_affiliation to XMPP_MUC_MODULES".to_owned()
            } else {
                format!("add \"token_affiliation\" to modules_enabled of {}", self.component)
            });
        }
        if docker {
            if self.authentication.value() != Some(&false) {
                steps.push("set JICOFO_ENABLE_AUTH=0".to_owned());
            }
            if self.auto_owner.value() != Some(&false) {
                steps.push("set ENABLE_AUTO_OWNER=0".to_owned());
            }
        } else {
            if self.authentication.value() == Some(&true) {
                steps.push(
                    "set enabled = false under jicofo.authentication in jicofo.conf".to_owned(),
                );
            }
            if self.auto_owner.value() != Some(&false) {
                steps.push(
                    "set enable-auto-owner = false under jicofo.conference in jicofo.conf"
                        .to_owned(),
                );
            }
        }
        (!steps.is_empty()).then(|| sentence(&steps, docker))
    }
}

/// All steps, and what makes them count.
fn sentence(steps: &[String], docker: bool) -> String {
    let (last, others) = steps.split_last().map_or(("", &[][..]), |(last, rest)| (last, rest));
    let list = if others.is_empty() {
        last.to_owned()
    } else {
        format!("{}, and {last}", others.join(", "))
    };
    let apply = if docker { "recreate the containers" } else { "restart Prosody and Jicofo" };
    let plugin = if list.contains("token_affiliation") && list.contains("add") {
        ". The module comes with Jitsi since mid-2026; before, with github.com/jitsi-contrib/prosody-plugins"
    } else {
        ""
    };
    format!(
        "so that only the moderators of the roster are moderators: {list}; then {apply}{plugin}"
    )
}
