//! A folder that is all a server sees: what its packages hold, this machine's libraries, and users of its own.
//! Nothing of it is installed, and nothing of it is left.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::until;
use crate::support::{Folder, absent, set_mode};

/// What a server is made of.
pub(super) struct Recipe {
    pub(super) name: &'static str,
    /// Debian's packages. Libraries are this machine's where it has them.
    pub(super) packages: &'static [&'static str],
    /// The users whose names were compiled in, with a group each.
    pub(super) users: &'static [(&'static str, u32)],
    /// What it writes down.
    pub(super) log: &'static str,
    /// What stands there once for each message that it has taken.
    pub(super) took: &'static str,
}

/// A server's world. It ends, with all that runs in it, when it is dropped.
pub(super) struct World {
    folder: Folder,
    recipe: &'static Recipe,
    server: Option<Child>,
}

impl World {
    /// A world where nothing runs yet; `None`, and a word on stderr, where there cannot be one.
    pub(super) fn new(recipe: &'static Recipe) -> Option<World> {
        let pattern = pattern(recipe).map_err(|words| absent(&words)).ok()?;
        let folder = Folder::empty();
        // Names for the same files: nothing of a package is ever written to.
        run(Command::new("cp").arg("-al").arg(pattern).arg(folder.path().join("root"))).unwrap();
        let world = World { folder, recipe, server: None };
        world.furnish();
        Some(world)
    }

    /// What every program expects.
    fn furnish(&self) {
        let mut passwd =
            "root:x:0:0::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n".to_owned();
        let mut group = "root:x:0:\nnogroup:x:65534:\n".to_owned();
        for (user, id) in self.recipe.users {
            writeln!(passwd, "{user}:x:{id}:{id}::/:/bin/false").unwrap();
            writeln!(group, "{user}:x:{id}:").unwrap();
        }
        self.write("etc/passwd", passwd);
        self.write("etc/group", group);
        self.write("etc/hosts", "127.0.0.1 localhost\n");
        // Nobody minds that it is an ordinary file.
        self.write("dev/null", "");
        self.dir("run", 0o755, 0, 0);
        self.dir("tmp", 0o1777, 0, 0);
        self.dir("var/log", 0o755, 0, 0);
        symlink("/run", self.path("var/run")).unwrap();
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("root").join(name)
    }

    pub(super) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        self.folder.write(&format!("root/{name}"), bytes);
    }

    /// A folder of a user's.
    pub(super) fn dir(&self, name: &str, mode: u32, user: u32, group: u32) {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        chown(&path, Some(user), Some(group)).unwrap();
        set_mode(&path, mode);
    }

    /// A program that sees this world only.
    pub(super) fn program(&self, path: &str) -> Command {
        let mut command = Command::new("setpriv");
        // Nor does it outlive a test that is killed. (Exim takes that back.)
        command.args(["--pdeathsig", "KILL", "chroot"]).arg(self.path("")).arg(path).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Starts the server, and waits until it listens. What it says goes to `var/log/output`.
    pub(super) fn start(&mut self, path: &str, args: &[&str], ports: &[u16]) {
        let output = fs::File::create(self.path("var/log/output")).unwrap();
        let mut command = self.program(path);
        command.args(args).stdin(Stdio::null()).stderr(output.try_clone().unwrap()).stdout(output);
        let server = self.server.insert(command.spawn().unwrap());
        for port in ports {
            until(self.recipe.name, || {
                assert!(server.try_wait().unwrap().is_none(), "{} has ended", self.recipe.name);
                TcpStream::connect(("127.0.0.1", *port)).is_ok()
            });
        }
    }

    /// What it has written down so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.path(self.recipe.log)).unwrap_or_default()
    }

    /// How often something was written down.
    pub(super) fn logged(&self, words: &str) -> usize {
        self.log().matches(words).count()
    }

    /// How many messages it has taken.
    pub(super) fn took(&self) -> usize {
        self.logged(self.recipe.took)
    }

    /// All processes that see this world, or a part of it.
    fn inhabitants(&self) -> Vec<String> {
        let world = self.path("");
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let inside = processes.filter(|process| {
            fs::read_link(process.path().join("root")).is_ok_and(|root| root.starts_with(&world))
        });
        inside.filter_map(|process| process.file_name().into_string().ok()).collect()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Those who are killed may just have had children.
        while self.server.is_some() {
            let pids = self.inhabitants();
            if pids.is_empty() {
                break;
            }
            let _ = Command::new("kill").arg("-KILL").args(pids).stderr(Stdio::null()).status();
            let _ = self.server.as_mut().map(Child::wait);
        }
    }
}

/// The world of a server that was never started: made once, and copied from then on.
fn pattern(recipe: &Recipe) -> Result<PathBuf, String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if fs::metadata("/proc/self").map_or(0, |process| process.uid()) != 0 {
        return Err(format!("{} is started by root only", recipe.name));
    }
    let servers = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers");
    let pattern = servers.join(recipe.name);
    if pattern.exists() {
        return Ok(pattern);
    }
    let unfinished = servers.join(format!("{}-{}", recipe.name, std::process::id()));
    let unpacked = unpack(recipe, &unfinished).and_then(|()| bring_libraries(&unfinished));
    if let Err(words) = unpacked {
        let _ = fs::remove_dir_all(&unfinished);
        return Err(format!("{} cannot be had: {words}", recipe.name));
    }
    fs::rename(&unfinished, &pattern).map_err(|error| error.to_string())?;
    Ok(pattern)
}

fn unpack(recipe: &Recipe, root: &Path) -> Result<(), String> {
    let _ = fs::remove_dir_all(root);
    fs::create_dir_all(root).map_err(|error| error.to_string())?;
    let packages = Folder::empty();
    let mut download = Command::new("apt-get");
    download.args(["download", "-q"]).args(recipe.packages).current_dir(packages.path());
    run(&mut download)?;
    for package in packages.names("") {
        run(Command::new("dpkg-deb").arg("-x").arg(packages.path().join(package)).arg(root))?;
    }
    Ok(())
}

/// Copies what the programs there need to run: this machine's libraries, to the same places.
fn bring_libraries(root: &Path) -> Result<(), String> {
    let mut programs = Vec::new();
    find_programs(root, &mut programs);
    let own: BTreeSet<&Path> = programs.iter().filter_map(|program| program.parent()).collect();
    let own: Vec<_> = own.iter().map(|folder| folder.to_string_lossy()).collect();
    let mut ldd = Command::new("ldd");
    // It fails if just one is not linked with anything.
    let output = ldd.args(&programs).env("LD_LIBRARY_PATH", own.join(":")).output();
    let output = output.map_err(|error| format!("ldd: {error}"))?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((library, _)) = line.split_once(" => not found") {
            return Err(format!("{} is not here", library.trim()));
        }
        let Some((path, _)) = line.rsplit_once(" (0x") else { continue };
        let path = Path::new(path.rsplit(" => ").next().unwrap_or(path).trim());
        let Ok(inner) = path.strip_prefix("/") else { continue };
        if path.starts_with(root) || root.join(inner).exists() {
            continue;
        }
        let copied = fs::create_dir_all(root.join(inner).parent().unwrap_or(root))
            .and_then(|()| fs::copy(path, root.join(inner)));
        copied.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Programs and libraries: whatever is ELF.
fn find_programs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let mut magic = [0; 4];
        if kind.is_dir() {
            find_programs(&entry.path(), found);
        } else if kind.is_file()
            && fs::File::open(entry.path()).and_then(|mut file| file.read_exact(&mut magic)).is_ok()
            && magic == *b"\x7fELF"
        {
            found.push(entry.path());
        }
    }
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
