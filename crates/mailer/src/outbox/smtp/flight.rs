//! A message in one flight: MAIL, RCPT, BDAT and the message are sent together (RFC 3030, RFC 2920), and the replies to
//! all three are read afterwards.

use super::connection::{Connection, IncompleteWrite};
use super::connection_error::ConnectionError;
use super::envelope::Envelope;
use super::error::{DataOutcome, Stage};
use super::reply::Reply;
use super::server::Timeouts;

/// 503: the command came at the wrong time.
const BAD_SEQUENCE: u16 = 503;

/// What became of a flight.
pub(super) struct FlightResult {
    pub(super) outcome: DataOutcome,
    /// Whether the next message can use the connection.
    pub(super) reusable: bool,
    /// Whether the next messages had better be sent with DATA.
    pub(super) chunking_failed: bool,
}

/// The replies to a flight, as far as there are any.
#[derive(Default)]
struct Replies {
    mail: Option<Reply>,
    recipient: Option<Reply>,
    message: Option<Reply>,
    /// Why the rest is missing, unless the last one was a 421.
    error: Option<ConnectionError>,
}

/// Sends a flight in one write. The message goes as it is: BDAT says how long it is, so no dot is doubled.
pub(super) fn send(
    connection: &mut Connection,
    envelope: &Envelope,
    message: &[u8],
    timeouts: &Timeouts,
) -> Result<(), IncompleteWrite> {
    // As after DATA, where the final dot needs a complete line before it.
    let end: &[u8] = if message.is_empty() || message.ends_with(b"\r\n") { b"" } else { b"\r\n" };
    let octets = message.len() + end.len();
    let Envelope { mail, rcpt } = envelope;
    let commands = format!("{mail}{rcpt}BDAT {octets} LAST\r\n");
    connection.show_commands(&commands);
    connection.show(&format!("> (a message of {octets} octets)"));
    let flight = [commands.as_bytes(), message, end].concat();
    connection.write(&flight, timeouts.body)
}

/// Reads the replies to a flight that was sent completely.
pub(super) fn read(connection: &mut Connection, timeouts: &Timeouts) -> FlightResult {
    let mut replies = Replies::default();
    for stage in [Stage::Mail, Stage::Recipient, Stage::Message] {
        let limit = if stage == Stage::Message { timeouts.final_dot } else { timeouts.command };
        let reply = match connection.read_reply(limit) {
            Ok(reply) if matches!(reply.class(), 2 | 4 | 5) => reply,
            Ok(reply) => {
                replies.error = Some(ConnectionError::UnexpectedReply(reply));
                break;
            }
            Err(error) => {
                replies.error = Some(error);
                break;
            }
        };
        let is_closing = reply.is_closing();
        // Once it is certain that nobody gets the message, nothing depends on the replies that are left.
        connection.interruptible = stage != Stage::Message && is_refusal(&reply);
        match stage {
            Stage::Mail => replies.mail = Some(reply),
            Stage::Recipient => replies.recipient = Some(reply),
            _ => replies.message = Some(reply),
        }
        if is_closing {
            break;
        }
    }
    connection.interruptible = true;
    decide(replies)
}

/// What the replies mean for the message.
///
/// The reply to BDAT decides. If the recipient was refused, nobody can have the message, whatever that reply is, and
/// even if there is none. If the reply is missing otherwise, the message is in doubt: from the first octet on, the server
/// may have had all of it.
fn decide(replies: Replies) -> FlightResult {
    let last = |outcome| FlightResult { outcome, reusable: false, chunking_failed: false };
    let Replies { mail, recipient, message, error } = replies;
    let error = error.unwrap_or(ConnectionError::Closed);
    match (mail, recipient, message) {
        (Some(mail), Some(recipient), message) if is_refusal(&recipient) => {
            // The first refusal counts: the second one follows from it.
            let outcome = if is_refusal(&mail) {
                DataOutcome::Rejected(Stage::Mail, mail)
            } else {
                DataOutcome::Rejected(Stage::Recipient, recipient)
            };
            // A server that knows BDAT discards the message (RFC 3030 §2), and replies 503 or 554. One that does not
            // know it takes the message for commands.
            let is_unknown = |reply: &Reply| says_unknown(reply) && reply.code != BAD_SEQUENCE;
            let chunking_failed = message.as_ref().is_some_and(is_unknown);
            let reusable = message.is_some_and(|reply| !reply.is_closing()) && !chunking_failed;
            FlightResult { outcome, reusable, chunking_failed }
        }
        (Some(mail), None, _) if is_refusal(&mail) => {
            last(DataOutcome::Rejected(Stage::Mail, mail))
        }
        (Some(mail), Some(_), message) if is_refusal(&mail) => {
            // A server that takes recipients without a sender may have taken the message, too.
            last(match message {
                Some(message) if is_refusal(&message) => DataOutcome::Rejected(Stage::Mail, mail),
                Some(message) => DataOutcome::InDoubt(ConnectionError::UnexpectedReply(message)),
                None => DataOutcome::InDoubt(error),
            })
        }
        (_, _, Some(message)) if !is_refusal(&message) => {
            FlightResult { reusable: true, ..last(DataOutcome::Accepted(message)) }
        }
        (_, _, Some(message)) if says_unknown(&message) => {
            FlightResult { chunking_failed: true, ..last(DataOutcome::NoChunking(message)) }
        }
        (_, _, Some(message)) => {
            let reusable = !message.is_closing();
            FlightResult { reusable, ..last(DataOutcome::Rejected(Stage::Message, message)) }
        }
        (mail, _, None) => {
            // If not even MAIL was answered, the flight as such may be the cause: some filters choke on it.
            FlightResult { chunking_failed: mail.is_none(), ..last(DataOutcome::InDoubt(error)) }
        }
    }
}

impl FlightResult {
    /// What the reply to the final dot means: after DATA, the envelope has been answered.
    pub(super) fn of_reply(reply: Result<Reply, ConnectionError>) -> FlightResult {
        let (outcome, reusable) = match reply {
            Ok(reply) => {
                let reusable = !reply.is_closing();
                match reply.class() {
                    2 => (DataOutcome::Accepted(reply), reusable),
                    4 | 5 => (DataOutcome::Rejected(Stage::Message, reply), reusable),
                    _ => (DataOutcome::InDoubt(ConnectionError::UnexpectedReply(reply)), false),
                }
            }
            Err(error) => (DataOutcome::InDoubt(error), false),
        };
        FlightResult { outcome, reusable, chunking_failed: false }
    }
}

fn is_refusal(reply: &Reply) -> bool {
    matches!(reply.class(), 4 | 5)
}

/// Whether a reply to BDAT says that the server does not know the command, although it offers CHUNKING: these codes are
/// about commands (RFC 5321 §4.2.2), unless an enhanced code says that this one is not.
fn says_unknown(reply: &Reply) -> bool {
    (500..=504).contains(&reply.code) && reply.enhanced().is_none_or(|(_, subject, _)| subject == 5)
}
