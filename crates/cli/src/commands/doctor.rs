//! `meetmint doctor`.

use meetmint_app::{
    Context, Error, ErrorClass, JitsiOutcome, JitsiServerRequest, MailServerReport, ServersReport,
};

use crate::cli::{Doctor, ReportFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words;

pub(crate) fn run(args: &Doctor, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    // What is wrong in meeting.toml is wrong for both servers, and is reported once.
    let servers = meetmint_app::servers_to_ask(context)?;
    let is_open = !args.meet && !args.mail;
    let asks_meet = args.meet || is_open;
    let asks_mail = args.mail || (is_open && servers.mail);
    let mut json = ServersReport::default();
    let mut exits = Vec::new();
    let mut is_meet_shown = false;
    if asks_meet {
        let request = JitsiServerRequest { yes: args.yes };
        match meetmint_app::jitsi_server(context, &request) {
            Ok(report) => {
                exits.push(exit_of(report.outcome()));
                match args.format {
                    ReportFormat::Json => json.meet = Some(report),
                    ReportFormat::Text => {
                        let text = words::jitsi_server::jitsi_server(&report);
                        terminal.data(&terminal.with_meeting(&text))?;
                        is_meet_shown = true;
                    }
                }
            }
            // Whoever stops the program wants no other server asked.
            Err(error) if error.class() == ErrorClass::Interrupted || !asks_mail => {
                return Err(error);
            }
            Err(error) => {
                terminal.error(&error);
                exits.push(Exit::of(&error));
            }
        }
    }
    if asks_mail {
        if asks_meet && matches!(args.format, ReportFormat::Text) {
            let gap = if is_meet_shown { "\n" } else { "" };
            terminal.data(&format!("{gap}{}\n", words::mail_server::HEADING))?;
        }
        match meetmint_app::mail_server(context) {
            Ok(report) => {
                exits.push(mail(&report, args.format, terminal)?);
                json.mail = Some(report);
            }
            Err(error) if exits.is_empty() => return Err(error),
            Err(error) => {
                terminal.error(&error);
                exits.push(Exit::of(&error));
            }
        }
    }
    if matches!(args.format, ReportFormat::Json) && !json.is_empty() {
        terminal.json(&json)?;
    }
    Ok(worst(&exits))
}

fn mail(
    report: &MailServerReport,
    format: ReportFormat,
    terminal: &Terminal,
) -> Result<Exit, Error> {
    if matches!(format, ReportFormat::Text) {
        terminal.data(&words::mail_server::mail_server(report))?;
    }
    report.notices().for_each(|notice| terminal.notice(&notice));
    let Some(error) = report.error() else { return Ok(Exit::Done) };
    terminal.error(&error);
    Ok(Exit::of(&error))
}

fn exit_of(outcome: JitsiOutcome) -> Exit {
    match outcome {
        JitsiOutcome::Works => Exit::Done,
        JitsiOutcome::Problems | JitsiOutcome::Incomplete => Exit::Partial,
        JitsiOutcome::NotReached => Exit::Failed,
    }
}

/// The exit code of both servers: that of the one with which more is wrong.
fn worst(exits: &[Exit]) -> Exit {
    let order = [Exit::Interrupted, Exit::Failed, Exit::Usage, Exit::Invalid, Exit::Partial];
    order.into_iter().find(|exit| exits.contains(exit)).unwrap_or(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_fine_does_not_hide_one_that_is_not() {
        for (exits, expected) in [
            (&[][..], Exit::Done),
            (&[Exit::Done, Exit::Done], Exit::Done),
            (&[Exit::Partial, Exit::Done], Exit::Partial),
            (&[Exit::Partial, Exit::Failed], Exit::Failed),
            (&[Exit::Failed, Exit::Partial], Exit::Failed),
            (&[Exit::Invalid, Exit::Done], Exit::Invalid),
        ] {
            assert_eq!(worst(exits), expected, "{exits:?}");
        }
    }
}
