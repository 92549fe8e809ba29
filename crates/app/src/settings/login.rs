//! The login to a mail server: `user`, `password` and `auth`.

use std::path::Path;

use meetmint_batch::{Rejection, suggest};
use meetmint_mailer::Mechanism;

use super::presets::{Preset, User};
use super::secret_source::{self, PasswordSettings};
use super::table::Table;

/// The login to a mail server.
pub(super) struct Login {
    /// The user name; by default the address in `from`.
    pub(super) user: Option<String>,
    /// Without a password there is no login.
    pub(super) password: Option<PasswordSettings>,
    /// The SASL mechanism; by default the one that the server offers.
    pub(super) mechanism: Option<Mechanism>,
}

/// Reads `user`, `password` and `auth`. `is_cleartext` says that messages go to another machine without TLS.
pub(super) fn read(
    table: &Table<'_>,
    is_cleartext: bool,
    preset: Option<&Preset>,
    folder: &Path,
) -> Login {
    let user = table.string("user");
    let password = secret_source::password(table, folder);
    let mechanism = table.parsed(table.string("auth"), "bad-value", |text| match text {
        "plain" => Ok(Mechanism::Plain),
        "login" => Ok(Mechanism::Login),
        "xoauth2" => Ok(Mechanism::Xoauth2),
        _ => {
            let hint = suggest(text, ["plain", "login", "xoauth2"], "use one of");
            Err(Rejection::new("unknown login method", hint))
        }
    });
    // PLAIN and XOAUTH2 separate user and password with control characters (RFC 4616 §2).
    if let Some(user) = &user
        && (user.value.trim().is_empty() || user.value.contains(char::is_control))
    {
        table.report(
            "bad-value",
            user.offset,
            "`user` is empty or contains control characters",
            "write the user name of your account on the mail server",
        );
    }
    check(table, is_cleartext, preset);
    let default_user = || match preset?.user {
        User::Fixed(name) => Some(name.to_owned()),
        User::Sender | User::PerAccount(_) => None,
    };
    Login {
        user: user.map(|user| user.value).or_else(default_user),
        password,
        mechanism: mechanism.or_else(|| preset?.mechanism),
    }
}

/// Reports keys of a login that lack another key, and a password that would be sent without encryption.
fn check(table: &Table<'_>, is_cleartext: bool, preset: Option<&Preset>) {
    let Some(password) = table.offset_of("password") else {
        // The password was probably forgotten: without this check, mail would be refused much later.
        for key in ["user", "auth"] {
            if let Some(offset) = table.offset_of(key) {
                table.report(
                    "no-password",
                    offset,
                    format!("`{key}` has no effect without `password`"),
                    format!("add password = {{ file = \"…\" }}, or remove `{key}`"),
                );
            }
        }
        return;
    };
    if is_cleartext {
        table.report(
            "cleartext",
            password,
            "the password would be sent without encryption",
            "write security = \"starttls\" or \"tls\", or remove `password`, `user` and `auth`",
        );
    } else if let Some(Preset { name, user: User::PerAccount(meaning), .. }) = preset
        && table.offset_of("user").is_none()
    {
        table.report(
            "missing-key",
            password,
            format!("`user` is missing: {name} does not use the address in `from`"),
            format!("add `user` under [outbox]: {meaning}"),
        );
    }
}
