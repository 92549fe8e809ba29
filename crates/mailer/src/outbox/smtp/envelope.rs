//! The envelope of a message: MAIL, RCPT and DATA, and the replies to them (RFC 5321 §3.3).

use std::time::Duration;

use lettre::transport::smtp::extension::{MailBodyParameter, MailParameter};
use meetmint_core::Email;

use super::capabilities::Capabilities;
use super::connection::Connection;
use super::connection_error::ConnectionError;
use super::error::{Rejected, Stage, Unsupported};
use super::reply::Reply;
use super::server::Timeouts;

/// Discards a transaction that was refused (RFC 5321 §4.1.1.5).
const RSET: &str = "RSET\r\n";

/// Asks for permission to send the message.
const DATA: &str = "DATA\r\n";

/// 2xx: done.
const SUCCESS: u16 = 2;

/// 3xx: go on.
const INTERMEDIATE: u16 = 3;

/// The commands MAIL and RCPT of one message, each with its CRLF.
#[derive(Debug)]
pub(super) struct Envelope {
    pub(super) mail: String,
    pub(super) rcpt: String,
}

/// The replies to an envelope, as one result.
pub(super) struct EnvelopeReplies {
    /// `Ok` after 354; else the first refusal.
    pub(super) result: Result<(), Rejected>,
    /// Whether the next message can use the connection.
    pub(super) reusable: bool,
}

impl Envelope {
    /// The envelope of a message for one recipient.
    pub(super) fn new(
        capabilities: &Capabilities,
        from: &Email,
        to: &Email,
        message: &[u8],
    ) -> Result<Envelope, Unsupported> {
        check_support(capabilities, from, to, message)?;
        let mail = mail_command(capabilities, from, to, message);
        Ok(Envelope { mail, rcpt: format!("RCPT TO:<{to}>\r\n") })
    }

    /// Sends RSET (if `reset`), MAIL, RCPT and DATA. With `pipelining` in one write (RFC 2920 §3.1: DATA may end a
    /// group); else one by one, reading each reply but the one to DATA.
    pub(super) fn send(
        &self,
        connection: &mut Connection,
        pipelining: bool,
        reset: bool,
        timeouts: &Timeouts,
    ) -> Result<(), Rejected> {
        let Envelope { mail, rcpt } = self;
        refuse_if_closing(connection, Stage::Mail)?;
        if pipelining {
            let reset = if reset { RSET } else { "" };
            // RSET may stand anywhere in a group (RFC 2920 §3.1), so the reset after a refusal costs no round trip.
            connection.send(&format!("{reset}{mail}{rcpt}{DATA}"), timeouts.command)?;
            return Ok(());
        }
        if reset {
            self::reset(connection, timeouts)?;
        }
        expect(Stage::Mail, SUCCESS, connection.command(mail, timeouts.command)?)?;
        expect(Stage::Recipient, SUCCESS, connection.command(rcpt, timeouts.command)?)?;
        // `Connection::command` checks this by itself; `send`, which does not wait for the reply, does not.
        refuse_if_closing(connection, Stage::Data)?;
        connection.send(DATA, timeouts.data)?;
        Ok(())
    }
}

impl EnvelopeReplies {
    /// Reads the replies to [`Envelope::send`] that have not been read: all of them with `pipelining`, else the one to
    /// DATA.
    pub(super) fn read(
        connection: &mut Connection,
        pipelining: bool,
        reset: bool,
        timeouts: &Timeouts,
    ) -> EnvelopeReplies {
        if !pipelining {
            let reply = connection.read_reply(timeouts.data).map_err(Rejected::from);
            let result = reply.and_then(|reply| expect(Stage::Data, INTERMEDIATE, reply));
            return EnvelopeReplies::from(result);
        }
        // Every failed RSET ends the connection, so the replies after it need not be read.
        if reset && let Err(error) = read_reset(connection, timeouts) {
            return EnvelopeReplies::from(Err(error));
        }
        EnvelopeReplies::read_group(connection, timeouts)
    }

    /// Each reply of the group is read, and the first refusal counts.
    fn read_group(connection: &mut Connection, timeouts: &Timeouts) -> EnvelopeReplies {
        let Timeouts { command, data, .. } = *timeouts;
        let mut replies = EnvelopeReplies { result: Ok(()), reusable: true };
        // An unread reply would be taken for the one to the next command.
        for (stage, class, limit) in [
            (Stage::Mail, SUCCESS, command),
            (Stage::Recipient, SUCCESS, command),
            (Stage::Data, INTERMEDIATE, data),
        ] {
            let reply = connection.read_reply(limit).map_err(Rejected::from);
            match reply.and_then(|reply| expect(stage, class, reply)) {
                Ok(()) if stage == Stage::Data && replies.result.is_err() => {
                    replies.reusable = cancel_data(connection, &replies.result, command);
                }
                Ok(()) => {}
                Err(error) => {
                    // A refusal stands even if the connection breaks after it.
                    let ends = error.ends_connection();
                    replies.result = replies.result.and(Err(error));
                    if ends {
                        replies.reusable = false;
                        break;
                    }
                }
            }
        }
        replies
    }
}

impl From<Result<(), Rejected>> for EnvelopeReplies {
    fn from(result: Result<(), Rejected>) -> EnvelopeReplies {
        let reusable = !result.as_ref().is_err_and(Rejected::ends_connection);
        EnvelopeReplies { result, reusable }
    }
}

/// Asks whether the server accepts a sender. Nothing is delivered: RSET ends the transaction.
pub(super) fn check_sender(
    connection: &mut Connection,
    from: &Email,
    timeouts: &Timeouts,
) -> Result<(), Rejected> {
    let reply = connection.command(&format!("MAIL FROM:<{from}>\r\n"), timeouts.command)?;
    let result = expect(Stage::Mail, SUCCESS, reply);
    // Its reply decides nothing: the connection is closed next.
    let _ = connection.command(RSET, timeouts.command);
    result
}

/// Ends the message that the server waits for after a 354 although the envelope was refused. Whether the connection can
/// be used again.
fn cancel_data(
    connection: &mut Connection,
    refused: &Result<(), Rejected>,
    limit: Duration,
) -> bool {
    // After a refused RCPT there is no recipient, and a lone dot ends the empty message (RFC 2920 §3.1). After a
    // refused MAIL the server might still deliver it: only closing the connection is safe.
    let no_recipient = matches!(refused, Err(Rejected::Reply { stage: Stage::Recipient, .. }));
    no_recipient && connection.send(".\r\n", limit).is_ok() && connection.read_reply(limit).is_ok()
}

/// A 421 that was sent between two messages counts as the reply to the next command.
pub(super) fn refuse_if_closing(connection: &mut Connection, stage: Stage) -> Result<(), Rejected> {
    match connection.unsolicited_reply()? {
        Some(reply) => Err(Rejected::Reply { stage, reply }),
        None => Ok(()),
    }
}

/// Sends RSET, and waits for its reply.
pub(super) fn reset(connection: &mut Connection, timeouts: &Timeouts) -> Result<(), Rejected> {
    expect_reset(connection.command(RSET, timeouts.command)?)
}

fn read_reset(connection: &mut Connection, timeouts: &Timeouts) -> Result<(), Rejected> {
    expect_reset(connection.read_reply(timeouts.command)?)
}

/// Without a successful RSET the next message could also go to the recipient of the one before.
fn expect_reset(reply: Reply) -> Result<(), Rejected> {
    match reply.class() {
        SUCCESS => Ok(()),
        _ if reply.is_closing() => Err(Rejected::Reply { stage: Stage::Mail, reply }),
        _ => Err(ConnectionError::UnexpectedReply(reply).into()),
    }
}

/// Succeeds if the reply is of the class that the command should get.
fn expect(stage: Stage, class: u16, reply: Reply) -> Result<(), Rejected> {
    match reply.class() {
        found if found == class => Ok(()),
        4 | 5 => Err(Rejected::Reply { stage, reply }),
        // A 3xx to MAIL, or a 2xx to DATA: client and server no longer agree which command a reply answers.
        _ => Err(ConnectionError::UnexpectedReply(reply).into()),
    }
}

/// Refuses a message that needs an extension which the server does not offer.
fn check_support(
    capabilities: &Capabilities,
    from: &Email,
    to: &Email,
    message: &[u8],
) -> Result<(), Unsupported> {
    let Capabilities { smtp_utf8, eight_bit_mime, size, .. } = capabilities;
    let octets = message.len() as u64;
    match size.flatten() {
        Some(largest) if octets > largest => return Err(Unsupported::Size { octets, largest }),
        // SMTPUTF8 requires 8BITMIME (RFC 6531 §3.1).
        _ if *smtp_utf8 => return Ok(()),
        _ if !from.as_str().is_ascii() => return Err(Unsupported::Sender),
        _ if !to.as_str().is_ascii() => return Err(Unsupported::Address),
        _ => {}
    }
    // Texts are encoded. Only the headers of a message to a non-ASCII address contain such octets (RFC 6532 §3.2).
    if *eight_bit_mime || message.is_ascii() { Ok(()) } else { Err(Unsupported::EightBit) }
}

/// MAIL with its parameters. Not lettre's `commands::Mail`: it takes lettre's `Address`, and `Email` is ours.
fn mail_command(capabilities: &Capabilities, from: &Email, to: &Email, message: &[u8]) -> String {
    let mut mail = format!("MAIL FROM:<{from}>");
    let mut add = |parameter: MailParameter| {
        mail.push(' ');
        mail.push_str(&parameter.to_string());
    };
    // The server can refuse before the body is sent. Doubled dots don't count (RFC 1870 §5).
    if capabilities.size.is_some() {
        add(MailParameter::Size(message.len()));
    }
    // Only if needed: a relay has to convert or return it if the next server lacks 8BITMIME (RFC 6152 §3).
    if !message.is_ascii() {
        add(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    if !(from.as_str().is_ascii() && to.as_str().is_ascii()) {
        add(MailParameter::SmtpUtfEight);
    }
    mail.push_str("\r\n");
    mail
}
