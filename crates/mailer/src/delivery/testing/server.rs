//! A mail server of the model. What it does with each message is written in a script.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use meetmint_core::{Email, digest};
use shuttle::rand::{Rng as _, thread_rng};

use super::people::entry_of;
use super::steps::{Step, aside, step};
use crate::ledger::{Ledger, MessageState};
use crate::outbox::{ConnectionError, DataOutcome, Rejected, Reply, SmtpError, SmtpServer, Stage};

/// What the server does with one attempt to send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Act {
    /// Accepts it.
    Accept,
    /// Replies so to RCPT.
    ToRecipient(&'static str),
    /// Replies so to the final dot.
    ToMessage(&'static str),
    /// Closes the connection before it replies to the envelope. If that came with the message, it does not have it.
    BreakEarly,
    /// Closes it before the final dot has left.
    BreakBeforeDot,
    /// Closes it after the final dot, and has the message.
    BreakAndKeep,
    /// Closes it after the final dot, and does not have the message.
    BreakAndLose,
    /// Offers CHUNKING, and does not know BDAT.
    NoChunking,
}

/// What the server does with an attempt to open a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Connect {
    Accept,
    /// Nobody listens.
    Fail,
    /// Greets with this 4xx.
    Defer(&'static str),
}

/// What became of the last attempt to send a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::delivery) enum Fate {
    /// The client has the 250.
    Accepted,
    /// The client has a 4xx or 5xx.
    Replied(&'static str),
    /// The final dot was sent, and the client has no reply.
    Unknown,
    /// The connection broke before the final dot.
    Broken,
}

/// What the server is going to do, and what it has done.
#[derive(Default)]
pub(in crate::delivery) struct Script {
    /// By address, attempt by attempt; afterwards it accepts.
    pub(in crate::delivery) acts: HashMap<String, VecDeque<Act>>,
    pub(in crate::delivery) connects: VecDeque<Connect>,
    /// The last attempt of each address.
    pub(in crate::delivery) fates: HashMap<String, Fate>,
    /// When the envelope of each attempt was sent.
    pub(in crate::delivery) envelopes: Vec<super::Instant>,
    ledger: Option<Rc<Ledger>>,
}

thread_local! {
    static SCRIPT: RefCell<Script> = RefCell::default();
}

impl Script {
    /// Makes this the script of the schedule. Before the server takes a message, it checks in `ledger` that the intent of
    /// exactly this message was committed.
    pub(super) fn begin(self, ledger: Ledger) {
        SCRIPT.set(Script { ledger: Some(Rc::new(ledger)), ..self });
    }

    /// The last attempt to send a message to an address.
    pub(in crate::delivery) fn fate(address: &str) -> Option<Fate> {
        SCRIPT.with_borrow(|script| script.fates.get(address).copied())
    }

    /// Ends the script.
    pub(super) fn end() -> Script {
        SCRIPT.take()
    }
}

/// When the replies to an envelope are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Offers {
    /// Before the intent is due.
    Nothing,
    /// After the intent.
    Pipelining,
    /// After the message has left.
    Chunking,
}

/// A session with the server of the model.
pub(in crate::delivery) struct SmtpSession {
    halt: Arc<AtomicBool>,
    offers: Offers,
    is_open: bool,
    messages: u32,
    to: String,
    act: Act,
}

impl SmtpSession {
    pub(in crate::delivery) fn connect(
        server: &SmtpServer,
        halt: &Arc<AtomicBool>,
    ) -> Result<SmtpSession, SmtpError> {
        step(Step::Connect);
        let address = server.address.clone();
        if halt.load(Ordering::Relaxed) {
            return Err(SmtpError::Broken { address, source: ConnectionError::Interrupted });
        }
        match SCRIPT.with_borrow_mut(|script| script.connects.pop_front()) {
            Some(Connect::Fail) => {
                Err(SmtpError::Connect { address, source: io::ErrorKind::ConnectionRefused.into() })
            }
            Some(Connect::Defer(reply)) => Err(SmtpError::Deferred {
                address,
                stage: Stage::Greeting,
                reply: Reply::of_line(reply),
            }),
            Some(Connect::Accept) | None => Ok(SmtpSession {
                halt: Arc::clone(halt),
                offers: [Offers::Nothing, Offers::Pipelining, Offers::Chunking]
                    [thread_rng().gen_range(0..3)],
                is_open: true,
                messages: 0,
                to: String::new(),
                act: Act::Accept,
            }),
        }
    }

    pub(in crate::delivery) fn is_open(&self) -> bool {
        self.is_open
    }

    pub(in crate::delivery) fn messages(&self) -> u32 {
        self.messages
    }

    pub(in crate::delivery) fn send_envelope(
        &mut self,
        _from: &Email,
        to: &Email,
        _message: &[u8],
    ) -> Result<(), Rejected> {
        assert!(self.is_open, "the session is closed");
        step(Step::Envelope);
        self.to = to.as_str().to_owned();
        self.act = SCRIPT.with_borrow_mut(|script| {
            script.envelopes.push(super::Instant::now());
            let acts = script.acts.get_mut(&self.to);
            acts.and_then(VecDeque::pop_front).unwrap_or(Act::Accept)
        });
        if self.offers == Offers::Nothing { self.envelope_replies() } else { Ok(()) }
    }

    pub(in crate::delivery) fn read_envelope_replies(&mut self) -> Result<(), Rejected> {
        step(Step::EnvelopeReplies);
        if self.offers == Offers::Pipelining { self.envelope_replies() } else { Ok(()) }
    }

    fn envelope_replies(&mut self) -> Result<(), Rejected> {
        if self.halt.load(Ordering::Relaxed) {
            self.close(Fate::Broken);
            return Err(ConnectionError::Interrupted.into());
        }
        match self.act {
            Act::BreakEarly => {
                self.close(Fate::Broken);
                Err(ConnectionError::Closed.into())
            }
            Act::ToRecipient(line) => {
                let reply = Reply::of_line(line);
                self.replied(line, reply.code);
                Err(Rejected::Reply { stage: Stage::Recipient, reply })
            }
            _ => Ok(()),
        }
    }

    pub(in crate::delivery) fn send_data(&mut self, message: &[u8]) -> Result<(), DataOutcome> {
        step(Step::Data);
        check_intent(&self.to, message);
        if self.act == Act::BreakBeforeDot {
            self.close(Fate::Broken);
            return Err(DataOutcome::NotSent(ConnectionError::Closed));
        }
        let before = self.note(Fate::Unknown);
        let is_first = !matches!(before, Some(Fate::Accepted | Fate::Unknown));
        assert!(is_first, "the message to {} was handed over twice", self.to);
        Ok(())
    }

    pub(in crate::delivery) fn read_data_reply(&mut self) -> DataOutcome {
        step(Step::Reply);
        let outcome = match self.act {
            // Only with CHUNKING are these left.
            Act::ToRecipient(line) => {
                let reply = Reply::of_line(line);
                self.replied(line, reply.code);
                DataOutcome::Rejected(Stage::Recipient, reply)
            }
            Act::BreakAndKeep | Act::BreakAndLose | Act::BreakEarly => {
                self.is_open = false;
                DataOutcome::InDoubt(ConnectionError::Closed)
            }
            Act::NoChunking if self.offers == Offers::Chunking => {
                self.close(Fate::Broken);
                DataOutcome::NoChunking(Reply::of_line("500 5.5.1 what?"))
            }
            Act::ToMessage(line) => {
                let reply = Reply::of_line(line);
                self.replied(line, reply.code);
                DataOutcome::Rejected(Stage::Message, reply)
            }
            _ => {
                self.messages += 1;
                self.note(Fate::Accepted);
                DataOutcome::Accepted(Reply::of_line("250 2.0.0 queued"))
            }
        };
        step(Step::Replied);
        outcome
    }

    pub(in crate::delivery) fn quit(self) {
        step(Step::Quit);
        drop(self);
    }

    pub(in crate::delivery) fn abandon(self) {
        drop(self);
    }

    fn replied(&mut self, line: &'static str, code: u16) {
        self.note(Fate::Replied(line));
        if code == 421 {
            self.is_open = false;
        } else {
            self.messages += 1;
        }
    }

    fn close(&mut self, fate: Fate) {
        self.is_open = false;
        self.note(fate);
    }

    /// Notes what became of the message, and returns what was noted before.
    fn note(&self, fate: Fate) -> Option<Fate> {
        SCRIPT.with_borrow_mut(|script| script.fates.insert(self.to.clone(), fate))
    }
}

/// Fails unless the ledger has, for everybody to read, that exactly this message is being sent.
fn check_intent(to: &str, message: &[u8]) {
    let ledger = SCRIPT.with_borrow(|script| script.ledger.clone()).unwrap();
    let outlines = aside(|| ledger.outlines(&[entry_of(to)]).unwrap());
    let newest = outlines[0].messages.first();
    let newest = newest.map(|newest| (newest.state, newest.hash));
    assert_eq!(newest, Some((MessageState::Sending, digest(message))), "no intent for {to}");
}
