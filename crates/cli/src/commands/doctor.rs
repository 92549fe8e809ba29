//! `meetmint doctor --mail`.

use meetmint_app::{Context, Error, Notice};

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
    for remark in &report.remarks {
        let notice = Notice::warning("mail-server", remark.message.as_str());
        terminal.notice(&notice.hint(remark.hint));
    }
    match report.error {
        None => Ok(Exit::Done),
        Some(message) => {
            let error = Error::failed("mail-server", message);
            Err(match report.hint {
                Some(hint) => error.with_hint(hint),
                None => error,
            })
        }
    }
}
