//! The questions before anything is mailed, and before a server is asked that counts devices.

use meetmint_app::phrases::people;
use meetmint_app::{Confirmation, TrialQuestion};

/// The question, with the answer that Enter gives.
pub(crate) fn question(question: &Confirmation) -> String {
    let Confirmation { meeting, people: count, outbox, from, messages } = question;
    // The capital N is the usual sign for the answer that Enter gives.
    format!("{meeting}: mail {} {outbox} as {from}: {messages}? [y/N] ", people(*count))
}

/// The question before JaaS is asked, with the answer that Enter gives.
pub(crate) fn trial(question: &TrialQuestion) -> String {
    let TrialQuestion { server, devices } = question;
    format!(
        "JaaS bills by the devices that join in a month. The test counts as {devices} devices, however often you run it in that month.\nTest {server} now? [y/N] "
    )
}

/// Why the secret cannot be asked for.
pub(crate) const CANNOT_HIDE: &str = "the secret cannot be typed unseen, because this command has no terminal of its own, as under `su -c`";
/// What to do about that.
pub(crate) const WITHOUT_HIDING: &str = "run it from a shell in a terminal, for example after `su -`; or take the secret from the server's own files with `--server-config FILE`; or use `-q`, which asks nothing, and write the secret to the file `app-secret` afterwards";
