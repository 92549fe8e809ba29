//! The SMTP sessions of the scripted server, and the state that they share.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::atomic::AtomicBool;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use super::connection::Connection;
use super::script::{Action, Script, Transaction, Trigger};
use crate::support::mime_part;

/// What the threads of the server share.
pub(super) struct Shared {
    pub(super) stop: AtomicBool,
    pub(super) state: Mutex<State>,
    pub(super) idle: Condvar,
    pub(super) met: Condvar,
}

pub(super) struct State {
    pub(super) script: Script,
    pub(super) connections: usize,
    pub(super) open_connections: HashMap<usize, TcpStream>,
    pub(super) commands: Vec<(usize, String)>,
    pub(super) messages: Vec<Transaction>,
    pub(super) failures: Vec<String>,
    pub(super) down_for: Option<Duration>,
    /// How many connections have come to a place where they wait for each other.
    pub(super) meeting: usize,
}

/// Ends a test in which too few connections come together.
const LONGEST_MEETING: Duration = Duration::from_secs(30);

/// Wakes `accept`, so that the listener looks at its state.
pub(super) fn wake_listener(port: u16) {
    let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
}

impl Shared {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Takes the actions of the first rule that applies.
    fn take_actions(
        &self,
        number: usize,
        applies: impl Fn(Trigger) -> bool,
    ) -> Option<Vec<Action>> {
        let mut state = self.state();
        let rule = state.script.rules.iter_mut().find(|rule| {
            rule.remaining > 0
                && rule.connection.is_none_or(|wanted| wanted == number)
                && applies(rule.trigger)
        })?;
        rule.remaining -= 1;
        Some(rule.actions.clone())
    }
}

/// Whether the session continues.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Continue,
    End,
}

/// Handles a connection until either side closes it.
pub(super) fn serve(
    server: &Shared,
    port: u16,
    number: usize,
    stream: TcpStream,
) -> io::Result<()> {
    let (tls, implicit_tls) = {
        let state = server.state();
        (state.script.tls.clone(), state.script.implicit_tls)
    };
    let mut connection = Connection::new(stream)?;
    if implicit_tls {
        connection.accept_tls(tls.as_ref().unwrap())?;
    }
    let mut session = Session {
        server,
        port,
        number,
        connection,
        mail_accepted: false,
        recipients: Vec::new(),
        written: String::new(),
    };
    if session.respond(Trigger::Greeting, "220 mx.example.org ESMTP")? == Flow::End {
        return Ok(());
    }
    while let Some(line) = session.connection.read_line()? {
        session.record(line.clone());
        if session.handle_command(&line)? == Flow::End {
            return Ok(());
        }
        if session.last_line_starts_with("220") && line == "STARTTLS" {
            session.connection.accept_tls(tls.as_ref().unwrap())?;
        }
        if session.last_line_starts_with("221") {
            return Ok(());
        }
    }
    Ok(())
}

/// One SMTP session.
struct Session<'s> {
    server: &'s Shared,
    port: u16,
    number: usize,
    connection: Connection,
    /// Whether MAIL was accepted.
    mail_accepted: bool,
    recipients: Vec<String>,
    /// What was written in reply to the current trigger.
    written: String,
}

impl Session<'_> {
    fn record(&self, line: String) {
        self.server.state().commands.push((self.number, line));
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written.push_str(&String::from_utf8_lossy(bytes));
        self.connection.write(bytes)
    }

    /// Whether the last line written starts like this.
    fn last_line_starts_with(&self, start: &str) -> bool {
        self.written.lines().last().is_some_and(|line| line.starts_with(start))
    }

    /// Performs the scripted actions, or writes the default reply if no rule applies.
    fn respond(&mut self, trigger: Trigger, default: &str) -> io::Result<Flow> {
        self.respond_if(|other| other == trigger, default)
    }

    fn respond_if(&mut self, applies: impl Fn(Trigger) -> bool, default: &str) -> io::Result<Flow> {
        self.written.clear();
        match self.server.take_actions(self.number, applies) {
            Some(actions) => self.perform(&actions),
            None if default.is_empty() => Ok(Flow::Continue),
            None => self.write(format!("{default}\r\n").as_bytes()).map(|()| Flow::Continue),
        }
    }

    fn perform(&mut self, actions: &[Action]) -> io::Result<Flow> {
        for action in actions {
            match *action {
                Action::Reply(line) => self.write(format!("{line}\r\n").as_bytes())?,
                Action::Write(bytes) => self.write(bytes)?,
                Action::Repeat(text, times) => self.write(text.repeat(times).as_bytes())?,
                Action::ReplyWithLink(text) => {
                    let link =
                        self.server.state().messages.last().map(|message| link(&message.body));
                    self.write(format!("{text} {}\r\n", link.unwrap_or_default()).as_bytes())?;
                }
                Action::Expect(start) => {
                    let Some(line) = self.connection.read_line()? else { return Ok(Flow::End) };
                    if !line.starts_with(start) {
                        let failure = format!("received `{line}` instead of `{start}`");
                        self.server.state().failures.push(failure);
                    }
                    self.record(line.clone());
                    self.recipients.extend(rcpt_address(&line));
                }
                Action::Read(bytes) => self.connection.discard(bytes)?,
                Action::Pause(millis) => thread::sleep(Duration::from_millis(millis)),
                Action::Together(connections) => self.meet(connections),
                Action::Close => {
                    self.connection.close()?;
                    return Ok(Flow::End);
                }
                Action::Reset => {
                    // The socket is reset only when its last handle is closed, and this map holds one.
                    self.server.state().open_connections.remove(&self.number);
                    self.server.idle.notify_all();
                    self.connection.reset_when_closed()?;
                    return Ok(Flow::End);
                }
                Action::Hang => {
                    self.connection.discard_until_close()?;
                    return Ok(Flow::End);
                }
                Action::GoDown(millis) => {
                    self.server.state().down_for = Some(Duration::from_millis(millis));
                    wake_listener(self.port);
                    self.connection.discard_until_close()?;
                    return Ok(Flow::End);
                }
            }
        }
        Ok(Flow::Continue)
    }

    /// Waits until so many connections wait here.
    fn meet(&self, connections: usize) {
        let mut state = self.server.state();
        state.meeting += 1;
        self.server.met.notify_all();
        let few = |state: &mut State| state.meeting < connections;
        let (mut state, waited) =
            self.server.met.wait_timeout_while(state, LONGEST_MEETING, few).unwrap();
        if waited.timed_out() {
            let failure = format!("only {} connections came together", state.meeting);
            state.failures.push(failure);
        }
    }

    /// Replies to a command. Its effect follows from the reply, which may be a scripted one.
    fn handle_command(&mut self, line: &str) -> io::Result<Flow> {
        let default = self.default_reply(line);
        let earlier = self.recipients.len();
        let applies =
            |trigger| matches!(trigger, Trigger::Command(start) if line.starts_with(start));
        let flow = self.respond_if(applies, &default)?;
        if flow == Flow::End {
            return Ok(flow);
        }
        if line == "AUTH LOGIN" && self.last_line_starts_with("334 VXNl") {
            return self.log_in();
        }
        if self.last_line_starts_with("250") {
            match rcpt_address(line) {
                None if line.starts_with("MAIL") => {
                    // Recipients that the actions have read belong to the new transaction.
                    self.recipients.drain(..earlier);
                    self.mail_accepted = true;
                }
                None if line.starts_with("RSET") => {
                    self.recipients.clear();
                    self.mail_accepted = false;
                }
                found => self.recipients.extend(found),
            }
        }
        if self.written.is_empty() && line.starts_with("BDAT ") {
            return self.receive_chunk(line);
        }
        if self.last_line_starts_with("354") {
            if line.starts_with("MAIL") {
                self.recipients.drain(..earlier);
            }
            return self.receive_message();
        }
        Ok(Flow::Continue)
    }

    fn default_reply(&self, line: &str) -> String {
        let verb = line.split(' ').next().unwrap_or_default();
        let reply = match verb {
            "EHLO" => return self.ehlo_reply(),
            "STARTTLS" => "220 2.0.0 go ahead",
            "AUTH" if line == "AUTH LOGIN" => "334 VXNlcm5hbWU6",
            "AUTH" => "235 2.7.0 welcome",
            "MAIL" | "RSET" => "250 2.0.0 ok",
            "RCPT" if !self.mail_accepted => "503 5.5.1 from whom?",
            "RCPT" => "250 2.1.5 ok",
            "DATA" if self.recipients.is_empty() => "554 5.5.1 nobody to send it to",
            "DATA" => "354 go on",
            // Its reply comes after the message. If a rule replies before, the server does not know the command, and
            // takes the message for commands.
            "BDAT" if self.offers("CHUNKING") => "",
            "QUIT" => "221 2.0.0 bye",
            _ => "500 5.5.2 what?",
        };
        reply.to_owned()
    }

    fn offers(&self, extension: &str) -> bool {
        self.server.state().script.extensions.contains(&extension)
    }

    fn ehlo_reply(&self) -> String {
        let state = self.server.state();
        let encrypted = self.connection.is_encrypted();
        let offered =
            state.script.extensions.iter().filter(|offer| match offer.split(' ').next() {
                Some("STARTTLS") => !encrypted,
                Some("AUTH") => encrypted || state.script.tls.is_none(),
                _ => true,
            });
        let mut lines = vec!["mx.example.org"];
        lines.extend(offered);
        let last = lines.len() - 1;
        let lines = lines
            .iter()
            .enumerate()
            .map(|(at, line)| format!("250{}{line}", if at < last { '-' } else { ' ' }));
        lines.collect::<Vec<_>>().join("\r\n")
    }

    fn log_in(&mut self) -> io::Result<Flow> {
        for prompt in ["334 UGFzc3dvcmQ6", "235 2.7.0 welcome"] {
            let Some(line) = self.connection.read_line()? else { return Ok(Flow::End) };
            self.record(line);
            self.write(format!("{prompt}\r\n").as_bytes())?;
        }
        Ok(Flow::Continue)
    }

    /// Reads a message whose length is known, and replies to it.
    fn receive_chunk(&mut self, line: &str) -> io::Result<Flow> {
        let octets = line.strip_prefix("BDAT ").and_then(|rest| rest.strip_suffix(" LAST"));
        let octets = octets.and_then(|octets| octets.parse().ok()).unwrap_or(0);
        let recipients = std::mem::take(&mut self.recipients);
        self.mail_accepted = false;
        let first = recipients.first().cloned().unwrap_or_default();
        let before = |trigger| matches!(trigger, Trigger::Body(start) if first.starts_with(start));
        if self.respond_if(before, "")? == Flow::End {
            return Ok(Flow::End);
        }
        let Some(body) = self.connection.read_exact(octets)? else { return Ok(Flow::End) };
        if recipients.is_empty() {
            self.record("(discarded)".to_owned());
            return self.respond(Trigger::EndOfData("nobody"), "554 5.5.1 no valid recipients");
        }
        self.take_message(recipients, String::from_utf8_lossy(&body).into_owned())
    }

    /// Reads a message and replies to it.
    fn receive_message(&mut self) -> io::Result<Flow> {
        let recipients = std::mem::take(&mut self.recipients);
        self.mail_accepted = false;
        let first = recipients.first().cloned().unwrap_or_default();
        let before = |trigger| matches!(trigger, Trigger::Body(start) if first.starts_with(start));
        if self.respond_if(before, "")? == Flow::End {
            return Ok(Flow::End);
        }
        let mut body = String::new();
        loop {
            // Without its final dot the message is incomplete, and must not be recorded.
            let Some(line) = self.connection.read_line()? else { return Ok(Flow::End) };
            if line == "." {
                break;
            }
            body.push_str(line.strip_prefix('.').unwrap_or(&line));
            body.push_str("\r\n");
        }
        if body.is_empty() {
            self.record(".".to_owned());
            return self.respond(Trigger::EndOfData("nobody"), "554 5.5.1 no valid recipients");
        }
        self.take_message(recipients, body)
    }

    /// Records a message, and replies to it.
    fn take_message(&mut self, recipients: Vec<String>, body: String) -> io::Result<Flow> {
        self.record("(message)".to_owned());
        let first = recipients.first().cloned().unwrap_or_default();
        let number = {
            let mut state = self.server.state();
            state.messages.push(Transaction {
                recipients,
                body,
                received_at: Instant::now(),
                accepted: false,
            });
            state.messages.len() - 1
        };
        let after =
            |trigger| matches!(trigger, Trigger::EndOfData(start) if first.starts_with(start));
        let flow = self.respond_if(after, "250 2.0.0 taken");
        self.server.state().messages[number].accepted = is_positive(&self.written);
        flow
    }
}

/// Whether the first reply is complete and positive.
fn is_positive(written: &str) -> bool {
    let last = written.split_inclusive('\n').find(|line| line.as_bytes().get(3) != Some(&b'-'));
    last.is_some_and(|line| line.starts_with('2') && line.ends_with('\n'))
}

/// The address in a RCPT command.
fn rcpt_address(line: &str) -> Option<String> {
    let (address, _) = line.strip_prefix("RCPT TO:<")?.split_once('>')?;
    Some(address.to_owned())
}

/// The link in the text part of a message.
fn link(body: &str) -> String {
    let text = mime_part(body, "text/plain");
    text.lines().find(|line| line.contains("jwt=")).unwrap_or_default().trim().to_owned()
}
