//! Reads the files of one server.

use std::sync::Arc;

use meetmint_core::quoted;

use crate::docker;
use crate::encoding;
use crate::env::{self, EnvFile};
use crate::facts::ServerFacts;
use crate::jicofo::Jicofo;
use crate::kind::{self, FileKind};
use crate::lua;
use crate::place::Place;
use crate::prosody::{self, Config};
use crate::remark::{Refused, Remark, unreadable};

/// The largest file that is read, in octets. Prosody's own are a hundred times smaller.
pub const LARGEST_FILE: usize = 1 << 20;

/// A file as it was given.
#[derive(Clone, Copy)]
pub struct FileGiven<'f> {
    /// How messages name it.
    pub name: &'f str,
    /// Its content.
    pub octets: &'f [u8],
}

/// The files of one server, read.
#[derive(Debug)]
pub struct ServerFiles {
    main: Main,
    jicofo: Jicofo,
}

/// What says which tokens are accepted.
#[derive(Debug)]
enum Main {
    Prosody(Box<Config>),
    Docker(Arc<str>, EnvFile),
}

impl ServerFiles {
    /// Reads all files. Nothing in them is run.
    ///
    /// # Errors
    /// Everything that makes them useless: a file that is none of the expected ones, or that the server itself could not
    /// read, and what is missing or too many.
    pub fn read(files: &[FileGiven<'_>]) -> Result<ServerFiles, Vec<Refused>> {
        let mut config: Option<Config> = None;
        let mut env: Option<(Arc<str>, EnvFile)> = None;
        let mut jicofo = Jicofo::new();
        let mut refused = Vec::new();
        for (at, file) in files.iter().enumerate() {
            // Such as one of `conf.avail`, and the link to it in `conf.d`.
            if files[..at].iter().any(|other| other.octets == file.octets) {
                continue;
            }
            let name: Arc<str> = file.name.into();
            if file.octets.len() > LARGEST_FILE {
                let message = format!("this file is larger than {} KiB", LARGEST_FILE >> 10);
                refused.push(Refused::of_file("too-large", &name, message, EXPECTED));
                continue;
            }
            let octets = encoding::to_utf8(file.octets);
            let text = String::from_utf8_lossy(&octets);
            match kind::of(&text) {
                FileKind::Prosody => match lua::read(&octets) {
                    Ok(statements) => {
                        config.get_or_insert_default().add(&name, statements);
                    }
                    Err(error) => {
                        let message = format!("not Lua: {}", error.what);
                        refused.push(Refused::at(
                            "not-lua",
                            &Place::new(&name, error.at),
                            message,
                            unreadable("Prosody", &text, error.at),
                        ));
                    }
                },
                FileKind::Env => match env::read(&text) {
                    Ok(_) if env.is_some() => {
                        let message = "this is a second .env: meetmint reads one server at a time";
                        let hint = "give the .env of one server";
                        refused.push(Refused::of_file("two-servers", &name, message, hint));
                    }
                    Ok(read) => env = Some((name, read)),
                    Err(error) => {
                        let hint = "Docker Compose cannot read this file either: correct it on the server first";
                        refused.push(Refused::at(
                            "not-env",
                            &Place::new(&name, error.at),
                            error.what,
                            hint,
                        ));
                    }
                },
                FileKind::Jicofo => {
                    if let Err(error) = jicofo.add(&name, &text) {
                        refused.push(error);
                    }
                }
                FileKind::Properties => jicofo.add_properties(&name, &text),
                FileKind::Other(what) => {
                    let message =
                        format!("this is {what}, not a file that says which tokens are accepted");
                    refused.push(Refused::of_file("other-file", &name, message, EXPECTED));
                }
                FileKind::Unknown => {
                    let message = "this is not a file of a Jitsi server that meetmint knows";
                    refused.push(Refused::of_file("other-file", &name, message, EXPECTED));
                }
            }
        }
        let main = match (config, env) {
            (Some(_), Some((name, _))) => {
                let message = "a .env and a configuration of Prosody cannot be of one server";
                let hint =
                    "with Docker, give the .env alone: Prosody's configuration is made from it";
                refused.push(Refused::of_file("two-servers", &name, message, hint));
                None
            }
            (Some(config), None) => Some(Main::Prosody(Box::new(config))),
            (None, Some((name, env))) => Some(Main::Docker(name, env)),
            (None, None) => {
                if refused.is_empty() {
                    let message = "Jicofo's settings alone do not say which tokens are accepted";
                    refused.push(Refused::general("no-main-file", message, EXPECTED));
                }
                None
            }
        };
        match main {
            Some(main) if refused.is_empty() => Ok(ServerFiles { main, jicofo }),
            _ => Err(refused),
        }
    }

    /// The hosts that check tokens: one, or those to choose from. Docker's images have one, whose name is not needed.
    ///
    /// # Errors
    /// If there is none, so that tokens are off.
    pub fn hosts(&self) -> Result<Vec<String>, Refused> {
        match &self.main {
            Main::Prosody(config) => {
                let hosts = prosody::token_hosts(config)?;
                Ok(hosts.into_iter().map(|host| host.name().to_owned()).collect())
            }
            Main::Docker(..) => Ok(Vec::new()),
        }
    }

    /// What the files come to for a host: the one with this name, or the first.
    ///
    /// # Errors
    /// If no such host checks tokens, or tokens are off.
    pub fn facts(&self, host: Option<&str>) -> Result<ServerFacts, Refused> {
        let mut facts = match &self.main {
            Main::Docker(name, _) if host.is_some() => {
                let message = "a .env has no hosts to choose from";
                return Err(Refused::of_file("no-host", name, message, "leave out `--host`"));
            }
            Main::Docker(name, env) => docker::facts(name, env, &self.jicofo)?,
            Main::Prosody(config) => {
                let hosts = prosody::token_hosts(config)?;
                let wanted = host.map(str::to_lowercase);
                let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
                let found =
                    hosts.iter().find(|found| is_wanted(found.name())).ok_or_else(|| {
                        let names: Vec<String> =
                            hosts.iter().take(10).map(|host| quoted(host.name())).collect();
                        let message = format!(
                            "no VirtualHost {} checks tokens",
                            quoted(host.unwrap_or_default())
                        );
                        Refused::general(
                            "no-host",
                            message,
                            format!("use one of {}", names.join(", ")),
                        )
                    })?;
                prosody::facts(config, found, &self.jicofo)
            }
        };
        facts.remarks.extend(self.jicofo.remarks.iter().cloned());
        let more = facts.remarks.len().saturating_sub(MOST_REMARKS);
        facts.remarks.truncate(MOST_REMARKS);
        if let Some(last) = facts.remarks.last().filter(|_| more > 0) {
            let message = format!("{more} more remarks are left out");
            let remark = Remark::note("more", &last.place, message);
            facts.remarks.push(remark);
        }
        Ok(facts)
    }
}

/// How many remarks are made: nobody reads more.
const MOST_REMARKS: usize = 50;

/// What should have been given.
const EXPECTED: &str = "give /etc/prosody/conf.avail/HOST.cfg.lua of the server, or the .env of its Docker images; /etc/jitsi/jicofo/jicofo.conf beside it tells who is a moderator";
