//! Composes messages: content in, the bytes of one message out.
//!
//! A message has the structure that mail programs recognize as an invitation (`invitation-email` facts, §0 to §2).

mod error;
mod headers;
mod mailbox;
mod mime;
mod transfer;

use std::fmt;

use meetmint_core::{Email, MeetingId};

use crate::calendar::{self, Calendar, Method};
use crate::content::{CancelReason, MessageContent, MessageKind};
use crate::leak_check::{self, DecodedText, Leak, OwnToken, Parameters, Parts, Sources};
use crate::message_part::{MessagePart, Part};
use crate::moment::Spans;
use crate::sender::Sender;
use crate::subject::{message_subject, shorter_title};
use crate::templates::{RenderError, Rendered, Templates};
use crate::variables::Variables;

pub use error::ComposeError;

/// Composes the messages of one meeting.
#[derive(Debug)]
pub struct Composer {
    templates: Templates,
    sender: Sender,
    meeting: MeetingId,
    /// The organizer's text, line by line.
    message: Vec<String>,
    /// The times of the last messages: most people of a meeting read the same.
    spans: Spans,
}

/// A message to one person, ready to be sent.
pub struct Message {
    /// The recipient.
    pub to: Email,
    /// The Message-ID, with its angle brackets.
    pub id: String,
    /// The message. Lines end in CRLF; there is no dot-stuffing.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Message {
    /// Hides the bytes, because they contain a link.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { to, id, bytes } = self;
        write!(f, "Message {{ to: {to}, id: {id}, bytes: {} hidden }}", bytes.len())
    }
}

/// The texts of a message that has passed the leak check.
struct CheckedTexts<'a> {
    to: &'a Email,
    texts: Rendered,
    calendar: Option<Calendar>,
}

impl Composer {
    /// A composer for a meeting's messages from `sender`.
    pub fn new(templates: Templates, sender: Sender, meeting: MeetingId) -> Composer {
        Composer { templates, sender, meeting, message: Vec::new(), spans: Spans::default() }
    }

    /// Adds the organizer's text to all messages but cancellations: [`message_lines`](crate::message_lines) makes it.
    #[must_use]
    pub fn with_message(self, message: Vec<String>) -> Composer {
        Composer { message, ..self }
    }

    /// The organizer's text, line by line; empty if there is none.
    pub fn message(&self) -> &[String] {
        &self.message
    }

    /// The templates of the messages.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// The sender of the messages, with the organizer that the meeting has now.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Composes a message. The same content always gives the same bytes.
    ///
    /// # Errors
    /// [`ComposeError`]. If [`Templates::check`] found no problem, the reason is in this person's values.
    pub fn compose(&self, content: &MessageContent<'_>) -> Result<Message, ComposeError> {
        let CheckedTexts { to, texts, calendar } = self.checked_texts(content)?;
        // A repeated message has the same Message-ID, so that mail programs can recognize the copy.
        let unique = self.meeting.message_id(
            content.uid,
            content.sequence,
            &content.kind.to_string(),
            content.copy,
        );
        // A domain that belongs to the sender keeps the ID unique worldwide (RFC 5322 §3.6.4).
        let sender = content.sender;
        let id = format!("<{unique}@{}>", sender.from_email().domain());
        let attendee = content.invite.attendee;
        let envelope = headers::Envelope { sender, attendee, to, id: &id, stamp: content.stamp };
        let bytes = mime::assemble(&envelope, &unique, texts, calendar.as_ref());
        Ok(Message { to: to.clone(), id, bytes })
    }

    /// Checks whether [`Composer::compose`] would succeed, without making the bytes.
    ///
    /// # Errors
    /// The same as of [`Composer::compose`].
    pub fn check(&self, content: &MessageContent<'_>) -> Result<(), ComposeError> {
        self.checked_texts(content).map(drop)
    }

    /// Everything that can fail. What follows is only encoding.
    fn checked_texts<'a>(
        &self,
        content: &MessageContent<'a>,
    ) -> Result<CheckedTexts<'a>, ComposeError> {
        let attendee = content.invite.attendee;
        // Rosters for link files may contain people without an address.
        let Some(to) = &attendee.email else {
            return Err(ComposeError::NoAddress(attendee.name.to_string()));
        };
        let organizing = is_organizing(content, to);
        // A test copy shows what participants read, also to the organizer.
        let is_organizer = organizing && !content.test_copy;
        let variables = Variables::new(content, to.as_str(), is_organizer, &self.spans);
        let texts = self.texts(&variables, to)?;
        let calendar = Method::of(content.kind, organizing).map(|method| {
            // The texts name this time in the same words.
            calendar::write(content, method, to, &variables.link_works)
        });
        check_for_leaks(content, &texts, calendar.as_ref())
            .map_err(|source| ComposeError::Leak { to: to.clone(), source })?;
        Ok(CheckedTexts { to, texts, calendar })
    }

    fn texts(&self, variables: &Variables<'_>, to: &Email) -> Result<Rendered, ComposeError> {
        let failed = |source: RenderError| ComposeError::Render {
            to: to.clone(),
            source: without_link(source),
        };
        let mut values = variables.context();
        let mut texts = self.templates.render_all(variables.kind, &values).map_err(failed)?;
        // A long title must not push the date and the time out of the subject.
        if let Some(title) = shorter_title(&variables.title, &texts.subject, variables.test_copy) {
            values.insert("title", &title);
            let part = MessagePart { kind: variables.kind, part: Part::Subject };
            texts.subject = self.templates.render(part, &values).map_err(failed)?;
        }
        texts.subject = message_subject(&texts.subject, variables.test_copy)
            .ok_or_else(|| ComposeError::EmptySubject(to.clone()))?;
        Ok(texts)
    }
}

/// Whether the recipient is the organizer of the event, whose calendar does not take it for an invitation.
fn is_organizing(content: &MessageContent<'_>, to: &Email) -> bool {
    let is_withdrawn = content.kind == MessageKind::Cancel;
    if is_withdrawn && content.reason == CancelReason::Organizer {
        // The present organizer was invited by the earlier one, like everybody else.
        return content.sender.organizer_email().key() == to.key();
    }
    content.sender.is_organizing(to)
}

fn check_for_leaks(
    content: &MessageContent<'_>,
    texts: &Rendered,
    calendar: Option<&Calendar>,
) -> Result<(), Leak> {
    let attendee = content.invite.attendee;
    let id = attendee.id();
    // The values that come from settings and roster, by the names that an error gives them.
    let mut values = vec![
        ("title", content.meeting.title.as_str()),
        ("room", content.meeting.room.name()),
        ("name", attendee.name.as_str()),
        ("id", &id),
        ("role", content.role.name.as_str()),
        ("organizer", content.sender.organizer_name()),
        ("`reply_to` under [mail]", content.sender.contact_name()),
    ];
    values.extend(content.message.iter().map(|line| ("`message` under [mail]", line.as_str())));
    // An update also shows these.
    if let Some(before) = &content.before {
        values.extend([
            ("previous title", before.title),
            ("previous room", before.room),
            ("previous name", before.name),
            ("previous role", before.role),
        ]);
    }
    // The texts as they will be sent: nothing changes them after this check.
    let parts = Parts {
        kind: content.kind,
        subject: &texts.subject,
        text: &texts.text,
        html: &texts.html,
        calendar: calendar.map(|calendar| calendar.text.as_str()),
    };
    let sources = Sources { values: &values, extra: content.extra };
    leak_check::check(parts, OwnToken::of(&content.invite.link), sources)
}

/// Removes a message that contains a link. A filter that rejects a value may quote it, and the value may be the link.
fn without_link(mut error: RenderError) -> RenderError {
    if DecodedText::of(&error.0.message).token(Parameters::Any).is_some() {
        "it cannot be rendered with this person's values".clone_into(&mut error.0.message);
    }
    error
}

#[cfg(test)]
mod tests;
