//! `meetmint init`: a new meeting folder.

use std::path::Path;

use meetmint_app::{Context, Error, InitRequest};

use crate::cli::Init;
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words::meeting_option::meeting_option;
use crate::words::next_steps::{before_mail, next_steps};

pub(crate) fn run(args: Init, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    // The commands that are named at the end have to work in the shell's current folder.
    let elsewhere = Some(args.dir.as_path()).filter(|dir| *dir != Path::new("."));
    let option = meeting_option(elsewhere);
    let request = InitRequest {
        dir: args.dir,
        roster: args.roster,
        like: args.like,
        templates: args.templates,
    };
    let report = meetmint_app::init(context, &request)?;
    let steps = next_steps(&report.next, &option, &editor(context));
    let mail = before_mail(&report.before_mail);
    terminal.done(format!("{} is ready. Next:\n{steps}{mail}", report.file).trim_end());
    Ok(Exit::Done)
}

/// The user's editor: a command, perhaps with options.
fn editor(context: &Context) -> String {
    let chosen = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
        let value = (context.environment.variable)(name)?.into_string().ok()?;
        Some(value).filter(|value| !value.trim().is_empty() && !value.contains(char::is_control))
    });
    chosen.unwrap_or_else(|| "nano".to_owned())
}
