//! One row for each thing that a server may do: the codes of what is said.

use meetmint_core::{Deployment, Plugins, RoleRule, ServerKind};

use super::super::super::certificate::Certificate;
use super::super::super::http::HttpError;
use super::super::super::observed::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Joined, Outcome, Step, Unreached, Who,
};
use super::{
    NOW, Scene, for_host, joined, lobby, login, mismatch, not_allowed, refusal,
};

#[track_caller]
fn case(scene: &Scene, expected: &[&str]) {
    assert_eq!(scene.codes(), expected, "{:#?}", scene.findings());
}

fn with_detail(text: &str, detail: &str) -> Outcome {
    let mut refusal = not_allowed(text);
    refusal.details.push(detail.to_owned());
    Outcome::JoinRefused(refusal)
}

#[test]
fn a_good_server_has_no_finding() {
    case(&Scene::debian(), &[]);
    case(&Scene::docker(), &[]);
    case(&Scene::of(ServerKind::Jaas), &[]);
}
