//! The sender of messages, and the organizer of the meeting.

use meetmint_core::{DisplayName, Email, NotAnEmail, quoted};

/// The mailbox that messages come from; the organizer, if that is someone else; and where replies go, if elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    from: Mailbox,
    organizer: Option<Mailbox>,
    reply_to: Option<Mailbox>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mailbox {
    name: Option<DisplayName>,
    email: Email,
}

/// A text is not the mailbox of a sender or an organizer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a valid sender", quoted(text))]
pub struct BadSender {
    /// The text.
    pub text: String,
    /// What is wrong with its address.
    #[source]
    pub reason: NotAnEmail,
}

impl Sender {
    /// Parses `Events team <events@example.org>` or an address alone. The name may be in double quotes.
    ///
    /// # Errors
    /// [`BadSender`] unless the text ends in an address and contains no other.
    pub fn parse(from: &str) -> Result<Sender, BadSender> {
        Ok(Sender { from: Mailbox::parse(from)?, organizer: None, reply_to: None })
    }

    /// Sends replies by mail to this mailbox, whoever the organizer is. The text is as in [`parse`](Sender::parse).
    /// Replies to the calendar event still go to the organizer.
    ///
    /// # Errors
    /// [`BadSender`] unless the text ends in an address and contains no other.
    pub fn with_reply_to(mut self, mailbox: &str) -> Result<Sender, BadSender> {
        self.reply_to = Some(Mailbox::parse(mailbox)?);
        Ok(self)
    }

    /// Sends messages on behalf of an organizer. Calendars show the organizer, and that this mailbox sent the invitation
    /// (`invitation-email` facts, §1.3). Replies by mail go to the organizer.
    ///
    /// # Errors
    /// [`BadSender`] if `email` is not an address.
    pub fn with_organizer(mut self, name: &str, email: &str) -> Result<Sender, BadSender> {
        let email =
            Email::parse(email).map_err(|reason| BadSender { text: email.to_owned(), reason })?;
        self.organizer = Some(Mailbox { name: DisplayName::clean(name), email });
        Ok(self)
    }

    /// The same sender on behalf of the organizer that [`organizer_text`](Sender::organizer_text) once wrote; `None` if the
    /// text is not one.
    pub(crate) fn on_behalf_of(&self, organizer: &str) -> Option<Sender> {
        // From the right: see `parse`. The name is not unquoted, because this text never was quoted.
        let (name, address) = organizer_parts(organizer)?;
        let email = Email::parse(address).ok()?;
        let organizer = Some(Mailbox { name: DisplayName::clean(name), email });
        Some(Sender { from: self.from.clone(), organizer, reply_to: self.reply_to.clone() })
    }

    /// The organizer as ledgers keep it: `Name <address>`.
    pub(crate) fn organizer_text(&self) -> String {
        format!("{} <{}>", self.organizer_name(), self.organizer_email())
    }

    /// The name in the From header.
    pub fn from_name(&self) -> Option<&DisplayName> {
        self.from.name.as_ref()
    }

    /// The address in the From header.
    pub fn from_email(&self) -> &Email {
        &self.from.email
    }

    /// The organizer's name. Without a name it is the address, because calendars show an organizer without a name as
    /// unknown.
    pub fn organizer_name(&self) -> &str {
        self.organizer().shown_name()
    }

    /// The organizer's address. Calendars send replies there.
    pub fn organizer_email(&self) -> &Email {
        &self.organizer().email
    }

    /// Whether the organizer is someone other than the sender.
    pub fn on_behalf(&self) -> bool {
        // Keys ignore upper and lower case.
        self.organizer_email().key() != self.from.email.key()
    }

    /// Whether this is the address of the organizer or the sender. Calendars don't let organizers reply to their own
    /// invitation (`invitation-email` facts, §1.3).
    pub fn is_organizing(&self, email: &Email) -> bool {
        email.key() == self.from.email.key() || email.key() == self.organizer_email().key()
    }

    /// The name of the mailbox that answers questions: the one for replies, else the organizer's. Without a name it is the
    /// address.
    pub fn contact_name(&self) -> &str {
        self.contact().shown_name()
    }

    /// The address of that mailbox.
    pub fn contact_email(&self) -> &Email {
        &self.contact().email
    }

    /// The name and the address for the Reply-To header; `None` if replies go to From anyway.
    pub(crate) fn reply_to(&self) -> Option<(Option<&str>, &Email)> {
        match &self.reply_to {
            Some(Mailbox { name, email }) => Some((name.as_ref().map(DisplayName::as_str), email)),
            None => self.on_behalf().then(|| (Some(self.organizer_name()), self.organizer_email())),
        }
    }

    fn contact(&self) -> &Mailbox {
        self.reply_to.as_ref().unwrap_or_else(|| self.organizer())
    }

    fn organizer(&self) -> &Mailbox {
        self.organizer.as_ref().unwrap_or(&self.from)
    }
}

impl Mailbox {
    /// See [`Sender::parse`].
    fn parse(text: &str) -> Result<Mailbox, BadSender> {
        let text = text.trim();
        // Not lettre's parser: it refuses `Doe, John <j@example.org>` (`crates` facts, §4).
        // From the right, because a name may contain `<`, but an address may not.
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, _)) if names_another(name.trim()) => {
                return Err(BadSender { text: text.to_owned(), reason: NotAnEmail::Several });
            }
            Some((name, address)) => (unquoted(name.trim()), address),
            None => (String::new(), text),
        };
        let email =
            Email::parse(address).map_err(|reason| BadSender { text: text.to_owned(), reason })?;
        Ok(Mailbox { name: DisplayName::clean(&name), email })
    }

    /// The name, or the address without one.
    fn shown_name(&self) -> &str {
        self.name.as_ref().map_or(self.email.as_str(), DisplayName::as_str)
    }
}

/// Name and address in what [`Sender::organizer_text`] wrote; `None` for another text.
pub(crate) fn organizer_parts(text: &str) -> Option<(&str, &str)> {
    text.strip_suffix('>')?.rsplit_once('<')
}

/// Whether what stands before the last address holds another one: `A <a@example.org>, B`. An address alone is a name,
/// because address books write `a@example.org <a@example.org>`.
fn names_another(name: &str) -> bool {
    let is_quoted = name.starts_with('"') && name.ends_with('"');
    let in_brackets = name.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    let in_list = name.split([',', ';']).filter(|piece| *piece != name).map(str::trim);
    !is_quoted && in_brackets.chain(in_list).any(|text| Email::parse(text).is_ok())
}

/// The content of a quoted string (RFC 5322 §3.2.4). Any other text is returned as it is.
fn unquoted(name: &str) -> String {
    match name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_parsed_in_any_common_spelling() {
        #[track_caller]
        fn case(text: &str, expected: Result<(Option<&str>, &str), NotAnEmail>) {
            let found = Sender::parse(text).map(|sender| {
                let name = sender.from_name().map(ToString::to_string);
                (name, sender.from_email().to_string())
            });
            let expected = expected
                .map(|(name, email)| (name.map(str::to_owned), email.to_owned()))
                .map_err(|reason| BadSender { text: text.trim().to_owned(), reason });
            assert_eq!(found, expected);
        }

        case("events@example.org", Ok((None, "events@example.org")));
        case("<events@example.org>", Ok((None, "events@example.org")));
        case(" Events team <events@example.org> ", Ok((Some("Events team"), "events@example.org")));
        case(
            "\"Team, \\\"Events\\\"\" <e@example.org>",
            Ok((Some("Team, \"Events\""), "e@example.org")),
        );
        case("Zoé <e@bücher.example>", Ok((Some("Zoé"), "e@xn--bcher-kva.example")));
        case("A\r\nBcc: x <e@example.org>", Ok((Some("A Bcc: x"), "e@example.org")));
        case("a <b> <e@example.org>", Ok((Some("a <b>"), "e@example.org")));
        case("", Err(NotAnEmail::Empty));
        case("Events team", Err(NotAnEmail::NoAt));
        case("Events <events@example.org", Err(NotAnEmail::LocalPart));
        case("a@example.org, b@example.org", Err(NotAnEmail::Several));
        case("A <a@example.org>, B <b@example.org>", Err(NotAnEmail::Several));
        case("A <a@example.org> B <b@example.org>", Err(NotAnEmail::Several));
        case("a@example.org; B <b@example.org>", Err(NotAnEmail::Several));
        case("a@example.org <a@example.org>", Ok((Some("a@example.org"), "a@example.org")));
        case("Doe, J @ Work <e@example.org>", Ok((Some("Doe, J @ Work"), "e@example.org")));
        case(
            "\"A, b@example.org\" <e@example.org>",
            Ok((Some("A, b@example.org"), "e@example.org")),
        );
    }

    #[test]
    fn the_organizer_may_be_somebody_else() {
        let sender = Sender::parse("Office <office@example.org>").unwrap();
        assert_eq!((sender.organizer_name(), sender.on_behalf()), ("Office", false));
        let boss = sender.clone().with_organizer("The boss", "boss@example.com").unwrap();
        assert_eq!((boss.organizer_name(), boss.on_behalf()), ("The boss", true));
        assert_eq!(boss.organizer_email().as_str(), "boss@example.com");
        let same = sender.clone().with_organizer(" ", "Office@example.org").unwrap();
        assert_eq!((same.organizer_name(), same.on_behalf()), ("Office@example.org", false));
        assert_eq!(
            sender.with_organizer("x", "y").unwrap_err().to_string(),
            "`y` is not a valid sender"
        );
    }

    #[test]
    fn both_mailboxes_are_organizing() {
        let sender = Sender::parse("office@example.org")
            .and_then(|sender| sender.with_organizer("", "boss@example.com"))
            .unwrap();
        for (address, expected) in
            [("Office@Example.org", true), ("boss@example.com", true), ("ada@example.org", false)]
        {
            assert_eq!(sender.is_organizing(&Email::parse(address).unwrap()), expected);
        }
    }
}
