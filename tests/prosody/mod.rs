//! Debian's Prosody with token plugins: ours in `plugins`, or Jitsi's own.

mod bosh;
mod configuration;
mod http;
mod key_server;
mod process;

use std::path::PathBuf;

pub(crate) use bosh::{Answer, Client};
pub(crate) use configuration::{Host, Key};
pub(crate) use key_server::KeyServer;
pub(crate) use process::Prosody;

impl Prosody {
    /// Starts one with these hosts, and with plugins from these folders.
    ///
    /// # Errors
    /// A text that says what is missing on this machine.
    pub(crate) fn start(
        name: &str,
        plugins: &[PathBuf],
        settings: &str,
        hosts: &[Host],
    ) -> Result<Prosody, String> {
        Prosody::launch(name, |folder, port| {
            configuration::text(folder, port, plugins, settings, hosts)
        })
    }
}
