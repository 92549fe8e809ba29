//! Prosody's Debian packages and those of the Lua libraries, unpacked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Prosody, what it depends on, and what token plugins load: ours cjson and luaossl, Jitsi's basexx and inspect besides.
/// Other libraries, such as OpenSSL and ICU, are this machine's.
const PACKAGES: [&str; 13] = [
    "prosody",
    "lua5.4",
    "lua-bitop",
    "lua-event",
    "lua-expat",
    "lua-filesystem",
    "lua-sec",
    "lua-socket",
    "lua-unbound",
    "lua-cjson",
    "lua-luaossl",
    "lua-basexx",
    "lua-inspect",
];

/// What has to be loadable, for a message that names what is missing.
const CHECK: &str = "for _, name in ipairs { 'lfs', 'lxp', 'socket', 'ssl', 'cjson.safe', 'openssl.hmac', \
                     'openssl.pkey', 'util.hashes', 'util.encodings', 'util.poll' } do require(name) end";

/// Where the packages are unpacked. That is done once, and kept between runs.
pub(super) fn root() -> Result<PathBuf, String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let servers = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers");
    let root = servers.join("prosody");
    if root.exists() {
        return Ok(root);
    }
    let unfinished = servers.join(format!("prosody-{}", std::process::id()));
    if let Err(message) = unpack(&unfinished) {
        let _ = fs::remove_dir_all(&unfinished);
        return Err(format!("Prosody cannot be unpacked: {message}"));
    }
    // Another test process may have been faster.
    if fs::rename(&unfinished, &root).is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    Ok(root)
}

fn unpack(root: &Path) -> Result<(), String> {
    let _ = fs::remove_dir_all(root);
    let downloads = root.join("downloads");
    fs::create_dir_all(&downloads).map_err(|error| error.to_string())?;
    run(Command::new("apt-get").args(["download", "-q"]).args(PACKAGES).current_dir(&downloads))?;
    for package in fs::read_dir(&downloads).map_err(|error| error.to_string())? {
        let package = package.map_err(|error| error.to_string())?.path();
        run(Command::new("dpkg-deb").arg("-x").arg(package).arg(root))?;
    }
    fs::remove_dir_all(&downloads).map_err(|error| error.to_string())?;
    let mut check = Command::new(root.join("usr/bin/lua5.4"));
    set_paths(&mut check, root);
    run(check.args(["-e", CHECK]))
}

/// Makes the Lua of this command find its libraries in `root`.
pub(super) fn set_paths(command: &mut Command, root: &Path) {
    let root = root.join("usr");
    let root = root.display();
    // Debian keeps what every version of Lua can use under 5.2, and links to it that are absolute under the others.
    let modules = ["share/lua/5.4/?.lua", "share/lua/5.2/?.lua", "share/lua/5.4/?/init.lua"];
    let libraries = std::env::consts::ARCH.to_owned() + "-linux-gnu";
    let modules = modules.map(|path| format!("{root}/{path}")).join(";");
    command.env("LUA_PATH_5_4", format!("{root}/lib/prosody/?.lua;{modules}"));
    let shared = format!("{root}/lib/prosody/?.so;{root}/lib/{libraries}/lua/5.4/?.so");
    command.env("LUA_CPATH_5_4", shared);
    command.env("LD_LIBRARY_PATH", format!("{root}/lib/{libraries}"));
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
