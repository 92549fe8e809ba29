//! What is to be said of a server's files.

use std::sync::Arc;

use crate::place::{Place, Position};

/// Something that the person should know about a server's file. It never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// A name for this kind of remark that never changes.
    pub code: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What there is to know.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Whether it may be a mistake, or is only good to know.
    pub is_warning: bool,
}

impl Remark {
    pub(crate) fn note(code: &'static str, place: &Place, message: impl Into<String>) -> Remark {
        Remark {
            code,
            place: place.clone(),
            message: message.into(),
            hint: None,
            is_warning: false,
        }
    }

    pub(crate) fn warning(code: &'static str, place: &Place, message: impl Into<String>) -> Remark {
        Remark { is_warning: true, ..Remark::note(code, place, message) }
    }

    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Remark {
        self.hint = Some(hint.into());
        self
    }
}

/// Why a server's files cannot be used. It never quotes a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// A name for this kind of refusal that never changes.
    pub code: &'static str,
    /// The file; `None` if it is about all files.
    pub file: Option<Arc<str>>,
    /// The line and the column, if there is one to name.
    pub at: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Refused {
    pub(crate) fn at(
        code: &'static str,
        place: &Place,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Refused {
        Refused {
            code,
            file: Some(Arc::clone(&place.file)),
            at: Some((place.line, place.column)),
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn of_file(
        code: &'static str,
        file: &Arc<str>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Refused {
        Refused {
            code,
            file: Some(Arc::clone(file)),
            at: None,
            message: message.into(),
            hint: hint.into(),
        }
    }

    pub(crate) fn general(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Refused {
        Refused { code, file: None, at: None, message: message.into(), hint: hint.into() }
    }
}

/// What to do about a file that the server's program cannot read.
pub(crate) fn unreadable(program: &str, text: &str, at: Position) -> String {
    let line = text.lines().nth(at.line - 1).unwrap_or_default();
    let is_template = ["{{", "{%", "<%"].iter().any(|mark| line.contains(mark));
    if is_template {
        format!(
            "this looks like a template: give the file that is made of it, which {program} reads"
        )
    } else {
        format!("{program} cannot read this file either: correct it on the server first")
    }
}

/// What to do about a setting whose value is not known.
pub(crate) fn look_up(name: &str) -> &'static str {
    match name {
        "app_id" | "JWT_APP_ID" => {
            "look it up on the server: `init` asks for it on a terminal; else write it as app_id in meeting.toml"
        }
        "app_secret" | "JWT_APP_SECRET" => {
            "look it up on the server: `init` asks for it on a terminal; else write it into the file app-secret of the meeting folder"
        }
        "PUBLIC_URL" => {
            "look it up on the server: `init` asks for it on a terminal; else write it as url in meeting.toml"
        }
        _ => {
            "look it up on the server, and correct [server] and [server.accepts] in meeting.toml if they say something else"
        }
    }
}
