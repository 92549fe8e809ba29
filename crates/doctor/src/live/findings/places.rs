//! Where things are on a server, by its kind (`jitsi-tokens` facts, §5).

use meetmint_core::quoted;

use super::case::Case;

impl Case<'_> {
    /// A setting of the server: the line in Prosody's file, or the variable of Docker's images.
    pub(super) fn option(&self, prosody: &str, docker: &str) -> String {
        if self.is_docker() {
            format!("{docker} in the server's .env")
        } else {
            format!("{prosody} in Prosody's file")
        }
    }

    /// What makes a changed setting count.
    pub(super) fn apply(&self) -> &'static str {
        if self.is_docker() { "recreate the containers" } else { "restart Prosody" }
    }

    /// Where Prosody says more.
    pub(super) fn prosody_log(&self) -> &'static str {
        if self.is_docker() {
            "`docker compose logs prosody`"
        } else {
            "/var/log/prosody/prosody.log"
        }
    }

    /// To find out more.
    pub(super) fn look(&self) -> String {
        if self.is_jaas() { JAAS.to_owned() } else { format!("look in {}", self.prosody_log()) }
    }

    /// Where Jicofo says more.
    pub(super) fn jicofo(&self) -> &'static str {
        if self.is_docker() {
            "`docker compose ps` and `docker compose logs jicofo`"
        } else {
            "`systemctl status jicofo` and /var/log/jitsi/jicofo.log"
        }
    }

    /// The host that people with a token log in to, as its settings are named.
    pub(super) fn virtual_host(&self) -> String {
        let domain = &self.observed.site.domain;
        let domain = if domain.is_empty() { self.server().domain() } else { domain };
        format!("VirtualHost {}", quoted(domain))
    }

    /// How to have tokens checked.
    pub(super) fn check_tokens(&self) -> String {
        if self.is_jaas() {
            return JAAS.to_owned();
        }
        if self.is_docker() {
            return "set ENABLE_AUTH=1 and AUTH_TYPE=jwt in the server's .env, and recreate the containers".to_owned();
        }
        format!(
            "set authentication = \"token\" under {} in Prosody's file, and restart Prosody",
            self.virtual_host()
        )
    }
}

/// What is left to do about a server of 8x8's.
pub(super) const JAAS: &str = "ask 8x8: nobody else can change this";

/// A name that can be written into `meeting.toml` as it is: the server sent it.
pub(super) fn writable(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'))
        && meetmint_core::without_tokens(name) == name
}
