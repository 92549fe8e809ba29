//! `file`, `command` and `url`: where the list of people is.

use std::fmt;
use std::path::{Path, PathBuf};

use url::{Host, Url};

use super::super::document::Location;
use super::super::table::Table;
use super::super::value::Located;

/// What `file` says if the list is read from standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// The keys of which one says where the list is.
const KEYS: [&str; 3] = ["file", "command", "url"];

const CODE: &str = "roster-place";

/// The ways to say where the list is, for hints.
const FORMS: &str = "write one of file = \"people.csv\", command = [\"…\"] and url = \"https://…\"";

/// Where the list of people is.
#[derive(Clone, Debug)]
pub(crate) enum RosterPlace {
    /// In a file.
    File(PathBuf),
    /// It is piped into the program.
    StandardInput,
    /// It is the output of a program, which is run without a shell, in the meeting's folder.
    Command { program: String, arguments: Vec<String>, folder: PathBuf },
    /// A web server has it.
    Web(WebAddress),
}

/// The address of a list. A link to a shared sheet is a secret: whoever has it can read the list. So only the host is
/// ever shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct WebAddress(Url);

impl RosterPlace {
    /// How messages name the list.
    pub(crate) fn shown(&self) -> String {
        match self {
            RosterPlace::File(path) => path.display().to_string(),
            RosterPlace::StandardInput => "standard input".to_owned(),
            RosterPlace::Command { program, .. } => {
                // A line break or a control sequence would garble the messages.
                program.chars().filter(|letter| !letter.is_control()).collect()
            }
            RosterPlace::Web(address) => address.host().to_owned(),
        }
    }
}

impl WebAddress {
    /// The address, for a connection, and to look for its kind.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Its host.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether nobody can read or change the list on its way: it is encrypted, or does not leave this machine.
    pub(crate) fn is_protected(&self) -> bool {
        is_protected(&self.0)
    }

    /// Whether its host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// The address that a redirection leads to, if it is one.
    pub(crate) fn join(&self, location: &str) -> Option<WebAddress> {
        self.0.join(location).ok().filter(Url::has_host).map(WebAddress)
    }
}

impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}/…", self.0.scheme(), self.host())
    }
}

fn is_protected(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The line that says where the list is.
pub(super) fn location(table: &Table<'_>) -> Location {
    let place = KEYS.iter().find_map(|key| table.offset_of(key));
    table.location(place.unwrap_or(table.offset()))
}

/// Reads the place. There has to be exactly one.
pub(super) fn read(table: &Table<'_>, folder: &Path) -> Option<RosterPlace> {
    let written: Vec<usize> = KEYS.iter().filter_map(|key| table.offset_of(key)).collect();
    for key in KEYS {
        table.allow(key);
    }
    match written[..] {
        [_] => {}
        [] => {
            // The message is about a file, as that is what nearly everybody has.
            table.required("file", "the file with the list of people", "people.csv");
            return None;
        }
        [_, second, ..] => {
            let message = "[roster] needs exactly one of `file`, `command` and `url`";
            table.report(CODE, second, message, FORMS);
            return None;
        }
    }
    if table.offset_of("command").is_some() {
        command(table, folder)
    } else if let Some(url) = table.string("url") {
        address(table, &url).map(RosterPlace::Web)
    } else if table.offset_of("file").is_some() {
        let file = table.required("file", "the file with the list of people", "people.csv")?.value;
        Some(match file.as_str() {
            STANDARD_INPUT => RosterPlace::StandardInput,
            file => RosterPlace::File(folder.join(file)),
        })
    } else {
        // `url` is not a string, which has been reported.
        None
    }
}

fn command(table: &Table<'_>, folder: &Path) -> Option<RosterPlace> {
    let offset = table.offset_of("command").unwrap_or(table.offset());
    let parts = table.strings_if_set("command")?;
    let mut parts = parts.into_iter().map(|part| part.value);
    let program = parts.next().filter(|program| !program.trim().is_empty());
    let Some(program) = program else {
        let hint = "write the program and its arguments: command = [\"program\", \"argument\"]";
        table.report("empty-value", offset, "`command` is empty", hint);
        return None;
    };
    let arguments: Vec<String> = parts.collect();
    // No program can be given it (POSIX, `exec`).
    if program.contains('\0') || arguments.iter().any(|argument| argument.contains('\0')) {
        let message = "`command` contains a NUL character";
        table.report("bad-value", offset, message, "remove it");
        return None;
    }
    Some(RosterPlace::Command { program, arguments, folder: folder.to_owned() })
}

/// Reads an address. No message quotes it.
fn address(table: &Table<'_>, text: &Located<String>) -> Option<WebAddress> {
    let report = |code, message, hint| {
        table.report(code, text.offset, message, hint);
        None
    };
    let Some(url) = Url::parse(text.value.trim()).ok().filter(Url::has_host) else {
        return report(
            "bad-value",
            "`url` is not the address of a web page",
            "write the whole address, as a browser shows it: https://…",
        );
    };
    if !is_protected(&url) {
        return report(
            "bad-value",
            "`url` must begin with `https://`",
            "write `https://`; `http://` is possible only for a server on this machine",
        );
    }
    if !url.username().is_empty() || url.password().is_some() {
        return report(
            "secret-in-file",
            "a user name or password must not be part of `url`",
            "remove it; for a list behind a login, use `command`: curl, for example, reads passwords from a file with `--netrc-file`",
        );
    }
    Some(WebAddress(url))
}

/// An address for tests.
#[cfg(test)]
pub(crate) fn web_address(text: &str) -> WebAddress {
    WebAddress(Url::parse(text).unwrap())
}

#[cfg(test)]
mod tests;
