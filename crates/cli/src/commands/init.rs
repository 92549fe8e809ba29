//! `meetmint init`: a meeting folder that works as it is.

mod files;
mod like;
mod questions;
mod template;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use meetmint_batch::Roster;
use meetmint_mailer::Templates;

use crate::cli::Init;
use crate::commands::check;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::settings::{self, FILE, Loaded};
use crate::world::World;
use files::Planned;
use questions::Answers;

/// The file of the secret.
const SECRET: &str = "app-secret";

/// The folder for templates of one's own.
const TEMPLATES: &str = "templates";

pub(crate) fn run(args: &Init, report: Report, world: &World) -> Result<Exit, Failure> {
    let dir = if args.dir == Path::new(".") { Path::new("") } else { &args.dir };
    let file = dir.join(FILE);
    if fs::symlink_metadata(&file).is_ok() {
        return Err(Failure::wrong(
            format!("there is a meeting already: `{}`", file.display()),
            "name another folder: meetmint init DIR",
        ));
    }
    if let Some(like) = &args.like {
        let pattern = like::plan(like, &random_hex(16)?)?;
        files::refuse(dir, &pattern.planned)?;
        files::write(dir, &pattern.planned, report)?;
        for note in &pattern.notes {
            report.note(note, None);
        }
        report.note(
            &format!("`start` is still the other meeting's: set it in {}", file.display()),
            None,
        );
    } else {
        begin(args, dir, report, world)?;
    }
    let flag =
        crate::prepare::meeting_flag((args.dir != Path::new(".")).then_some(args.dir.as_path()));
    report.done(&format!(
        "{} is ready. Next: meetmint check{flag}, then meetmint links{flag} or meetmint send{flag}",
        file.display()
    ));
    Ok(Exit::Done)
}

/// Writes a new meeting. What can be refused is refused before anything is asked.
fn begin(args: &Init, dir: &Path, report: Report, world: &World) -> Result<(), Failure> {
    let zone = zone();
    let (id, start) = (random_hex(16)?, next_week(world, &zone));
    let list = match &args.roster {
        Some(path) => seen_from(&args.dir, path)?,
        None => "people.csv".to_owned(),
    };
    let meeting = |answers: &Answers| {
        template::meeting(&template::Values {
            url: &answers.url,
            app_id: &answers.app_id,
            id: &id,
            start: &start,
            zone: &zone,
            roster: &list,
            templates: args.templates,
        })
    };
    let mut answers = Answers::practice(&random_hex(24)?);
    let roster = match &args.roster {
        Some(path) => Some(open(path, draft(&meeting(&answers), &dir.join(FILE))?)?),
        None => None,
    };
    let planned = |answers: &Answers| {
        let mut planned = vec![
            Planned::open(FILE, meeting(answers)),
            Planned::private(SECRET, format!("{}\n", answers.secret)),
        ];
        if args.roster.is_none() {
            planned.push(Planned::open("people.csv", template::PEOPLE));
        }
        if args.templates {
            let copy = |(name, text)| Planned::open(Path::new(TEMPLATES).join(name), text);
            planned.extend(Templates::built_in_files().map(copy));
        }
        planned.push(Planned::open(files::IGNORE, files::IGNORED));
        planned
    };
    files::refuse(dir, &planned(&answers))?;
    if io::stdin().is_terminal() && io::stderr().is_terminal() && !report.quiet {
        answers.ask(report)?;
    }
    files::write(dir, &planned(&answers), report)?;
    if let Some(roster) = roster {
        report.done(check::columns(roster.columns()).trim_end());
    }
    Ok(())
}

/// What a `meeting.toml` says that is not written yet.
fn draft(text: &str, file: &Path) -> Result<Loaded, Failure> {
    let failed = |error| Failure::broken("cannot write a temporary file", error);
    let mut draft = tempfile::NamedTempFile::new().map_err(failed)?;
    draft.write_all(text.as_bytes()).map_err(failed)?;
    let mut loaded = settings::load(Some(draft.path()))?;
    if loaded.problems.is_empty() {
        return Ok(loaded);
    }
    for problem in &mut loaded.problems {
        problem.file = file.display().to_string();
    }
    Err(Failure::Problems { problems: loaded.problems, more: 0 })
}

/// Opens the list that somebody has, the way the meeting is going to.
fn open(path: &Path, loaded: Loaded) -> Result<Roster, Failure> {
    let wrong = |words: &str| Failure::Wrong {
        message: format!("cannot read the list `{}`: {words}", path.display()),
        hint: None,
    };
    // Before it is opened: opening a pipe waits for somebody to write into it.
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => wrong("there is no such file"),
        _ => wrong(&error.to_string()),
    })?;
    if metadata.is_dir() {
        return Err(wrong("it is a folder"));
    }
    if !metadata.is_file() {
        return Err(wrong("it is not a file, and it is read more than once"));
    }
    let Some(settings) = loaded.roster else { return Err(wrong("the meeting has no list")) };
    let shown = path.display().to_string();
    Roster::open(path, &shown, settings.spec).map_err(|mut problems| {
        for problem in &mut problems {
            if problem.code == "no-email-column" {
                // There is no meeting.toml yet in which it could be said.
                problem.hint = Some("call that column `email` in the list's first row".to_owned());
            }
        }
        Failure::Problems { problems, more: 0 }
    })
}

/// The zone of this machine.
fn zone() -> String {
    match TimeZone::system().iana_name().unwrap_or("UTC") {
        "Etc/UTC" => "UTC".to_owned(),
        zone if meetmint_core::known_zone(zone).is_err() => "UTC".to_owned(),
        zone => zone.to_owned(),
    }
}

/// This day next week, at two in the afternoon.
fn next_week(world: &World, zone: &str) -> String {
    let zone = meetmint_core::known_zone(zone).unwrap_or(TimeZone::UTC);
    let day = zone.to_datetime(world.now).date().saturating_add(jiff::Span::new().days(7));
    format!("{day} 14:00")
}

/// A path as it has to be written in the file of `dir`.
fn seen_from(dir: &Path, path: &Path) -> Result<String, Failure> {
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

fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::broken("cannot tell the current folder", error))
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
