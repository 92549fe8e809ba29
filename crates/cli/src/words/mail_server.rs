//! What a mail server answered, in words.

use meetmint_app::MailServerReport;

/// Stands above the report where there is another one.
pub(crate) const HEADING: &str = "Mail server";

/// One line per answer, in the order in which they came.
pub(crate) fn mail_server(report: &MailServerReport) -> String {
    // An IPv6 address, which needs brackets before a port (RFC 3986 §3.2.2).
    let server = if report.host.contains(':') {
        format!("[{}]:{}", report.host, report.port)
    } else {
        format!("{}:{}", report.host, report.port)
    };
    let mut lines = Vec::new();
    if let Some(greeting) = &report.greeting {
        lines.push(format!("{server} answers: {greeting}"));
    }
    if let Some(tls) = report.tls {
        lines.push(format!("connected with {tls}; the certificate is valid for {server}"));
    }
    if let Some(login) = &report.login {
        lines.push(format!("logged in as {} with {login}", report.user));
    }
    if let Some(offers) = &report.offers {
        lines.push(format!("the server offers {}", offers.join(", ")));
    }
    if report.takes_sender {
        lines.push(format!("it accepts mail from {}", report.from));
        lines.push("Nothing was delivered.".to_owned());
    }
    lines.into_iter().map(|line| line + "\n").collect()
}
