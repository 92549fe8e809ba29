//! What a calendar program sees in a message: read without any of meetmint's own code.

use base64::Engine as _;
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

use super::roster::Event;

/// The METHOD of a calendar object (RFC 5546 §1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Request,
    Cancel,
    /// What a reminder carries.
    Publish,
}

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) method: Method,
    pub(super) uid: String,
    pub(super) sequence: u32,
    /// In UTC, in the form of iCalendar, which sorts by time.
    pub(super) stamp: String,
    /// The ATTENDEE; a reminder has none.
    pub(super) attendee: Option<String>,
    pub(super) event: Event,
    /// The address in the link's token. A cancellation has no link.
    pub(super) link_email: Option<String>,
    /// The room in the token.
    pub(super) link_room: Option<String>,
}

impl Message {
    /// # Errors
    /// What is missing or contradictory.
    pub(super) fn read(bytes: &[u8]) -> Result<Message, String> {
        let parsed = MessageParser::default().parse(bytes).ok_or("not a message")?;
        let mut calendar = None;
        let mut links = Vec::new();
        for part in &parsed.parts {
            let text = match &part.body {
                PartType::Text(text) | PartType::Html(text) => text.to_string(),
                PartType::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                _ => continue,
            };
            // Long lines of a calendar are folded (RFC 5545 §3.1).
            let is_calendar = part
                .content_type()
                .and_then(|kind| kind.subtype())
                .is_some_and(|kind| matches!(kind, "calendar" | "ics"));
            let text = if is_calendar { text.replace("\r\n ", "") } else { text };
            links.extend(links_in(&text));
            if is_calendar {
                calendar.get_or_insert(text);
            }
        }
        links.sort();
        links.dedup();
        let link = links.pop();
        if !links.is_empty() {
            return Err("two different links".to_owned());
        }
        let calendar = calendar.ok_or("no calendar")?;
        let property = |name: &str| property(&calendar, name);
        let required = |name: &str| property(name).ok_or_else(|| format!("no {name}"));
        let method = match required("METHOD")?.as_str() {
            "REQUEST" => Method::Request,
            "CANCEL" => Method::Cancel,
            "PUBLISH" => Method::Publish,
            other => return Err(format!("METHOD {other}")),
        };
        if method != Method::Cancel && link.is_none() {
            return Err("no link".to_owned());
        }
        let claims = link.as_deref().map(claims).transpose()?;
        let claim = |path: &str| Some(claims.as_ref()?.pointer(path)?.as_str()?.to_owned());
        let room = link.as_deref().and_then(|link| link.split('?').next()?.rsplit('/').next());
        Ok(Message {
            id: parsed.message_id().ok_or("no Message-ID")?.to_owned(),
            method,
            uid: required("UID")?,
            sequence: required("SEQUENCE")?.parse().map_err(|_| "SEQUENCE is not a number")?,
            stamp: required("DTSTAMP")?,
            attendee: property("ATTENDEE").map(|value| mailto(&value)),
            event: Event {
                title: required("SUMMARY")?,
                start: required("DTSTART")?,
                end: required("DTEND")?,
                organizer: mailto(&required("ORGANIZER")?),
                room: room.unwrap_or_default().to_owned(),
                name: claim("/context/user/name").unwrap_or_default(),
                moderator: claims.as_ref().is_some_and(is_moderator),
            },
            link_email: claim("/context/user/email"),
            link_room: claim("/room"),
        })
    }
}

/// The first value of a property, whatever its parameters.
fn property(calendar: &str, name: &str) -> Option<String> {
    calendar.lines().find_map(|line| {
        let rest = line.strip_prefix(name)?;
        let value = match rest.as_bytes().first()? {
            b':' => &rest[1..],
            // The values that matter here contain no colon after the parameters but that of `mailto:`.
            b';' => match rest.to_ascii_lowercase().find(":mailto:") {
                Some(at) => &rest[at + 1..],
                None => rest.split_once(':')?.1,
            },
            _ => return None,
        };
        Some(value.trim().to_owned())
    })
}

fn mailto(value: &str) -> String {
    value.to_lowercase().replacen("mailto:", "", 1)
}

fn links_in(text: &str) -> Vec<String> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '&' | '\\' | ')');
    let links =
        text.match_indices("https://").filter_map(|(at, _)| text[at..].split(is_end).next());
    links.filter(|link| link.contains("jwt=")).map(str::to_owned).collect()
}

/// The claims of a link's token, unverified.
fn claims(link: &str) -> Result<serde_json::Value, String> {
    let token = link.split("jwt=").nth(1).unwrap_or_default();
    let payload = token.split('.').nth(1).ok_or("the link has no token")?;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload);
    let payload = payload.map_err(|_| "the token is not base64url")?;
    serde_json::from_slice(&payload).map_err(|_| "the token is not JSON".to_owned())
}

/// What Jitsi's plugins look at.
fn is_moderator(claims: &serde_json::Value) -> bool {
    let affiliation = claims.pointer("/context/user/affiliation");
    claims.get("moderator") == Some(&true.into()) || affiliation == Some(&"owner".into())
}
