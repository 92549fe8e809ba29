//! What a server answers to a token or a link, and why: its own checks in its own order, without asking it
//! (`jitsi-tokens` facts, §1 to §4 and §9).

mod client;
mod doubts;
mod faults;
mod join;
mod judgement;
mod login;
mod lua_json;
mod of_place;
mod own_secret;
mod parts;
mod pattern;
mod place;
mod rules;
mod shown;
mod standing;
mod verifier;

use serde_json::Value;

pub use judgement::Stage;
pub use judgement::{Finding, Judgement, Standing, Verdict};
pub use shown::shown_claims;
pub use verifier::Verifier;

use crate::found::Written;
use crate::quoted::without_tokens;
use crate::{Accepts, Algorithm, RoleRule, Room, Server, ServerKind};
use judgement::Fault;
use parts::member;
use place::{IgnoredToken, Place};
use rules::{LoginRules, Target};
use standing::Claimed;

/// The host of a path without one, if the server is not known (RFC 2606, §2).
const NO_HOST: &str = "meet.invalid";

/// A server, as far as it is known.
#[derive(Debug)]
pub struct Inspector {
    server: Option<Server>,
    accepts: Accepts,
    verifier: Option<Verifier>,
    /// The room of a token that comes without a link.
    node: Option<String>,
}

impl Inspector {
    /// A server of one's own. A token without a link is judged for `room`; without one, for the room that it names.
    /// Without a verifier, everything but the signature is checked.
    pub fn new(
        server: Server,
        accepts: Accepts,
        verifier: Option<Verifier>,
        room: Option<&Room>,
    ) -> Inspector {
        let node = room.map(|room| room.node().to_owned());
        Inspector { server: Some(server), accepts, verifier, node }
    }

    /// A server of which nothing is known: it accepts every issuer and audience, and signatures are not checked. Each
    /// token is judged for the room of its link, or the one that it names.
    pub fn unknown() -> Inspector {
        let accepts = Accepts {
            issuers: vec!["*".to_owned()],
            ..Accepts::by_default(ServerKind::Debian, "")
        };
        Inspector { server: None, accepts, verifier: None, node: None }
    }

    /// What this server answers at a time, in seconds since 1970.
    pub fn judge(&self, written: &Written, now: i64) -> Judgement {
        let mut judgement = match written {
            Written::Token(token) => {
                self.judge_token(&parts::received(token.trim()), None, true, now)
            }
            Written::Link(link) => self.judge_link(link, now),
        };
        // With a `&` for `?`, the token is part of the path.
        judgement.room = judgement.room.map(|room| without_tokens(&room).into_owned());
        if let Some(secret) = self.verifier.as_ref().and_then(Verifier::reveal_secret) {
            own_secret::hide(&mut judgement, secret);
        }
        judgement
    }

    fn judge_link(&self, link: &str, now: i64) -> Judgement {
        let server = self.server.as_ref().map_or(NO_HOST, Server::authority);
        let Some(place) = Place::read(link, server) else { return of_place::no_link() };
        let obstacle = of_place::fault(&place, self.server.as_ref());
        // Where nobody comes to a meeting, room, tenant and rights are no matter.
        let opens = obstacle.is_none();
        let mut judgement = match &place.token {
            Some(token) => {
                let place = Some(&place).filter(|_| opens);
                self.judge_token(&parts::received(token), place, opens, now)
            }
            None => self.judge_guest(&place),
        };
        judgement.room = Some(place.node.clone()).filter(|node| !node.is_empty());
        if let Some(mut fault) = obstacle {
            if place.token.is_none() && place.ignored == Some(IgnoredToken::Path) {
                // The room is only odd because the token is in it.
                fault.finding = of_place::no_token(&place, false);
                judgement.findings.clear();
            }
            if fault.finding.code == of_place::OTHER_HOST {
                judgement.findings.retain(|finding| !of_place::is_of_server(finding));
            }
            put_first(&mut judgement, fault);
        }
        if opens {
            let server = self.server.as_ref();
            judgement.findings.extend(of_place::doubts(&place, server, self.accepts.subject));
        }
        judgement
    }

    /// Somebody without a token.
    fn judge_guest(&self, place: &Place) -> Judgement {
        let finding = of_place::no_token(place, self.accepts.guests);
        let mut judgement = Judgement::empty();
        if self.accepts.guests {
            judgement.findings.push(finding);
            judgement.role = Some(Standing::Participant);
        } else {
            put_first(&mut judgement, Fault::refused(Stage::Login, "token required", finding));
        }
        judgement
    }

    /// Without `enters`, nobody comes as far as the room.
    fn judge_token(&self, token: &str, place: Option<&Place>, enters: bool, now: i64) -> Judgement {
        let kind = self.kind(token);
        let rules = LoginRules {
            accepts: &self.accepts,
            kind,
            server: self.server.as_ref(),
            algorithm: self.algorithm(token),
            verifier: self.verifier.as_ref(),
            key_id: self.server.as_ref().and_then(Server::key_id),
            now,
        };
        let login = login::check(token, &rules);
        let mut faults = login.faults;
        let null = Value::Null;
        let claims = login.claims.as_ref().unwrap_or(&null);
        let own_node = member(claims, "room").and_then(Value::as_str).map(str::to_ascii_lowercase);
        let own_tenant = self.server.as_ref().and_then(Server::tenant_in_address);
        let (node, tenant) = match place {
            _ if !enters => (None, None),
            Some(place) => (Some(place.node.clone()), place.tenant.clone()),
            None => (self.node.clone().or(own_node), own_tenant),
        };
        if let Some(node) = node.as_deref().filter(|_| login.claims.is_some()) {
            let target = Target {
                accepts: &self.accepts,
                kind,
                domain: self.server.as_ref().map(Server::domain),
                tenant: tenant.as_deref(),
                node,
            };
            faults.extend(join::check(claims, &target));
        }
        let mut judgement = Judgement::empty();
        let other_room = node.as_deref().filter(|_| !self.accepts.room).and_then(|node| {
            let claim = member(claims, "room").and_then(Value::as_str)?;
            of_place::other_room(&claim.to_ascii_lowercase(), node)
        });
        judgement.room = node;
        self.note(&mut judgement, faults, claims, &rules, login.is_signature_checked);
        // Of an unknown server, nobody knows who moderates.
        let is_in = enters && judgement.verdict == Verdict::Accepted;
        if is_in && claims.is_object() && self.server.is_some() {
            judgement.role = Some(Claimed::of(claims).by_all(&self.accepts.roles));
            judgement.findings.extend(doubts::of_rights(claims, &self.accepts.roles));
        }
        judgement.findings.extend(other_room);
        let is_at_login = judgement.stage == Some(Stage::Login);
        if is_at_login && login.claims.is_some() {
            let reasons = client::reasons(login.header.as_ref(), claims, now);
            let claim = judgement.findings.first().and_then(|finding| finding.claim);
            judgement.findings.extend(of_place::page_reasons(&reasons, claim));
        }
        judgement.claims = login.claims;
        judgement
    }

    /// Writes verdict, role and findings.
    fn note(
        &self,
        judgement: &mut Judgement,
        faults: Vec<Fault>,
        claims: &Value,
        rules: &LoginRules<'_>,
        is_signature_checked: bool,
    ) {
        judgement.is_only_early = faults.len() == 1 && faults[0].finding.code == "too-early";
        let mut faults = faults.into_iter();
        if let Some(first) = faults.next() {
            judgement.verdict = first.verdict;
            judgement.stage = Some(first.stage);
            judgement.error = first.error;
            judgement.findings.push(first.finding);
            if judgement.is_only_early {
                // Whoever checks links before the meeting wants to know this.
                judgement.findings[0].message.push_str("; nothing else is wrong with it");
            }
        }
        // These would come next, when the first one is mended.
        judgement.findings.extend(faults.map(|fault| fault.finding));
        let findings = &mut judgement.findings;
        let verifier = self.verifier.as_ref();
        findings.extend(verifier.and_then(|it| doubts::of_secret(it, rules.algorithm)));
        let Value::Object(_) = claims else { return };
        findings.extend(doubts::of_claims(claims, rules.kind, rules.now));
        findings.extend(doubts::of_age(claims, &self.accepts));
        if self.verifier.is_none() {
            findings.push(of_place::unchecked_signature(self.server.is_some()));
        } else if !is_signature_checked && judgement.verdict == Verdict::Accepted {
            findings.push(of_place::other_key());
        }
        let exp = member(claims, "exp").and_then(Value::as_f64);
        #[expect(clippy::cast_possible_truncation, reason = "times far away are cut off")]
        let exp = exp.map(|exp| exp.floor() as i64);
        judgement.seconds_left = exp.map(|exp| exp.saturating_sub(rules.now));
        let claimed = Claimed::of(claims);
        judgement.roles = RoleRule::ALL.map(|rule| (rule, claimed.by(rule))).to_vec();
    }

    /// The kind of server; of an unknown one, what the token seems to be for.
    fn kind(&self, token: &str) -> ServerKind {
        if let Some(server) = &self.server {
            return server.kind();
        }
        let claims =
            parts::split(token).get(1).and_then(|part| lua_json::json(&parts::decode(part)?));
        let sub = claims.as_ref().and_then(|claims| member(claims, "sub")?.as_str());
        let is_jaas = sub.is_some_and(|sub| sub.starts_with(client::JAAS_APP));
        if is_jaas { ServerKind::Jaas } else { ServerKind::Debian }
    }

    /// The server's algorithm; of an unknown one, that of the token.
    fn algorithm(&self, token: &str) -> Option<Algorithm> {
        if let Some(server) = &self.server {
            return Some(server.algorithm());
        }
        let header =
            parts::split(token).first().and_then(|part| lua_json::json(&parts::decode(part)?));
        header.as_ref().and_then(|header| member(header, "alg")?.as_str()?.parse().ok())
    }
}

/// Makes a fault the one that decides.
fn put_first(judgement: &mut Judgement, fault: Fault) {
    judgement.verdict = fault.verdict;
    judgement.stage = Some(fault.stage);
    judgement.error = fault.error;
    judgement.role = None;
    judgement.findings.insert(0, fault.finding);
}

#[cfg(test)]
mod tests;
