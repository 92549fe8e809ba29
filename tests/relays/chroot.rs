//! A chroot with the files of a server's Debian packages, the libraries of this machine and the server's own users.
//! Nothing is installed, and the chroot is deleted after the test.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::wait_until;
use crate::support::{Folder, set_mode, skip_unless_required};

/// How to run a server of Debian in a chroot.
pub(super) struct ServerSpec {
    pub(super) name: &'static str,
    /// Its packages. Shared libraries that they need are copied from this machine.
    pub(super) packages: &'static [&'static str],
    /// The users that it needs, with their ids; each gets a group of the same name and id.
    pub(super) users: &'static [(&'static str, u32)],
    /// Its log file.
    pub(super) log: &'static str,
    /// Text that is in the log once for each accepted message.
    pub(super) accepted: &'static str,
}

/// A chroot. Dropping it kills all processes in it.
pub(super) struct Chroot {
    folder: Folder,
    spec: &'static ServerSpec,
    server: Option<Child>,
}

impl Chroot {
    /// Creates a chroot in which nothing runs yet. Skips the test, with `None`, where that is impossible.
    pub(super) fn new(spec: &'static ServerSpec) -> Option<Chroot> {
        let template = template(spec).map_err(|message| skip_unless_required(&message)).ok()?;
        let folder = Folder::empty();
        // Hard links are enough, because no server writes to the files of its packages.
        run(Command::new("cp").arg("-al").arg(template).arg(folder.path().join("root"))).unwrap();
        let chroot = Chroot { folder, spec, server: None };
        chroot.create_system_files();
        Some(chroot)
    }

    /// Creates the files and directories that every server expects.
    fn create_system_files(&self) {
        let mut passwd =
            "root:x:0:0::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n".to_owned();
        let mut group = "root:x:0:\nnogroup:x:65534:\n".to_owned();
        for (user, id) in self.spec.users {
            writeln!(passwd, "{user}:x:{id}:{id}::/:/bin/false").unwrap();
            writeln!(group, "{user}:x:{id}:").unwrap();
        }
        self.write("etc/passwd", passwd);
        self.write("etc/group", group);
        self.write("etc/hosts", "127.0.0.1 localhost\n");
        // A regular file, because no server needs it to be a device.
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

    /// Creates a directory with this mode and owner.
    pub(super) fn dir(&self, name: &str, mode: u32, user: u32, group: u32) {
        let path = self.path(name);
        fs::create_dir_all(&path).unwrap();
        chown(&path, Some(user), Some(group)).unwrap();
        set_mode(&path, mode);
    }

    /// A command that runs in the chroot.
    pub(super) fn program(&self, path: &str) -> Command {
        let mut command = Command::new("setpriv");
        // Kills the program when the test process is killed. Exim changes its user, which clears the setting
        // (prctl(2)).
        command.args(["--pdeathsig", "KILL", "chroot"]).arg(self.path("")).arg(path).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
    }

    /// Starts the server, and waits until it listens on these ports. Its output goes to `var/log/output`.
    pub(super) fn start(&mut self, path: &str, args: &[&str], ports: &[u16]) {
        let output = fs::File::create(self.path("var/log/output")).unwrap();
        let mut command = self.program(path);
        command.args(args).stdin(Stdio::null()).stderr(output.try_clone().unwrap()).stdout(output);
        let server = self.server.insert(command.spawn().unwrap());
        for port in ports {
            wait_until(self.spec.name, || {
                assert!(server.try_wait().unwrap().is_none(), "{} has ended", self.spec.name);
                TcpStream::connect(("127.0.0.1", *port)).is_ok()
            });
        }
    }

    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.path(self.spec.log)).unwrap_or_default()
    }

    /// How often this text is in the log.
    pub(super) fn count_in_log(&self, text: &str) -> usize {
        self.log().matches(text).count()
    }

    /// How many messages the server has accepted.
    pub(super) fn accepted_messages(&self) -> usize {
        self.count_in_log(self.spec.accepted)
    }

    /// The ids of all processes whose root is the chroot or, as with OpenSMTPD, a directory in it.
    fn processes(&self) -> Vec<String> {
        let chroot = self.path("");
        let processes = fs::read_dir("/proc").unwrap().flatten();
        let inside = processes.filter(|process| {
            fs::read_link(process.path().join("root")).is_ok_and(|root| root.starts_with(&chroot))
        });
        inside.filter_map(|process| process.file_name().into_string().ok()).collect()
    }
}

impl Drop for Chroot {
    fn drop(&mut self) {
        // A process may have forked just before it was killed.
        while self.server.is_some() {
            let pids = self.processes();
            if pids.is_empty() {
                break;
            }
            let _ = Command::new("kill").arg("-KILL").args(pids).stderr(Stdio::null()).status();
            let _ = self.server.as_mut().map(Child::wait);
        }
    }
}

/// The directory tree that every chroot of this server starts from. Unpacked once, and kept between runs.
fn template(spec: &ServerSpec) -> Result<PathBuf, String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    if fs::metadata("/proc/self").map_or(0, |process| process.uid()) != 0 {
        return Err(format!("{} can be started by root only", spec.name));
    }
    let servers = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers");
    let template = servers.join(spec.name);
    if template.exists() {
        return Ok(template);
    }
    let unfinished = servers.join(format!("{}-{}", spec.name, std::process::id()));
    let unpacked = unpack(spec, &unfinished).and_then(|()| copy_libraries(&unfinished));
    if let Err(message) = unpacked {
        let _ = fs::remove_dir_all(&unfinished);
        return Err(format!("{} cannot be unpacked: {message}", spec.name));
    }
    fs::rename(&unfinished, &template).map_err(|error| error.to_string())?;
    Ok(template)
}

fn unpack(spec: &ServerSpec, root: &Path) -> Result<(), String> {
    let _ = fs::remove_dir_all(root);
    fs::create_dir_all(root).map_err(|error| error.to_string())?;
    let packages = Folder::empty();
    let mut download = Command::new("apt-get");
    download.args(["download", "-q"]).args(spec.packages).current_dir(packages.path());
    run(&mut download)?;
    for package in packages.file_names("") {
        run(Command::new("dpkg-deb").arg("-x").arg(packages.path().join(package)).arg(root))?;
    }
    Ok(())
}

/// Copies the shared libraries that the programs need from this machine, to the same paths.
fn copy_libraries(root: &Path) -> Result<(), String> {
    let mut programs = Vec::new();
    find_elf_files(root, &mut programs);
    let directories: BTreeSet<&Path> =
        programs.iter().filter_map(|program| program.parent()).collect();
    let directories: Vec<_> = directories.iter().map(|folder| folder.to_string_lossy()).collect();
    let mut ldd = Command::new("ldd");
    // The exit status is of no use: ldd fails if a single file is not dynamically linked.
    let output = ldd.args(&programs).env("LD_LIBRARY_PATH", directories.join(":")).output();
    let output = output.map_err(|error| format!("ldd: {error}"))?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Some((library, _)) = line.split_once(" => not found") {
            return Err(format!("{} is missing", library.trim()));
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

/// Finds all ELF files, which are the programs and the libraries.
fn find_elf_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        let mut magic = [0; 4];
        if kind.is_dir() {
            find_elf_files(&entry.path(), found);
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
