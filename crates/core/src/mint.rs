//! Makes the signed token of an attendee, and the link around it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use crate::claims::{Claims, User, room_claim};
use crate::role::Rights;
use crate::{
    Algorithm, Attendee, Invite, JoinLink, Role, Room, Server, SigningKey, Window, address_in_key,
};

/// Characters of the digest that become a token's `jti`. 22 of base64url are 132 bits, enough to rule out
/// collisions (a random UUID has 122).
const JTI: usize = 22;

/// How many templates are remembered: the roles of a few rooms.
const REMEMBERED: usize = 12;

/// A server and the key that signs for it.
#[derive(Debug)]
pub struct Mint {
    server: Server,
    key: SigningKey,
    /// What the last templates have in common.
    commons: Mutex<Vec<Known>>,
}

/// What the tokens of a role in a room and a window have in common.
#[derive(Debug)]
struct Known {
    role: Role,
    room: Room,
    window: Window,
    common: Arc<Common>,
}

/// Server and key have different algorithms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server expects {expected}, but the key signs with {found}")]
pub struct WrongAlgorithm {
    /// The server's algorithm.
    pub expected: Algorithm,
    /// The key's algorithm.
    pub found: Algorithm,
}

/// The token of this attendee could not be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot sign the token for {0}")]
pub struct MintError(pub String);

impl Mint {
    /// A mint for `server`.
    ///
    /// # Errors
    /// [`WrongAlgorithm`] if the key was read for another algorithm than [`Server::algorithm`].
    pub fn new(server: Server, key: SigningKey) -> Result<Mint, WrongAlgorithm> {
        let (expected, found) = (server.algorithm, key.algorithm());
        if expected == found {
            Ok(Mint { server, key, commons: Mutex::default() })
        } else {
            Err(WrongAlgorithm { expected, found })
        }
    }

    /// The server that checks the tokens.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The header of every token, as JSON.
    pub(crate) fn header(&self) -> Vec<u8> {
        // jsonwebtoken writes `typ` as `JWT`, which Jitsi compares exactly. With its header and base64 without padding,
        // the token equals the one that `jsonwebtoken::encode` would make.
        let mut header = jsonwebtoken::Header::new(self.server.algorithm.header());
        header.kid.clone_from(&self.server.key_id);
        serde_json::to_vec(&header).expect("a header is plain data")
    }

    /// Prepares the tokens of all attendees with `role` in `room`. The last few templates are remembered.
    pub fn template(&self, role: &Role, room: &Room, window: Window) -> TokenTemplate<'_> {
        // A panic leaves whole entries behind.
        let commons = || self.commons.lock().unwrap_or_else(PoisonError::into_inner);
        let is_wanted =
            |known: &&Known| (&known.role, &known.room, known.window) == (role, room, window);
        let found = commons().iter().find(is_wanted).map(|known| Arc::clone(&known.common));
        let common = found.unwrap_or_else(|| {
            let claim = room_claim(room, false);
            let common = Arc::new(Common::new(self, &self.server, role, claim, room, window));
            let mut commons = commons();
            commons.truncate(REMEMBERED - 1);
            let (role, room) = (role.clone(), room.clone());
            commons.insert(0, Known { role, room, window, common: Arc::clone(&common) });
            common
        });
        TokenTemplate { key: &self.key, common }
    }

    /// The same with another `sub` claim than the server's links have.
    pub fn template_for_subject(
        &self,
        role: &Role,
        room: &Room,
        window: Window,
        subject: &str,
    ) -> TokenTemplate<'_> {
        let mut server = self.server.clone();
        subject.clone_into(&mut server.subject);
        let common = Common::new(self, &server, role, room_claim(room, false), room, window);
        TokenTemplate { key: &self.key, common: Arc::new(common) }
    }

    /// The same with `*` as the `room` claim: the token opens every room of the server. The link leads to `room`.
    pub fn template_for_any_room(
        &self,
        role: &Role,
        room: &Room,
        window: Window,
    ) -> TokenTemplate<'_> {
        let common = Common::new(self, &self.server, role, room_claim(room, true), room, window);
        TokenTemplate { key: &self.key, common: Arc::new(common) }
    }
}

/// What the tokens of one role, room and window have in common, encoded and hashed once. For each attendee,
/// only the personal claims remain to be written, hashed and signed.
pub struct TokenTemplate<'m> {
    key: &'m SigningKey,
    common: Arc<Common>,
}

/// What the tokens of a template have in common.
struct Common {
    rights: Rights,
    window: Window,
    /// The start of the link, up to and including `?jwt=`.
    address: String,
    /// What follows the token.
    fragment: String,
    /// The header and the common claims in base64url. Three octets become four characters, so the one or two
    /// octets after the last group of three are in `rest`.
    head: String,
    /// The last octets of the common claims, not encoded yet.
    rest: Vec<u8>,
    /// SHA-256 over all common claims, which the `jti` starts from.
    digest: digest::Context,
    /// The HMAC over `head`; `None` for RSA, which hashes the whole input itself.
    hmac: Option<hmac::Context>,
}

impl fmt::Debug for Common {
    /// Hides everything: the state of the HMAC can sign.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Common").finish_non_exhaustive()
    }
}

impl Common {
    fn new(
        mint: &Mint,
        server: &Server,
        role: &Role,
        claim: &str,
        room: &Room,
        window: Window,
    ) -> Common {
        let claims = Claims::new(server, role, claim, window, ());
        let mut common = serde_json::to_vec(&claims).expect("claims are plain data");
        // The user comes last. It is cut off here and written for each attendee.
        let end = common.len() - b"null}}".len();
        debug_assert!(common.ends_with(b"\"user\":null}}"));
        common.truncate(end);

        let mut head = BASE64URL.encode(mint.header());
        head.push('.');
        let (whole, rest) = common.split_at(common.len() / 3 * 3);
        BASE64URL.encode_string(whole, &mut head);
        let mut digest = digest::Context::new(&digest::SHA256);
        digest.update(&common);
        // Hashing takes longer than anything else in an HMAC token, and most of the token is the same for everybody.
        let hmac = mint.key.hmac().map(|mut hmac| {
            hmac.update(head.as_bytes());
            hmac
        });
        Common {
            rights: role.rights(),
            window,
            address: format!("{}?jwt=", server.address(room)),
            fragment: role.fragment(),
            rest: rest.to_vec(),
            head,
            digest,
            hmac,
        }
    }

    /// The part of the payload that is not in `head`.
    fn payload(&self, attendee: &Attendee) -> Vec<u8> {
        // Enough for id, name, address and `jti` of most people: one allocation for each token.
        let mut payload = Vec::with_capacity(self.rest.len() + 320);
        payload.extend_from_slice(&self.rest);
        User::new(attendee, self.rights).write(&mut payload);
        payload.push(b'}');
        let mut digest = self.digest.clone();
        digest.update(&payload[self.rest.len()..]);
        // As if the payload ended here: `jti` is the digest of all other claims, so it also has to be the last one.
        digest.update(b"}");
        let mut jti = [0; 43];
        BASE64URL.encode_slice(digest.finish(), &mut jti).expect("32 octets are 43 characters");
        payload.extend_from_slice(b",\"jti\":\"");
        payload.extend_from_slice(&jti[..JTI]);
        payload.extend_from_slice(b"\"}");
        payload
    }
}

impl TokenTemplate<'_> {
    /// The window of the tokens.
    pub fn window(&self) -> Window {
        self.common.window
    }

    /// Signs the attendee's token and makes the link. The same inputs always give the same bytes, so any
    /// command can make the same token again.
    ///
    /// # Errors
    /// [`MintError`] if signing fails. [`SigningKey`] has signed a test input, so this is not expected.
    pub fn invite<'a>(&self, attendee: &'a Attendee) -> Result<Invite<'a>, MintError> {
        let Common { window, address, fragment, head, hmac, .. } = &*self.common;
        let payload = self.common.payload(attendee);
        // SHA-512 and RSA with 4096 bits are the longest signatures that are common.
        let signature_size = if hmac.is_some() { 64 } else { 512 };
        let size = address.len()
            + head.len()
            + (payload.len() + signature_size).div_ceil(3) * 4
            + fragment.len()
            // The dot before the signature, and what rounding up can add.
            + 4;
        let mut url = String::with_capacity(size);
        url.push_str(address);
        let start = url.len();
        url.push_str(head);
        // Most of a token. The crate base64 does not use the processor's wide registers, and takes several times as long.
        base64_simd::URL_SAFE_NO_PAD.encode_append(&payload, &mut url);
        if let Some(hmac) = hmac {
            // The state after the common part: cloning it saves hashing that part again.
            let mut hmac = hmac.clone();
            hmac.update(&url.as_bytes()[start + head.len()..]);
            url.push('.');
            base64_simd::URL_SAFE_NO_PAD.encode_append(hmac.sign(), &mut url);
        } else {
            let signature = self.key.sign(&url.as_bytes()[start..]);
            let signature =
                signature.map_err(|_| MintError(address_in_key(&attendee.key()).to_owned()))?;
            url.push('.');
            BASE64URL.encode_string(signature, &mut url);
        }
        let token = start..url.len();
        url.push_str(fragment);
        Ok(Invite { attendee, window: *window, link: JoinLink { url, token } })
    }
}

#[cfg(test)]
mod tests;
