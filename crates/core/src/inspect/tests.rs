//! The answers of real plugins, for every place where a link can go wrong. A table of tokens that a real Prosody has
//! answered is among the tests of the command.

use serde_json::{Value, json};

use super::*;
use crate::key::SigningKey;
use crate::{Deployment, HmacAlgorithm, Plugins};

const SECRET: &[u8] = b"synthetic-secret-0123456789-abcdefghij";
const NOW: i64 = 1_800_000_000;

fn base64url(text: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

/// A token with these claims, signed with a secret.
fn signed(secret: &[u8], claims: &Value) -> String {
    let key = SigningKey::from_secret(secret, HmacAlgorithm::Hs256).unwrap();
    let header = base64url(br#"{"alg":"HS256","typ":"JWT"}"#);
    let input = format!("{header}.{}", base64url(claims.to_string().as_bytes()));
    let signature = base64url(&key.sign(input.as_bytes()).unwrap());
    format!("{input}.{signature}")
}

fn claims() -> Value {
    json!({
        "aud": "jitsi", "iss": "acme", "sub": "meet.example.org", "room": "town-hall", "exp": NOW + 3600,
        "context": { "user": { "name": "Ada" } },
    })
}

/// The usual claims, with some replaced, or left out where the value is the text "absent".
fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value == "absent" {
            claims.as_object_mut().unwrap().shift_remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

fn accepts() -> Accepts {
    Accepts::by_default(ServerKind::Debian, "acme")
}

fn inspector(accepts: Accepts) -> Inspector {
    let deployment = Deployment {
        url: Some("https://meet.example.org"),
        ..Deployment::new(ServerKind::Debian, "acme")
    };
    let server = Server::new(&deployment).unwrap();
    Inspector::new(server, accepts, Some(Verifier::secret(SECRET)), None)
}

fn answer(judgement: &Judgement) -> String {
    match (judgement.verdict, judgement.stage) {
        (Verdict::Accepted, _) => "accepted".to_owned(),
        (verdict, stage) => {
            let error = judgement.error.as_deref().unwrap_or("-");
            format!("{verdict} {stage:?} {error} ({})", judgement.findings[0].code)
        }
    }
}

fn of_link(path: &str, claims: &Value) -> Judgement {
    let link = format!("https://meet.example.org{path}").replace("TOKEN", &signed(SECRET, claims));
    inspector(accepts()).judge(&Written::Link(link), NOW)
}

#[test]
fn a_link_is_read_as_browser_web_server_and_client_read_it() {
    #[track_caller]
    fn case(path: &str, expected: &str) {
        let found = answer(&of_link(path, &claims()));
        assert_eq!(found, expected, "{path}");
    }

    case("/town-hall?jwt=TOKEN", "accepted");
    case("/Town-Hall?jwt=TOKEN", "accepted");
    case("/town+-hall?jwt=TOKEN", "accepted");
    case("/town-hall?lang=de&jwt=TOKEN&x=1#config.x=true", "accepted");
    case("/town-hall?jwt=x.y.z&jwt=TOKEN", "accepted");
    case("/town-hall?jwt=TOKEN==", "accepted");
    case("/town-hall?jwt=TOKEN.", "accepted");
    case("/town-hall#jwt=%22TOKEN%22", "accepted");
    case("/town-hall#jwt=%E2%80%9CTOKEN%E2%80%9D", "accepted");
    case("/town-hall?jwt=x.y.z#jwt=%22TOKEN%22", "accepted");
    case("/town-hall#jwt=TOKEN", "refused Some(Login) token required (fragment)");
    case("/town-hall?token=TOKEN", "refused Some(Login) token required (token-parameter)");
    case("/town-hall?JWT=TOKEN", "refused Some(Login) token required (jwt-case)");
    case("/town?hall?jwt=TOKEN", "refused Some(Login) token required (question-mark)");
    case("/town-hall?lang=de?jwt=TOKEN", "refused Some(Login) token required (second-query)");
    case("/town-hall&jwt=TOKEN", "refused Some(Url) 404 Not Found (token-in-path)");
    case("/town-hall/jwt=TOKEN", "refused Some(Login) token required (token-in-path)");
    case("/town-hall", "refused Some(Login) token required (no-token)");
    case("/http-bind?room=town-hall&token=TOKEN", "accepted");
    case("/xmpp-websocket?room=Town-Hall&token=TOKEN&previd=", "accepted");
    case("/http-bind?room=side&token=TOKEN", "refused Some(Join) Room and token mismatched (room)");
    case(
        "/acme/xmpp-websocket?room=town-hall&token=TOKEN",
        "refused Some(Join) Room and token mismatched (tenant)",
    );
    case("/http-bind?room=side", "refused Some(Url) - (taken)");
    case("/town-hall?jwt=TOKEN)", "refused Some(Login) Invalid signature (bad-signature)");
    case("/town-hall?jwt=TOKEN%20", "refused Some(Login) Invalid signature (bad-signature)");
    case("/town-hall/?jwt=TOKEN", "refused Some(Url) - (no-room)");
    case("/?jwt=TOKEN", "refused Some(Url) - (no-room)");
    case("/R%26D?jwt=TOKEN", "refused Some(Url) 404 Not Found (not-served)");
    case("/10:30?jwt=TOKEN", "refused Some(Url) 404 Not Found (not-served)");
    case("/static/x?jwt=TOKEN", "refused Some(Url) - (taken)");
    case("/a/http-bind?jwt=TOKEN", "refused Some(Url) - (taken)");
    case("/a/b/town-hall?jwt=TOKEN", "refused Some(Url) - (tenants)");
    case("/-a/town-hall?jwt=TOKEN", "refused Some(Url) - (tenant-hyphen)");
    case(
        "/Bob%EF%BC%87s?jwt=TOKEN",
        "refused Some(Join) The destination address is invalid: bob's@conference.meet.example.org (apostrophe)",
    );
    case("/other?jwt=TOKEN", "refused Some(Join) Room and token mismatched (room)");
    case("/acme/town-hall?jwt=TOKEN", "refused Some(Join) Room and token mismatched (tenant)");
    let long = format!("/town-hall?x={}&jwt=TOKEN", "x".repeat(8200));
    case(&long, "refused Some(Url) 414 Request-URI Too Large (too-long)");
    let node = "x".repeat(1024);
    let expected = format!(
        "refused Some(Join) The destination address is invalid: {node}@conference.meet.example.org (long-room)"
    );
    case(&format!("/{node}?jwt=TOKEN"), &expected);
    let other = Written::Link("https://elsewhere.example.org/town-hall?jwt=x".to_owned());
    let other = inspector(accepts()).judge(&other, NOW);
    assert_eq!(answer(&other), "refused Some(Url) - (other-host)");
    let none = inspector(accepts()).judge(&Written::Link("http://".to_owned()), NOW);
    assert_eq!(answer(&none), "refused Some(Url) - (no-link)");
}

#[test]
fn a_path_is_one_on_the_server() {
    let token = signed(SECRET, &claims());
    for (path, expected) in [
        ("/town-hall?jwt=", "accepted"),
        ("/side?jwt=", "refused Some(Join) Room and token mismatched (room)"),
    ] {
        let written = Written::Link(format!("{path}{token}"));
        assert_eq!(answer(&inspector(accepts()).judge(&written, NOW)), expected);
    }
    let path = Written::Link(format!("/town-hall?jwt={token}"));
    assert_eq!(answer(&Inspector::unknown().judge(&path, NOW)), "accepted");
}

#[test]
fn a_token_in_the_path_is_not_shown() {
    for path in
        ["/town-hall&jwt=TOKEN", "/jwt=TOKEN", "/a/b/cjwt=TOKEN", "/b'jwt=TOKEN", "/jwt=TOKEN/a%27"]
    {
        let judgement = of_link(path, &claims());
        let shown = format!("{:?} {:?} {:?}", judgement.room, judgement.error, judgement.findings);
        assert!(!shown.to_lowercase().contains("eyj"), "{shown}");
    }
}

#[test]
fn the_secret_is_not_shown_wherever_a_token_has_it() {
    let secret = std::str::from_utf8(SECRET).unwrap();
    for changes in [
        json!({ "iss": secret }),
        json!({ "sub": format!("{}{secret}", "x".repeat(20)) }),
        json!({ "room": secret }),
        json!({ "aud": [secret] }),
        json!({ "context": { "user": { secret: [secret] } } }),
        json!({ "context": { "features": { secret: true } } }),
    ] {
        let judgement = of_link("/town-hall?jwt=TOKEN", &with(&changes));
        let shown = format!("{:?} {:?} {:?}", judgement.claims, judgement.room, judgement.findings);
        assert!(!shown.contains(&secret[..16]), "{shown}");
        assert!(judgement.findings.iter().any(|it| it.code == "secret-shown"), "{shown}");
    }
    let token = Written::Token(signed(SECRET, &with(&json!({ "room": secret }))));
    assert_eq!(inspector(accepts()).judge(&token, NOW).room.as_deref(), Some("(secret)"));
}

#[test]
fn where_no_meeting_opens_room_and_tenant_do_not_matter() {
    for path in [
        "/town-hall/?jwt=TOKEN",
        "/a/b/c?jwt=TOKEN",
        "/static/x?jwt=TOKEN",
        "/R&D?jwt=TOKEN",
        "/town-hall&jwt=TOKEN",
    ] {
        let findings = of_link(path, &claims()).findings;
        assert_eq!(findings.len(), 1, "{path} {findings:?}");
    }
}

#[test]
fn the_first_of_several_faults_decides_and_all_are_named() {
    let claims = with(&json!({ "iss": "other", "aud": "absent", "exp": NOW - 5, "room": "x" }));
    let judgement = of_link("/town-hall?jwt=TOKEN", &claims);
    assert_eq!(judgement.error.as_deref(), Some("Not acceptable by exp (5.0 sec since expired)"));
    let codes: Vec<_> = judgement.findings.iter().map(|it| (it.code, it.claim)).collect();
    assert_eq!(
        codes,
        [
            ("expired", Some("exp")),
            ("issuer", Some("iss")),
            ("missing", Some("aud")),
            ("room", Some("room")),
        ]
    );
    assert_eq!(judgement.seconds_left, Some(-5));
    assert_eq!((judgement.role, judgement.roles.len()), (None, 5));
}

#[test]
fn texts_and_answers_depend_on_the_age_of_the_plugins() {
    #[track_caller]
    fn case(changes: &Value, plugins: Plugins, subject: bool, expected: &str) {
        let accepts = Accepts { subject, plugins, ..accepts() };
        let link =
            format!("https://meet.example.org/town-hall?jwt={}", signed(SECRET, &with(changes)));
        let judgement = inspector(accepts).judge(&Written::Link(link), NOW);
        assert_eq!(answer(&judgement), expected, "{changes} {plugins}");
    }

    let expired = json!({ "exp": NOW, "iat": NOW - 60 });
    case(&expired, Plugins::Since2022, true, "refused Some(Login) Not acceptable by exp (expired)");
    case(
        &expired,
        Plugins::Since2024,
        true,
        "refused Some(Login) Not acceptable by exp (0.0 sec since expired, valid for:60.0 sec) (expired)",
    );
    let no_room = json!({ "room": "absent" });
    case(&no_room, Plugins::Since2026, true, "refused Some(Login) room claim is missing (missing)");
    case(&no_room, Plugins::Since2025, true, "hangs Some(Login) - (missing)");
    let no_sub = json!({ "sub": "absent" });
    case(&no_sub, Plugins::Since2026, false, "refused Some(Login) sub claim is missing (missing)");
    case(&no_sub, Plugins::Since2025, true, "hangs Some(Join) - (missing)");
    case(&no_sub, Plugins::Since2025, false, "accepted");
    let other = json!({ "room": "other" });
    case(&other, Plugins::Since2025, true, "refused Some(Join) Room and token mismatched (room)");
    case(
        &other,
        Plugins::Since2025,
        false,
        "refused Some(Join) Room does not match the room from token (room)",
    );
    case(&other, Plugins::Since2024, false, "refused Some(Join) Room and token mismatched (room)");
    let broken = json!({ "room": "town%", "context": { "room": { "regex": true } } });
    case(
        &broken,
        Plugins::Since2026,
        true,
        "refused Some(Join) Room claim is not a valid Lua pattern (bad-pattern)",
    );
    case(&broken, Plugins::Since2025, true, "hangs Some(Join) - (bad-pattern)");
}

#[test]
fn what_happened_to_the_secret_is_found_out() {
    #[track_caller]
    fn case(secret: &[u8], signed_with: &[u8], expected: &str) {
        let deployment = Deployment {
            url: Some("https://meet.example.org"),
            ..Deployment::new(ServerKind::Debian, "acme")
        };
        let server = Server::new(&deployment).unwrap();
        let inspector = Inspector::new(server, accepts(), Some(Verifier::secret(secret)), None);
        let token = Written::Token(signed(signed_with, &claims()));
        let judgement = inspector.judge(&token, NOW);
        assert_eq!(judgement.error.as_deref(), Some("Invalid signature"));
        let message = &judgement.findings[0].message;
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("0123456789"), "{message}");
    }

    case(
        b"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
        b"0123456789abcdef0123456789abcdef",
        "decoded as base64",
    );
    case(
        b"0a0b0c0d0e0f0a0b0c0d0e0f0a0b0c0d",
        b"\x0a\x0b\x0c\x0d\x0e\x0f\x0a\x0b\x0c\x0d\x0e\x0f\x0a\x0b\x0c\x0d",
        "hexadecimal",
    );
    case(SECRET, &[SECRET, b"\n"].concat(), "line end");
    case(SECRET, &[b"\"", SECRET, b"\""].concat(), "quotes");
    case(SECRET, b"your-256-bit-secret", "an example");
    case(SECRET, b"something else, and long enough", "not signed with the secret");
}

#[test]
fn what_is_accepted_may_still_be_wrong() {
    #[track_caller]
    fn case(changes: &Value, code: &str) {
        let judgement = of_link("/town-hall?jwt=TOKEN", &with(changes));
        assert_eq!(judgement.verdict, Verdict::Accepted);
        let codes: Vec<_> = judgement.findings.iter().map(|finding| finding.code).collect();
        assert!(codes.contains(&code), "{codes:?}");
    }

    case(&json!({ "exp": (NOW + 60) * 1000 }), "milliseconds");
    case(&json!({ "exp": NOW + 90_000_000 }), "far-expiry");
    case(&json!({ "exp": "absent" }), "no-expiry");
    case(&json!({ "room": "*" }), "any-room");
    case(&json!({ "sub": "*" }), "any-subject");
    case(&json!({ "context": "absent" }), "no-context");
    case(&json!({ "context": { "features": { "recordin": true } } }), "unknown-feature");
    case(&json!({ "context": { "features": { "name-readonly": true } } }), "server-feature");
    case(&json!({ "context": { "features": { "recording": "yes" } } }), "feature-value");
    case(
        &json!({ "moderator": true, "context": { "features": { "lobby": true } } }),
        "features-off",
    );
    case(&json!({ "context": { "user": { "name": null } } }), "null");
    case(&json!({ "context": { "user": { "avatar": "a.png" } } }), "avatar");
    case(&json!({ "moderator": true }), "role-ignored");
    case(&json!({}), "first-moderates");
    // A good token has nothing else to say.
    let judgement = of_link("/town-hall?jwt=TOKEN", &claims());
    assert_eq!(judgement.findings.len(), 1);
}

#[test]
fn an_unknown_server_is_judged_by_the_token_itself() {
    let token = Written::Token(signed(SECRET, &claims()));
    let judgement = Inspector::unknown().judge(&token, NOW);
    assert_eq!((judgement.verdict, judgement.role), (Verdict::Accepted, None));
    assert_eq!(judgement.room.as_deref(), Some("town-hall"));
    assert_eq!(judgement.findings[0].code, "signature-unchecked");
    let link = format!("https://h.example.org/other?jwt={}", signed(SECRET, &claims()));
    let judgement = Inspector::unknown().judge(&Written::Link(link), NOW);
    assert_eq!(judgement.findings[0].code, "room");
}

proptest::proptest! {
    /// No token is printed back, and no text makes it panic.
    #[test]
    fn any_text_is_judged_and_none_is_shown(
        changes in proptest::collection::vec((0_usize..600, "\\PC{0,3}"), 0..4),
        room in "\\PC{0,12}",
    ) {
        let mut text = format!("https://meet.example.org/town-hall?jwt={}", signed(SECRET, &with(&json!({ "room": room }))));
        for (at, part) in changes {
            let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
            text.insert_str(at, &part);
        }
        for written in [Written::Link(text.clone()), Written::Token(text.clone())] {
            let judgement = inspector(accepts()).judge(&written, NOW);
            let all = format!("{judgement:?} {:?} {:?}", judgement.findings, judgement.error);
            let signature = text.rsplit('.').next().unwrap();
            proptest::prop_assert!(signature.len() < 20 || !all.contains(signature));
            proptest::prop_assert!(!all.contains("eyJ"), "{all}");
        }
    }
}
