use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::Serialize;
use serde_json::{Value, json};

use super::*;
use crate::{
    Algorithm, Avatar, Bypass, Deployment, DisplayName, Email, HmacAlgorithm, LinkOption,
    ServerKind,
};

// As long as HS256 wants it. For HS384 and HS512 it is too short, which is only worth a warning.
const SECRET: &[u8] = b"a secret of at least thirty-two octets";

fn deployment() -> Deployment<'static> {
    Deployment {
        url: Some("https://meet.example.org"),
        ..Deployment::new(ServerKind::Debian, "acme")
    }
}

fn mint(deployment: &Deployment<'_>, secret_or_pem: &[u8]) -> Mint {
    let server = Server::new(deployment).unwrap();
    let key = SigningKey::read(secret_or_pem, server.algorithm()).unwrap();
    Mint::new(server, key).unwrap()
}

fn pem(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn ada() -> Attendee {
    Attendee {
        own_id: None,
        email: Some(Email::parse("Ada@example.org").unwrap()),
        name: DisplayName::clean("Ada \"König\" <Lovelace> \u{7f}é").unwrap(),
        avatar: Some(Avatar::parse("https://example.org/a.png").unwrap()),
        namesake: 1,
        family: None,
    }
}

fn window() -> Window {
    Window::new(1_800_000_000, 1_800_010_000).unwrap()
}

/// The claims and their digest, serialized without any code of the fast path.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    claims: Value,
    jti: &'a str,
}

#[test]
fn the_fast_path_writes_what_jsonwebtoken_writes() {
    let pem = pem("pkcs1.pem");
    for algorithm in Algorithm::NAMES {
        let algorithm: Algorithm = algorithm.parse().unwrap();
        let rsa = algorithm.is_rsa();
        let deployment = Deployment {
            algorithm: Some(algorithm),
            has_key: rsa,
            key_id: rsa.then_some("k/1"),
            ..deployment()
        };
        let (key, other) = if rsa {
            (pem.as_slice(), EncodingKey::from_rsa_pem(&pem).unwrap())
        } else {
            (SECRET, EncodingKey::from_secret(SECRET))
        };
        let mint = mint(&deployment, key);
        let room = Room::parse("Town Hall").unwrap();
        let mut role = Role::moderator();
        // Features of different lengths move the end of the prepared part to each place of a base64 group.
        for features in [vec![], vec!["a"], vec!["recording"], vec!["ab", "livestreaming"]] {
            role.features = Some(features.into_iter().map(str::to_owned).collect());
            let ada = ada();
            let invite = mint.template(&role, &room, window()).invite(&ada).unwrap();

            let claims = Claims::new(
                mint.server(),
                &role,
                room.node(),
                window(),
                User::new(&ada, role.rights()),
            );
            let claims = serde_json::to_value(&claims).unwrap();
            let digest = digest::digest(&digest::SHA256, claims.to_string().as_bytes());
            let jti = &BASE64URL.encode(digest)[..22];
            let mut header = Header::new(algorithm.header());
            header.kid = rsa.then(|| "k/1".to_owned());
            let expected = encode(&header, &Whole { claims, jti }, &other).unwrap();
            assert_eq!(invite.link.reveal_token(), expected);
        }
    }
}

#[test]
fn a_token_has_the_expected_claims_and_verifies_with_the_secret() {
    let mint = mint(&deployment(), SECRET);
    let room = Room::parse("Town Hall").unwrap();
    let ada = ada();
    let template = mint.template(&Role::moderator(), &room, window());
    let invite = template.invite(&ada).unwrap();
    let mut validation = Validation::new(jsonwebtoken::Algorithm::HS256);
    // The window is fixed, and ends in January 2027: the clock of the machine must not decide.
    validation.validate_exp = false;
    validation.set_audience(&["jitsi"]);
    validation.set_issuer(&["acme"]);
    let found =
        decode::<Value>(invite.link.reveal_token(), &DecodingKey::from_secret(SECRET), &validation)
            .unwrap();
    assert_eq!(found.header, Header { typ: Some("JWT".to_owned()), ..Header::default() });
    let jti = found.claims["jti"].as_str().unwrap();
    assert_eq!(jti.len(), 22);
    assert_eq!(
        found.claims,
        json!({
            "aud": "jitsi", "iss": "acme", "sub": "meet.example.org", "room": "town%20hall",
            "nbf": 1_800_000_000, "exp": 1_800_010_000, "moderator": true,
            "context": { "user": {
                "id": "ada@example.org", "name": "Ada \"König\" <Lovelace> é", "email": "Ada@example.org",
                "avatar": "https://example.org/a.png", "moderator": true, "affiliation": "owner",
            } },
            "jti": jti,
        })
    );
    assert_eq!(
        invite.link.reveal(),
        format!("https://meet.example.org/Town%20Hall?jwt={}", invite.link.reveal_token())
    );
    assert_eq!(template.invite(&ada).unwrap().link, invite.link);
    assert_eq!(format!("{invite:?}").matches("eyJ").count(), 0);
}

#[test]
fn a_participant_is_not_a_moderator_in_any_claim() {
    let mint = mint(&deployment(), SECRET);
    let room = Room::parse("x").unwrap();
    let ada = Attendee { avatar: None, email: None, ..ada() };
    let mut role = Role::participant();
    role.link_options = vec![LinkOption::new("config.startWithAudioMuted", true.into()).unwrap()];
    let invite = mint.template(&role, &room, window()).invite(&ada).unwrap();
    let found = invite.link.claims();
    assert_eq!(found["moderator"], json!(false));
    assert_eq!(
        found["context"],
        json!({ "user": { "id": ada.id(), "name": ada.name.as_str(), "moderator": false, "affiliation": "member" } })
    );
    assert!(invite.link.reveal().ends_with("#config.startWithAudioMuted=true"));
}

#[test]
fn rights_are_claims_only_where_a_role_has_them() {
    let mint = mint(&deployment(), SECRET);
    let room = Room::parse("x").unwrap();
    let ada = ada();
    let user = |role: &Role| {
        let link = mint.template(role, &room, window()).invite(&ada).unwrap().link;
        link.claims()["context"]["user"].clone()
    };
    let without = user(&Role::participant());
    let with = |claims: Value| {
        let mut user = without.clone();
        user.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        user
    };
    for claim in ["role", "lobby_bypass", "security_bypass"] {
        assert!(without.get(claim).is_none(), "{claim}");
    }
    // `token_lobby_bypass` takes the boolean alone, and the client compares the text `visitor`.
    let visitor = Role { visitor: true, ..Role::participant() };
    assert_eq!(user(&visitor), with(json!({ "role": "visitor" })));
    let bypass =
        |lobby, security| Role { bypass: Bypass { lobby, security }, ..Role::participant() };
    assert_eq!(user(&bypass(true, false)), with(json!({ "lobby_bypass": true })));
    assert_eq!(user(&bypass(false, true)), with(json!({ "security_bypass": true })));
}

#[test]
fn jaas_always_gets_a_features_object_and_moderators_every_feature() {
    let deployment = Deployment { key_id: Some("4f"), ..Deployment::new(ServerKind::Jaas, "acme") };
    let mint = mint(&deployment, &pem("pkcs8.pem"));
    let room = Room::parse("x").unwrap();
    let ada = ada();
    let invite = mint.template(&Role::participant(), &room, window()).invite(&ada).unwrap();
    assert_eq!(invite.link.claims()["context"]["features"], json!({}));
    let visitor = Role { visitor: true, ..Role::named("audience") };
    let features_of = |role: &Role| {
        let invite = mint.template(role, &room, window()).invite(&ada).unwrap();
        invite.link.claims()["context"]["features"].clone()
    };
    assert_eq!(
        features_of(&Role { moderator: true, ..Role::named("host") }),
        json!({
            "livestreaming": true, "recording": true, "transcription": true,
            "sip-inbound-call": true, "sip-outbound-call": true, "inbound-call": true, "outbound-call": true,
            "file-upload": true, "list-visitors": true, "send-groupchat": true, "create-polls": true,
        })
    );
    let moderator = |features: &[&str]| Role {
        features: Some(features.iter().map(|&name| name.to_owned()).collect()),
        ..Role::moderator()
    };
    assert_eq!(features_of(&moderator(&["recording"])), json!({ "recording": true }));
    assert_eq!(features_of(&moderator(&[])), json!({}));
    assert_eq!(features_of(&visitor), json!({}));
    let header = invite.link.reveal_token().split('.').next().unwrap();
    assert_eq!(
        String::from_utf8(BASE64URL.decode(header).unwrap()).unwrap(),
        r#"{"typ":"JWT","alg":"RS256","kid":"acme/4f"}"#
    );
    assert!(invite.link.reveal().starts_with("https://8x8.vc/acme/x?jwt="));
    let any =
        mint.template_for_any_room(&Role::participant(), &room, window()).invite(&ada).unwrap();
    assert_eq!(any.link.claims()["room"], json!("*"));
}

#[test]
fn a_key_for_another_algorithm_is_refused() {
    let server = Server::new(&deployment()).unwrap();
    let key = SigningKey::from_secret(SECRET, HmacAlgorithm::Hs512).unwrap();
    let error = Mint::new(server, key).unwrap_err();
    assert_eq!(error.to_string(), "the server expects HS256, but the key signs with HS512");
}
