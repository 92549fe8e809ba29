//! Composes messages: content in, the bytes of one message out.
//!
//! A message has the structure that mail programs recognize as an invitation (`invitation-email` facts, §0 to §2).

mod error;
mod frame;
mod frames;
mod headers;
mod mailbox;
mod mime;
mod transfer;

use std::fmt;
use std::sync::Arc;

use meetmint_core::{Email, MeetingId};

use crate::calendar::{self, Calendar, Method};
use crate::content::{CancelReason, MessageContent, MessageKind};
use crate::leak_check::{self, DecodedText, Leak, OwnToken, Parameters, Parts, Sources, is_plain};
use crate::message_part::{MessagePart, Part};
use crate::moment::Spans;
use crate::occasion::{Occasion, Occasions};
use crate::sender::Sender;
use crate::snapshot::Snapshot;
use crate::subject::{message_subject, shorter_title};
use crate::templates::{RenderError, Rendered, Templates};
use crate::variables::Variables;

use frame::{Bodies, Frame, Scope};
use frames::{Found, Frames};

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
    /// What their texts have in common.
    frames: Frames,
    /// What they are about.
    occasions: Occasions,
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
    bodies: Bodies,
    calendar: Option<Calendar>,
}

impl Composer {
    /// A composer for a meeting's messages from `sender`.
    pub fn new(templates: Templates, sender: Sender, meeting: MeetingId) -> Composer {
        Composer {
            templates,
            sender,
            meeting,
            message: Vec::new(),
            spans: Spans::default(),
            frames: Frames::default(),
            occasions: Occasions::default(),
        }
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

    /// What the messages of a snapshot are about; `None` if a value is no longer valid.
    pub(crate) fn occasion(&self, snapshot: &Snapshot) -> Option<Arc<Occasion>> {
        self.occasions.of(snapshot, &self.sender)
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
        let CheckedTexts { to, bodies, calendar } = self.checked_texts(content)?;
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
        let bytes = mime::assemble(&envelope, &unique, bodies, calendar.as_ref());
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
        let frame = self.frame(content, &variables, to);
        let calendar = Method::of(content.kind, organizing).map(|method| {
            // The texts name this time in the same words.
            calendar::write(content, method, to, &variables.link_works)
        });
        if let Some(frame) = frame {
            let bodies = frame.filled(variables.personal(), scope(content, &variables));
            // What is wrong, and in which line, is only known of whole texts.
            if check_for_leaks(content, &bodies, calendar.as_ref()).is_ok() {
                return Ok(CheckedTexts { to, bodies, calendar });
            }
        }
        let bodies = Bodies::whole(self.texts(&variables, to)?);
        check_for_leaks(content, &bodies, calendar.as_ref())
            .map_err(|source| ComposeError::Leak { to: to.clone(), source })?;
        Ok(CheckedTexts { to, bodies, calendar })
    }

    /// The frame of a message's texts, if they can be made from one.
    fn frame(
        &self,
        content: &MessageContent<'_>,
        variables: &Variables<'_>,
        to: &Email,
    ) -> Option<Arc<Frame>> {
        // Other templates may do anything with a value.
        if !self.templates.are_built_in() {
            return None;
        }
        match self.frames.find(variables) {
            Found::Frame(frame) => Some(frame),
            Found::Nothing => None,
            Found::MakeOne => {
                let marked = self.texts(&variables.marked(), to).ok()?;
                // What is the same for everybody must have no link: it is not looked at again.
                is_without_link(content, &marked).then_some(())?;
                let frame = Frame::new(marked)?;
                let texts = self.texts(variables, to).ok()?;
                let is_right = frame.filled(variables.personal(), Scope::Everything).are(&texts);
                is_right.then(|| self.frames.add(variables, frame))
            }
        }
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
    bodies: &Bodies,
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
        subject: &bodies.subject,
        text: &bodies.text.checked,
        html: &bodies.html.checked,
        calendar: calendar.map(|calendar| calendar.text.as_str()),
    };
    let sources = Sources { values: &values, extra: content.extra };
    leak_check::check(parts, OwnToken::of(&content.invite.link), sources)
}

/// How much of a message from a frame has to be checked. Without values that could be a part of a token, none can begin in
/// a line of one person and end in a line of all.
fn scope(content: &MessageContent<'_>, variables: &Variables<'_>) -> Scope {
    let [greeting, name, email, _] = variables.personal();
    // Link options are any text, and come right after the token.
    let is_ordinary = content.role.link_options.is_empty();
    if is_ordinary && [greeting, name, email].into_iter().all(is_plain) {
        Scope::PersonalLines
    } else {
        Scope::Everything
    }
}

/// Whether texts have neither a token nor a parameter for one: what a cancellation must not have.
fn is_without_link(content: &MessageContent<'_>, texts: &Rendered) -> bool {
    let Rendered { subject, text, html } = texts;
    let parts = Parts { kind: MessageKind::Cancel, subject, text, html, calendar: None };
    let sources = Sources { values: &[], extra: &[] };
    leak_check::check(parts, OwnToken::of(&content.invite.link), sources).is_ok()
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
