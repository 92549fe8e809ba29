//! What strace(1) writes about a run, as steps in the order in which they happened.

use std::collections::HashMap;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// The calls that change files, make changes last, or send something.
pub(super) const CALLS: &str = "openat,open,creat,close,lseek,write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,\
    fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,truncate,ftruncate,\
    fallocate,copy_file_range,sendfile,sync_file_range";

/// A system call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// Its first argument, if that is a file descriptor, and what it is open for.
    pub(super) descriptor: Option<(i32, PathBuf)>,
    /// Its strings as absolute paths, for calls that take paths.
    pub(super) paths: Vec<PathBuf>,
    /// Its strings one after the other, for calls that take data.
    pub(super) data: Vec<u8>,
    /// Its arguments as strace writes them.
    pub(super) text: String,
}

/// A call begins or ends. Other threads may do something in between.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The call with this number begins: nothing of it has happened.
    Begin(usize),
    /// It ended with this result, which is no error.
    End(usize, i64),
}

/// All steps of a run.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) calls: Vec<Call>,
    pub(super) steps: Vec<Step>,
}

impl Trace {
    /// Reads what `strace -f -y -xx` has written. Relative paths start at `folder`.
    pub(super) fn parse(text: &str, folder: &Path) -> Trace {
        let mut trace = Trace { calls: Vec::new(), steps: Vec::new() };
        // Calls that have begun, by thread.
        let mut open: HashMap<&str, usize> = HashMap::new();
        for line in text.lines() {
            let (thread, rest) = line.split_once(' ').unwrap();
            let rest = rest.trim_start();
            if rest.starts_with("+++") || rest.starts_with("---") {
                continue;
            }
            if rest.starts_with("<...") {
                trace.end(open.remove(thread).unwrap(), rest);
                continue;
            }
            let number = trace.calls.len();
            let (name, arguments) = rest.split_once('(').unwrap();
            trace.calls.push(Call::parse(name, arguments, folder));
            trace.steps.push(Step::Begin(number));
            if rest.ends_with("<unfinished ...>") {
                open.insert(thread, number);
            } else {
                trace.end(number, rest);
            }
        }
        trace
    }

    fn end(&mut self, number: usize, line: &str) {
        let result = line.rsplit_once(" = ").unwrap().1;
        let digits = result.split(|c: char| !c.is_ascii_digit() && c != '-').next().unwrap();
        // `?` instead of a number: the process ended in this call.
        if let Ok(result) = digits.parse()
            && result >= 0
        {
            self.steps.push(Step::End(number, result));
        }
    }
}

impl Call {
    fn parse(name: &str, arguments: &str, folder: &Path) -> Call {
        // A call that ended at once has its result behind it, which may name a file.
        let text = arguments.rsplit_once(") = ").map_or(arguments, |(arguments, _)| arguments);
        let mut call = Call {
            name: name.to_owned(),
            descriptor: None,
            paths: Vec::new(),
            data: Vec::new(),
            text: text.to_owned(),
        };
        assert!(!text.contains("\"..."), "strace has cut a string");
        // Paths are relative to the last folder that an argument before them is open for.
        let mut base = folder.to_owned();
        let mut rest = text;
        while let Some(at) = rest.find(['"', '<']) {
            let before = &rest[..at];
            let end = if rest[at..].starts_with('"') { '"' } else { '>' };
            let Some(length) = rest[at + 1..].find(end) else { break };
            let octets = unescape(&rest[at + 1..at + 1 + length]);
            rest = &rest[at + 2 + length..];
            if end == '"' {
                call.data.extend_from_slice(&octets);
                call.paths.push(base.join(path(octets)));
            } else if let Ok(number) = before.parse() {
                base = path(octets);
                call.descriptor = Some((number, base.clone()));
            } else if before.ends_with("AT_FDCWD") || before.ends_with(char::is_numeric) {
                base = path(octets);
            }
        }
        call
    }

    /// Whether a flag such as `O_TRUNC` is among the arguments.
    pub(super) fn has(&self, flag: &str) -> bool {
        self.text.split(['|', ',', ' ', ')']).any(|word| word == flag)
    }
}

fn path(octets: Vec<u8>) -> PathBuf {
    PathBuf::from(std::ffi::OsString::from_vec(octets))
}

/// The octets of a string in which strace has written all of them as `\xHH`.
fn unescape(text: &str) -> Vec<u8> {
    let Some(digits) = text.strip_prefix("\\x") else { return text.as_bytes().to_vec() };
    digits.split("\\x").map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
}
