//! What is said of each thing that a server may do.

mod any_observation;
mod every_answer;
mod every_difference;
mod texts;
mod uncommon;

use meetmint_core::{Accepts, Deployment, Role, Server, ServerKind};

use super::super::observed::{
    ClientConfigSeen, Joined, Observed, Outcome, Refusal, SiteSeen, Try, Waiting, Who,
};
use super::{Expected, LiveFinding, Summary, WrittenSettings};

/// A folder, and what was seen on its server. Methods change one thing of a good server.
#[derive(Debug)]
struct Scene {
    server: Server,
    accepts: Accepts,
    written: WrittenSettings,
    own_roles: Vec<Role>,
    observed: Observed,
}

/// 2026-11-27, 12:00 UTC.
const NOW: i64 = 1_795_780_800;

fn refusal(condition: &str, text: &str) -> Refusal {
    Refusal { condition: condition.to_owned(), text: text.to_owned(), details: Vec::new() }
}

fn not_allowed(text: &str) -> Refusal {
    refusal("not-allowed", text)
}

fn login(text: &str) -> Outcome {
    Outcome::LoginRefused(not_allowed(text))
}

fn joined(is_moderator: bool) -> Outcome {
    Outcome::Joined(Joined { is_moderator, features: None })
}

fn lobby() -> Outcome {
    Outcome::Waits(Waiting { lobby: true, for_host: false })
}

fn for_host() -> Outcome {
    Outcome::Waits(Waiting { lobby: false, for_host: true })
}

fn mismatch() -> Outcome {
    Outcome::JoinRefused(not_allowed("Room and token mismatched"))
}

#[track_caller]
fn case(scene: &Scene, expected: &[&str]) {
    assert_eq!(scene.codes(), expected, "{:#?}", scene.findings());
}

fn with_detail(text: &str, detail: &str) -> Outcome {
    let mut refusal = not_allowed(text);
    refusal.details.push(detail.to_owned());
    Outcome::JoinRefused(refusal)
}

impl Scene {
    /// A server on which all is well: only roles make moderators, and `roles` says so.
    fn of(kind: ServerKind) -> Scene {
        let url = Some("https://meet.example.org");
        let deployment = match kind {
            ServerKind::Jaas => {
                Deployment { key_id: Some("4f21"), ..Deployment::new(kind, "vpaas-magic-cookie-1") }
            }
            _ => Deployment { url, ..Deployment::new(kind, "acme") },
        };
        Scene::with(&deployment)
    }

    fn with(deployment: &Deployment<'_>) -> Scene {
        let server = Server::new(deployment).unwrap();
        let mut accepts = Accepts::by_default(deployment.kind, deployment.app_id);
        if deployment.kind != ServerKind::Jaas {
            accepts.roles = vec![meetmint_core::RoleRule::TokenAffiliation];
        }
        let observed = Observed {
            site: SiteSeen {
                config: ClientConfigSeen::Read { unread: Vec::new() },
                domain: server.domain().to_owned(),
                bosh: format!("{}/http-bind", server.base()),
                ..SiteSeen::default()
            },
            ..Observed::default()
        };
        let written = WrittenSettings { roles: true, ..WrittenSettings::default() };
        let mut scene = Scene { server, accepts, written, own_roles: Vec::new(), observed };
        scene = scene.come(Who::Alone, joined(false));
        scene = scene.come(Who::Moderator, joined(true));
        scene = scene.come(Who::Participant, joined(false));
        scene = scene.come(Who::Expired, login("Not acceptable by exp (90.0 sec since expired)"));
        scene = scene.come(Who::ForeignKey, login("Invalid signature"));
        scene = scene.come(Who::OtherRoom, mismatch());
        scene.come(Who::NoToken, login("token required"))
    }

    fn debian() -> Scene {
        Scene::of(ServerKind::Debian)
    }

    fn docker() -> Scene {
        Scene::of(ServerKind::Docker)
    }

    /// Somebody comes, or something else becomes of them.
    fn come(mut self, who: Who, outcome: Outcome) -> Scene {
        match self.observed.tries.iter_mut().find(|one| one.who == who) {
            Some(one) => one.outcome = outcome,
            None => self.observed.tries.push(Try { who, outcome }),
        }
        self
    }

    /// The same becomes of everybody with a valid link.
    fn good(self, outcome: &Outcome) -> Scene {
        [Who::Alone, Who::Moderator, Who::Participant]
            .into_iter()
            .fold(self, |scene, who| scene.come(who, outcome.clone()))
    }

    /// Somebody does not come.
    fn without(mut self, who: &Who) -> Scene {
        self.observed.tries.retain(|one| one.who != *who);
        self
    }

    fn seen(mut self, change: impl FnOnce(&mut Observed)) -> Scene {
        change(&mut self.observed);
        self
    }

    fn accepting(mut self, change: impl FnOnce(&mut Accepts, &mut WrittenSettings)) -> Scene {
        change(&mut self.accepts, &mut self.written);
        self
    }

    fn expected(&self) -> Expected<'_> {
        Expected {
            server: &self.server,
            accepts: &self.accepts,
            written: self.written,
            own_roles: &self.own_roles,
            now: NOW,
        }
    }

    fn findings(&self) -> Vec<LiveFinding> {
        self.observed.findings(&self.expected())
    }

    fn summary(&self) -> Summary {
        self.observed.summary(&self.expected())
    }

    /// The codes, with a `!` after those of problems.
    fn codes(&self) -> Vec<String> {
        let code = |finding: &LiveFinding| {
            format!("{}{}", finding.code, if finding.is_problem { "!" } else { "" })
        };
        self.findings().iter().map(code).collect()
    }
}
