//! A test user joins as with Jitsi's page: logs in, asks the focus for the room, and enters it.

use std::time::{Duration, Instant};

use super::bosh::{Session, escaped};
use super::conference;
use super::connection::{Connection, Trouble};
use super::observed::{Joined, Outcome, Refusal, Step, Waiting};
use super::person::{End, Person, end};
use super::site::Site;
use super::stanza::{Content, Presence, Stanza};

/// No role changes for longer than this: a server that goes on changing them must not take all the time.
const LONGEST_SETTLING: Duration = Duration::from_secs(20);

/// The name that is shown in the room, and that a lobby requires.
const NAME: &str = "meetmint doctor";

/// Somebody in the room, until the value is dropped.
pub(super) struct Occupant<'c> {
    session: Session<'c>,
    address: String,
    joined: Joined,
    changed: Instant,
    removed: Option<Refusal>,
}

/// Lets a test user join a room, whose name is its node.
pub(super) fn join<'c>(
    connection: &'c Connection,
    site: &Site,
    node: &str,
    person: &Person<'_>,
) -> Result<Occupant<'c>, End> {
    let at = |step| move |trouble| end(step, trouble);
    let (mut session, address) = log_in(connection, site, node, person)?;
    let room = format!("{node}@{}", site.muc);
    if person.asks_focus {
        conference::request(connection, &mut session, site, &room, node, person)?;
    }
    // Strict servers accept no other name in the room than how the address begins.
    let nick: String = address.chars().take(8).collect();
    let occupant = format!("{room}/{nick}");
    let to = escaped(&occupant);
    let join = format!(
        "<presence xmlns='jabber:client' to='{to}'><x xmlns='http://jabber.org/protocol/muc'/><nick xmlns='http://jabber.org/protocol/nick'>{NAME}</nick></presence>"
    );
    session.send(&join).map_err(at(Step::Join))?;
    let presence = session.answer(|stanza| match stanza {
        Stanza::Presence(presence) if presence.refusal.is_some() || presence.is_own => {
            Some(presence)
        }
        _ => None,
    });
    let presence = presence.map_err(at(Step::Join))?;
    if let Some(refusal) = presence.refusal {
        return Err(End::Outcome(refused(refusal)));
    }
    let mut occupant = Occupant {
        session,
        address: occupant,
        joined: Joined::default(),
        changed: Instant::now(),
        removed: None,
    };
    occupant.note(presence);
    Ok(occupant)
}

fn log_in<'c>(
    connection: &'c Connection,
    site: &Site,
    node: &str,
    person: &Person<'_>,
) -> Result<(Session<'c>, String), End> {
    let at = |trouble| end(Step::Login, trouble);
    let mut url = site.bosh.clone();
    url.query_pairs_mut().append_pair("room", node);
    if let Some(token) = person.token {
        url.query_pairs_mut().append_pair("token", token);
    }
    let mut session = Session::open(connection, url, person.domain, person.rid).map_err(at)?;
    let offered = session.answer(|stanza| match stanza {
        Stanza::Mechanisms(mechanisms) => Some(Ok(mechanisms)),
        Stanza::NotLoggedIn(refusal) => Some(Err(refusal)),
        _ => None,
    });
    let mechanisms = offered.map_err(at)?.map_err(login_refused)?;
    // Tokens are verified in an anonymous login (`jitsi-tokens` facts, §1).
    if !mechanisms.iter().any(|mechanism| mechanism == "ANONYMOUS") {
        let condition = "no-anonymous-login".to_owned();
        return Err(login_refused(Refusal { condition, text: String::new(), details: mechanisms }));
    }
    session
        .send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>")
        .map_err(at)?;
    let answer = session.answer(|stanza| match stanza {
        Stanza::LoggedIn => Some(Ok(())),
        Stanza::NotLoggedIn(refusal) => Some(Err(refusal)),
        _ => None,
    });
    answer.map_err(at)?.map_err(login_refused)?;
    session
        .restart("<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        .map_err(at)?;
    let bound = session.answer(|stanza| match stanza {
        Stanza::Result { id, result } if id == "bind" => Some(result),
        _ => None,
    });
    match bound.map_err(at)? {
        Ok(Content::Address(address)) => Ok((session, address)),
        Ok(_) => Err(login_refused(Refusal::default())),
        Err(refusal) => Err(login_refused(refusal)),
    }
}

fn login_refused(refusal: Refusal) -> End {
    End::Outcome(Outcome::LoginRefused(refusal))
}

fn refused(refusal: Refusal) -> Outcome {
    let has = |name: &str| refusal.details.iter().any(|detail| detail == name);
    if refusal.condition == "registration-required" {
        let for_host = has("waiting-for-host");
        return Outcome::Waits(Waiting { lobby: has("lobbyroom"), for_host });
    }
    Outcome::JoinRefused(refusal)
}

/// Waits until nobody's role has changed for so long.
pub(super) fn settle(occupants: &mut [&mut Occupant<'_>], quiet: Duration) -> Result<(), End> {
    let latest = Instant::now() + LONGEST_SETTLING.max(quiet);
    loop {
        let is_quiet = |occupant: &&mut Occupant<'_>| {
            occupant.removed.is_some() || occupant.changed.elapsed() >= quiet
        };
        if occupants.iter().all(is_quiet) || Instant::now() >= latest {
            return Ok(());
        }
        for occupant in occupants.iter_mut().filter(|occupant| occupant.removed.is_none()) {
            occupant.look().map_err(|trouble| end(Step::Join, trouble))?;
        }
    }
}

impl Occupant<'_> {
    /// What became of them.
    pub(super) fn outcome(&self) -> Outcome {
        match &self.removed {
            Some(refusal) => Outcome::JoinRefused(refusal.clone()),
            None => Outcome::Joined(self.joined.clone()),
        }
    }

    pub(super) fn is_moderator(&self) -> bool {
        self.removed.is_none() && self.joined.is_moderator
    }

    /// Takes in what the server has to say.
    fn look(&mut self) -> Result<(), Trouble> {
        self.session.poll()?;
        // What has come already.
        while let Some(stanza) = self.session.next(Instant::now())? {
            if let Stanza::Presence(presence) = stanza {
                self.note(presence);
            }
        }
        Ok(())
    }

    fn note(&mut self, presence: Presence) {
        if !presence.is_own && presence.from != self.address {
            return;
        }
        if presence.has_left {
            let condition = "removed".to_owned();
            self.removed = Some(Refusal { condition, ..Refusal::default() });
            return;
        }
        let is_moderator = presence.is_moderator;
        // Only presences that change them have them.
        let features = presence.features.or_else(|| self.joined.features.clone());
        let joined = Joined { is_moderator, features };
        // People may have many presences that change nothing about their rights.
        if joined != self.joined {
            self.changed = Instant::now();
            self.joined = joined;
        }
    }
}

#[cfg(test)]
mod tests;
