//! Where things are on a server, by its kind (`jitsi-tokens` facts, §5).

use meetmint_core::{quoted, room_modules};

use super::case::Case;

impl Case<'_> {
    /// A setting of the server: the line in Prosody's file, or the variable of Docker's images.
    pub(super) fn option(&self, prosody: &str, docker: &str) -> String {
        if self.is_docker() {
            format!("{docker} in the server's .env")
        } else {
            format!("{prosody} in {}", self.prosody_file())
        }
    }

    /// Prosody's file for this server, where Debian's packages put it.
    pub(super) fn prosody_file(&self) -> String {
        format!("/etc/prosody/conf.avail/{}.cfg.lua", self.server().domain())
    }

    /// Where the modules of rooms are listed.
    pub(super) fn room_modules(&self) -> String {
        if self.is_docker() {
            return room_modules(self.kind()).to_owned();
        }
        format!(
            "modules_enabled under Component \"conference.{}\" in {}",
            self.server().domain(),
            self.prosody_file()
        )
    }

    /// What makes a changed setting count.
    pub(super) fn apply(&self) -> &'static str {
        if self.is_docker() {
            "recreate the containers (`docker compose up -d`)"
        } else {
            "restart Prosody (`systemctl restart prosody`)"
        }
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

    /// What makes Jicofo begin anew.
    pub(super) fn restart_jicofo(&self) -> &'static str {
        if self.is_docker() {
            "restart Jicofo (`docker compose restart jicofo`)"
        } else {
            "restart Jicofo (`systemctl restart jicofo`)"
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
            return format!(
                "set ENABLE_AUTH=1 and AUTH_TYPE=jwt in the server's .env\n{}",
                self.apply()
            );
        }
        format!(
            "set authentication = \"token\" under {} in {}\n{}",
            self.virtual_host(),
            self.prosody_file(),
            self.apply()
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
