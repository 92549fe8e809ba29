//! Who logs in, with which SASL mechanism, and where the secret comes from.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use lettre::transport::smtp::authentication::{Credentials, Mechanism};

/// A user name and where its password or token comes from.
pub struct Login {
    user: String,
    mechanism: Option<Mechanism>,
    fetch: Box<FetchSecret>,
    /// The secret fetched last, shared by all connections. The lock is held while fetching, so that several
    /// connections that start together run a password command once.
    cached: Mutex<Option<String>>,
}

/// The mechanisms that can be used: those that [`auth`](super::auth) knows.
pub(super) const SUPPORTED: [Mechanism; 3] =
    [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2];

/// Returns the password, or the access token for XOAUTH2; as the error, a message that says why it can't.
pub type FetchSecret = dyn Fn() -> Result<String, String> + Send + Sync;

impl Login {
    /// A login. Without a `mechanism`, the first of PLAIN and LOGIN that the server offers is used. `fetch` is
    /// called when the secret is needed for the first time, and again after a token was rejected.
    pub fn new(user: String, mechanism: Option<Mechanism>, fetch: Box<FetchSecret>) -> Login {
        Login { user, mechanism, fetch, cached: Mutex::new(None) }
    }

    /// The same login with a secret that was fetched already.
    #[must_use]
    pub fn with_secret(self, secret: String) -> Login {
        Login { cached: Mutex::new(Some(secret)), ..self }
    }

    /// The user name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The mechanism to use with a server that offers `offered`; `None` if there is none in common.
    pub(super) fn select_mechanism(&self, offered: &[String]) -> Option<Mechanism> {
        let is_offered = |mechanism: &Mechanism| offered.contains(&mechanism.to_string());
        match self.mechanism {
            Some(mechanism) => Some(mechanism).filter(is_offered),
            // PLAIN first: it is a standard (RFC 4616), and takes one round trip instead of three. XOAUTH2 has to be
            // configured, because its secret is a token and not the password.
            None => [Mechanism::Plain, Mechanism::Login].into_iter().find(is_offered),
        }
    }

    /// Whether the secret is an access token, which expires.
    pub(super) fn uses_token(&self) -> bool {
        self.mechanism == Some(Mechanism::Xoauth2)
    }

    /// Whether the secret that was fetched last contains a space.
    pub(super) fn has_space(&self) -> bool {
        let cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        cached.as_ref().is_some_and(|secret| secret.contains(char::is_whitespace))
    }

    /// The mechanisms that could be used, for an error message.
    pub(super) fn accepted_mechanisms(&self) -> String {
        self.mechanism.map_or_else(|| "PLAIN or LOGIN".to_owned(), |wanted| wanted.to_string())
    }

    /// User name and secret; the secret is fetched again if `refresh` is set.
    pub(super) fn credentials(&self, refresh: bool) -> Result<Credentials, String> {
        // A panic while fetching leaves `None`, so the secret is fetched again.
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken out, so that a rejected secret is not kept if the next fetch fails.
        let secret = match cached.take().filter(|_| !refresh) {
            Some(secret) => secret,
            None => (self.fetch)()?,
        };
        let credentials = Credentials::new(self.user.clone(), secret.clone());
        *cached = Some(secret);
        Ok(credentials)
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}
