//! The texts of an event that people read: its title and its description.

use crate::content::{CancelReason, MessageContent};

/// Outlook and Exchange cut SUMMARY off here, in UTF-16 units (MS-OXCICAL 2.1.3.1.1.20.24).
const MAX_SUMMARY: usize = 255;

/// The title of the event, from a title that is one line.
pub(super) fn summary(title: &str) -> &str {
    // A text has at most as many UTF-16 units as octets.
    if title.len() <= MAX_SUMMARY {
        return title;
    }
    // Whole characters only: half of a surrogate pair cannot be shown.
    let mut units = 0;
    let over = title.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MAX_SUMMARY
    });
    let end = over.map_or(title.len(), |(at, _)| at);
    // A space at the end could come to be the only character of a folded line, which some calendars skip.
    title[..end].trim_end()
}

/// The description of the event. `title` is one line; `works` says in words when the link works.
///
/// The link is here, alone on a line, because every calendar shows a description (`invitation-email` facts, §1.5).
pub(super) fn invitation(content: &MessageContent<'_>, title: &str, works: &str) -> String {
    let link = content.invite.link.reveal();
    // A calendar shows the event without the message, so the description has to say this, too.
    let practice =
        if content.practice { "\n\nFor practice only: no server accepts this link." } else { "" };
    let host = if content.role.moderator { "You are the host.\n\n" } else { "" };
    let test_copy = test_copy(content);
    let mut message = content.message.join("\n");
    if !message.is_empty() {
        message.insert_str(0, "\n\n");
    }
    format!(
        "{title}\n\n{host}Join with your personal link:\n{link}\n\nThe link works on {works}. It is for you \
         only: anyone who opens it joins the meeting under your name, so please do not share it.{message}{practice}\
         {test_copy}"
    )
}

/// The description of a cancelled event. It contains no link.
pub(super) fn cancellation(content: &MessageContent<'_>, title: &str) -> String {
    let words = match content.reason {
        CancelReason::Meeting => "This meeting has been cancelled.",
        CancelReason::Removed => "You are no longer on the list for this meeting.",
        CancelReason::Invitation | CancelReason::Organizer => {
            "Your invitation to this meeting has been cancelled."
        }
    };
    format!("{title}\n\n{words}{}", test_copy(content))
}

fn test_copy(content: &MessageContent<'_>) -> &'static str {
    if content.test_copy { "\n\nThis is a test copy. Only you received this." } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_ends_where_outlook_would_cut_it_off() {
        assert_eq!(summary(&"🌻".repeat(300)).encode_utf16().count(), 254);
        assert_eq!(summary(&"x".repeat(300)).len(), 255);
    }
}
