//! Servers whose focus does not open rooms, or is asked over HTTP.

use std::time::Duration;

use meetmint_doctor::live::{Timing, Who};

use super::config;
use crate::jitsi::{Answer, Jitsi, Script};
use crate::scenario::Scenario;

/// `config.js` of a page that asks the focus over HTTP, and what is answered there.
fn over_http(answer: Option<Answer>, domain: &str) -> Vec<Script> {
    let mut scripts = config(domain, "conferenceRequestUrl: '/conference-request/v1',\n");
    scripts.extend(answer.map(|answer| Script::new("/conference-request/v1", answer)));
    scripts
}

/// What the focus does.
pub(super) fn focuses() -> Vec<Scenario> {
    let nobody = |told| [(Who::Alone, told), (Who::Moderator, told)];
    let nobody_there = &[Who::Participant, Who::OtherRoom];
    vec![
        Scenario {
            timing: Timing { answer: Duration::from_secs(8), ..Timing::default() },
            stops_before: Some(Who::Moderator),
            ..server!("silent.test", focus: Some(&["focus_answer = \"silent\""]))
        }
        .only(&[(Who::Alone, "silence: Conference")]),
        server!("absent.test", focus: None)
            .but(&nobody("no conference: NoFocus"))
            .without(nobody_there),
        server!("disconnected.test", focus: Some(&["focus_answer = \"disconnected\""]))
            .but(&nobody("no conference: NoFocus"))
            .without(nobody_there),
        Scenario {
            stops_before: Some(Who::Moderator),
            ..server!("unready.test", focus: Some(&["focus_unready = 1000"]))
        }
        .only(&[(Who::Alone, "no conference: NotReady")]),
        server!("slow-focus.test", focus: Some(&["focus_unready = 1"])),
        server!("unauthorized.test", focus: Some(&["focus_answer = \"not-authorized\""]))
            .but(&nobody("no conference: NotAuthorized"))
            .without(nobody_there),
        server!("reserved.test", focus: Some(&["focus_answer = \"reservation\""]))
            .but(&nobody(
                "no conference: Reservation(\"409\", \"The room is reserved for somebody else\")",
            ))
            .without(nobody_there),
        Scenario {
            scripts: |_| over_http(None, "over-http.test"),
            also: |_, front| front.seen().conferences == 3,
            ..server!("over-http.test")
        },
        Scenario {
            scripts: |_| over_http(None, "forbidden.test"),
            ..server!("forbidden.test", focus: Some(&["focus_authenticates = true"]))
        }
        .but(&nobody("no conference: NotAuthorized"))
        .without(nobody_there),
        Scenario {
            scripts: |_| over_http(Some(Answer::page(502)), "no-request.test"),
            ..server!("no-request.test")
        }
        .but(&nobody("no conference: Other(\"HTTP 502\")"))
        .without(nobody_there),
        Scenario {
            scripts: |_| {
                let answer = "{\"ready\":\"maybe\"}".to_owned();
                let answer = Answer::Content(200, "application/json", answer);
                over_http(Some(answer), "maybe.test")
            },
            timing: Timing { total: Duration::from_secs(4), ..Timing::default() },
            also: |observed, _| observed.out_of_time,
            ..server!("maybe.test")
        }
        .only(&[]),
    ]
}
