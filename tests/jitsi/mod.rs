//! Jitsi servers for tests: a Prosody with a focus, and a web server in front of each.
//!
//! All of them are virtual hosts of one Prosody, which runs Debian's package with the token plugins of
//! `tests/prosody/plugins` and those of `plugins` here. A [`Front`] is what nginx is on a Jitsi server. It can be told
//! to misbehave.

mod configuration;
mod front;
mod http;
mod script;

#[path = "../prosody/process/mod.rs"]
mod process;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use configuration::{Jitsi, SECRET};
pub(crate) use front::Front;
use process::Prosody;
pub(crate) use script::{Answer, Script};

/// How long to wait for a server to be there. Long, because it says only that something is broken.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A Prosody with these servers. Dropping it ends it.
pub(crate) struct Servers(Prosody);

impl Servers {
    /// Starts them.
    ///
    /// # Errors
    /// A text that says what is missing on this machine.
    pub(crate) fn start(
        name: &str,
        repository: &Path,
        servers: &[Jitsi],
    ) -> Result<Servers, String> {
        let plugins = ["tests/prosody/plugins", "tests/jitsi/plugins"];
        let plugins = plugins.map(|folder| repository.join(folder).display().to_string());
        let prosody = Prosody::launch(name, |folder, port| {
            configuration::text(folder, port, &plugins, servers)
        })?;
        let started = Servers(prosody);
        // It listens before it has loaded everything.
        for server in servers {
            let start = Instant::now();
            while !started.census(server.domain).contains("sessions") {
                assert!(start.elapsed() < TIMEOUT, "no {}: {}", server.domain, started.log());
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(started)
    }

    /// Where Prosody listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Everything it has logged.
    pub(crate) fn log(&self) -> String {
        self.0.log()
    }

    /// How many sessions and rooms are open on a server, those of its guests included.
    pub(crate) fn census(&self, domain: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let request =
            format!("GET /census HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.rsplit("\r\n").next().unwrap().to_owned()
    }
}
