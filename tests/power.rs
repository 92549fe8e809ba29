//! Power cuts. A run is traced with strace(1), and a model of the disk follows what it writes and syncs. At each moment
//! that matters, what would be left after a power cut is written to a folder, and `meetmint` itself looks at it.

mod disk;
mod files;
mod mail;
mod trace;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use disk::{Arrived, Disk};
use trace::{CALLS, Step, Trace};

use crate::support::{Folder, Run, is_long, skip_unless_required};

/// How many parts of what was not synced are tried at each moment. `just torture` tries more.
fn parts() -> u64 {
    if is_long() { 40 } else { 1 }
}

/// A run that was traced, and the disk before it.
struct TracedRun {
    trace: Trace,
    disk: Disk,
    run: Run,
}

/// Runs `meetmint` under strace. Skips the test, with `None`, where that is impossible.
fn traced(folder: &Folder, command: &str) -> Option<TracedRun> {
    if folder.shell("strace -f -y -xx -o /dev/null true").code != Some(0) {
        skip_unless_required("strace is missing, or not allowed here (apt install strace)");
        return None;
    }
    let disk = Disk::load(folder.path());
    let output = Folder::empty();
    let file = output.path().join("trace.txt");
    // Long enough for every message and every page of the database.
    let strace = format!("strace -f -y -xx -s 10000000 -e trace={CALLS} -o '{}'", file.display());
    let run = folder.shell(&format!("{strace} meetmint {command}"));
    let trace = Trace::parse(&output.read("trace.txt"), folder.path());
    Some(TracedRun { trace, disk, run })
}

impl TracedRun {
    /// Goes through the run, and calls `moment` before each step, and at the end with `None`.
    fn replay(&mut self, mut moment: impl FnMut(&Disk, &Trace, Option<&Step>)) {
        for step in &self.trace.steps {
            moment(&self.disk, &self.trace, Some(step));
            self.disk.take(&self.trace, step);
        }
        moment(&self.disk, &self.trace, None);
    }
}

/// A folder with the files that a power cut leaves.
struct Image {
    folder: Folder,
    shown: BTreeMap<PathBuf, Vec<u8>>,
}

impl Image {
    fn new() -> Image {
        Image { folder: Folder::empty(), shown: BTreeMap::new() }
    }

    /// A run has changed the files: they are written anew.
    fn forget(&mut self) {
        self.shown.clear();
    }

    /// Writes the files. Returns `false` if they are the same as before.
    fn show(&mut self, disk: &Disk, arrived: Arrived) -> bool {
        self.show_only(disk, arrived, |_| true)
    }

    /// The same for some files only.
    fn show_only(&mut self, disk: &Disk, arrived: Arrived, wanted: impl Fn(&Path) -> bool) -> bool {
        let mut files = disk.image(arrived);
        // Memory that processes share, and who has the lock: neither counts after a restart.
        files.retain(|path, _| {
            wanted(path) && !path.ends_with("ledger.db-shm") && !path.ends_with("ledger.db.lock")
        });
        if files == self.shown {
            return false;
        }
        std::fs::remove_dir_all(self.folder.path()).unwrap();
        std::fs::create_dir_all(self.folder.path()).unwrap();
        for (path, bytes) in &files {
            self.folder.write_private(path.to_str().unwrap(), bytes);
        }
        self.shown = files;
        true
    }
}
