//! The Jitsi servers of the table: what each is configured to accept.

use crate::prosody::{Host, Key};

/// The secret of every server that has one.
pub(crate) const SECRET: &str = "a synthetic secret of the table, 0123456789abcdef";

/// The `kid` that the key server knows.
pub(crate) const KID: &str = "events/1";

/// The private key whose public half the key server serves, and that half.
pub(crate) const PRIVATE: &str = include_str!("../../crates/core/tests/keys/pkcs8.pem");
pub(crate) const PUBLIC: &str = include_str!("../../crates/core/tests/keys/public.pem");

/// The AppID of the JaaS server, and the id of its key.
pub(crate) const APP: &str = "vpaas-magic-cookie-0123456789abcdef0123456789abcdef";
pub(crate) const JAAS_KID: &str = "vpaas-magic-cookie-0123456789abcdef0123456789abcdef/4d5e6f";

/// How a Jitsi was installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Debian,
    Docker,
    Jaas,
}

/// What a server verifies tokens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verifies {
    Secret(&'static str),
    Keys,
    /// A key server is configured as well, and wins.
    KeysDespiteSecret,
}

/// A server of the table. The defaults are Debian's.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they are options of the server, each on or off")]
pub(crate) struct Jitsi {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// What its links start with, tenant included for JaaS.
    pub(crate) url: &'static str,
    /// Its virtual host.
    pub(crate) domain: &'static str,
    pub(crate) app_id: &'static str,
    pub(crate) verifies: Verifies,
    pub(crate) algorithm: Option<&'static str>,
    pub(crate) issuers: Option<&'static [&'static str]>,
    pub(crate) audiences: Option<&'static [&'static str]>,
    /// `enable_domain_verification`.
    pub(crate) subject: bool,
    /// `allow_empty_token`.
    pub(crate) guests: bool,
    /// Whether `token_verification` is a module of the rooms' component.
    pub(crate) room: bool,
    /// `false`: `token_no_wildcard` is a module of it.
    pub(crate) wildcards: bool,
    /// The plugin that makes people moderators by their tokens.
    pub(crate) moderators: Option<&'static str>,
}

const PLAIN: Jitsi = Jitsi {
    name: "debian",
    kind: Kind::Debian,
    url: "https://meet.acme.test",
    domain: "meet.acme.test",
    app_id: "acme",
    verifies: Verifies::Secret(SECRET),
    algorithm: None,
    issuers: None,
    audiences: None,
    subject: true,
    guests: false,
    room: true,
    wildcards: true,
    moderators: None,
};

/// Debian's packages, as they come.
pub(crate) const DEBIAN: Jitsi = PLAIN;

/// The Docker images, as they come.
pub(crate) const DOCKER: Jitsi = Jitsi {
    name: "docker",
    kind: Kind::Docker,
    url: "https://docker.acme.test:8443",
    domain: "meet.jitsi",
    subject: false,
    ..PLAIN
};

/// Docker with `JWT_ENABLE_DOMAIN_VERIFICATION`, and an XMPP domain of its own.
pub(crate) const DOCKER_VERIFIES: Jitsi = Jitsi {
    name: "docker that verifies the domain",
    url: "https://verifies.acme.test",
    domain: "xmpp.verifies.test",
    subject: true,
    ..DOCKER
};

pub(crate) const KEYS: Jitsi = Jitsi {
    name: "keys",
    url: "https://keys.acme.test",
    domain: "keys.acme.test",
    verifies: Verifies::Keys,
    issuers: Some(&["crm", "web"]),
    audiences: Some(&["jitsi"]),
    ..PLAIN
};

pub(crate) const KEYS_AND_SECRET: Jitsi = Jitsi {
    name: "keys and a secret",
    url: "https://both.acme.test",
    domain: "both.acme.test",
    verifies: Verifies::KeysDespiteSecret,
    ..PLAIN
};

pub(crate) const RS512: Jitsi = Jitsi {
    name: "RS512",
    url: "https://rs512.acme.test",
    domain: "rs512.acme.test",
    verifies: Verifies::Keys,
    algorithm: Some("RS512"),
    ..PLAIN
};

pub(crate) const HS384: Jitsi = Jitsi {
    name: "HS384",
    url: "https://hs384.acme.test",
    domain: "hs384.acme.test",
    algorithm: Some("HS384"),
    ..PLAIN
};

pub(crate) const HS512: Jitsi = Jitsi {
    name: "HS512",
    url: "https://hs512.acme.test",
    domain: "hs512.acme.test",
    algorithm: Some("HS512"),
    ..PLAIN
};

/// Several issuers and audiences.
pub(crate) const LISTS: Jitsi = Jitsi {
    name: "lists",
    url: "https://lists.acme.test",
    domain: "lists.acme.test",
    issuers: Some(&["acme", "Partner"]),
    audiences: Some(&["jitsi", "acme"]),
    ..PLAIN
};

/// Any issuer.
pub(crate) const ANY_ISSUER: Jitsi = Jitsi {
    name: "any issuer",
    url: "https://any.acme.test",
    domain: "any.acme.test",
    issuers: Some(&["*"]),
    ..PLAIN
};

pub(crate) const GUESTS: Jitsi = Jitsi {
    name: "guests",
    url: "https://guests.acme.test",
    domain: "guests.acme.test",
    guests: true,
    ..PLAIN
};

/// `token_verification` is not loaded: the room is not compared.
pub(crate) const ANY_ROOM: Jitsi = Jitsi {
    name: "any room",
    url: "https://open.acme.test",
    domain: "open.acme.test",
    room: false,
    ..PLAIN
};

pub(crate) const NO_WILDCARDS: Jitsi = Jitsi {
    name: "no wildcards",
    url: "https://strict.acme.test",
    domain: "strict.acme.test",
    wildcards: false,
    ..PLAIN
};

/// A secret that looks like base64.
pub(crate) const BASE64: Jitsi = Jitsi {
    name: "base64",
    url: "https://base64.acme.test",
    domain: "base64.acme.test",
    verifies: Verifies::Secret("YSBzZWNyZXQgdGhhdCBsb29rcyBsaWtlIGJhc2U2NA=="),
    ..PLAIN
};

pub(crate) const AFFILIATION: Jitsi = Jitsi {
    name: "token_affiliation",
    url: "https://affiliation.acme.test",
    domain: "affiliation.acme.test",
    moderators: Some("token_affiliation"),
    ..PLAIN
};

pub(crate) const MODERATION: Jitsi = Jitsi {
    name: "token_moderation",
    url: "https://moderation.acme.test",
    domain: "moderation.acme.test",
    moderators: Some("token_moderation"),
    ..PLAIN
};

pub(crate) const JAAS: Jitsi = Jitsi {
    name: "jaas",
    kind: Kind::Jaas,
    url: "https://8x8.vc/vpaas-magic-cookie-0123456789abcdef0123456789abcdef",
    domain: "8x8.vc",
    app_id: APP,
    verifies: Verifies::Keys,
    issuers: Some(&["chat"]),
    audiences: Some(&["jitsi"]),
    ..PLAIN
};

/// All of them.
pub(crate) const ALL: [Jitsi; 17] = [
    DEBIAN,
    DOCKER,
    DOCKER_VERIFIES,
    KEYS,
    KEYS_AND_SECRET,
    RS512,
    HS384,
    HS512,
    LISTS,
    ANY_ISSUER,
    GUESTS,
    ANY_ROOM,
    NO_WILDCARDS,
    BASE64,
    AFFILIATION,
    MODERATION,
    JAAS,
];

impl Jitsi {
    /// The algorithm that it accepts.
    pub(crate) fn algorithm(&self) -> &'static str {
        match self.verifies {
            Verifies::Secret(_) => self.algorithm.unwrap_or("HS256"),
            _ => self.algorithm.unwrap_or("RS256"),
        }
    }

    /// Its options in Prosody.
    pub(crate) fn host(&self, key_server: &str) -> Host {
        let owned = |list: Option<&[&str]>| {
            list.map(|list| list.iter().map(|item| (*item).to_owned()).collect())
        };
        let mut muc_modules = Vec::new();
        if self.room {
            muc_modules.push("token_verification");
        }
        if !self.wildcards {
            muc_modules.push("token_no_wildcard");
        }
        muc_modules.extend(self.moderators);
        Host {
            domain: self.domain.to_owned(),
            app_id: self.app_id.to_owned(),
            key: match self.verifies {
                Verifies::Secret(secret) => Key::Secret(secret.to_owned()),
                Verifies::Keys => Key::Server(key_server.to_owned()),
                Verifies::KeysDespiteSecret => Key::Both(SECRET.to_owned(), key_server.to_owned()),
            },
            algorithm: self.algorithm.map(str::to_owned),
            issuers: owned(self.issuers),
            audiences: owned(self.audiences),
            domain_verification: self.subject,
            empty_token: self.guests,
            muc_modules,
        }
    }
}
