//! What is shown and asked before anything is mailed.

use crate::delivery::session::DeliverySession;
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::front_end::{Confirmation, Event};
use crate::planned::PlannedMessages;

/// The most characters of a title in a question: the rest of it must stay in sight.
const LONGEST_TITLE: usize = 60;

/// What the messages of a run are about: their titles differ if rows have titles of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Titles {
    first: Option<String>,
    differ: bool,
}

impl Titles {
    /// Adds the title of one message.
    pub(crate) fn add(&mut self, title: &str) {
        match &self.first {
            None => self.first = Some(title.to_owned()),
            Some(first) => self.differ |= first != title,
        }
    }

    /// Adds the titles of further messages.
    pub(crate) fn merge(&mut self, other: &Titles) {
        if let Some(title) = &other.first {
            self.add(title);
        }
        self.differ |= other.differ;
    }
}

impl DeliverySession<'_> {
    /// Shows the messages of a command that has no plan to show.
    pub(crate) fn announce(&self, messages: &PlannedMessages) {
        if !messages.is_empty() {
            self.context.event(&Event::Messages(messages));
        }
    }

    /// Asks before anything is mailed: these messages, which are `messages` in words. The folder outbox mails nothing, so
    /// nobody is asked.
    ///
    /// # Errors
    /// If the answer is no, or nobody can be asked.
    pub(crate) fn confirm(
        &self,
        titles: &Titles,
        planned: &PlannedMessages,
        messages: impl Into<String>,
        run: &RunRequest,
    ) -> Result<(), Error> {
        if !self.is_mailed() || run.yes {
            return Ok(());
        }
        let question = Confirmation {
            meeting: self.meeting_in_words(titles),
            people: planned.people()?,
            outbox: self.folder.settings.mail.outbox.description(),
            from: self.composition.composer.sender().from_email().to_string(),
            messages: messages.into(),
        };
        if self.context.front_end.confirm(&question)? { Ok(()) } else { Err(Error::declined()) }
    }

    /// The title of the meeting, cut if it is long. If rows have titles of their own, those of the messages.
    fn meeting_in_words(&self, titles: &Titles) -> String {
        let roster = &self.folder.roster;
        // Without such rows the present title counts, although the cancellation of an old invitation has the old one.
        let own = titles.first.as_deref().filter(|_| roster.has_own_titles());
        let others = if own.is_some() && titles.differ { " and other meetings" } else { "" };
        // Titles are on one line, and without control characters and bidi controls, since they were read.
        let title = own.unwrap_or(&roster.meeting().title);
        let mut shown: String = title.chars().take(LONGEST_TITLE).collect();
        if shown.len() < title.len() {
            shown.truncate(shown.trim_end().len());
            shown.push('…');
        }
        shown + others
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_differ_whichever_message_has_another_one() {
        let of = |titles: &[&str]| {
            let mut all = Titles::default();
            for title in titles {
                all.add(title);
            }
            all
        };
        assert!(!of(&["a", "a"]).differ && of(&["a", "b", "a"]).differ);
        for (first, second, differ) in [
            (&["a"][..], &["a"][..], false),
            (&["a"], &["b"], true),
            (&["a"], &["a", "b"], true),
            (&[], &["b"], false),
        ] {
            let mut all = of(first);
            all.merge(&of(second));
            assert_eq!(all.differ, differ, "{first:?}, {second:?}");
            assert_eq!(all.first.as_deref(), first.iter().chain(second).next().copied());
        }
    }
}
