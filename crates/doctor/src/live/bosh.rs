//! A session over BOSH (XEP-0124, XEP-0206), which every stock web server of Jitsi offers.
//!
//! One request is under way at a time, and the server holds it back for a second at most. So one thread can look after
//! several sessions in turn.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use url::Url;

use super::http::{Certificate, Http, HttpError, Reply, Request};
use super::observed::Unreached;
use super::stanza::{self, Stanza};

const NAMESPACES: &str = "xmlns='http://jabber.org/protocol/httpbind' xmlns:xmpp='urn:xmpp:xbosh'";

/// How long a farewell may take: the server needs no more than to read it.
const FAREWELL: Duration = Duration::from_secs(3);

/// How long all farewells may take after the time for everything else is over.
const FAREWELLS: Duration = Duration::from_secs(8);

/// Why a session does not go on.
#[derive(Debug)]
pub(super) enum Trouble {
    Unreached(Unreached),
    /// The server answers, but not to what it was asked.
    Silence,
    /// The time for everything is over, or the program was asked to stop.
    Stop(Stop),
}

/// Why everything ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    OutOfTime,
    Interrupted,
    /// The server is no longer there.
    Gone,
}

/// The way to a server, and the time that is left.
pub(super) struct Connection {
    http: Http,
    answer: Duration,
    end: Instant,
}

impl Connection {
    /// `answer` is how long an answer may take, `total` how long everything may.
    pub(super) fn new(http: Http, answer: Duration, total: Duration) -> Connection {
        Connection { http, answer, end: Instant::now() + total }
    }

    /// When an answer to what is asked now has to be there.
    pub(super) fn answer_due(&self) -> Instant {
        (Instant::now() + self.answer).min(self.end)
    }

    /// Waits, but not beyond the end.
    pub(super) fn pause(&self, duration: Duration) -> Result<(), Stop> {
        let until = Instant::now() + duration;
        loop {
            let now = Instant::now();
            if self.http.is_interrupted() {
                return Err(Stop::Interrupted);
            }
            if now >= until {
                return Ok(());
            }
            if now >= self.end {
                return Err(Stop::OutOfTime);
            }
            std::thread::sleep((until - now).min(Duration::from_millis(50)));
        }
    }

    /// Sends a request.
    pub(super) fn send(&self, request: Request) -> Result<Reply, Trouble> {
        self.send_by(request, Http::send)
    }

    /// The certificate of a server, if there is one to look at and time is left.
    pub(super) fn certificate(&self, url: &Url, limit: Duration) -> Option<Certificate> {
        let left = self.end.saturating_duration_since(Instant::now());
        self.http.certificate(url, limit.min(left)).ok().flatten()
    }

    /// Sends a request whose answer matters even if the program is asked to stop: what it opens has to be closed.
    fn send_firmly(&self, request: Request) -> Result<Reply, Trouble> {
        self.send_by(request, Http::send_at_last)
    }

    fn send_by(
        &self,
        request: Request,
        send: impl FnOnce(&Http, Request, Duration) -> Result<Reply, HttpError>,
    ) -> Result<Reply, Trouble> {
        if self.http.is_interrupted() {
            return Err(Trouble::Stop(Stop::Interrupted));
        }
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Trouble::Stop(Stop::OutOfTime));
        }
        match send(&self.http, request, left.min(self.answer)) {
            Ok(reply) => Ok(reply),
            Err(HttpError::Interrupted) => Err(Trouble::Stop(Stop::Interrupted)),
            Err(HttpError::TimedOut) if left < self.answer => Err(Trouble::Stop(Stop::OutOfTime)),
            Err(error) => Err(Trouble::Unreached(Unreached::Http(error))),
        }
    }

    fn farewell(&self, request: Request) {
        let left = (self.end + FAREWELLS).saturating_duration_since(Instant::now());
        // Whether it arrived makes no difference to what was seen.
        let _ = self.http.send_at_last(request, left.min(FAREWELL));
    }
}

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
        let reply = connection.send_firmly(request(&url, body))?;
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
            self.send("")?;
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
        if Instant::now() >= self.connection.end {
            return Err(Trouble::Stop(Stop::OutOfTime));
        }
        Err(Trouble::Silence)
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
                    self.answers.push_str(&answer);
                }
                other => self.received.push_back(other),
            }
        }
    }

    fn next_body(&mut self, attributes: &str, content: &str) -> String {
        self.rid += 1;
        let (rid, sid) = (self.rid, escaped(&self.sid));
        format!("<body {NAMESPACES} rid='{rid}' sid='{sid}' {attributes}>{content}</body>")
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            let leave = "<presence xmlns='jabber:client' type='unavailable'/>";
            if self.is_unanswered {
                // The server may wait for that request before it looks at a later one. If it has had it, it ignores
                // another one with the same number (XEP-0124 §14.3).
                self.rid -= 1;
                let body = self.next_body("type='terminate'", leave);
                self.connection.farewell(request(&self.url, body));
            }
            let body = self.next_body("type='terminate'", leave);
            self.connection.farewell(request(&self.url, body));
        }
    }
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
