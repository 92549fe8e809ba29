//! `meetmint init`: a meeting folder that works as it is.

mod like;
mod template;

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use meetmint_batch::Roster;

use crate::cli::Init;
use crate::commands::check;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::settings::{self, FILE};
use crate::world::World;

/// The file of the secret.
const SECRET: &str = "app-secret";

/// What must not be published with a meeting folder.
const IGNORED: &str = "\
# Secrets, links and messages are for one person each: they are not published.
app-secret
*.pk
links.*
qr/
preview/
outbox/
ledger.db*
";

/// A file that is going to be written.
struct Planned {
    name: PathBuf,
    bytes: Vec<u8>,
    private: bool,
}

pub(crate) fn run(args: &Init, report: Report, world: &World) -> Result<Exit, Failure> {
    let dir = if args.dir == Path::new(".") { Path::new("") } else { &args.dir };
    let file = dir.join(FILE);
    if fs::symlink_metadata(&file).is_ok() {
        return Err(Failure::wrong(
            format!("there is a meeting already: `{}`", file.display()),
            "name another folder: meetmint init DIR",
        ));
    }
    let planned = match &args.like {
        Some(like) => like::plan(like, &random_hex(16)?)?,
        None => plan(args, report, world)?,
    };
    refuse_existing(dir, &planned)?;
    write(dir, &planned)?;
    tell(args, &file, report);
    Ok(Exit::Done)
}

fn plan(args: &Init, report: Report, world: &World) -> Result<Vec<Planned>, Failure> {
    let asks = io::stdin().is_terminal() && io::stderr().is_terminal() && !report.quiet;
    let practice = format!("practice-{}", random_hex(24)?);
    let (mut url, mut app_id, mut secret) =
        ("https://meet.example.org".to_owned(), "example".to_owned(), practice);
    if asks {
        url = report.ask("Where do your meetings live?", &url)?;
        app_id = report.ask("The server's app id (app_id in its Prosody file)?", &app_id)?;
        let answer =
            report.ask_hidden("Its secret (app_secret; hidden; Enter for a practice one)")?;
        if !answer.trim().is_empty() {
            secret = answer;
        }
    }
    let roster = match &args.roster {
        Some(path) => {
            fs::File::open(path).map_err(|error| {
                let words = match error.kind() {
                    io::ErrorKind::NotFound => "there is no such file".to_owned(),
                    _ => error.to_string(),
                };
                Failure::Wrong {
                    message: format!("cannot read the list `{}`: {words}", path.display()),
                    hint: None,
                }
            })?;
            seen_from(&args.dir, path)?
        }
        None => "people.csv".to_owned(),
    };
    let zone = TimeZone::system().iana_name().unwrap_or("UTC").to_owned();
    let zone = match zone.as_str() {
        "Etc/UTC" => "UTC".to_owned(),
        _ if meetmint_core::known_zone(&zone).is_err() => "UTC".to_owned(),
        _ => zone,
    };
    let values = template::Values {
        url: &url,
        app_id: &app_id,
        id: &random_hex(16)?,
        start: &next_week(world, &zone),
        zone: &zone,
        roster: &roster,
    };
    let mut planned = vec![
        Planned {
            name: FILE.into(),
            bytes: template::meeting(&values).into_bytes(),
            private: false,
        },
        Planned { name: SECRET.into(), bytes: format!("{secret}\n").into_bytes(), private: true },
    ];
    if args.roster.is_none() {
        planned.push(Planned {
            name: "people.csv".into(),
            bytes: template::PEOPLE.into(),
            private: false,
        });
    }
    planned.push(Planned { name: ".gitignore".into(), bytes: IGNORED.into(), private: false });
    Ok(planned)
}

/// This day next week, at two in the afternoon.
fn next_week(world: &World, zone: &str) -> String {
    let zone = meetmint_core::known_zone(zone).unwrap_or(TimeZone::UTC);
    let day = zone.to_datetime(world.now).date().saturating_add(jiff::Span::new().days(7));
    format!("{day} 14:00")
}

/// A path as it has to be written in the file of `dir`.
fn seen_from(dir: &Path, path: &Path) -> Result<String, Failure> {
    let absolute = |path: &Path| {
        std::path::absolute(path)
            .map_err(|error| Failure::broken("cannot tell the current folder", error))
    };
    let (dir, whole) = (absolute(dir)?, absolute(path)?);
    let seen = whole.strip_prefix(&dir).unwrap_or(&whole);
    match seen.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(Failure::wrong(
            "the path of the list cannot be written down",
            "copy the list into the folder, and name it there",
        )),
    }
}

fn refuse_existing(dir: &Path, planned: &[Planned]) -> Result<(), Failure> {
    for file in planned.iter().filter(|file| !file.name.ends_with(".gitignore")) {
        let path = dir.join(&file.name);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(Failure::wrong(
                format!("`{}` is there already, and is not overwritten", path.display()),
                "name another folder, or take it away; `--roster` names a list you have",
            ));
        }
    }
    Ok(())
}

/// Writes all files, or leaves nothing of them.
fn write(dir: &Path, planned: &[Planned]) -> Result<(), Failure> {
    let mut made: Vec<PathBuf> = Vec::new();
    let written = write_each(dir, planned, &mut made);
    if written.is_err() {
        // The last made goes first: folders are empty by then.
        for path in made.iter().rev() {
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
    }
    written
}

fn write_each(dir: &Path, planned: &[Planned], made: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for file in planned {
        let path = dir.join(&file.name);
        let failed =
            |error: io::Error| Failure::broken(format!("cannot write `{}`", path.display()), error);
        if let Some(parent) = path.parent() {
            let missing: Vec<&Path> = parent
                .ancestors()
                .take_while(|parent| !parent.as_os_str().is_empty() && !parent.exists())
                .collect();
            fs::create_dir_all(parent).map_err(failed)?;
            made.extend(missing.into_iter().rev().map(Path::to_owned));
        }
        if file.name.ends_with(".gitignore") && path.exists() {
            continue;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if file.private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let mut open = options.open(&path).map_err(failed)?;
        made.push(path.clone());
        open.write_all(&file.bytes).map_err(failed)?;
    }
    Ok(())
}

/// What was made, and how to go on.
fn tell(args: &Init, file: &Path, report: Report) {
    let flag =
        crate::prepare::meeting_flag((args.dir != Path::new(".")).then_some(args.dir.as_path()));
    if let Ok(loaded) = settings::load(Some(file)) {
        for problem in &loaded.problems {
            report.problem(problem);
        }
        if args.roster.is_some()
            && let Some(roster) = loaded.roster
        {
            match Roster::open(&roster.path, &roster.shown, roster.spec) {
                Ok(roster) => report.done(check::columns(roster.columns()).trim_end()),
                Err(problems) => {
                    for problem in &problems {
                        report.problem(problem);
                    }
                }
            }
        }
    }
    if args.like.is_some() {
        report.note(
            &format!("`start` is still the other meeting's: set it in {}", file.display()),
            None,
        );
    }
    report.done(&format!(
        "{} is ready. Next: meetmint check{flag}, then meetmint links{flag} or meetmint send{flag}",
        file.display()
    ));
}

fn random_hex(octets: usize) -> Result<String, Failure> {
    let mut bytes = vec![0; octets];
    getrandom::fill(&mut bytes).map_err(|error| Failure::Broken {
        message: format!("the system gives no random numbers: {error}"),
        cause: None,
        hint: None,
    })?;
    let mut text = String::with_capacity(2 * octets);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a String");
    }
    Ok(text)
}
