//! The rig itself: it does what a Jitsi server does.

use std::thread;

use meetmint_core::Role;

use crate::guest::Guest;
use crate::jitsi::{Front, Jitsi, SECRET, Script, Servers};
use crate::tokens::{mint, token};

const MACHINE: &str = "00112233445566778899aabbccddeeff";

// So long that three logins are always within it, however slow this machine is.
const CLAIMS: Jitsi = Jitsi {
    host: &["login_rate_period = 3600"],
    host_modules: &["login_rate"],
    ..Jitsi::new("claims.test")
};
const FIRST: Jitsi = Jitsi {
    focus: Some(&["focus_grants = \"first\"", "focus_delay = 0.2"]),
    room_modules: &["token_verification", "permissions", "strict_nick"],
    guest_domain: true,
    host: &["allow_empty_token = true"],
    ..Jitsi::new("first.test")
};
const AUTHENTICATES: Jitsi = Jitsi {
    focus: Some(&["focus_grants = \"authenticated\"", "focus_authenticates = true"]),
    guest_domain: true,
    host: &["allow_empty_token = true"],
    room_modules: &["token_verification"],
    ..Jitsi::new("authenticates.test")
};
const LOBBY: Jitsi = Jitsi {
    room_modules: &["token_verification", "lobby"],
    focus: Some(&["focus_unready = 2"]),
    ..Jitsi::new("lobby.test")
};
const RESERVED: Jitsi =
    Jitsi { focus: Some(&["focus_answer = \"reservation\""]), ..Jitsi::new("reserved.test") };
const NO_FOCUS: Jitsi = Jitsi { focus: None, ..Jitsi::new("unfocused.test") };

/// A server with its web server in front.
struct Site<'s> {
    servers: &'s Servers,
    front: Front,
    domain: &'static str,
}

impl Site<'_> {
    fn guest(&self, role: &Role, room: &str) -> Guest {
        let token = token(&mint("https://meet.test", self.domain, SECRET), role, room);
        let mut guest = self.open("/http-bind", self.domain, Some(&token));
        guest.log_in().expect("a login");
        guest
    }

    fn open(&self, path: &str, domain: &str, token: Option<&str>) -> Guest {
        Guest::open(self.front.address(), path, domain, token)
    }

    fn room(&self, name: &str) -> String {
        format!("{name}@conference.{}", self.domain)
    }

    fn assert_that_nobody_is_left(&self) {
        let census = self.servers.census(self.domain);
        assert_eq!(census, "0 sessions, 0 rooms with people", "{}", self.domain);
    }
}

#[test]
fn a_server_of_the_rig_does_what_jitsi_does() {
    let all = [CLAIMS, FIRST, AUTHENTICATES, LOBBY, RESERVED, NO_FOCUS];
    let servers = match Servers::start("rig", &crate::repository(), &all) {
        Ok(servers) => servers,
        Err(reason) => return crate::skip_unless_required(&reason),
    };
    let servers = &servers;
    let site = |server: Jitsi, scripts: Vec<Script>| {
        let domain = server.domain;
        Site { servers, front: Front::start(servers.address(), domain, None, |_| scripts), domain }
    };
    thread::scope(|scope| {
        scope.spawn(|| moderators_by_their_claims(&site(CLAIMS, Vec::new())));
        scope.spawn(|| the_first_moderates(&site(FIRST, Vec::new())));
        scope.spawn(|| whoever_is_known_moderates(&site(AUTHENTICATES, Vec::new())));
        scope.spawn(|| people_wait_in_the_lobby(&site(LOBBY, Vec::new())));
        scope.spawn(|| the_focus_refuses(&site(RESERVED, Vec::new()), &site(NO_FOCUS, Vec::new())));
    });
}

fn moderators_by_their_claims(site: &Site<'_>) {
    let room = site.room("claims");
    let mut first = site.guest(&Role::participant(), "claims");
    let refused = first.join(&room, "");
    assert!(refused.contains("Room does not exist"), "{refused}");
    let ready = first.ask(site.domain, &room, MACHINE);
    assert!(ready.contains("ready='true'") && ready.contains("focusjid='focus@"), "{ready}");
    let joined = first.join(&room, "");
    assert!(joined.contains("role='participant'"), "{joined}");
    let mut second = site.guest(&Role::moderator(), "claims");
    let joined = second.join(&room, "");
    assert!(joined.contains("role='moderator'"), "{joined}");
    let token = token(&mint("https://meet.test", site.domain, SECRET), &Role::moderator(), "x");
    // One login more than the server allows in that time.
    let mut third = site.open("/http-bind", site.domain, Some(&token));
    let refused = third.log_in().expect_err("three logins");
    assert!(refused.contains("policy-violation"), "{refused}");
    assert_eq!(site.servers.census(site.domain), "2 sessions, 1 rooms with people");
    first.leave();
    second.leave();
    site.assert_that_nobody_is_left();
}

fn the_first_moderates(site: &Site<'_>) {
    let room = site.room("first");
    let mut first = site.guest(&Role::participant(), "first");
    first.ask(site.domain, &room, "");
    let refused = first.join_as(&room, "somebody", "");
    assert!(refused.contains("not-allowed"), "{refused}");
    let joined = first.join(&room, "");
    assert!(joined.contains("role='participant'"), "{joined}");
    let promoted = first.wait_for("role='moderator'");
    assert!(promoted.contains("<p ") && promoted.contains("val='true'"), "{promoted}");
    let mut second = site.guest(&Role::moderator(), "first");
    let joined = second.join(&room, "") + &second.rest();
    assert!(joined.contains("role='participant'"), "{joined}");
    assert!(!joined.contains("<permissions"), "{joined}");
    // The room has no owner then, so the second one becomes one.
    first.leave();
    second.wait_for("role='moderator'");
    let guests = format!("guest.{}", site.domain);
    let mut guest = site.open("/http-bind", &guests, None);
    guest.log_in().expect("guests need no token");
    let joined = guest.join(&room, "");
    assert!(joined.contains("role='participant'"), "{joined}");
    guest.leave();
    second.leave();
    site.assert_that_nobody_is_left();
}

fn whoever_is_known_moderates(site: &Site<'_>) {
    let room = site.room("known");
    let guests = format!("guest.{}", site.domain);
    let mut guest = site.open("/http-bind", &guests, None);
    guest.log_in().expect("guests need no token");
    let refused = guest.ask(site.domain, &room, MACHINE);
    assert!(refused.contains("<not-authorized"), "{refused}");
    let mut first = site.guest(&Role::participant(), "known");
    let refused = first.ask(site.domain, &room, "");
    assert!(refused.contains("<not-acceptable"), "{refused}");
    first.ask(site.domain, &room, MACHINE);
    first.join(&room, "");
    first.wait_for("role='moderator'");
    guest.ask(site.domain, &room, MACHINE);
    let joined = guest.join(&room, "") + &guest.rest();
    let own = joined.split("<presence").find(|presence| presence.contains("code='110'")).unwrap();
    assert!(own.contains("role='participant'"), "{joined}");
    guest.leave();
    first.leave();
    site.assert_that_nobody_is_left();
}

fn people_wait_in_the_lobby(site: &Site<'_>) {
    // A tenant's room: the client writes it with the tenant in the component's address.
    let room = format!("hall@conference.sales.{}", site.domain);
    let mint = mint("https://meet.test/sales", "sales", SECRET);
    let token = token(&mint, &Role::participant(), "hall");
    let mut guest = site.open("/sales/http-bind", site.domain, Some(&token));
    guest.log_in().expect("a login");
    for ready in ["false", "false", "true"] {
        let answer = guest.ask(site.domain, &room, MACHINE);
        assert!(answer.contains(&format!("ready='{ready}'")), "{answer}");
    }
    let refused = guest.join(&room, "");
    assert!(refused.contains("<displayname-required"), "{refused}");
    let waits = guest.join(&room, "Ada");
    assert!(waits.contains("<registration-required"), "{waits}");
    assert!(waits.contains(&format!("from='{room}/")), "{waits}");
    assert!(waits.contains(&format!(">[sales]hall@lobby.{}<", site.domain)), "{waits}");
    guest.leave();
    let seen = site.front.seen();
    assert_eq!((seen.logins, seen.tokens[0] == token), (1, true));
}

fn the_focus_refuses(reserved: &Site<'_>, no_focus: &Site<'_>) {
    let mut guest = reserved.guest(&Role::participant(), "reserved");
    let refused = guest.ask(reserved.domain, &reserved.room("reserved"), MACHINE);
    assert!(refused.contains("error-code='409'"), "{refused}");
    guest.leave();
    reserved.assert_that_nobody_is_left();
    let mut guest = no_focus.guest(&Role::participant(), "nobody");
    let refused = guest.ask(no_focus.domain, &no_focus.room("nobody"), MACHINE);
    assert!(refused.contains("type='error'"), "{refused}");
    guest.leave();
    no_focus.assert_that_nobody_is_left();
}
