//! Tokens at random: what nobody thought of. The inspector and Prosody have to agree on them.

use serde_json::{Value, json};

use crate::forge::{Signer, Token, good};
use crate::row::Row;
use crate::server::{ALL, Jitsi, Kind, PRIVATE, SECRET};

/// Values for any claim, most of them wrong for most claims.
fn values(server: &Jitsi, now: i64) -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(7),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(now - 60),
        json!(now + 3600),
        json!(now * 1000),
        json!((now + 3600).to_string()),
        json!(""),
        json!(" "),
        json!("*"),
        json!("true"),
        json!("7"),
        json!("jitsi"),
        json!("acme"),
        json!("standup"),
        json!("StandUp"),
        json!("stand.*"),
        json!("[sales]standup"),
        json!("^(stand)up$"),
        json!("%a+"),
        json!("stand["),
        json!("sales"),
        json!("lunch"),
        json!("İstanbul"),
        json!("a\u{1}b"),
        json!("owner"),
        json!(server.domain),
        json!(server.app_id),
        json!([]),
        json!({}),
        json!(["standup"]),
        json!(["jitsi", "acme"]),
        json!({"regex": true}),
        json!({"regex": "true", "lobby": true}),
        json!({"name": "Ada", "moderator": true}),
        json!({"name": null, "affiliation": "owner"}),
        json!({"user": {"name": "Ada"}, "room": {"regex": true}}),
        json!({"user": {"name": "Ada"}, "group": 5}),
        json!({"tenant": 7, "features": []}),
    ]
}

const CLAIMS: [&str; 9] =
    ["aud", "iss", "sub", "room", "nbf", "exp", "iat", "context", "moderator"];
const INNER: [&str; 6] = ["user", "room", "group", "tenant", "features", "moderator"];
const PATHS: [&str; 8] = [
    "standup",
    "Standup",
    "lunch",
    "sales/standup",
    "Sales/Standup",
    "Town%20Hall",
    "a+b",
    "%D0%9F",
];

/// Characters that end up in tokens by accident.
const ACCIDENTS: [&str; 18] = [
    ".", "=", "%3D", "%20", "+", "%2B", "\\", "%5C", ")", ",", "%0A", "A", "-", "_", "%00", "%2E",
    "&x=1", "é",
];

/// What ends up in JSON that people write, and what breaks readers of it.
const SLIPS: [&[u8]; 30] = [
    b",",
    b":",
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\0",
    b"\x01",
    b"\t",
    b"\n",
    b" ",
    b"\xff",
    b"\xc3",
    b"\\u00",
    b"\\ud83d",
    b"\\u0000",
    b"nan",
    b"1e400",
    b"0x",
    b"-",
    b"+",
    b".5",
    b"0",
    b"null",
    b"true",
    b"/**/",
    b"\xef\xbb\xbf",
    b"\"iss\":1,",
];

/// A generator of numbers with a seed (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// A row without an expectation: it says `accepted`, and means nothing by it.
    pub(crate) fn row(&mut self, number: u64, now: i64) -> Row {
        let server = self.one(&ALL);
        let mut token = good(&server, now);
        for _ in 0..self.below(4) {
            token = self.change(token, &server, now);
        }
        if self.below(4) == 0 {
            token = self.slip(token, &server);
        }
        let mut text = token.text();
        if self.below(5) == 0 {
            let at = self.below(text.len() + 1);
            match self.below(3) {
                0 => text.insert_str(at, self.one(&ACCIDENTS)),
                1 => text.push_str(self.one(&ACCIDENTS)),
                _ => text.truncate(at),
            }
        }
        let link = format!("{}/{}?jwt={text}", server.url, self.one(&PATHS));
        // The tokens are synthetic, and the seed alone would tell them as well.
        let (claims, header) = token.octets();
        let (claims, header) = (claims.escape_ascii(), header.escape_ascii());
        Row::new(&format!("number {number}, {header} {claims}"), &server, link, "accepted")
    }

    /// Octets put into the JSON, or left out of it, before it is signed.
    fn slip(&mut self, token: Token, server: &Jitsi) -> Token {
        let (claims, header) = token.octets();
        // Of a JaaS account, nobody knows all keys: another id of its own may be one of them.
        let is_header = self.below(4) == 0 && server.kind != Kind::Jaas;
        let mut octets = if is_header { header } else { claims };
        for _ in 0..=self.below(2) {
            let at = self.below(octets.len() + 1);
            let until = (at + self.below(3)).min(octets.len());
            let slip = if self.below(3) == 0 { &[] } else { self.one(&SLIPS) };
            octets.splice(at..until, slip.iter().copied());
        }
        if is_header { token.header_octets(octets) } else { token.claims_octets(octets) }
    }

    fn change(&mut self, token: Token, server: &Jitsi, now: i64) -> Token {
        let values = values(server, now);
        let value = self.one(&values);
        match self.below(12) {
            0..=4 => token.with(self.one(&CLAIMS), value),
            5 => token.without(self.one(&CLAIMS)),
            6 => {
                let name = self.one(&INNER);
                let user = json!({ "name": "Ada" });
                token.with("context", json!({ "user": user, name: value }))
            }
            7 => {
                let name = self.one(&["name", "id", "moderator", "affiliation", "a b"]);
                token.with("context", json!({ "user": { name: value } }))
            }
            8 => token.header(self.one(&["typ", "alg", "kid"]), value),
            9 => token.without_header(self.one(&["typ", "alg", "kid"])),
            10 => token.signed_by(Signer::Hmac("HS256", SECRET.as_bytes().to_vec())),
            _ => token.signed_by(Signer::Rsa("RS256", PRIVATE)),
        }
    }
}
