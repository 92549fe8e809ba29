//! `meetmint man`: the manual pages.

use std::fs;
use std::io;
use std::path::Path;

use meetmint_app::Error;
use meetmint_app::phrases::counted;

use crate::cli::Man;
use crate::exit::Exit;
use crate::manual::{FIRST_PAGE, pages};
use crate::terminal::Terminal;

pub(crate) fn run(args: &Man, terminal: &Terminal) -> Result<Exit, Error> {
    let failed = |path: &Path, error: io::Error| {
        Error::failed("file", format!("cannot write `{}`", path.display())).caused_by(error)
    };
    fs::create_dir_all(&args.dir).map_err(|error| failed(&args.dir, error))?;
    let pages = pages();
    for page in &pages {
        let file = args.dir.join(&page.file);
        fs::write(&file, &page.text).map_err(|error| failed(&file, error))?;
    }
    let first = args.dir.join(FIRST_PAGE).display().to_string();
    let first = shlex::try_quote(&first).unwrap_or(first.as_str().into());
    let count = counted(pages.len(), "manual page");
    terminal.done(&format!(
        "{count} written to {}. To read the first: man {first}",
        args.dir.display()
    ));
    Ok(Exit::Done)
}
