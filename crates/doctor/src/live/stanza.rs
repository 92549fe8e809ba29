//! What a server sends inside of a BOSH `<body>`: read with an XML parser, and only as much of it as a trial needs.

use meetmint_core::{is_invisible, without_tokens};
use roxmltree::{Document, Node, ParsingOptions};

use super::observed::Refusal;

const MUC_USER: &str = "http://jabber.org/protocol/muc#user";
const JITSI: &str = "http://jitsi.org/jitmeet";

/// More elements than any answer has. A parser's memory grows with their number.
const NODES: u32 = 50_000;

/// More attributes of one element than there ever are. The parser compares each with every other.
const ATTRIBUTES: usize = 500;

/// How much of a server's text is kept, in characters. Jitsi's own are shorter.
const LONGEST_TEXT: usize = 200;

/// How many further elements of an error, and how many permissions, are kept: more than Jitsi has.
const MOST: usize = 40;

/// An answer of BOSH.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The id of a new session.
    pub(super) sid: Option<String>,
    /// The condition with which the session was ended, if it was (XEP-0124 §17).
    pub(super) end: Option<String>,
    pub(super) stanzas: Vec<Stanza>,
}

/// Something that a server sends.
#[derive(Debug)]
pub(super) enum Stanza {
    /// How one may log in.
    Mechanisms(Vec<String>),
    LoggedIn,
    /// The login was refused.
    NotLoggedIn(Refusal),
    /// The answer to a request of ours.
    Result {
        id: String,
        result: Result<Content, Refusal>,
    },
    /// A request to us, which has to be answered (RFC 6120 §8.2.3).
    Request {
        id: String,
        from: String,
    },
    Presence(Presence),
}

/// What an answer to a request of ours contains.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// The address that was bound.
    Address(String),
    Conference {
        ready: bool,
        /// Whether it sends people to another server.
        elsewhere: bool,
    },
    Other,
}

/// Somebody in a room came, changed or left.
#[derive(Debug, Default)]
pub(super) struct Presence {
    /// The address in the room.
    pub(super) from: String,
    /// It is about the one who receives it (status 110, XEP-0045 §7.2.2).
    pub(super) is_own: bool,
    pub(super) is_moderator: bool,
    /// What the server lets them do.
    pub(super) features: Option<Vec<String>>,
    /// They are no longer in the room.
    pub(super) has_left: bool,
    /// They were not let in.
    pub(super) refusal: Option<Refusal>,
}

/// Reads an answer; `None` if it is none. A document type, and so entities, are refused: XMPP has neither (RFC 6120 §11.1).
pub(super) fn read(text: &str) -> Option<Answer> {
    if has_crowded_element(text) {
        return None;
    }
    let options =
        ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).ok()?;
    let body = document.root_element();
    if body.tag_name().name() != "body" {
        return None;
    }
    let mut answer = Answer { sid: body.attribute("sid").map(str::to_owned), ..Answer::default() };
    for element in elements(body) {
        if element.tag_name().name() == "error" {
            // A stream error, which says more than `remote-stream-error`.
            answer.end = Some(refusal_of(element).condition);
        }
        answer.stanzas.extend(stanza(element));
    }
    if body.attribute("type") == Some("terminate") {
        let condition = shown(body.attribute("condition").unwrap_or_default());
        answer.end.get_or_insert(condition);
    }
    Some(answer)
}

fn has_crowded_element(text: &str) -> bool {
    let mut attributes = 0;
    text.bytes().any(|octet| {
        match octet {
            b'<' => attributes = 0,
            b'=' => attributes += 1,
            _ => {}
        }
        attributes > ATTRIBUTES
    })
}

fn stanza(element: Node<'_, '_>) -> Option<Stanza> {
    match element.tag_name().name() {
        "features" => {
            let mechanisms = element.descendants().filter(|node| is(*node, "mechanism"));
            // After the login, features have none.
            let mechanisms: Vec<String> =
                mechanisms.take(MOST).map(|node| shown(&text_of(node))).collect();
            (!mechanisms.is_empty()).then_some(Stanza::Mechanisms(mechanisms))
        }
        "success" => Some(Stanza::LoggedIn),
        "failure" => Some(Stanza::NotLoggedIn(refusal_of(element))),
        "iq" => iq(element),
        "presence" => Some(Stanza::Presence(presence(element))),
        _ => None,
    }
}

fn iq(element: Node<'_, '_>) -> Option<Stanza> {
    let id = element.attribute("id")?.to_owned();
    match element.attribute("type")? {
        "result" => Some(Stanza::Result { id, result: Ok(content(element)) }),
        "error" => {
            let refusal = child(element, "error").map(refusal_of).unwrap_or_default();
            Some(Stanza::Result { id, result: Err(refusal) })
        }
        "get" | "set" => {
            let from = element.attribute("from").unwrap_or_default().to_owned();
            Some(Stanza::Request { id, from })
        }
        _ => None,
    }
}

fn content(element: Node<'_, '_>) -> Content {
    if let Some(jid) = child(element, "bind").and_then(|bind| child(bind, "jid")) {
        return Content::Address(text_of(jid));
    }
    child(element, "conference").map_or(Content::Other, |conference| Content::Conference {
        ready: conference.attribute("ready") == Some("true"),
        elsewhere: conference.attribute("vnode").is_some(),
    })
}

fn presence(element: Node<'_, '_>) -> Presence {
    let kind = element.attribute("type");
    let user = elements(element)
        .find(|node| is(*node, "x") && node.tag_name().namespace() == Some(MUC_USER));
    let has_status = |code| {
        let statuses = user.into_iter().flat_map(elements).filter(|node| is(*node, "status"));
        statuses.into_iter().any(|status| status.attribute("code") == Some(code))
    };
    let item = user.and_then(|user| child(user, "item"));
    let permissions = elements(element)
        .find(|node| is(*node, "permissions") && node.tag_name().namespace() == Some(JITSI));
    Presence {
        from: element.attribute("from").unwrap_or_default().to_owned(),
        is_own: has_status("110"),
        is_moderator: item.and_then(|item| item.attribute("role")) == Some("moderator"),
        features: permissions.map(granted),
        has_left: kind == Some("unavailable"),
        refusal: (kind == Some("error"))
            .then(|| child(element, "error").map(refusal_of).unwrap_or_default()),
    }
}

/// The permissions that are true.
fn granted(permissions: Node<'_, '_>) -> Vec<String> {
    let mut names: Vec<String> = elements(permissions)
        .filter(|permission| permission.attribute("val") == Some("true"))
        .filter_map(|permission| Some(shown(permission.attribute("name")?)))
        .take(MOST)
        .collect();
    names.sort();
    names
}

/// An error of XMPP (RFC 6120 §6.5, §8.3): its condition comes first.
fn refusal_of(error: Node<'_, '_>) -> Refusal {
    let mut refusal = Refusal::default();
    for element in elements(error) {
        let name = shown(element.tag_name().name());
        match name.as_str() {
            "text" => refusal.text = shown(element.text().unwrap_or_default().trim()),
            _ if refusal.condition.is_empty() => refusal.condition = name,
            _ if refusal.details.len() >= MOST => {}
            "reservation-error" => {
                let code = shown(element.attribute("error-code").unwrap_or_default());
                refusal.details.push(format!("{name} {code}"));
            }
            _ => refusal.details.push(name),
        }
    }
    refusal
}

/// A text of the server's that may be shown: not too long, on one line, and without the token that was sent to it.
fn shown(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' => ' ',
        // These would change how the rest of a report looks, also one in JSON.
        _ if c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}') => {
            '\u{fffd}'
        }
        _ => c,
    };
    without_tokens(text).chars().take(LONGEST_TEXT).map(shown).collect()
}

fn child<'a, 'i>(element: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    elements(element).find(|node| is(*node, name))
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn text_of(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests;
