//! Arguments of the commands that prepare a shell. The doc comments of options are their help texts.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  source <(meetmint completions bash)    in this shell only
  meetmint completions bash > ~/.local/share/bash-completion/completions/meetmint
  meetmint completions zsh > ~/.zfunc/_meetmint
  meetmint completions fish > ~/.config/fish/completions/meetmint.fish")]
pub(crate) struct Completions {
    /// Shell that is going to read the script
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: CompletedShell,
}

/// A shell whose completions can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompletedShell {
    Bash,
    Elvish,
    Fish,
    Nushell,
    Powershell,
    Zsh,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint man ~/.local/share/man/man1
  man meetmint-send")]
pub(crate) struct Man {
    /// Folder to write them to; it is made if it does not exist
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct CompleteRoles {
    /// Words of the line, without the command; `--meeting` among them counts
    #[arg(value_name = "WORD", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<OsString>,
}
