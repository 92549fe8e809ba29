use proptest::prelude::*;

use super::*;

fn body(content: &str) -> Answer {
    let text = format!(
        "<body xmlns='http://jabber.org/protocol/httpbind' xmlns:stream='http://etherx.jabber.org/streams' sid='s'>{content}</body>"
    );
    read(&text).unwrap()
}

fn only(content: &str) -> Stanza {
    let mut stanzas = body(content).stanzas;
    assert_eq!(stanzas.len(), 1, "{content}");
    stanzas.remove(0)
}

#[test]
fn a_login_is_offered_and_answered() {
    let features = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>";
    let Stanza::Mechanisms(mechanisms) = only(features) else { panic!() };
    assert_eq!(mechanisms, ["ANONYMOUS", "PLAIN"]);
    assert!(body("<stream:features><bind/></stream:features>").stanzas.is_empty());
    assert!(matches!(only("<success/>"), Stanza::LoggedIn));
    let failure = "<failure><not-allowed/><text>&apos;aud&apos; claim is missing</text></failure>";
    let Stanza::NotLoggedIn(refusal) = only(failure) else { panic!() };
    assert_eq!(refusal.condition, "not-allowed");
    assert_eq!(refusal.text, "'aud' claim is missing");
}

#[test]
fn the_focus_answers() {
    let conference = |attributes: &str| {
        let iq = format!(
            "<iq type='result' id='c'><conference xmlns='http://jitsi.org/protocol/focus' {attributes}/></iq>"
        );
        let Stanza::Result { result: Ok(content), .. } = only(&iq) else { panic!() };
        content
    };
    let yes = Content::Conference { ready: true, elsewhere: false };
    assert_eq!(conference("ready='true' focusjid='focus@auth.meet'"), yes);
    assert_eq!(conference(""), Content::Conference { ready: false, elsewhere: false });
    let away = Content::Conference { ready: true, elsewhere: true };
    assert_eq!(conference("ready='true' vnode='v1'"), away);
    let error = "<iq type='error' id='c'><error type='cancel'><service-unavailable/><text>Full</text><reservation-error error-code='409'/></error></iq>";
    let Stanza::Result { result: Err(refusal), .. } = only(error) else { panic!() };
    assert_eq!(
        (refusal.condition.as_str(), refusal.text.as_str()),
        ("service-unavailable", "Full")
    );
    assert_eq!(refusal.details, ["reservation-error 409"]);
}

#[test]
fn presences_say_who_moderates_and_who_waits() {
    let own = "<presence from='r@muc/ab'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/><status code='100'/><status code='110'/></x><permissions xmlns='http://jitsi.org/jitmeet'><p name='recording' val='true'/><p name='flip' val='false'/></permissions></presence>";
    let Stanza::Presence(presence) = only(own) else { panic!() };
    assert!(presence.is_own && presence.is_moderator && !presence.has_left);
    assert_eq!(presence.features, Some(vec!["recording".to_owned()]));
    let lobby = "<presence type='error' from='r@muc/ab'><error type='auth'><registration-required/><waiting-for-host xmlns='http://jitsi.org/jitmeet'/><lobbyroom xmlns='http://jitsi.org/jitmeet'>r@lobby</lobbyroom></error><lobbyroom>r@lobby</lobbyroom></presence>";
    let Stanza::Presence(presence) = only(lobby) else { panic!() };
    let refusal = presence.refusal.unwrap();
    assert_eq!(refusal.condition, "registration-required");
    assert_eq!(refusal.details, ["waiting-for-host", "lobbyroom"]);
}

#[test]
fn sessions_end_with_a_condition() {
    let end = |text: &str| read(text).unwrap().end;
    assert_eq!(end("<body type='terminate' condition='host-unknown'/>").unwrap(), "host-unknown");
    assert_eq!(end("<body type='terminate'/>").unwrap(), "");
    let stream = "<body xmlns:stream='s' type='terminate' condition='remote-stream-error'><stream:error><policy-violation/><text>Rate limit exceeded</text></stream:error></body>";
    assert_eq!(end(stream).unwrap(), "policy-violation");
    assert_eq!(end("<body/>"), None);
}

#[test]
fn what_is_no_answer_is_refused() {
    let bomb =
        "<!DOCTYPE body [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><body>&b;</body>";
    let names: Vec<String> = (0..100_000).map(|number| format!(" a{number}=''")).collect();
    let crowded = format!("<body{}/>", names.concat());
    let nested = "<a>".repeat(200_000);
    let wide = format!("<body>{}</body>", "<a/>".repeat(200_000));
    let closed = format!("<body>{}{}</body>", "<a>".repeat(40_000), "</a>".repeat(40_000));
    for text in
        ["", "<html><body>404</body></html>", "{}", "<body>", bomb, &crowded, &nested, &wide]
    {
        assert!(read(text).is_none(), "{}", &text[..text.len().min(60)]);
    }
    // Deep, but complete: nothing of it is a stanza.
    assert!(read(&closed).unwrap().stanzas.is_empty());
}

#[test]
fn a_token_that_a_server_sends_back_is_not_kept() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
    let texts = [
        format!("<failure><not-allowed/><text>no: {token}</text></failure>"),
        format!("<failure><{token}/></failure>"),
        format!("<failure><a/><{token}/></failure>"),
        format!(
            "<presence><permissions xmlns='{JITSI}'><p name='{token}' val='true'/></permissions></presence>"
        ),
    ];
    for text in texts {
        let shown = format!("{:?}", only(&text));
        assert!(shown.contains("(token)") && !shown.contains("eyJ"), "{shown}");
    }
    let end = format!("<body type='terminate' condition='{token}'/>");
    assert_eq!(read(&end).unwrap().end.unwrap(), "(token)");
    let long = format!("<failure><a/><text>{}</text></failure>", "é".repeat(5_000));
    let Stanza::NotLoggedIn(refusal) = only(&long) else { panic!() };
    assert_eq!(refusal.text.chars().count(), LONGEST_TEXT);
}

#[test]
fn a_text_cannot_move_the_report() {
    let text = "<failure><a/><text>a\tb&#10;c\u{9b}31m\u{202e}d\u{2028}e\u{7f}</text></failure>";
    let Stanza::NotLoggedIn(refusal) = only(text) else { panic!() };
    assert_eq!(refusal.text, "a b c\u{fffd}31m\u{fffd}d\u{fffd}e\u{fffd}");
}

/// Answers as servers give them, to be damaged.
const ANSWERS: [&str; 4] = [
    "<body xmlns='http://jabber.org/protocol/httpbind' sid='s'><stream:features xmlns:stream='s'><mechanisms><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features></body>",
    "<body><presence from='r@muc/ab'><x xmlns='http://jabber.org/protocol/muc#user'><item role='moderator'/><status code='110'/></x></presence></body>",
    "<body type='terminate' condition='remote-stream-error'><error><policy-violation/></error></body>",
    "<body><iq type='error' id='conference'><error><service-unavailable/><text>&lt;é&gt;</text></error></iq></body>",
];

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = read(&text);
    }

    #[test]
    fn damaged_answers_are_read_or_refused(
        which in 0..ANSWERS.len(),
        from in any::<prop::sample::Index>(),
        length in 0..20_usize,
        put in ".{0,5}",
    ) {
        let mut text: Vec<char> = ANSWERS[which].chars().collect();
        let from = from.index(text.len());
        let to = (from + length).min(text.len());
        text.splice(from..to, put.chars());
        let _ = read(&text.into_iter().collect::<String>());
    }
}
