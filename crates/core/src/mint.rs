//! Attendee in, invite out.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use crate::claims::{Claims, User, room_claim};
use crate::{Attendee, Invite, JoinLink, Role, Room, Server, SigningKey, Window};

/// How many characters of the digest make a token's `jti`: 132 bits.
const JTI: usize = 22;

/// A server and the key that signs for it: makes the tokens of one meeting folder.
#[derive(Debug)]
pub struct Mint {
    server: Server,
    key: SigningKey,
}

/// A token could not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot sign the token of {0}")]
pub struct MintError(pub String);

impl Mint {
    /// A mint for `server`.
    ///
    /// # Panics
    /// If the key's algorithm is not the server's: both were made from one description.
    pub fn new(server: Server, key: SigningKey) -> Mint {
        assert_eq!(server.algorithm, key.algorithm(), "one description makes server and key");
        Mint { server, key }
    }

    /// The server whose tokens these are.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Prepares the tokens of everybody who has `role` in `room`.
    pub fn template(&self, role: &Role, room: &Room, window: Window) -> TokenTemplate<'_> {
        TokenTemplate::new(self, role, room, window, false)
    }

    /// The same with the claim `*`: the token opens every room of the server, the link leads to `room`.
    pub fn template_for_any_room(
        &self,
        role: &Role,
        room: &Room,
        window: Window,
    ) -> TokenTemplate<'_> {
        TokenTemplate::new(self, role, room, window, true)
    }
}

/// What the tokens of one role, room and window have in common, worked out once: only the person's
/// own claims are left to be written, digested and signed.
pub struct TokenTemplate<'m> {
    key: &'m SigningKey,
    moderator: bool,
    window: Window,
    /// Where the link starts, up to `?jwt=`.
    address: String,
    /// What follows the token.
    fragment: String,
    /// Header and the common claims as they stand in the token, as far as they fill whole groups of base64url.
    head: String,
    /// The common claims that `head` had no room for.
    rest: Vec<u8>,
    /// The digest of all common claims.
    digest: digest::Context,
    /// The keyed hash of `head`; none for RSA.
    hmac: Option<hmac::Context>,
}

impl<'m> TokenTemplate<'m> {
    fn new(
        mint: &'m Mint,
        role: &Role,
        room: &Room,
        window: Window,
        any_room: bool,
    ) -> TokenTemplate<'m> {
        let server = &mint.server;
        let mut header = jsonwebtoken::Header::new(server.algorithm.header());
        header.kid.clone_from(&server.key_id);
        let header = serde_json::to_vec(&header).expect("a header is plain data");
        let claims = Claims::new(server, role, room_claim(room, any_room), window, ());
        let mut common = serde_json::to_vec(&claims).expect("claims are plain data");
        let end = common.len() - b"null}}".len();
        debug_assert!(common.ends_with(b"\"user\":null}}"));
        common.truncate(end);

        let mut head = BASE64URL.encode(header);
        head.push('.');
        let (whole, rest) = common.split_at(common.len() / 3 * 3);
        BASE64URL.encode_string(whole, &mut head);
        let mut digest = digest::Context::new(&digest::SHA256);
        digest.update(&common);
        let hmac = mint.key.hmac().map(|mut hmac| {
            hmac.update(head.as_bytes());
            hmac
        });
        TokenTemplate {
            key: &mint.key,
            moderator: role.moderator,
            window,
            address: format!("{}?jwt=", server.address(room)),
            fragment: role.fragment(),
            rest: rest.to_vec(),
            head,
            digest,
            hmac,
        }
    }

    /// When the tokens work.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The attendee's own token, in the link. A pure function: the same inputs give the same bytes,
    /// so the token can be made again by any command at any time.
    ///
    /// # Errors
    /// [`MintError`] if the key does not sign, which the probe has ruled out for all but broken machines.
    pub fn invite<'a>(&self, attendee: &'a Attendee) -> Result<Invite<'a>, MintError> {
        let payload = self.payload(attendee);
        let signature_size = if self.hmac.is_some() { 64 } else { 512 };
        let size = self.address.len()
            + self.head.len()
            + (payload.len() + signature_size).div_ceil(3) * 4
            + self.fragment.len()
            + 4;
        let mut url = String::with_capacity(size);
        url.push_str(&self.address);
        let start = url.len();
        url.push_str(&self.head);
        BASE64URL.encode_string(&payload, &mut url);
        if let Some(hmac) = &self.hmac {
            let mut hmac = hmac.clone();
            hmac.update(&url.as_bytes()[start + self.head.len()..]);
            url.push('.');
            BASE64URL.encode_string(hmac.sign(), &mut url);
        } else {
            let signature = self.key.sign(&url.as_bytes()[start..]);
            let signature = signature.map_err(|_| MintError(attendee.key().into_owned()))?;
            url.push('.');
            BASE64URL.encode_string(signature, &mut url);
        }
        let token = start..url.len();
        url.push_str(&self.fragment);
        Ok(Invite { attendee, window: self.window, link: JoinLink { url, token } })
    }

    /// The part of the payload that `head` does not hold.
    fn payload(&self, attendee: &Attendee) -> Vec<u8> {
        let mut payload = Vec::with_capacity(self.rest.len() + 320);
        payload.extend_from_slice(&self.rest);
        serde_json::to_writer(&mut payload, &User::new(attendee, self.moderator))
            .expect("a user is plain data");
        payload.push(b'}');
        let mut digest = self.digest.clone();
        digest.update(&payload[self.rest.len()..]);
        digest.update(b"}");
        let mut jti = [0; 43];
        BASE64URL.encode_slice(digest.finish(), &mut jti).expect("32 octets are 43 characters");
        payload.extend_from_slice(b",\"jti\":\"");
        payload.extend_from_slice(&jti[..JTI]);
        payload.extend_from_slice(b"\"}");
        payload
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
    use serde::Serialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::{Algorithm, Avatar, Deployment, DisplayName, Email, LinkOption, ServerKind};

    const SECRET: &[u8] = b"a secret of at least thirty-two octets";

    fn deployment() -> Deployment<'static> {
        Deployment {
            kind: ServerKind::Debian,
            url: Some("https://meet.example.org"),
            app_id: "acme",
            issuer: None,
            audience: None,
            subject: None,
            algorithm: None,
            key_id: None,
            has_key: false,
        }
    }

    fn ada() -> Attendee {
        Attendee {
            own_id: None,
            email: Some(Email::parse("Ada@example.org").unwrap()),
            name: DisplayName::clean("Ada \"König\" <Lovelace> \u{7f}é").unwrap(),
            avatar: Some(Avatar::parse("https://example.org/a.png").unwrap()),
            namesake: 1,
        }
    }

    fn window() -> Window {
        Window::new(1_800_000_000, 1_800_010_000).unwrap()
    }

    fn claims(invite: &Invite<'_>) -> Value {
        let payload = invite.link.reveal_token().split('.').nth(1).unwrap();
        serde_json::from_slice(&BASE64URL.decode(payload).unwrap()).unwrap()
    }

    /// The claims and the digest of them, written by nothing that the fast path uses.
    #[derive(Serialize)]
    struct Whole<'a> {
        #[serde(flatten)]
        claims: Value,
        jti: &'a str,
    }

    #[test]
    fn the_fast_path_writes_what_jsonwebtoken_writes() {
        let folder = format!("{}/tests/keys", env!("CARGO_MANIFEST_DIR"));
        let pem = std::fs::read(format!("{folder}/pkcs1.pem")).unwrap();
        for algorithm in Algorithm::NAMES {
            let algorithm: Algorithm = algorithm.parse().unwrap();
            let rsa = algorithm.is_rsa();
            let deployment = Deployment {
                algorithm: Some(algorithm),
                has_key: rsa,
                key_id: rsa.then_some("k/1"),
                ..deployment()
            };
            let server = Server::new(&deployment).unwrap();
            let (key, other) = if rsa {
                (SigningKey::from_pem(&pem, algorithm), EncodingKey::from_rsa_pem(&pem).unwrap())
            } else {
                (SigningKey::from_secret(SECRET, algorithm), EncodingKey::from_secret(SECRET))
            };
            let mint = Mint::new(server.clone(), key.unwrap());
            let room = Room::parse("Town Hall").unwrap();
            let mut role = Role::moderator();
            // Features of every length put the boundary of the prepared part at every place of a base64 group.
            for features in [vec![], vec!["a"], vec!["recording"], vec!["ab", "livestreaming"]] {
                role.features = features.into_iter().map(str::to_owned).collect();
                let ada = ada();
                let invite = mint.template(&role, &room, window()).invite(&ada).unwrap();

                let claims =
                    Claims::new(&server, &role, room.node(), window(), User::new(&ada, true));
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
    fn a_token_holds_what_jitsi_expects_and_opens_with_the_secret() {
        let mint = Mint::new(
            Server::new(&deployment()).unwrap(),
            SigningKey::from_secret(SECRET, Algorithm::Hs256).unwrap(),
        );
        let room = Room::parse("Town Hall").unwrap();
        let ada = ada();
        let pass = mint.template(&Role::moderator(), &room, window());
        let invite = pass.invite(&ada).unwrap();
        let mut validation = Validation::new(jsonwebtoken::Algorithm::HS256);
        validation.set_audience(&["jitsi"]);
        validation.set_issuer(&["acme"]);
        let found = decode::<Value>(
            invite.link.reveal_token(),
            &DecodingKey::from_secret(SECRET),
            &validation,
        )
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
        assert_eq!(pass.invite(&ada).unwrap().link, invite.link);
        assert_eq!(format!("{invite:?}").matches("eyJ").count(), 0);
    }

    #[test]
    fn a_participant_is_no_moderator_in_any_spelling() {
        let mint = Mint::new(
            Server::new(&deployment()).unwrap(),
            SigningKey::from_secret(SECRET, Algorithm::Hs256).unwrap(),
        );
        let room = Room::parse("x").unwrap();
        let ada = Attendee { avatar: None, email: None, ..ada() };
        let mut role = Role::participant();
        role.link_options =
            vec![LinkOption::new("config.startWithAudioMuted", true.into()).unwrap()];
        let invite = mint.template(&role, &room, window()).invite(&ada).unwrap();
        let found = claims(&invite);
        assert_eq!(found["moderator"], json!(false));
        assert_eq!(
            found["context"],
            json!({ "user": { "id": ada.id(), "name": ada.name.as_str(), "moderator": false, "affiliation": "member" } })
        );
        assert!(invite.link.reveal().ends_with("#config.startWithAudioMuted=true"));
    }

    #[test]
    fn jaas_always_gets_a_features_object() {
        let folder = format!("{}/tests/keys", env!("CARGO_MANIFEST_DIR"));
        let pem = std::fs::read(format!("{folder}/pkcs8.pem")).unwrap();
        let deployment = Deployment {
            kind: ServerKind::Jaas,
            url: None,
            has_key: true,
            key_id: Some("4f"),
            ..deployment()
        };
        let mint = Mint::new(
            Server::new(&deployment).unwrap(),
            SigningKey::from_pem(&pem, Algorithm::Rs256).unwrap(),
        );
        let room = Room::parse("x").unwrap();
        let ada = ada();
        let invite = mint.template(&Role::participant(), &room, window()).invite(&ada).unwrap();
        assert_eq!(claims(&invite)["context"]["features"], json!({}));
        let header = invite.link.reveal_token().split('.').next().unwrap();
        assert_eq!(
            String::from_utf8(BASE64URL.decode(header).unwrap()).unwrap(),
            r#"{"typ":"JWT","alg":"RS256","kid":"acme/4f"}"#
        );
        assert!(invite.link.reveal().starts_with("https://8x8.vc/acme/x?jwt="));
        let any =
            mint.template_for_any_room(&Role::participant(), &room, window()).invite(&ada).unwrap();
        assert_eq!(claims(&any)["room"], json!("*"));
    }
}
