//! Whether the account that logs in and the address in `from` belong together.
//!
//! The server cannot be asked: it accepts the sender's address, and replaces or refuses it after the message.

use meetmint_core::Email;

use crate::settings::{OtherSender, Preset, SmtpSettings};

/// What the provider will object to, and the hint, if the login has another address than `from`.
pub(crate) fn objection(smtp: &SmtpSettings, from: &Email) -> Option<(String, &'static str)> {
    let preset = smtp.preset.and_then(Preset::named)?;
    // Without a password there is no login. A user name that is no address says nothing.
    smtp.password.as_ref()?;
    let user = Email::parse(smtp.user.as_deref()?).ok()?;
    let name = preset.name;
    match preset.other_sender {
        OtherSender::Replaced if mailbox(&user) != mailbox(from) => Some((
            format!(
                "`user` is {user} and `from` is {from}: {name} sends as {user}, unless the account has the other address, too"
            ),
            "set `from` under [mail] to the address of the account, or add the other one in Gmail's settings under \"Send mail as\"",
        )),
        OtherSender::Refused if user.key() != from.key() => Some((
            format!(
                "`user` is {user} and `from` is {from}: {name} refuses the message, unless the account may send as the other address"
            ),
            "set `from` under [mail] to the address of the account, or allow the account to send as the other one (Microsoft: Send As permission; others: an alias)",
        )),
        _ => None,
    }
}

/// The same for all spellings of one Gmail address: dots before the `@` and `googlemail.com` make no difference.
fn mailbox(address: &Email) -> String {
    let key = address.key();
    let (local, domain) = key.rsplit_once('@').unwrap_or((&key, ""));
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
        _ => key.to_string(),
    }
}
