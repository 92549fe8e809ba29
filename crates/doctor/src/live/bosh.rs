//! A session over BOSH (XEP-0124, XEP-0206), which every stock web server of Jitsi offers.
//!
//! One request is under way at a time, and the server holds it back for a second at most. So one thread can look after
//! several sessions in turn.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use url::Url;

use super::connection::{Connection, Stop, Trouble};
use super::http::{Reply, Request};
use super::observed::Unreached;
use super::stanza::{self, Stanza};

/// How long after the last one a request without content comes at the earliest. Servers hold back their answers to these
/// for a second; one that does not must not be asked a thousand times.
const PACE: Duration = Duration::from_millis(200);

/// How many octets of answers to requests of the server's are sent at once: those to a hundred requests.
const LONGEST_ANSWERS: usize = 32 * 1_024;

const NAMESPACES: &str = "xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh'";

/// A session, which ends when it is dropped: the server then knows at once that its rooms are left.
pub(super) struct Session<'c> {
    connection: &'c Connection,
    url: Url,
    domain: String,
    sid: String,
    rid: u64,
    received: VecDeque<Stanza>,
    /// Answers to requests, to be sent with the next request.
    answers: String,
    /// When it was last asked whether there is anything new.
    polled: Option<Instant>,
    /// Whether the last request got no answer, so that nobody knows whether the server has it.
    is_unanswered: bool,
    is_over: bool,
}

impl<'c> Session<'c> {
    /// Opens a session at a virtual host. `url` has everything that the page puts into it, the token included. `rid` is
    /// the number of the first request.
    pub(super) fn open(
        connection: &'c Connection,
        url: Url,
        domain: &str,
        rid: u64,
    ) -> Result<Session<'c>, Trouble> {
        let to = escaped(domain);
        // `wait`: an empty answer comes after a second.
        let body = format!(
            "<body {NAMESPACES} rid='{rid}' to='{to}' ver='1.6' wait='1' hold='1' xml:lang='en' content='text/xml; charset=utf-8' xmpp:version='1.0'/>"
        );
        let address = url.clone();
        let close = move |reply: &Reply| {
            let sid = read(reply).ok()?.sid?;
            Some(request(&address, farewell(rid + 1, &sid)))
        };
        let reply = connection.open(request(&url, body), close)?;
        let answer = read(&reply)?;
        let unknown = Unreached::UnknownDomain(domain.to_owned());
        match (answer.end, answer.sid) {
            // Prosody's condition for a host that it does not have is the last one.
            (Some(end), _)
                if ["host-unknown", "host-gone", "improper-addressing"].contains(&end.as_str()) =>
            {
                Err(Trouble::Unreached(unknown))
            }
            (Some(end), _) => Err(Trouble::Unreached(Unreached::Terminated(end))),
            (None, None) => Err(Trouble::Unreached(Unreached::NotBosh)),
            (None, Some(sid)) => {
                let domain = domain.to_owned();
                let mut session = Session {
                    connection,
                    url,
                    domain,
                    sid,
                    rid,
                    received: VecDeque::new(),
                    answers: String::new(),
                    polled: None,
                    is_unanswered: false,
                    is_over: false,
                };
                session.take(answer.stanzas);
                Ok(session)
            }
        }
    }

    /// The next thing that the server sends; `None` if nothing came until `until`.
    pub(super) fn next(&mut self, until: Instant) -> Result<Option<Stanza>, Trouble> {
        loop {
            if let Some(stanza) = self.received.pop_front() {
                return Ok(Some(stanza));
            }
            if Instant::now() >= until {
                return Ok(None);
            }
            self.poll()?;
        }
    }

    /// The answer to what was just asked: the first stanza of which `choose` makes something.
    pub(super) fn answer<T>(
        &mut self,
        mut choose: impl FnMut(Stanza) -> Option<T>,
    ) -> Result<T, Trouble> {
        let until = self.connection.answer_due();
        while let Some(stanza) = self.next(until)? {
            if let Some(chosen) = choose(stanza) {
                return Ok(chosen);
            }
        }
        Err(match self.connection.stop() {
            Some(Stop::OutOfTime) => Trouble::Stop(Stop::OutOfTime),
            _ => Trouble::Silence,
        })
    }

    /// Asks whether there is anything new.
    pub(super) fn poll(&mut self) -> Result<(), Trouble> {
        let since = self.polled.map_or(PACE, |polled| polled.elapsed());
        self.connection.pause(PACE.saturating_sub(since)).map_err(Trouble::Stop)?;
        self.polled = Some(Instant::now());
        self.send("")
    }

    /// Sends stanzas.
    pub(super) fn send(&mut self, stanzas: &str) -> Result<(), Trouble> {
        self.send_with("", stanzas)
    }

    /// Begins anew after the login (XEP-0206 §5).
    pub(super) fn restart(&mut self, stanzas: &str) -> Result<(), Trouble> {
        let to = escaped(&self.domain);
        self.send_with(&format!("to='{to}' xmpp:restart='true'"), "")?;
        self.send(stanzas)
    }

    fn send_with(&mut self, attributes: &str, stanzas: &str) -> Result<(), Trouble> {
        let content = std::mem::take(&mut self.answers) + stanzas;
        let body = self.next_body(attributes, &content);
        self.is_unanswered = true;
        let reply = self.connection.send(request(&self.url, body))?;
        let answer = read(&reply)?;
        self.is_unanswered = false;
        self.take(answer.stanzas);
        if let Some(end) = answer.end {
            self.is_over = true;
            // What came with the end is looked at first: a refusal says more.
            if self.received.is_empty() {
                return Err(Trouble::Unreached(Unreached::Terminated(end)));
            }
        }
        Ok(())
    }

    fn take(&mut self, stanzas: Vec<Stanza>) {
        for stanza in stanzas {
            match stanza {
                // Jicofo asks what a client can do, and offers it a call.
                Stanza::Request { id, from } => {
                    let (id, from) = (escaped(&id), escaped(&from));
                    let answer = format!(
                        "<iq xmlns='jabber:client' type='error' id='{id}' to='{from}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
                    );
                    if self.answers.len() + answer.len() <= LONGEST_ANSWERS {
                        self.answers.push_str(&answer);
                    }
                }
                other => self.received.push_back(other),
            }
        }
    }

    fn next_body(&mut self, attributes: &str, content: &str) -> String {
        self.rid += 1;
        body(self.rid, &self.sid, attributes, content)
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // The server may wait for an unanswered request before it looks at a later one. If it has had it, it ignores
        // another one with the same number (XEP-0124 §14.3).
        let first = if self.is_unanswered { self.rid } else { self.rid + 1 };
        let farewells = (first..=self.rid + 1).map(|rid| farewell(rid, &self.sid));
        let requests = farewells.map(|body| request(&self.url, body)).collect();
        self.connection.farewell(requests);
    }
}

/// Leaves all rooms, and ends the session.
fn farewell(rid: u64, sid: &str) -> String {
    body(rid, sid, "type='terminate'", "<presence xmlns='jabber:client' type='unavailable'/>")
}

fn body(rid: u64, sid: &str, attributes: &str, content: &str) -> String {
    let sid = escaped(sid);
    format!("<body {NAMESPACES} rid='{rid}' sid='{sid}' {attributes}>{content}</body>")
}

fn request(url: &Url, body: String) -> Request {
    Request { url: url.clone(), body: Some(("text/xml; charset=utf-8", body)), bearer: None }
}

fn read(reply: &Reply) -> Result<stanza::Answer, Trouble> {
    if reply.status != 200 {
        let (status, is_html) = (reply.status, reply.is_html);
        return Err(Trouble::Unreached(Unreached::NoBosh { status, is_html }));
    }
    stanza::read(&reply.body).ok_or(Trouble::Unreached(Unreached::NotBosh))
}

/// Text for an attribute in single quotes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;")
}

#[cfg(test)]
pub(super) mod tests;
