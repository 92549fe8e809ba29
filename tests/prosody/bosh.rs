//! A client that logs in and joins a room over BOSH, as Jitsi's does (XEP-0124, XEP-0206).
//!
//! Some tokens make a plugin fail in the middle of its work, and then there is no answer at all. To notice that
//! without a time limit, a second request follows in the same envelope, which is always answered: Prosody handles them
//! in order, so when the second answer comes and the first has not, it never will.

use std::net::SocketAddr;

use super::configuration::FOCUS_DOMAIN;
use super::http::Connection;

const BODY: &str = "xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh'";
const SASL: &str = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";

/// What the server says to a login or a join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Yes,
    /// To a join: as a moderator.
    Moderator,
    /// With the server's text.
    No(String),
    Never,
}

/// A session that is logged in, or is about to be.
pub(crate) struct Client {
    connection: Connection,
    domain: String,
    target: String,
    sid: String,
    rid: u64,
    /// What came before somebody asked for it.
    received: String,
}

impl Client {
    /// Opens a session at a virtual host. `query` is what stands behind `?` in the address, raw.
    fn open(address: SocketAddr, domain: &str, query: &str) -> Client {
        let mut connection = Connection::open(address);
        let target = format!("/http-bind?{query}");
        let body = format!(
            "<body {BODY} rid='1' to='{domain}' ver='1.10' wait='60' hold='1' xml:lang='en' xmpp:version='1.0'/>"
        );
        let reply = connection.post(domain, &target, &body).expect("a session");
        let sid = attribute(&reply, "sid").expect("the session's id");
        let (domain, received) = (domain.to_owned(), String::new());
        Client { connection, domain, target, sid, rid: 1, received }
    }

    /// Logs in with this token, or without one.
    pub(crate) fn log_in(
        address: SocketAddr,
        domain: &str,
        room: &str,
        tenant: &str,
        token: Option<&str>,
    ) -> (Client, Answer) {
        let token = token.map(|token| format!("&token={token}")).unwrap_or_default();
        // The client puts all three into the address as they are.
        let mut client =
            Client::open(address, domain, &format!("room={room}&prefix={tenant}{token}"));
        let answer = client.authenticate("<auth mechanism='ANONYMOUS'");
        (client, answer)
    }

    /// Logs in as the one who opens rooms.
    pub(crate) fn focus(address: SocketAddr) -> Client {
        let mut client = Client::open(address, FOCUS_DOMAIN, "");
        // PLAIN: an empty authorization identity, `focus` and `focus`, each after a NUL.
        let answer = client.authenticate("<auth mechanism='PLAIN'>AGZvY3VzAGZvY3Vz</auth");
        assert_eq!(answer, Answer::Yes, "the focus logs in");
        client.bind();
        client
    }

    /// Opens all these rooms. Those with addresses that Prosody refuses stay closed.
    pub(crate) fn open_rooms<'a>(&mut self, rooms: impl Iterator<Item = &'a str>) {
        let joins: String = rooms.map(|room| join(&format!("{room}/focus"))).collect();
        self.send_and_probe(&joins);
    }

    fn authenticate(&mut self, auth: &str) -> Answer {
        let (element, content) = auth.split_once('>').unwrap_or((auth, "</auth"));
        self.send(&format!("{element} {SASL}>{content}><abort {SASL}/>"), "");
        while !self.received.contains("<success") && !self.received.contains("</failure>") {
            // After an error behind a fetched key, Prosody takes up what waits only when more comes.
            self.send(&format!("<abort {SASL}/>"), "");
        }
        let received = std::mem::take(&mut self.received);
        // What comes first is the answer, unless it is the one to `abort`.
        if received.contains("<success") {
            return Answer::Yes;
        }
        let failure = received.split("</failure>").next().unwrap();
        if failure.contains("<aborted") { Answer::Never } else { Answer::No(text_of(failure)) }
    }

    /// Binds a resource. Returns the address.
    fn bind(&mut self) -> String {
        let bind = "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
        self.send(bind, "xmpp:restart='true'");
        while !self.received.contains("</jid>") {
            self.send("", "");
        }
        let received = std::mem::take(&mut self.received);
        let jid = received.split("<jid>").nth(1).unwrap();
        jid.split("</jid>").next().unwrap().to_owned()
    }

    /// Joins a room: the address of its component as the client writes it, with the tenant in it.
    pub(crate) fn join(&mut self, room: &str) -> Answer {
        // The client's name in the room is how its address begins.
        let nick: String = self.bind().chars().take(8).collect();
        let received = self.send_and_probe(&join(&format!("{room}/{nick}")));
        let mut answer = Answer::Never;
        for presence in received.split("<presence").skip(1) {
            let presence = presence.split("</presence>").next().unwrap().replace('"', "'");
            let head = presence.split('>').next().unwrap();
            if head.contains("type='error'") {
                return Answer::No(text_of(&presence));
            }
            // Status 110: the presence is one's own (XEP-0045, §7.2.2). The rights may change behind the first one.
            if presence.contains("code='110'") {
                let is_moderator = presence.contains("role='moderator'");
                answer = if is_moderator { Answer::Moderator } else { Answer::Yes };
            }
        }
        answer
    }

    /// Ends the session, and leaves its rooms: whoever stays is told of everybody who comes.
    pub(crate) fn leave(mut self) {
        let (rid, sid) = (self.rid + 1, &self.sid);
        let body = format!("<body {BODY} rid='{rid}' sid='{sid}' type='terminate'/>");
        let _ = self.connection.post(&self.domain, &self.target, &body);
    }

    /// Sends stanzas, and a question behind them. Returns all that comes until that is answered.
    fn send_and_probe(&mut self, stanzas: &str) -> String {
        let probe =
            "<iq xmlns='jabber:client' type='get' id='probe'><ping xmlns='urn:xmpp:ping'/></iq>";
        self.send(&format!("{stanzas}{probe}"), "");
        while !self.received.contains("id='probe'") && !self.received.contains("id=\"probe\"") {
            self.send("", "");
        }
        std::mem::take(&mut self.received)
    }

    fn send(&mut self, content: &str, attributes: &str) {
        self.rid += 1;
        let (rid, sid, domain) = (self.rid, &self.sid, &self.domain);
        let body = format!(
            "<body {BODY} rid='{rid}' sid='{sid}' to='{domain}' {attributes}>{content}</body>"
        );
        let reply = self.connection.post(domain, &self.target, &body).expect("an answer");
        assert!(!reply.contains("terminate"), "the session at {domain} ends: {reply}");
        self.received.push_str(&reply);
    }
}

fn join(address: &str) -> String {
    let address = address.replace('&', "&amp;").replace('\'', "&apos;").replace('<', "&lt;");
    format!(
        "<presence xmlns='jabber:client' to='{address}'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
    )
}

fn attribute(xml: &str, name: &str) -> Option<String> {
    let rest = xml.split(&format!("{name}=")).nth(1)?;
    let quote = rest.chars().next()?;
    Some(rest[1..].split(quote).next()?.to_owned())
}

/// The content of `<text>`, or nothing.
fn text_of(xml: &str) -> String {
    let Some((_, rest)) = xml.split_once("<text") else { return String::new() };
    let text = rest.split_once('>').map_or("", |(_, rest)| rest);
    let text = text.split("</text>").next().unwrap();
    let entities =
        [("&apos;", "'"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    entities
        .iter()
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
