use meetmint_core::{
    Accepts, Deployment, HmacAlgorithm, Inspector, RsaAlgorithm, Server, ServerKind, Verdict,
    Verifier,
};

use super::*;

const SECRET: &str = "a synthetic secret of the tests, 0123456789";
const FOREIGN: &str = "00112233445566778899aabbccddeeff0123456789";
const KEY: &[u8] = include_bytes!("../../../../core/tests/keys/pkcs8.pem");
const NOW: i64 = 1_800_000_000;

/// A mint with a secret, and one with an RSA key, each with what its server verifies tokens with.
fn mints() -> [(Mint, Inspector); 2] {
    let key = || {
        [
            SigningKey::from_secret(SECRET.as_bytes(), HmacAlgorithm::Hs256).unwrap(),
            SigningKey::from_pem(KEY, RsaAlgorithm::Rs256).unwrap(),
        ]
    };
    let servers = [false, true].map(|has_key| {
        let mut deployment = Deployment::new(ServerKind::Debian, "acme");
        (deployment.url, deployment.has_key) = (Some("https://meet.acme.test"), has_key);
        deployment.key_id = has_key.then_some("events/1");
        Server::new(&deployment).unwrap()
    });
    let [first, second] = servers;
    let [one, two] = key();
    let [first_key, second_key] = [SECRET.as_bytes(), KEY];
    [(first, one, first_key), (second, two, second_key)].map(|(server, key, octets)| {
        let verifier = if server.algorithm().is_rsa() {
            Verifier::rsa(octets).unwrap()
        } else {
            Verifier::secret(octets)
        };
        let accepts = Accepts::by_default(ServerKind::Debian, "acme");
        let inspector = Inspector::new(server.clone(), accepts, Some(verifier), Some(&room()));
        (Mint::new(server, key).unwrap(), inspector)
    })
}

fn room() -> Room {
    Room::parse("doctor-room").unwrap()
}

fn made(mint: &Mint, which: Which, room: &Room, fault: Option<Fault>) -> Token {
    let role = Role::participant();
    token(mint, &Wanted { which, role: &role, room, fault }, FOREIGN, NOW).unwrap()
}

#[test]
fn each_token_is_refused_for_its_own_fault_and_good_ones_are_not() {
    let other = Room::parse("another-room").unwrap();
    for (mint, inspector) in mints() {
        let cases = [
            (made(&mint, Which::Host, &room(), None), None),
            (made(&mint, Which::Guest, &room(), Some(Fault::AnySubject)), None),
            (
                made(&mint, Which::Guest, &room(), Some(Fault::Expired)),
                Some("Not acceptable by exp (90.0 sec since expired)"),
            ),
            (
                made(&mint, Which::Guest, &room(), Some(Fault::ForeignKey)),
                Some("Invalid signature"),
            ),
            (made(&mint, Which::Guest, &other, None), Some("Room and token mismatched")),
        ];
        for (token, error) in cases {
            let judgement =
                inspector.judge(&meetmint_core::found_in_argument(&token.text).written, NOW);
            let verdict = if error.is_none() { Verdict::Accepted } else { Verdict::Refused };
            assert_eq!((judgement.verdict, judgement.error.as_deref()), (verdict, error));
        }
    }
}

#[test]
fn tokens_live_for_five_minutes_and_belong_to_two_people() {
    for (mint, _) in mints() {
        let token = made(&mint, Which::Guest, &room(), None);
        assert_eq!(token.expires, NOW + 300);
        assert_eq!(made(&mint, Which::Guest, &room(), Some(Fault::Expired)).expires, NOW - 90);
        assert_eq!(format!("{token:?}"), "Token(hidden)");
    }
    let ids = [Which::Host, Which::Guest].map(|which| person(which).unwrap().id().into_owned());
    assert_eq!(ids, ["meetmint-doctor-1", "meetmint-doctor-2"]);
}
