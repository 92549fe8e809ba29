//! A model of a disk: what is certainly on it, and what may be.
//!
//! It is stricter than file systems are. Only a sync makes data or a name last, and what was not synced may arrive in
//! any part: each sector of 512 octets, and each change of a name, by itself.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::trace::{Call, Step, Trace};

/// The smallest unit that a disk writes as a whole.
const SECTOR: usize = 512;

/// How much of what was not synced has arrived when the power fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    /// Nothing, as if the system had not begun to write.
    Nothing,
    /// Everything, as after a kill.
    Everything,
    /// A part that follows from this seed.
    Part(u64),
}

/// The files below a folder: what programs see, and what would be there after a power cut.
#[derive(Debug, Default)]
pub(super) struct Disk {
    root: PathBuf,
    files: Vec<File>,
    /// What programs see.
    names: BTreeMap<PathBuf, Node>,
    /// What is certain.
    safe_names: BTreeMap<PathBuf, Node>,
    /// Changes of names that were not synced: each happens as a whole.
    pending_names: Vec<(usize, Vec<NewName>)>,
    open: HashMap<i32, Open>,
    /// Syncs that have begun, with the time of their beginning.
    syncs: HashMap<usize, usize>,
    /// Counts the changes.
    time: usize,
}

/// What a path names from now on; `None` for nothing.
type NewName = (PathBuf, Option<Node>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Debug, Default)]
struct File {
    now: Vec<u8>,
    safe: Vec<u8>,
    /// Changes that were not synced, with their times.
    pending: Vec<(usize, Change)>,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug)]
struct Open {
    node: Node,
    path: PathBuf,
    position: usize,
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Length(length) => bytes.resize(*length, 0),
            Change::Write(at, data) => {
                bytes.resize(bytes.len().max(at + data.len()), 0);
                bytes[*at..at + data.len()].copy_from_slice(data);
            }
        }
    }

    /// The parts that arrive by themselves.
    fn parts(&self) -> Vec<Change> {
        match self {
            Change::Length(_) => vec![self.clone()],
            Change::Write(at, data) => {
                let sectors = data.chunks(SECTOR).enumerate();
                sectors
                    .map(|(number, part)| Change::Write(at + number * SECTOR, part.to_vec()))
                    .collect()
            }
        }
    }
}

impl Disk {
    /// A disk that holds everything below a folder for certain.
    pub(super) fn load(root: &Path) -> Disk {
        let mut disk = Disk { root: root.to_owned(), ..Disk::default() };
        disk.load_folder(root);
        disk.safe_names = disk.names.clone();
        disk
    }

    fn load_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let node = if path.is_dir() {
                self.load_folder(&path);
                Node::Folder
            } else {
                let bytes = fs::read(&path).unwrap();
                self.files.push(File { now: bytes.clone(), safe: bytes, pending: Vec::new() });
                Node::File(self.files.len() - 1)
            };
            self.names.insert(path, node);
        }
    }

    /// Takes one step of a run.
    pub(super) fn take(&mut self, trace: &Trace, step: &Step) {
        match step {
            Step::Begin(number) if trace.calls[*number].name.ends_with("sync") => {
                // What is written from now on need not be part of it.
                self.syncs.insert(*number, self.time);
            }
            Step::Begin(_) => {}
            Step::End(number, result) => {
                self.time += 1;
                let call = &trace.calls[*number];
                match call.name.as_str() {
                    "fsync" | "fdatasync" => self.sync(call, self.syncs[number]),
                    "openat" | "open" | "creat" => self.open(call, *result),
                    "lseek" | "write" | "pwrite64" | "writev" | "ftruncate" => {
                        self.change(call, usize::try_from(*result).unwrap());
                    }
                    "sendto" | "sendmsg" | "close" => {}
                    _ => self.change_names(call),
                }
            }
        }
    }

    fn is_inside(&self, path: &Path) -> bool {
        path.starts_with(&self.root)
    }

    fn open(&mut self, call: &Call, descriptor: i64) {
        let path = &call.paths[0];
        let descriptor = i32::try_from(descriptor).unwrap();
        self.open.remove(&descriptor);
        if !self.is_inside(path) {
            return;
        }
        let node = match self.names.get(path) {
            Some(node) => *node,
            None if *path == self.root => Node::Folder,
            None => {
                assert!(call.has("O_CREAT"), "{} is not in the model", path.display());
                self.files.push(File::default());
                let node = Node::File(self.files.len() - 1);
                self.rename_all(vec![(path.clone(), Some(node))]);
                node
            }
        };
        if let Node::File(number) = node
            && call.has("O_TRUNC")
        {
            self.change_file(number, Change::Length(0));
        }
        assert!(!call.has("O_APPEND") && !call.has("O_TMPFILE"), "not in the model");
        self.open.insert(descriptor, Open { node, path: path.clone(), position: 0 });
    }

    /// A change of an open file's content, length or position.
    fn change(&mut self, call: &Call, result: usize) {
        let (descriptor, path) = call.descriptor.as_ref().unwrap();
        if !self.is_inside(path) {
            return;
        }
        let open = self.open.get_mut(descriptor).unwrap();
        let Node::File(number) = open.node else { return };
        let last = || call.text.rsplit(", ").next().unwrap().trim_end_matches(" <unfinished ...>");
        let change = match call.name.as_str() {
            "lseek" => {
                open.position = result;
                return;
            }
            "ftruncate" => Change::Length(last().trim_end_matches(')').parse().unwrap()),
            "pwrite64" => {
                let at = last().trim_end_matches(')').parse().unwrap();
                Change::Write(at, call.data[..result].to_vec())
            }
            _ => {
                let at = open.position;
                open.position += result;
                Change::Write(at, call.data[..result].to_vec())
            }
        };
        self.change_file(number, change);
    }

    fn change_file(&mut self, number: usize, change: Change) {
        let file = &mut self.files[number];
        change.apply(&mut file.now);
        file.pending.push((self.time, change));
    }

    fn change_names(&mut self, call: &Call) {
        let inside = call.paths.iter().filter(|path| self.is_inside(path)).count();
        if inside == 0 {
            let path = call.descriptor.as_ref().map(|(_, path)| self.is_inside(path));
            assert!(path != Some(true), "{} is not in the model", call.name);
            return;
        }
        let paths = &call.paths;
        let node = self.names.get(&paths[0]).copied();
        let changes = match call.name.as_str() {
            "unlink" | "unlinkat" | "rmdir" => vec![(paths[0].clone(), None)],
            "mkdir" | "mkdirat" => vec![(paths[0].clone(), Some(Node::Folder))],
            "link" | "linkat" => vec![(paths[1].clone(), node)],
            "rename" | "renameat" | "renameat2" => {
                assert!(matches!(node, Some(Node::File(_))), "{} is a file", paths[0].display());
                vec![(paths[0].clone(), None), (paths[1].clone(), node)]
            }
            name => panic!("{name} is not in the model"),
        };
        self.rename_all(changes);
    }

    fn rename_all(&mut self, changes: Vec<NewName>) {
        apply_names(&mut self.names, &changes);
        // A folder is synced by itself: a move between two of them is two changes.
        let one_folder = changes.iter().all(|(path, _)| path.parent() == changes[0].0.parent());
        if one_folder {
            self.pending_names.push((self.time, changes));
        } else {
            let each = changes.into_iter().map(|change| (self.time, vec![change]));
            self.pending_names.extend(each);
        }
    }

    fn sync(&mut self, call: &Call, begun: usize) {
        let (descriptor, path) = call.descriptor.as_ref().unwrap();
        if !self.is_inside(path) {
            return;
        }
        let open = &self.open[descriptor];
        match open.node {
            Node::File(number) => {
                let file = &mut self.files[number];
                let (synced, later): (Vec<_>, Vec<_>) = std::mem::take(&mut file.pending)
                    .into_iter()
                    .partition(|(time, _)| *time <= begun);
                for (_, change) in synced {
                    change.apply(&mut file.safe);
                }
                file.pending = later;
            }
            Node::Folder => {
                let folder = open.path.as_path();
                let (synced, later): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut self.pending_names).into_iter().partition(
                        |(time, names)| *time <= begun && names[0].0.parent() == Some(folder),
                    );
                for (_, changes) in synced {
                    apply_names(&mut self.safe_names, &changes);
                }
                self.pending_names = later;
            }
        }
    }

    /// The files after a power cut at this moment, by their paths below the folder.
    pub(super) fn image(&self, arrived: Arrived) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut random = Coin(match arrived {
            Arrived::Part(seed) => seed,
            _ => 0,
        });
        let mut arrives = || match arrived {
            Arrived::Nothing => false,
            Arrived::Everything => true,
            Arrived::Part(_) => random.toss(),
        };
        let mut names = self.safe_names.clone();
        for (_, changes) in &self.pending_names {
            if arrives() {
                apply_names(&mut names, changes);
            }
        }
        let mut image = BTreeMap::new();
        for (path, node) in &names {
            let Node::File(number) = node else { continue };
            let mut above = path.ancestors().skip(1).take_while(|folder| **folder != *self.root);
            if !above.all(|folder| names.get(folder) == Some(&Node::Folder)) {
                continue;
            }
            let mut bytes = self.files[*number].safe.clone();
            for part in self.files[*number].pending.iter().flat_map(|(_, change)| change.parts()) {
                if arrives() {
                    part.apply(&mut bytes);
                }
            }
            image.insert(path.strip_prefix(&self.root).unwrap().to_owned(), bytes);
        }
        image
    }
}

fn apply_names(names: &mut BTreeMap<PathBuf, Node>, changes: &[NewName]) {
    for (path, node) in changes {
        match node {
            Some(node) => names.insert(path.clone(), *node),
            None => names.remove(path),
        };
    }
}

/// Yes or no, from a seed: the generator `SplitMix64`.
struct Coin(u64);

impl Coin {
    fn toss(&mut self) -> bool {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) & 1 == 1
    }
}
