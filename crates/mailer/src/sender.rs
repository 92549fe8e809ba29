//! Who a message comes from, and who invites.

use meetmint_core::{DisplayName, Email, NotAnEmail};

/// The mailbox that messages come from, and the person who invites, if that is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    from: Mailbox,
    organizer: Option<Mailbox>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mailbox {
    name: Option<DisplayName>,
    email: Email,
}

/// A text names no mailbox that messages could come from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a sender like `Events team <events@example.org>`")]
pub struct BadSender {
    /// What was written.
    pub text: String,
    /// What is wrong with the address in it.
    #[source]
    pub reason: NotAnEmail,
}

impl Sender {
    /// Reads `Events team <events@example.org>`, the name in double quotes if one likes, or an address alone.
    ///
    /// # Errors
    /// [`BadSender`] unless there is exactly one address, at the end.
    pub fn parse(from: &str) -> Result<Sender, BadSender> {
        let text = from.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (unquoted(name.trim()), address),
            None => (String::new(), text),
        };
        let email =
            Email::parse(address).map_err(|reason| BadSender { text: text.to_owned(), reason })?;
        Ok(Sender { from: Mailbox { name: DisplayName::clean(&name), email }, organizer: None })
    }

    /// The same messages in the name of somebody else: calendars show that person as the organizer,
    /// sent by this mailbox (`invitation-email` facts, §1.3), and answers in words go to them.
    ///
    /// # Errors
    /// [`BadSender`] if `email` is no address.
    pub fn with_organizer(mut self, name: &str, email: &str) -> Result<Sender, BadSender> {
        let email =
            Email::parse(email).map_err(|reason| BadSender { text: email.to_owned(), reason })?;
        self.organizer = Some(Mailbox { name: DisplayName::clean(name), email });
        Ok(self)
    }

    /// The name in From.
    pub fn from_name(&self) -> Option<&DisplayName> {
        self.from.name.as_ref()
    }

    /// The address in From.
    pub fn from_email(&self) -> &Email {
        &self.from.email
    }

    /// The name of whoever invites; without one the address, because a calendar shows an organizer
    /// without a name as unknown.
    pub fn organizer_name(&self) -> &str {
        let Mailbox { name, email } = self.inviting();
        name.as_ref().map_or(email.as_str(), DisplayName::as_str)
    }

    /// The address of whoever invites: where Yes and No go.
    pub fn organizer_email(&self) -> &Email {
        &self.inviting().email
    }

    /// Whether somebody else than the sending mailbox invites.
    pub fn on_behalf(&self) -> bool {
        self.organizer_email().key() != self.from.email.key()
    }

    /// Whether mail to this address reaches the organizer or the sending mailbox. A calendar refuses to
    /// let an organizer answer an invitation of their own (`invitation-email` facts, §1.3).
    pub fn is_organizing(&self, email: &Email) -> bool {
        email.key() == self.from.email.key() || email.key() == self.organizer_email().key()
    }

    fn inviting(&self) -> &Mailbox {
        self.organizer.as_ref().unwrap_or(&self.from)
    }
}

/// The text of an RFC 5322 §3.2.4 quoted string; any other text as it is.
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
    fn a_sender_is_read_the_way_people_write_it() {
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
    }

    #[test]
    fn somebody_else_may_invite() {
        let sender = Sender::parse("Office <office@example.org>").unwrap();
        assert_eq!((sender.organizer_name(), sender.on_behalf()), ("Office", false));
        let boss = sender.clone().with_organizer("The boss", "boss@example.com").unwrap();
        assert_eq!((boss.organizer_name(), boss.on_behalf()), ("The boss", true));
        assert_eq!(boss.organizer_email().as_str(), "boss@example.com");
        let same = sender.clone().with_organizer(" ", "Office@example.org").unwrap();
        assert_eq!((same.organizer_name(), same.on_behalf()), ("Office@example.org", false));
        assert_eq!(
            sender.with_organizer("x", "y").unwrap_err().to_string(),
            "`y` is not a sender like `Events team <events@example.org>`"
        );
    }

    #[test]
    fn both_mailboxes_are_the_organizers_own() {
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
