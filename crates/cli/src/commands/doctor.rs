//! `meetmint doctor --mail`.

use meetmint_app::{Context, Error};

use crate::cli::{Doctor, ReportFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words;

pub(crate) fn run(args: &Doctor, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let report = meetmint_app::mail_server(context)?;
    match args.format {
        ReportFormat::Json => {
            // Under one key, because the Jitsi server's answers will stand beside the mail server's.
            terminal.json(&serde_json::json!({ "mail": report }))?;
        }
        ReportFormat::Text => terminal.data(&words::mail_server::mail_server(&report))?,
    }
    report.notices().for_each(|notice| terminal.notice(&notice));
    report.into_error().map_or(Ok(Exit::Done), Err)
}
