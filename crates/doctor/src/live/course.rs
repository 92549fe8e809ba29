//! The course of a trial: who joins, in which order, and which room.

use std::sync::Arc;
use std::time::{Duration, Instant};

use meetmint_core::{Role, Room};
use url::Url;

use super::config_js;
use super::connection::{Connection, Stop, Trouble};
use super::http::{self, Http, HttpError, Request};
use super::observed::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Observed, Outcome, Refusal, Try, Unreached, Who,
};
use super::occupant::{self, Occupant};
use super::person::{End, Person};
use super::site::{self, Site};
use super::tokens::{self, Fault, Token, Wanted, Which};
use super::trial::Trial;

/// How many logins there are at most: each leaves a line in the server's log.
const LOGINS: usize = 10;

/// How long the certificate may take: what else there is to see does not depend on it.
const CERTIFICATE: Duration = Duration::from_secs(5);

/// A trial under way.
pub(super) struct Course<'c> {
    trial: &'c Trial<'c>,
    connection: &'c Connection,
    observed: Observed,
    logins: usize,
    /// The tokens that were sent.
    sent: Vec<String>,
    last_login: Option<Instant>,
}

/// What came of the first room.
struct FirstRoom<'c> {
    /// Whether there is anything more to ask.
    goes_on: bool,
    /// Whoever is alone there, and no moderator: they stay.
    alone: Option<Occupant<'c>>,
}

impl Trial<'_> {
    /// Asks the server. What goes wrong is part of what is seen. Everybody has left when it returns, unless
    /// [`Observed::left_unconfirmed`].
    pub fn run(&self) -> Observed {
        let base = self.mint.server().base();
        let is_loopback = Url::parse(base).is_ok_and(|url| http::is_loopback(&url));
        let http = Http::new(&self.trust, is_loopback, Arc::clone(&self.interrupted));
        let connection = Connection::new(http, self.timing.answer, self.timing.total);
        let observed = Observed::default();
        let mut course = Course {
            trial: self,
            connection: &connection,
            observed,
            logins: 0,
            sent: Vec::new(),
            last_login: None,
        };
        match course.run() {
            // That the server has gone is among what was seen.
            Ok(()) | Err(Stop::Gone) => {}
            Err(Stop::OutOfTime) => course.observed.out_of_time = true,
            Err(Stop::Interrupted) => course.observed.interrupted = true,
        }
        let Course { mut observed, sent, .. } = course;
        observed.left_unconfirmed = !connection.close();
        observed.hide(&sent);
        observed
    }
}

impl<'c> Course<'c> {
    fn run(&mut self) -> Result<(), Stop> {
        let Some(site) = self.look_up()? else { return Ok(()) };
        let config = std::mem::take(&mut self.observed.site.config);
        self.observed.site = site.seen(config);
        let first = self.first_room(&site)?;
        if first.goes_on { self.second_room(&site, first.alone) } else { Ok(()) }
    }

    /// Reads `config.js` and looks at the certificate; `None` if there is no connection.
    fn look_up(&mut self) -> Result<Option<Site>, Stop> {
        let server = self.trial.mint.server();
        let Some(url) = site::config_url(server) else { return Ok(None) };
        let sent = self.connection.send(Request { url: url.clone(), body: None, bearer: None });
        let reply = match sent {
            Ok(reply) => reply,
            Err(Trouble::Stop(stop)) => return Err(stop),
            Err(Trouble::Unreached(unreached)) => {
                if let Unreached::Http(error) = &unreached {
                    self.observed.site.config = ClientConfigSeen::Failed(error.clone());
                }
                self.observed.unreached = Some(unreached);
                return Ok(None);
            }
            Err(Trouble::Silence) => {
                self.observed.unreached = Some(Unreached::Http(HttpError::TimedOut));
                return Ok(None);
            }
        };
        if let Some(date) = reply.date {
            let ahead = date.saturating_sub((self.trial.clock)());
            self.observed.clock = Some(ClockSeen::WebServer { ahead });
        }
        let config =
            if reply.status == 200 { config_js::read(&reply.body, server.tenant()) } else { None };
        self.observed.site.config = match (&config, reply.status) {
            _ if reply.redirect.is_some() => {
                ClientConfigSeen::Moved(reply.redirect.unwrap_or_default())
            }
            (Some(config), _) => ClientConfigSeen::Read { unread: config.unread.clone() },
            (None, 200) => ClientConfigSeen::NotAConfig,
            (None, status) => ClientConfigSeen::Absent(status),
        };
        self.observed.certificate = self.connection.certificate(&url, CERTIFICATE);
        Ok(Site::of(server, config.as_ref()))
    }

    /// A participant alone; and if that makes a moderator, a moderator after them.
    fn first_room(&mut self, site: &Site) -> Result<FirstRoom<'c>, Stop> {
        let participant = self.built_in(Role::participant());
        let room = &self.trial.rooms[0];
        let wanted = Wanted { which: Which::Guest, role: &participant, room, fault: None };
        let alone = self.join(site, Who::Alone, room, Some(&wanted), true)?;
        if let Some(mut alone) = alone {
            self.settle(&mut [(Who::Alone, &mut alone)])?;
            if !alone.is_moderator() {
                return Ok(FirstRoom { goes_on: true, alone: Some(alone) });
            }
            self.second_moderator(site, room)?;
            return Ok(FirstRoom { goes_on: true, alone: None });
        }
        match self.observed.outcome(&Who::Alone) {
            Some(Outcome::Broken(_, unreached)) => {
                self.observed.unreached = Some(unreached.clone());
                return Ok(FirstRoom { goes_on: false, alone: None });
            }
            Some(Outcome::LoginRefused(_)) => {
                // All other valid tokens would be refused as well. Whether guests are let in is another matter.
                self.join(site, Who::NoToken, &self.trial.rooms[1], None, true)?;
                return Ok(FirstRoom { goes_on: false, alone: None });
            }
            Some(Outcome::JoinRefused(Refusal { text, .. })) if text.contains("mismatched") => {
                let fault = Some(Fault::AnySubject);
                let wanted = Wanted { which: Which::Guest, role: &participant, room, fault };
                if let Some(mut any) =
                    self.join(site, Who::AnySubject, room, Some(&wanted), true)?
                {
                    self.settle(&mut [(Who::AnySubject, &mut any)])?;
                }
            }
            _ => {}
        }
        Ok(FirstRoom { goes_on: true, alone: None })
    }

    /// A moderator who comes after somebody else.
    fn second_moderator(&mut self, site: &Site, room: &Room) -> Result<(), Stop> {
        let moderator = self.built_in(Role::moderator());
        let wanted = Wanted { which: Which::Host, role: &moderator, room, fault: None };
        if let Some(mut second) =
            self.join(site, Who::SecondModerator, room, Some(&wanted), true)?
        {
            self.settle(&mut [(Who::SecondModerator, &mut second)])?;
        }
        Ok(())
    }

    /// A moderator first and a participant after them; those who have to be refused; and the user's own roles.
    fn second_room(&mut self, site: &Site, alone: Option<Occupant<'c>>) -> Result<(), Stop> {
        let moderator = self.built_in(Role::moderator());
        let participant = self.built_in(Role::participant());
        let [_, room, other] = &self.trial.rooms;
        let good = |which, role| Wanted { which, role, room, fault: None };
        let wanted = good(Which::Host, &moderator);
        let mut host = self.join(site, Who::Moderator, room, Some(&wanted), true)?;
        let mut guest = None;
        if let Some(host) = &mut host {
            self.first_moderator(site, host, alone)?;
            let wanted = good(Which::Guest, &participant);
            guest = self.join(site, Who::Participant, room, Some(&wanted), true)?;
            if let Some(guest) = &mut guest {
                self.settle(&mut [(Who::Moderator, host), (Who::Participant, guest)])?;
                // Nobody else may have been alone, so only a second one tells whether it is the role that counts.
                if self.alone_had_to_wait() && host.is_moderator() && !guest.is_moderator() {
                    self.second_moderator(site, room)?;
                }
            }
        }
        // While somebody is there, the focus holds the room, and nobody has to ask for it.
        let is_held = host.is_some() || guest.is_some();
        for (who, fault) in [(Who::Expired, Fault::Expired), (Who::ForeignKey, Fault::ForeignKey)] {
            let wanted = Wanted { fault: Some(fault), ..good(Which::Guest, &participant) };
            self.join_briefly(site, who, room, Some(&wanted), !is_held)?;
        }
        if is_held {
            let wanted = Wanted { room: other, ..good(Which::Guest, &participant) };
            self.join_briefly(site, Who::OtherRoom, room, Some(&wanted), false)?;
        }
        self.join_briefly(site, Who::NoToken, room, None, !is_held)?;
        self.own_roles(site, room, is_held)
    }

    /// Waits for the role of a moderator who has come first. Whoever is alone in the first room stays there until then: a
    /// focus that takes its time may make a moderator of them in the meantime.
    fn first_moderator(
        &mut self,
        site: &Site,
        host: &mut Occupant<'c>,
        alone: Option<Occupant<'c>>,
    ) -> Result<(), Stop> {
        let Some(mut alone) = alone else { return self.settle(&mut [(Who::Moderator, host)]) };
        let in_room = alone.outcome();
        self.settle(&mut [(Who::Moderator, host), (Who::Alone, &mut alone)])?;
        // They were there before, whatever becomes of the connection.
        if matches!(self.observed.outcome(&Who::Alone), Some(Outcome::Broken(..))) {
            self.note(Who::Alone, in_room);
        }
        if alone.is_moderator() {
            self.second_moderator(site, &self.trial.rooms[0])?;
        }
        Ok(())
    }

    /// Whether a participant could not enter a room in which nobody was.
    fn alone_had_to_wait(&self) -> bool {
        matches!(
            self.observed.outcome(&Who::Alone),
            Some(Outcome::Waits(_) | Outcome::NoConference(ConferenceFailure::NotAuthorized))
        )
    }

    /// A built-in role, with what the user lets it skip: where there is a lobby, that decides who gets in.
    fn built_in(&self, role: Role) -> Role {
        let own = self.trial.own_roles.iter().find(|own| own.name == role.name);
        Role { bypass: own.map_or(role.bypass, |own| own.bypass), ..role }
    }

    fn own_roles(&mut self, site: &Site, room: &Room, is_held: bool) -> Result<(), Stop> {
        let mut present = Vec::new();
        for role in self.trial.own_roles {
            if !is_held || self.logins >= LOGINS {
                self.observed.roles_left_out.push(role.name.clone());
                continue;
            }
            let which = if role.moderator { Which::Host } else { Which::Guest };
            let wanted = Wanted { which, role, room, fault: None };
            let who = Who::OwnRole { name: role.name.clone(), moderator: role.moderator };
            if let Some(occupant) = self.join(site, who.clone(), room, Some(&wanted), true)? {
                present.push((who, occupant));
            }
        }
        let mut waiting: Vec<_> =
            present.iter_mut().map(|(who, occupant)| (who.clone(), occupant)).collect();
        self.settle(&mut waiting)
    }

    /// Somebody who should not get in, and stays no longer than it takes to see whether they do.
    fn join_briefly(
        &mut self,
        site: &Site,
        who: Who,
        room: &Room,
        wanted: Option<&Wanted<'_>>,
        asks_focus: bool,
    ) -> Result<(), Stop> {
        if let Some(occupant) = self.join(site, who.clone(), room, wanted, asks_focus)? {
            self.note(who, occupant.outcome());
        }
        Ok(())
    }

    /// Lets a test user join. If they do not get in, that is noted.
    fn join(
        &mut self,
        site: &Site,
        who: Who,
        room: &Room,
        wanted: Option<&Wanted<'_>>,
        asks_focus: bool,
    ) -> Result<Option<Occupant<'c>>, Stop> {
        let trial = self.trial;
        if let Some(last) = self.last_login {
            self.connection.pause(trial.timing.between_logins.saturating_sub(last.elapsed()))?;
        }
        (trial.progress)(&who);
        let foreign = trial.machines.concat();
        let token =
            wanted.and_then(|wanted| tokens::token(trial.mint, wanted, &foreign, (trial.clock)()));
        let domain = match (&token, &site.anonymous_domain) {
            (None, Some(domain)) => domain,
            _ => &site.domain,
        };
        let which = wanted.map_or(Which::Guest, |wanted| wanted.which);
        self.logins += 1;
        self.sent.extend(token.as_ref().map(|token| token.text.clone()));
        let person = Person {
            domain,
            token: token.as_ref().map(|token| token.text.as_str()),
            machine: &trial.machines[which as usize],
            rid: first_request(&trial.machines[0], self.logins),
            asks_focus,
        };
        self.last_login = Some(Instant::now());
        match occupant::join(self.connection, site, room.node(), &person) {
            Ok(occupant) => Ok(Some(occupant)),
            Err(End::Stop(stop)) => Err(stop),
            Err(End::Outcome(outcome)) => {
                self.read_clock(&outcome, token.as_ref());
                self.note(who, outcome);
                if self.is_gone() { Err(Stop::Gone) } else { Ok(None) }
            }
        }
    }

    /// Whether the connection of the last two who came has failed. After one of them, the next may fare better.
    fn is_gone(&mut self) -> bool {
        let [.., before, last] = &self.observed.tries[..] else { return false };
        let (Outcome::Broken(..), Outcome::Broken(_, unreached)) = (&before.outcome, &last.outcome)
        else {
            return false;
        };
        if !matches!(unreached, Unreached::Http(_) | Unreached::NoBosh { .. }) {
            return false;
        }
        self.observed.unreached = Some(unreached.clone());
        true
    }

    /// Waits until roles are settled, and notes what became of everybody.
    fn settle(&mut self, occupants: &mut [(Who, &mut Occupant<'c>)]) -> Result<(), Stop> {
        let mut all: Vec<&mut Occupant<'c>> =
            occupants.iter_mut().map(|(_, occupant)| &mut **occupant).collect();
        let settled = occupant::settle(&mut all, self.trial.timing.quiet);
        for (who, occupant) in occupants.iter() {
            let outcome = match &settled {
                Err(End::Outcome(outcome)) => outcome.clone(),
                Err(End::Stop(stop)) => return Err(*stop),
                Ok(()) => occupant.outcome(),
            };
            self.note(who.clone(), outcome);
        }
        Ok(())
    }

    /// The last outcome of somebody counts.
    fn note(&mut self, who: Who, outcome: Outcome) {
        match self.observed.tries.iter_mut().find(|one| one.who == who) {
            Some(known) => known.outcome = outcome,
            None => self.observed.tries.push(Try { who, outcome }),
        }
    }

    /// `N sec since expired` is Prosody's own clock, to the second (`jitsi-tokens` facts, §8).
    fn read_clock(&mut self, outcome: &Outcome, token: Option<&Token>) {
        let (Outcome::LoginRefused(refusal), Some(token)) = (outcome, token) else { return };
        let Some((before, _)) = refusal.text.split_once(" sec since expired") else { return };
        // A number of Lua's: `90`, or `90.0` where `exp` was one with a fraction to its JSON reader.
        let number = before.rsplit(|c: char| !c.is_ascii_digit() && c != '.').next();
        let whole = number.and_then(|number| number.split('.').next()).unwrap_or_default();
        let Ok(since) = whole.parse::<i64>() else { return };
        let theirs = token.expires.saturating_add(since);
        let ahead = theirs.saturating_sub((self.trial.clock)());
        self.observed.clock = Some(ClockSeen::Prosody { ahead });
    }
}

/// The number of a session's first request: not the same one for each session, and small enough to count up from
/// (XEP-0124 §14.1).
fn first_request(machine: &str, login: usize) -> u64 {
    let digits = machine.get(..8).unwrap_or_default();
    let start = u64::from_str_radix(digits, 16).unwrap_or(1);
    start.saturating_add((login as u64).saturating_mul(1_000_003))
}
