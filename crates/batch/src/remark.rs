//! What a roster was taken for, and what in it may be a mistake.

use meetmint_core::shortened;

/// Something about a roster that is no problem: how it was read, what was left out, or what may be a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// A name for this kind of remark, such as `left-out`. It never changes: scripts match it.
    pub code: &'static str,
    /// Whether it may be a mistake, and not only good to know.
    pub is_warning: bool,
    /// What there is to know, with the line where that helps.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Remark {
    /// Something that is good to know. Texts of more than a thousand octets are cut in the middle.
    pub fn note(code: &'static str, message: impl Into<String>) -> Remark {
        Remark { code, is_warning: false, message: shortened(message.into()), hint: None }
    }

    /// Something that may be a mistake.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Remark {
        Remark { is_warning: true, ..Remark::note(code, message) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Remark {
        self.hint = Some(shortened(hint.into()));
        self
    }
}
