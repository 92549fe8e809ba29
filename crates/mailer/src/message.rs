//! A letter in, the bytes of one message out.
//!
//! The shape of the message is the one that mail programs take for an invitation: `invitation-email` facts,
//! §0 to §2; lettre's traps are §2.2's.

mod mailbox;
mod mime;
mod transfer;

use std::fmt;

use meetmint_core::{Email, MeetingId, one_line};

use crate::calendar::{self, Calendar, Method};
use crate::leak_check::{self, DecodedText, MessagePart, Part, Parts, Sources};
use crate::templates::Rendered;
use crate::variables::Variables;
use crate::{Leak, MessageContent, RenderError, Sender, Templates};

/// The most characters of a subject: the longest that stays readable, and far from the 998 octets of a line.
const LONGEST_SUBJECT: usize = 150;

/// The fewest characters of a title that a subject keeps before it loses its end.
const SHORTEST_TITLE: usize = 24;

/// What a rehearsal's subject begins with, whatever the template says: nobody should take it for the real one.
const REHEARSAL: &str = "[Rehearsal] ";

/// Makes the messages of one meeting folder.
#[derive(Debug)]
pub struct Composer {
    templates: Templates,
    sender: Sender,
    meeting: MeetingId,
}

/// What a message is put together of.
struct CheckedTexts<'a> {
    to: &'a Email,
    texts: Rendered,
    calendar: Option<Calendar>,
}

/// A message to one person, finished.
pub struct Message {
    /// Whom it is for.
    pub to: Email,
    /// The Message-ID, with its angle brackets.
    pub id: String,
    /// The message as it is sent: lines end in CRLF, and there is no dot-stuffing.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { to, id, bytes } = self;
        write!(f, "Message {{ to: {to}, id: {id}, bytes: {} hidden }}", bytes.len())
    }
}

/// Why there is no message for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// Only links are made for people without an address.
    #[error("{0} has no address to write to")]
    NoAddress(String),
    /// A template failed with this person's values.
    #[error("cannot write the message to {to}")]
    Render {
        /// Whom it is for.
        to: Email,
        /// Where and why.
        source: RenderError,
    },
    /// Nothing is left of the subject with this person's values.
    #[error("the subject of the message to {0} is empty")]
    EmptySubject(Email),
    /// The message holds what nobody else may read, or lacks what it is sent for.
    #[error("the message to {to} must not leave")]
    Leak {
        /// Whom it is for.
        to: Email,
        /// What was found.
        source: Leak,
    },
}

impl Composer {
    /// Messages of `meeting` from `sender`, in the words of `templates`.
    pub fn new(templates: Templates, sender: Sender, meeting: MeetingId) -> Composer {
        Composer { templates, sender, meeting }
    }

    /// The templates that messages are made of.
    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    /// Who messages come from.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The message that `letter` describes: the same letter gives the same bytes.
    ///
    /// # Errors
    /// [`ComposeError`]; with templates that [`Templates::check`] has nothing against, only for what this
    /// very person's row brings along.
    pub fn compose(&self, letter: &MessageContent<'_>) -> Result<Message, ComposeError> {
        let CheckedTexts { to, texts, calendar } = self.guarded(letter)?;
        let left = self.meeting.message_id(
            letter.uid,
            letter.sequence,
            &letter.kind.to_string(),
            letter.copy,
        );
        let id = format!("<{left}@{}>", self.sender.from_email().domain());
        let attendee = letter.invite.attendee;
        let envelope =
            mime::Envelope { sender: &self.sender, attendee, to, id: &id, stamp: letter.stamp };
        let bytes = mime::assemble(&envelope, &left, texts, calendar.as_ref());
        Ok(Message { to: to.clone(), id, bytes })
    }

    /// Whether [`Composer::compose`] makes a message of `letter`: all that can stop it, and no bytes.
    ///
    /// # Errors
    /// The same.
    pub fn check(&self, letter: &MessageContent<'_>) -> Result<(), ComposeError> {
        self.guarded(letter).map(drop)
    }

    /// All texts of the message, past the guard: from here on nothing can fail.
    fn guarded<'a>(&self, letter: &MessageContent<'a>) -> Result<CheckedTexts<'a>, ComposeError> {
        let attendee = letter.invite.attendee;
        let Some(to) = &attendee.email else {
            return Err(ComposeError::NoAddress(attendee.name.to_string()));
        };
        let organizing = self.sender.is_organizing(to);
        let variables = Variables::new(letter, &self.sender, to.as_str(), organizing);
        let texts = self.texts(&variables, to)?;
        let calendar = Method::of(letter.kind, organizing).map(|method| {
            let until = variables.closes.in_words();
            calendar::write(letter, &self.sender, method, to, &until)
        });
        self.guard(letter, &texts, calendar.as_ref())
            .map_err(|source| ComposeError::Leak { to: to.clone(), source })?;
        Ok(CheckedTexts { to, texts, calendar })
    }

    fn texts(&self, variables: &Variables<'_>, to: &Email) -> Result<Rendered, ComposeError> {
        let failed = |source: RenderError| ComposeError::Render {
            to: to.clone(),
            source: without_values(source),
        };
        let mut texts = self.templates.render_all(variables.kind, variables).map_err(failed)?;
        let mark = if variables.rehearsal { REHEARSAL } else { "" };
        let longest = LONGEST_SUBJECT - mark.len();
        let long = texts.subject.trim().chars().count().checked_sub(longest);
        let length = variables.title.chars().count();
        // Of a long title the end goes, rather than the time that stands behind it.
        if let Some(over) = long.filter(|over| *over > 0 && over + SHORTEST_TITLE < length) {
            let mut shorter = variables.clone();
            shorter.title = variables.title.chars().take(length - over - 1).chain(['…']).collect();
            let place = MessagePart { kind: variables.kind, part: Part::Subject };
            texts.subject = self.templates.render(place, &shorter).map_err(failed)?;
        }
        texts.subject = subject_line(&texts.subject)
            .and_then(|subject| subject_line(&format!("{mark}{subject}")))
            .ok_or_else(|| ComposeError::EmptySubject(to.clone()))?;
        Ok(texts)
    }

    fn guard(
        &self,
        letter: &MessageContent<'_>,
        texts: &Rendered,
        calendar: Option<&Calendar>,
    ) -> Result<(), Leak> {
        let attendee = letter.invite.attendee;
        let id = attendee.id();
        let mut values = vec![
            ("title", letter.meeting.title.as_str()),
            ("room", letter.meeting.room.name()),
            ("name", attendee.name.as_str()),
            ("id", &id),
            ("role", letter.role.name.as_str()),
            ("organizer", self.sender.organizer_name()),
        ];
        if let Some(before) = &letter.before {
            values.extend([
                ("former title", before.title),
                ("former room", before.room),
                ("former name", before.name),
                ("former role", before.role),
            ]);
        }
        let parts = Parts {
            kind: letter.kind,
            subject: &texts.subject,
            text: &texts.text,
            html: &texts.html,
            calendar: calendar.map(|calendar| calendar.text.as_str()),
        };
        let sources = Sources { values: &values, extra: letter.extra };
        leak_check::check(parts, letter.invite.link.reveal_token(), sources)
    }
}

/// A filter that can't do with a value may quote it, and the value may be the link.
fn without_values(mut error: RenderError) -> RenderError {
    if DecodedText::of(&error.0.message).token().is_some() {
        "it fails on this person's values".clone_into(&mut error.0.message);
    }
    error
}

/// What a template made, as a subject: one line, and nothing that a mail program would decode once more
/// (RFC 2047 §2). `None` if nothing of it can be seen.
pub(crate) fn subject_line(rendered: &str) -> Option<String> {
    one_line(&rendered.replace("=?", "= ?"), LONGEST_SUBJECT)
}

#[cfg(test)]
mod tests;
