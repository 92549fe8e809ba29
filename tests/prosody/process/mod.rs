//! Debian's Prosody on a free port of loopback.
//!
//! Nothing is installed: its packages are downloaded once with `apt-get download`, and unpacked under `target`.

mod unpacked;

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long to wait for a server to listen. Long, because it says only that something is broken.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A running Prosody. Dropping it ends it, and deletes its files unless the test has failed.
pub(crate) struct Prosody {
    folder: PathBuf,
    server: Child,
    address: SocketAddr,
}

impl Prosody {
    /// Starts one. `configuration` makes the text of `prosody.cfg.lua` from the folder and the port.
    ///
    /// # Errors
    /// A text that says what is missing on this machine.
    pub(crate) fn launch(
        name: &str,
        configuration: impl Fn(&Path, u16) -> String,
    ) -> Result<Prosody, String> {
        let root = unpacked::root()?;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("prosody-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("data")).unwrap();
        let script = fs::read_to_string(root.join("usr/bin/prosody")).unwrap();
        // The script's only absolute paths are those of the package.
        let script = script.replace("'/usr/lib/", &format!("'{}/usr/lib/", root.display()));
        fs::write(folder.join("prosody"), script).unwrap();
        // Another program may take the port before Prosody listens: then Prosody ends, and the next port is tried.
        let mut tries = 0;
        loop {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            fs::write(folder.join("prosody.cfg.lua"), configuration(&folder, port)).unwrap();
            let server = launch(&root, &folder);
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            let mut prosody = Prosody { folder: folder.clone(), server, address };
            tries += 1;
            match prosody.wait_until_it_listens() {
                Ok(()) => return Ok(prosody),
                Err(log) => assert!(tries < 5, "Prosody does not listen: {log}"),
            }
        }
    }

    fn wait_until_it_listens(&mut self) -> Result<(), String> {
        let started = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if self.server.try_wait().unwrap().is_some() {
                return Err(self.log());
            }
            assert!(started.elapsed() < TIMEOUT, "Prosody does not listen: {}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
        // The port may be another program's.
        match self.server.try_wait().unwrap() {
            Some(_) => Err(self.log()),
            None => Ok(()),
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything it has logged.
    pub(crate) fn log(&self) -> String {
        let read = |name| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        read("log") + &read("output")
    }
}

impl Drop for Prosody {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn launch(root: &Path, folder: &Path) -> Child {
    let output = fs::File::create(folder.join("output")).unwrap();
    // It ends with the test process, even if that is killed.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(root.join("usr/bin/lua5.4"));
    command.arg(folder.join("prosody")).arg("-F").arg("--config");
    command.arg(folder.join("prosody.cfg.lua")).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    unpacked::set_paths(&mut command, root);
    command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
    command.spawn().unwrap()
}
