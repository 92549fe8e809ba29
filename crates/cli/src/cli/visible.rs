//! The command as completions and manual pages show it.

use clap::{Command, CommandFactory};

use super::{Cli, VERSION};

/// The name of the program.
pub(crate) const NAME: &str = "meetmint";

/// The command without the commands that nobody types: the generators do not know that a command is hidden.
pub(crate) fn visible() -> Command {
    let all = Cli::command();
    let commands = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    Command::new(NAME)
        .version(VERSION.as_str())
        .about(all.get_about().cloned().unwrap_or_default())
        .after_help(all.get_after_help().cloned().unwrap_or_default())
        .subcommand_required(true)
        .args(all.get_arguments().cloned())
        .subcommands(commands)
}
