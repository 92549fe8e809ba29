//! Scripts that complete commands and options in shells. They are clap's, and complete the roles of the meeting besides.
//!
//! The roles are what `meetmint complete-roles` prints. It is given the words of the line, because these may name the
//! meeting. No script runs the program by the path that stands on the line, but only the one in `PATH`: somebody who types
//! `./meetmint` in the folder of a stranger has not run anything yet.

use clap::{Arg, Command, ValueEnum, ValueHint};
use clap_complete::{Generator, Shell, generate};
use clap_complete_nushell::Nushell;

use crate::cli::{CompletedShell, NAME, visible};

/// The option that takes a role, by the name of its field.
const ROLE: &str = "role";

/// A place in clap's script, and what stands there instead.
type Change = (&'static str, &'static str);

/// What offers the roles, for each shell.
const BASH_ROLES: &str = include_str!("completions/roles.bash");
const ELVISH_ROLES: &str = include_str!("completions/roles.elv");
const FISH_ROLES: &str = include_str!("completions/roles.fish");
const NUSHELL_ROLES: &str = include_str!("completions/roles.nu");
const POWERSHELL_ROLES: &str = include_str!("completions/roles.ps1");
const ZSH_ROLES: &str = include_str!("completions/roles.zsh");

const BASH: [Change; 3] = [
    // For a line like `--format=js`, which Bash splits at the equals sign.
    (
        "    prev=\"$3\"\n",
        "    prev=\"$3\"
    if [[ \"${prev}\" == \"=\" ]]; then
        prev=\"${COMP_WORDS[COMP_CWORD-2]}\"
    elif [[ \"${COMP_WORDS[COMP_CWORD]}\" == \"=\" ]]; then
        cur=\"\"
        prev=\"${COMP_WORDS[COMP_CWORD-1]}\"
    fi
",
    ),
    (
        "--role)\n                    COMPREPLY=($(compgen -f \"${cur}\"))",
        "--role)\n                    _meetmint_roles",
    ),
    // Bash's own completion of paths knows `~` and blanks. It is used where a function offers nothing.
    ("COMPREPLY=($(compgen -f \"${cur}\"))", "COMPREPLY=()"),
];

const ZSH: [Change; 2] = [
    // The words of the whole line: those before the command are taken out of `words`.
    ("    local ret=1\n", "    local ret=1\n    local -a line_words=(\"${words[@]}\")\n"),
    (":ROLE:_default'", ":ROLE:_meetmint_roles'"),
];

const NUSHELL: [Change; 2] = [
    ("--role: string", "--role: string@\"nu-complete meetmint roles\""),
    ("module completions {\n", NUSHELL_ROLES),
];

const POWERSHELL: [Change; 1] =
    [("    $commandElements = $commandAst.CommandElements\n", POWERSHELL_ROLES)];

/// The script for a shell.
pub(crate) fn script(shell: CompletedShell) -> String {
    match shell {
        CompletedShell::Bash => changed(clap_script(Shell::Bash), &BASH) + BASH_ROLES,
        CompletedShell::Elvish => clap_script(Shell::Elvish) + ELVISH_ROLES,
        CompletedShell::Fish => fish(&clap_script(Shell::Fish)) + FISH_ROLES,
        CompletedShell::Nushell => changed(clap_script(Nushell), &NUSHELL),
        CompletedShell::Powershell => changed(clap_script(Shell::PowerShell), &POWERSHELL),
        CompletedShell::Zsh => zsh(&changed(clap_script(Shell::Zsh), &ZSH)),
    }
}

fn visible_command() -> Command {
    visible().mut_args(with_hint).mut_subcommands(|command| command.mut_args(with_hint))
}

/// Names of files are no answer to an option that takes something else.
fn with_hint(arg: Arg) -> Arg {
    let takes_text = arg.get_action().takes_values() && arg.get_possible_values().is_empty();
    let is_open = matches!(arg.get_value_hint(), ValueHint::Unknown) && arg.get_id() != ROLE;
    if takes_text && is_open { arg.value_hint(ValueHint::Other) } else { arg }
}

fn clap_script(generator: impl Generator) -> String {
    let mut script = Vec::new();
    generate(generator, &mut visible_command(), NAME, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn changed(script: String, changes: &[Change]) -> String {
    changes.iter().fold(script, |script, (from, to)| script.replace(from, to))
}

/// With the roles after each option that takes one.
fn fish(script: &str) -> String {
    let line = |line: &str| match line.strip_suffix(" -r") {
        Some(start) if line.contains(" -l role ") => {
            format!("{start} -r -f -a \"(__fish_meetmint_roles)\"\n")
        }
        _ => format!("{line}\n"),
    };
    let mut lines: String = script.lines().map(line).collect();
    // clap's script has options only.
    let shells = CompletedShell::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let shells: Vec<String> = shells.map(|shell| shell.get_name().to_owned()).collect();
    lines.push_str(
        "complete -c meetmint -n \"__fish_meetmint_using_subcommand completions\" -f -a \"",
    );
    lines.push_str(&shells.join(" "));
    lines.push_str("\"\n");
    lines
}

/// With the function in front of the last lines, which call the others: the first completion loads the script.
fn zsh(script: &str) -> String {
    let end = "if [ \"$funcstack[1]\" =";
    script.replace(end, &format!("{ZSH_ROLES}\n{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands with `--role`.
    const COMMANDS: usize = 5;

    /// A new version of clap may write other scripts: then nothing would be changed, and nobody would notice.
    #[test]
    fn each_shell_completes_the_role_of_each_command() {
        let mark = |shell| match shell {
            CompletedShell::Bash => "                    _meetmint_roles\n",
            CompletedShell::Fish => " -l role -d",
            CompletedShell::Nushell => "--role: string@\"nu-complete meetmint roles\"",
            CompletedShell::Zsh => ":ROLE:_meetmint_roles' \\\n",
            // They have one place for all commands.
            CompletedShell::Elvish | CompletedShell::Powershell => "complete-roles",
        };
        for shell in CompletedShell::value_variants() {
            let script = script(*shell);
            let expected = match shell {
                CompletedShell::Elvish | CompletedShell::Powershell => 1,
                _ => COMMANDS,
            };
            assert_eq!(script.matches(mark(*shell)).count(), expected, "{shell:?}");
            // Once where it is called, and never as a command to complete.
            assert_eq!(script.matches("complete-roles").count(), 1, "{shell:?}");
        }
    }

    #[test]
    fn each_change_finds_its_place() {
        let with_changes: [(String, &[Change]); 4] = [
            (clap_script(Shell::Bash), &BASH),
            (clap_script(Shell::Zsh), &ZSH),
            (clap_script(Nushell), &NUSHELL),
            (clap_script(Shell::PowerShell), &POWERSHELL),
        ];
        for (script, changes) in with_changes {
            for (from, _) in changes {
                assert!(script.contains(from), "{from}");
            }
        }
        let fish = script(CompletedShell::Fish);
        assert_eq!(fish.matches("-a \"(__fish_meetmint_roles)\"").count(), COMMANDS);
    }
}
