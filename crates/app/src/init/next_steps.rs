//! What is left to do for a meeting that was just created.

use meetmint_mailer::Sender;
use serde::Serialize;

/// Something to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum NextStep {
    /// Save the private key as this file.
    AddKey {
        /// The file that `meeting.toml` names.
        file: String,
        /// Whether it is the key of a server of one's own, and not one from the JaaS console.
        own: bool,
    },
    /// Set the title in this file, and perhaps the start: nobody has chosen them.
    Describe {
        /// The `meeting.toml`.
        file: String,
        /// Whether the start is to be set, too.
        start: bool,
    },
    /// Set the start in this file: it is still that of the other meeting.
    SetStart {
        /// The `meeting.toml`.
        file: String,
    },
    /// Replace the people in this file, who are examples.
    ListPeople {
        /// The roster.
        file: String,
    },
    /// Check the meeting.
    Check,
    /// Ask the Jitsi server whether it lets people in.
    TestServer,
    /// Make the links, in a meeting without mail.
    Links,
    /// Send a test copy to the sender.
    TestCopy {
        /// The sender's address.
        to: String,
        /// The folder that messages are written to; `None` if they are mailed.
        outbox: Option<String>,
    },
    /// Send the invitations.
    Send {
        /// The folder that messages are written to; `None` if they are mailed.
        outbox: Option<String>,
    },
}

/// A place that has to be changed before real mail can be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The file, and where known the line: `autumn/meeting.toml:3`.
    pub place: String,
    /// What is there.
    pub what: &'static str,
}

/// The steps that every meeting with mail has in common. A sender that cannot be read gets no test copy.
pub(super) fn sending(from: &str, outbox: Option<String>) -> Vec<NextStep> {
    let mut steps = vec![NextStep::Check];
    if let Ok(sender) = Sender::parse(from) {
        let to = sender.from_email().to_string();
        steps.push(NextStep::TestCopy { to, outbox: outbox.clone() });
    }
    steps.push(NextStep::Send { outbox });
    steps
}
