//! Somebody who comes to a server of the rig, step by step, to see whether it does what a Jitsi server does.

use std::net::SocketAddr;

use crate::http::Connection;

const BODY: &str = "xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh'";
const SASL: &str = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";

/// A session.
pub(crate) struct Guest {
    connection: Connection,
    target: String,
    sid: String,
    rid: u64,
    /// The address, after [`Guest::log_in`].
    pub(crate) address: String,
}

impl Guest {
    /// Opens a session at a virtual host. `path` has the tenant in it.
    pub(crate) fn open(server: SocketAddr, path: &str, domain: &str, token: Option<&str>) -> Guest {
        let mut connection = Connection::open(server);
        let token = token.map(|token| format!("&token={token}")).unwrap_or_default();
        let target = format!("{path}?room=x{token}");
        let body = format!(
            "<body {BODY} rid='1' to='{domain}' ver='1.10' wait='1' hold='1' xml:lang='en' xmpp:version='1.0'/>"
        );
        let reply = connection.post("front.test", &target, &body).expect("an answer");
        let sid = attribute(&reply, "sid").expect("the session's id");
        Guest { connection, target, sid, rid: 1, address: String::new() }
    }

    /// Logs in, and binds a resource. Returns what the server says if it refuses.
    pub(crate) fn log_in(&mut self) -> Result<(), String> {
        let auth = format!("<auth mechanism='ANONYMOUS' {SASL}/>");
        let answer = self.send_until(&auth, &["<success", "</failure>", "'terminate'"]);
        if !answer.contains("<success") {
            return Err(answer);
        }
        let bind = "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";
        self.send("", "xmpp:restart='true'");
        let answer = self.send_until(bind, &["</jid>"]);
        let address = answer.split("<jid>").nth(1).unwrap().split("</jid>").next().unwrap();
        address.clone_into(&mut self.address);
        Ok(())
    }

    /// Asks the focus to open a room.
    pub(crate) fn ask(&mut self, domain: &str, room: &str, machine: &str) -> String {
        let request = format!(
            "<iq xmlns='jabber:client' type='set' id='ask' to='focus.{domain}'><conference xmlns='http://jitsi.org/protocol/focus' room='{room}' machine-uid='{machine}'/></iq>"
        );
        self.send_until(&request, &["id='ask'"])
    }

    /// Joins a room. Returns all that comes until one's own presence, or an error.
    pub(crate) fn join(&mut self, room: &str, name: &str) -> String {
        let nick = self.address[..8].to_owned();
        self.join_as(room, &nick, name)
    }

    /// The same under this name in the room.
    pub(crate) fn join_as(&mut self, room: &str, nick: &str, name: &str) -> String {
        let shown = if name.is_empty() {
            String::new()
        } else {
            format!("<nick xmlns='http://jabber.org/protocol/nick'>{name}</nick>")
        };
        let presence = format!(
            "<presence xmlns='jabber:client' to='{room}/{nick}'><x xmlns='http://jabber.org/protocol/muc'/>{shown}</presence>"
        );
        self.send_until(&presence, &["code='110'", "type='error'"])
    }

    /// Waits until something comes.
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.send_until("", &[text])
    }

    /// Everything that is there without waiting: a question is answered behind it.
    pub(crate) fn rest(&mut self) -> String {
        let ping =
            "<iq xmlns='jabber:client' type='get' id='ping'><ping xmlns='urn:xmpp:ping'/></iq>";
        self.send_until(ping, &["id='ping'"])
    }

    /// Ends the session.
    pub(crate) fn leave(mut self) {
        self.send("", "type='terminate'");
    }

    fn send_until(&mut self, stanzas: &str, ends: &[&str]) -> String {
        let mut received = self.send(stanzas, "");
        let mut requests = 0;
        while !ends.iter().any(|end| received.contains(end)) {
            requests += 1;
            assert!(requests < 60, "nothing comes but {received}");
            assert!(!received.contains("'terminate'"), "the session ends: {received}");
            received += &self.send("", "");
        }
        received
    }

    fn send(&mut self, content: &str, attributes: &str) -> String {
        self.rid += 1;
        let (rid, sid) = (self.rid, &self.sid);
        let body = format!("<body {BODY} rid='{rid}' sid='{sid}' {attributes}>{content}</body>");
        let reply = self.connection.post("front.test", &self.target, &body).expect("an answer");
        reply.replace('"', "'")
    }
}

fn attribute(xml: &str, name: &str) -> Option<String> {
    let rest = xml.split(&format!("{name}=")).nth(1)?;
    let quote = rest.chars().next()?;
    Some(rest[1..].split(quote).next()?.to_owned())
}
