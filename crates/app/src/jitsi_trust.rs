//! The certificate authorities that are trusted when a Jitsi server is asked.

use meetmint_batch::Problem;
use meetmint_doctor::live::Trust;

use crate::settings::Settings;

/// A name for all problems of this kind.
pub(crate) const CODE: &str = "no-trust";

/// Reads the file of `ca` under `[server]`, or the list of the system.
///
/// # Errors
/// If the file has no certificates or cannot be read, or the system has no list.
pub(crate) fn trust(settings: &Settings) -> Result<Trust, Problem> {
    if let Some(ca) = &settings.ca {
        return Trust::of_file(&ca.path).map_err(|error| {
            let hint = "name a PEM file with the certificate of your own authority; remove `ca` if the server's certificate is from a public one, such as Let's Encrypt";
            ca.location.problem(CODE, error.to_string(), hint)
        });
    }
    match Trust::of_system() {
        Ok(trust) => Ok(trust),
        // No certificate is verified.
        Err(_) if settings.server.base().starts_with("http://") => Ok(Trust::of_nobody()),
        Err(error) => {
            let hint =
                "install the package ca-certificates, or name a file with `ca` under [server]";
            Err(Problem::of_file(CODE, &settings.file.display().to_string(), error.to_string())
                .hint(hint))
        }
    }
}

#[cfg(test)]
mod tests;
