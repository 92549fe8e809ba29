//! What to do after `init`, in words.

use meetmint_app::{Change, NextStep};

/// Each step with the command for it in a line of its own: in zsh, a comment behind a command is an argument. `option` names
/// the meeting, and `editor` is a command.
pub(crate) fn next_steps(steps: &[NextStep], option: &str, editor: &str) -> String {
    let line = |(number, step): (usize, &NextStep)| {
        let (what, command) = match step {
            NextStep::AddKey { file, own } => {
                let what = if *own {
                    "Save the private key that belongs to the server's public key; KEY is its file:"
                } else {
                    "Save the private key from the JaaS console; KEY is the file you downloaded:"
                };
                (what.to_owned(), format!("install -m 600 KEY {}", quoted(file)))
            }
            NextStep::Describe { file, start } => {
                let what = if *start { "Set title and start:" } else { "Set the title:" };
                (what.to_owned(), format!("{editor} {}", quoted(file)))
            }
            NextStep::SetStart { file } => {
                ("Set the new start:".to_owned(), format!("{editor} {}", quoted(file)))
            }
            NextStep::ListPeople { file } => {
                ("List the people:".to_owned(), format!("{editor} {}", quoted(file)))
            }
            NextStep::Check => ("Find mistakes:".to_owned(), format!("meetmint check{option}")),
            NextStep::TestServer => (
                "Test the Jitsi server, within a minute:".to_owned(),
                format!("meetmint doctor{option}"),
            ),
            NextStep::Links => ("Make the links:".to_owned(), format!("meetmint links{option}")),
            NextStep::TestCopy { to, outbox } => {
                let what = match outbox {
                    Some(folder) => format!("Write a test copy to {folder}:"),
                    None => "Mail yourself a test copy:".to_owned(),
                };
                (what, format!("meetmint send{option} --to {}", quoted(to)))
            }
            NextStep::Send { outbox } => {
                let what = match outbox {
                    Some(folder) => format!("Write everybody's invitation to {folder}:"),
                    None => "Mail everybody's invitation:".to_owned(),
                };
                (what, format!("meetmint send{option}"))
            }
        };
        format!("  {number}. {what}\n       {command}\n")
    };
    (1..).zip(steps).map(line).collect()
}

/// What to change before mail is sent; empty if nothing is known of it.
pub(crate) fn before_mail(changes: &[Change]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let width = changes.iter().map(|change| change.place.chars().count()).max().unwrap_or_default();
    let lines = changes.iter().map(|Change { place, what }| format!("  {place:<width$}  {what}\n"));
    format!(
        "This is a rehearsal: nothing is mailed. For real mail, change:\n{}",
        lines.collect::<String>()
    )
}

fn quoted(text: &str) -> String {
    // Only a NUL cannot be quoted, and neither a path nor an address has one.
    shlex::try_quote(text).unwrap_or(text.into()).into_owned()
}
