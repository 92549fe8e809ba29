//! The request that makes Jicofo, the focus, open a room: over XMPP, or over HTTP where the page does it so.

use std::time::Duration;

use serde_json::{Value, json};

use super::bosh::{Session, escaped};
use super::connection::Connection;
use super::http::{Reply, Request};
use super::observed::{ConferenceFailure, Outcome, Refusal, Step};
use super::person::{End, Person, end};
use super::site::Site;
use super::stanza::{Content, Stanza};

/// How long the page waits before it asks again whether the room is ready.
const PAUSES: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// Asks until the room is ready.
pub(super) fn request(
    connection: &Connection,
    session: &mut Session<'_>,
    site: &Site,
    room: &str,
    node: &str,
    person: &Person<'_>,
) -> Result<(), End> {
    for pause in PAUSES.into_iter().map(Some).chain([None]) {
        let answer = match &site.conference_request {
            Some(_) => over_http(connection, site, room, node, person)?,
            None => over_xmpp(session, site, room, person)?,
        };
        match (answer, pause) {
            // Without `visitors-version` in the request, nobody should be sent to a node for visitors.
            (Content::Conference { elsewhere: true, .. }, _) => {
                return Err(failed(ConferenceFailure::Visitor));
            }
            (Content::Conference { ready: true, .. }, _) => return Ok(()),
            (_, Some(pause)) => connection.pause(pause).map_err(End::Stop)?,
            (_, None) => {}
        }
    }
    Err(failed(ConferenceFailure::NotReady))
}

fn over_xmpp(
    session: &mut Session<'_>,
    site: &Site,
    room: &str,
    person: &Person<'_>,
) -> Result<Content, End> {
    let at = |trouble| end(Step::Conference, trouble);
    let token = person.token.map(|token| format!(" token='{}'", escaped(token)));
    let (token, machine) = (token.unwrap_or_default(), escaped(person.machine));
    let (focus, room) = (escaped(&site.focus), escaped(room));
    let iq = format!(
        "<iq xmlns='jabber:client' type='set' id='conference' to='{focus}'><conference xmlns='http://jitsi.org/protocol/focus' room='{room}' machine-uid='{machine}'{token}><property name='rtcstatsEnabled' value='false'/></conference></iq>"
    );
    session.send(&iq).map_err(at)?;
    let answer = session.answer(|stanza| match stanza {
        Stanza::Result { id, result } if id == "conference" => Some(result),
        _ => None,
    });
    answer.map_err(at)?.map_err(|refusal| failed(of_error(refusal)))
}

fn of_error(refusal: Refusal) -> ConferenceFailure {
    let Refusal { condition, text, details } = refusal;
    if let Some(code) = details.iter().find_map(|detail| detail.strip_prefix("reservation-error")) {
        return ConferenceFailure::Reservation(code.trim().to_owned(), text);
    }
    match condition.as_str() {
        "not-authorized" => ConferenceFailure::NotAuthorized,
        // From Prosody where it knows no such host, and asks no other servers.
        "not-allowed" if text.contains("remote domains") => ConferenceFailure::NoFocus,
        // From Prosody, when nobody is under that address.
        "service-unavailable"
        | "remote-server-not-found"
        | "remote-server-timeout"
        | "item-not-found"
        | "recipient-unavailable" => ConferenceFailure::NoFocus,
        _ => ConferenceFailure::Other(condition),
    }
}

fn over_http(
    connection: &Connection,
    site: &Site,
    room: &str,
    node: &str,
    person: &Person<'_>,
) -> Result<Content, End> {
    let Some(mut url) = site.conference_request.clone() else { return Ok(Content::Other) };
    url.query_pairs_mut().append_pair("room", node);
    let body = json!({
        "room": room,
        "machineUid": person.machine,
        "properties": { "rtcstatsEnabled": false },
    });
    let reply = connection.send(Request {
        url,
        body: Some(("application/json", body.to_string())),
        bearer: person.token.map(str::to_owned),
    });
    of_reply(&reply.map_err(|trouble| end(Step::Conference, trouble))?)
}

fn of_reply(reply: &Reply) -> Result<Content, End> {
    match reply.status {
        200 => {}
        401 | 403 => return Err(failed(ConferenceFailure::NotAuthorized)),
        status => return Err(failed(ConferenceFailure::Other(format!("HTTP {status}")))),
    }
    let Ok(Value::Object(answer)) = serde_json::from_str(&reply.body) else {
        return Err(failed(ConferenceFailure::Other("no JSON".to_owned())));
    };
    Ok(Content::Conference {
        ready: answer.get("ready") == Some(&Value::Bool(true)),
        elsewhere: answer.get("vnode").is_some_and(|node| !node.is_null()),
    })
}

fn failed(failure: ConferenceFailure) -> End {
    End::Outcome(Outcome::NoConference(failure))
}

#[cfg(test)]
mod tests;
