//! What a web server answers under its addresses.

use std::ops::Range;
use std::time::Duration;

/// What is answered to a request.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// What Prosody, or the focus, answers.
    Forward,
    /// A status, a content type and a body.
    Content(u16, &'static str, String),
    /// The answer behind it, after some time.
    After(Duration, Box<Answer>),
    /// The connection stays open, and silent.
    Never,
    /// A body without an end.
    Endless(&'static str),
    /// Half of a body, and then the end of the connection.
    CutOff,
    /// Another address.
    Redirect(String),
}

/// What is answered under one address.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// The path, without a tenant.
    pub(crate) path: &'static str,
    /// Which requests under this path. All others are forwarded.
    pub(crate) requests: Range<usize>,
    pub(crate) answer: Answer,
}

impl Script {
    /// For every request under this path.
    pub(crate) fn new(path: &'static str, answer: Answer) -> Script {
        Script { path, requests: 0..usize::MAX, answer }
    }

    /// `config.js`, with this text.
    pub(crate) fn config(text: impl Into<String>) -> Script {
        Script::new("/config.js", Answer::Content(200, "application/javascript", text.into()))
    }
}

impl Answer {
    /// XML of a session, as a broken or hostile server may send it.
    pub(crate) fn xml(body: impl Into<String>) -> Answer {
        Answer::Content(200, "text/xml; charset=utf-8", body.into())
    }

    /// A page, as a proxy shows it.
    pub(crate) fn page(status: u16) -> Answer {
        let page = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><p>Hello<br></body></html>";
        Answer::Content(status, "text/html", page.to_owned())
    }
}
