use super::*;

fn error(condition: &str, text: &str, details: &[&str]) -> ConferenceFailure {
    let details = details.iter().map(|&detail| detail.to_owned()).collect();
    of_error(Refusal { condition: condition.to_owned(), text: text.to_owned(), details })
}

#[test]
fn each_error_of_the_focus_has_its_meaning() {
    assert_eq!(error("not-authorized", "", &[]), ConferenceFailure::NotAuthorized);
    assert_eq!(error("service-unavailable", "", &[]), ConferenceFailure::NoFocus);
    assert_eq!(error("remote-server-not-found", "", &[]), ConferenceFailure::NoFocus);
    // The same condition, but from a reservation system.
    let full = ConferenceFailure::Reservation("409".to_owned(), "Room is taken".to_owned());
    assert_eq!(error("service-unavailable", "Room is taken", &["reservation-error 409"]), full);
    let other = ConferenceFailure::Other("not-acceptable".to_owned());
    assert_eq!(error("not-acceptable", "", &["session-invalid"]), other);
}

#[test]
fn each_answer_over_http_has_its_meaning() {
    let answer = |status, body: &str| {
        let body = body.to_owned();
        let reply = Reply { status, date: None, is_html: false, redirect: None, body };
        match of_reply(&reply) {
            Ok(Content::Conference { ready, elsewhere }) => Ok((ready, elsewhere)),
            Ok(_) => panic!("no conference"),
            Err(End::Outcome(Outcome::NoConference(failure))) => Err(failure),
            Err(End::Outcome(_) | End::Stop(_)) => panic!("no failure"),
        }
    };
    assert_eq!(answer(200, r#"{"ready":true,"focusJid":"focus@auth"}"#), Ok((true, false)));
    assert_eq!(answer(200, r#"{"ready":false}"#), Ok((false, false)));
    assert_eq!(answer(200, r#"{"ready":"true"}"#), Ok((false, false)));
    assert_eq!(answer(200, r#"{"ready":true,"vnode":"v1"}"#), Ok((true, true)));
    assert_eq!(answer(200, r#"{"ready":true,"vnode":null}"#), Ok((true, false)));
    assert_eq!(answer(403, "<html>"), Err(ConferenceFailure::NotAuthorized));
    assert_eq!(answer(404, ""), Err(ConferenceFailure::Other("HTTP 404".to_owned())));
    assert_eq!(answer(200, "<html>"), Err(ConferenceFailure::Other("no JSON".to_owned())));
}
