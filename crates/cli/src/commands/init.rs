//! `meetmint init`: a new meeting folder.

use std::ffi::OsString;
use std::path::Path;

use meetmint_app::{Context, Error, InitOutcome, InitRequest};

use crate::cli::Init;
use crate::environment::named_meeting;
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words::meeting_option::meeting_option;
use crate::words::next_steps::{before_mail, next_steps};

pub(crate) fn run(args: Init, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    // The commands that are named at the end have to work in the shell's current folder, where the variable may name
    // another meeting.
    let is_near = args.dir == Path::new(".") && named_meeting().is_none();
    let elsewhere = Some(args.dir.as_path()).filter(|_| !is_near);
    let option = meeting_option(elsewhere);
    let request = InitRequest {
        dir: args.dir,
        roster: args.roster,
        like: args.like,
        templates: args.templates,
        server_config: args.server_config,
        host: args.host,
    };
    let report = match meetmint_app::init(context, &request)? {
        InitOutcome::Created(report) => report,
        InitOutcome::ToPaste { text, refusal } => {
            terminal.data(&text)?;
            return Err(refusal);
        }
    };
    let steps =
        next_steps(&report.next, &option, &editor(&*context.environment.variable, Path::is_file));
    let mail = before_mail(&report.before_mail);
    terminal.done(format!("{} is ready. Next:\n{steps}{mail}", report.file).trim_end());
    Ok(Exit::Done)
}

/// The user's editor: a command, perhaps with options. Without one in the environment, an editor that is installed.
fn editor(variable: &dyn Fn(&str) -> Option<OsString>, is_file: fn(&Path) -> bool) -> String {
    let chosen = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
        let value = variable(name)?.into_string().ok()?;
        Some(value).filter(|value| !value.trim().is_empty() && !value.contains(char::is_control))
    });
    let path = variable("PATH").unwrap_or_default();
    let has_nano = std::env::split_paths(&path).any(|folder| is_file(&folder.join("nano")));
    // Every POSIX system has vi, but few people know how to leave it.
    chosen.unwrap_or_else(|| if has_nano { "nano" } else { "vi" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_editor_is_the_chosen_one_or_one_that_is_installed() {
        #[track_caller]
        fn case(variables: &[(&str, &str)], expected: &str) {
            let variable = |name: &str| {
                let found = variables.iter().find(|(other, _)| *other == name);
                found.map(|(_, value)| OsString::from(value))
            };
            assert_eq!(editor(&variable, |path| path == Path::new("/usr/bin/nano")), expected);
        }
        case(&[("VISUAL", "code --wait"), ("EDITOR", "vim")], "code --wait");
        case(&[("VISUAL", " "), ("EDITOR", "vim")], "vim");
        case(&[("EDITOR", "vim\u{1b}[2J"), ("PATH", "/bin")], "vi");
        case(&[("PATH", "/bin:/usr/bin")], "nano");
        case(&[], "vi");
    }
}
