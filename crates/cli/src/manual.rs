//! The manual pages, made from the help texts.

use clap::Command;
use roff::{Roff, roman};

use crate::cli::visible;

/// The page of the whole program.
pub(crate) const FIRST_PAGE: &str = "meetmint.1";

/// Where user commands are in the manual.
const SECTION: &str = "1";

/// The end of a help text: the heading there, and that of the section.
const PARTS: [(&str, &str); 3] =
    [("Examples:", "EXAMPLES"), ("Environment:", "ENVIRONMENT"), ("Exit codes:", "EXIT STATUS")];

/// A manual page.
pub(crate) struct Page {
    /// The name of its file.
    pub(crate) file: String,
    /// Its source, in the language of man(7).
    pub(crate) text: Vec<u8>,
}

/// A page for the program, and one for each command.
pub(crate) fn pages() -> Vec<Page> {
    let mut command = visible().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![page(&command, None)];
    pages.extend(command.get_subcommands().map(|sub| page(sub, Some(command.get_name()))));
    pages
}

fn page(command: &Command, of: Option<&str>) -> Page {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    // What follows is ours: clap's section has another heading, and fills the lines of examples.
    let man = clap_mangen::Man::new(command.clone().after_help(None::<&str>));
    let man = man.section(SECTION);
    let mut roff = Roff::new();
    sections(&mut roff, &help);
    if let Some(of) = of {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([roman(format!("{of}({SECTION})"))]);
    }
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut text = title(&name).into_bytes();
    let parts = [
        man.render_name_section(&mut text),
        man.render_synopsis_section(&mut text),
        man.render_description_section(&mut text),
        man.render_options_section(&mut text),
        if of.is_none() { man.render_subcommands_section(&mut text) } else { Ok(()) },
        roff.to_writer(&mut text),
    ];
    // Nothing fails that is written to memory.
    debug_assert!(parts.iter().all(Result::is_ok), "{parts:?}");
    Page { file: man.get_filename(), text }
}

/// The first line of a page. Not clap's, which leaves an empty date out, so that the version takes its place. A date would
/// change with each build.
fn title(name: &str) -> String {
    let (name, version) = (name.to_uppercase(), env!("CARGO_PKG_VERSION"));
    format!(".TH \"{name}\" \"{SECTION}\" \"\" \"meetmint {version}\" \"User Commands\"\n")
}

/// Writes the end of a help text as sections. Lines stay as they are, because commands are among them.
fn sections(roff: &mut Roff, help: &str) {
    let mut is_open = false;
    for line in help.lines() {
        let part = PARTS.iter().find(|(heading, _)| *heading == line);
        if let Some((_, section)) = part {
            close(roff, is_open);
            roff.control("SH", [*section]);
            roff.control("nf", []);
            is_open = true;
        } else if !line.is_empty() {
            roff.text([roman(line)]);
        }
    }
    close(roff, is_open);
}

fn close(roff: &mut Roff, is_open: bool) {
    if is_open {
        roff.control("fi", []);
    }
}
