//! What became of a link on its way to the person who reports it.

use super::wrapper::Wrapper;
use crate::quoted::quoted;

/// What was done to a link or a token on the way. What it says never contains any part of it, except for marks of
/// punctuation and the host of a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// A mark of punctuation became the end of the token.
    TrailingPunctuation(char),
    /// Letters or digits of the text around it became the end of the token.
    TrailingText,
    /// A space became the end of the token.
    TrailingSpace,
    /// A line break became the end of the token.
    TrailingLineBreak,
    /// Characters without width, such as soft hyphens, are inside.
    InvisibleCharacters,
    /// Characters are written as in HTML: `&amp;`.
    HtmlEntity,
    /// The text is the source of a message in quoted-printable.
    QuotedPrintable,
    /// The link is percent-encoded once more.
    PercentEncoding,
    /// The link continues on the next line, or lines were joined with spaces.
    LineBreak,
    /// The end is missing.
    Cut,
    /// Longer than 64 KiB.
    TooLong,
    /// All letters became small ones.
    LowerCase,
    /// The link leads through another service, which contains it.
    Wrapped(Wrapper),
    /// The link leads through a service that keeps the real address to itself.
    Hidden(Wrapper),
    /// The link leads through this host, in a form that is not one of a known service.
    Redirect(String),
}

impl Damage {
    /// A stable name: `trailing-punctuation`, `safe-links`.
    pub fn code(&self) -> &'static str {
        match self {
            Damage::TrailingPunctuation(_) => "trailing-punctuation",
            Damage::TrailingText => "trailing-text",
            Damage::TrailingSpace => "trailing-space",
            Damage::TrailingLineBreak => "trailing-line-break",
            Damage::InvisibleCharacters => "invisible-characters",
            Damage::HtmlEntity => "html-entity",
            Damage::QuotedPrintable => "quoted-printable",
            Damage::PercentEncoding => "percent-encoding",
            Damage::LineBreak => "line-break",
            Damage::Cut => "cut",
            Damage::TooLong => "too-long",
            Damage::LowerCase => "lower-case",
            Damage::Wrapped(wrapper) | Damage::Hidden(wrapper) => wrapper.code(),
            Damage::Redirect(_) => "redirect",
        }
    }

    /// What happened, and which programs do that.
    pub fn message(&self) -> String {
        match self {
            Damage::TrailingPunctuation(mark) => format!(
                "`{mark}` follows the token and was taken as part of it. Mail programs and chats do that when they turn an \
                 address into a link"
            ),
            Damage::TrailingText => "the signature is too long: other text follows the token without a space and was \
                 taken as part of it. Templates do that, and programs that turn a page into plain text"
                .to_owned(),
            Damage::TrailingSpace => "a space at the end was taken as part of the token. It was copied along, or is in \
                 the cell or template that the link came from"
                .to_owned(),
            Damage::TrailingLineBreak => "a line break at the end was taken as part of the token. Scripts that read the \
                 token from a file or a command often leave it there"
                .to_owned(),
            Damage::InvisibleCharacters => "characters that are not visible are inside, such as a soft hyphen or a \
                 zero-width space. Web pages, chats and word processors insert them so that long words can be broken"
                .to_owned(),
            Damage::HtmlEntity => "`&` or `=` is written as in HTML (`&amp;`). Templates that escape text for HTML do \
                 that, and so does copying from the source of a page"
                .to_owned(),
            Damage::QuotedPrintable => "the link is still in quoted-printable, the encoding of mail: `=3D` stands for \
                 `=`, and `=` at the end of a line means that the line goes on. It was copied from the source of a \
                 message, or a mail program failed to decode it"
                .to_owned(),
            Damage::PercentEncoding => "the link was percent-encoded once more, so that `=` became `%3D`. A script or a \
                 form encoded a link that was complete already"
                .to_owned(),
            Damage::LineBreak => "the link is broken into several lines. Some mail programs do that with plain text, and \
                 a click opens only the first line"
                .to_owned(),
            Damage::Cut => "the end of the token is missing. Mail programs cut long links at a line end; text \
                 messages, calendars and database columns cut them at their maximum length"
                .to_owned(),
            Damage::TooLong => "the link is longer than 64 KiB. No web server reads that much".to_owned(),
            Damage::LowerCase => "the token was changed to lower case, which destroys it. Forms, spreadsheets and mail filters that normalize addresses do that"
                .to_owned(),
            Damage::Wrapped(wrapper) => {
                format!("the link leads through {}, which opens the real one", wrapper.name())
            }
            Damage::Hidden(wrapper) => format!(
                "the link was replaced by one of {}. It does not contain the real one: only that service knows it",
                wrapper.name()
            ),
            Damage::Redirect(host) => {
                format!("the link is inside a link to {}. The one inside is judged", quoted(host))
            }
        }
    }

    /// What to do.
    pub fn cure(&self) -> &'static str {
        match self {
            Damage::TrailingText => "put a space or a line break after the link",
            Damage::TrailingPunctuation(_) => {
                "remove it, or leave a space between the link and what follows"
            }
            Damage::TrailingSpace | Damage::TrailingLineBreak => "remove it where the link is made",
            Damage::InvisibleCharacters => {
                "copy the link from the original message or from the link file"
            }
            Damage::HtmlEntity => "write `&` and `=` in plain text; escape them only inside HTML",
            Damage::QuotedPrintable => {
                "copy the link from the message as it is displayed, not from its source"
            }
            Damage::PercentEncoding => "use the link as it is, without encoding it again",
            Damage::LineBreak => {
                "put the lines together without spaces, or send the link as HTML or in a calendar entry"
            }
            Damage::Cut => "the rest cannot be restored: take the link from its source",
            Damage::TooLong => "take the link from its source",
            Damage::LowerCase => "the letters cannot be restored: take the link from its source",
            Damage::Wrapped(_) | Damage::Redirect(_) => {
                "nothing, as long as that service lets people through"
            }
            Damage::Hidden(_) => "open it in a browser, and inspect the address that it leads to",
        }
    }

    /// Whether the link can be told from what is left of it. False also for services that keep the real one to
    /// themselves: nothing here asks them.
    pub fn can_be_undone(&self) -> bool {
        !matches!(self, Damage::Cut | Damage::TooLong | Damage::LowerCase | Damage::Hidden(_))
    }

    /// Whether a click opens the real link nevertheless.
    pub fn is_clicked_through(&self) -> bool {
        matches!(self, Damage::Wrapped(_) | Damage::Redirect(_))
    }
}
