//! The server that links are judged by: that of the meeting folder, or one of which nothing is known.

use meetmint_core::Inspector;

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::meeting_file;
use crate::secret;
use crate::settings;

/// Reads the meeting folder. If none was named, and there is none in the current folder or above it, it says so and goes
/// on.
pub(super) fn inspector(context: &Context) -> Result<Inspector, Error> {
    let Some(file) = meeting_file::find(context)? else {
        let message = "there is no meeting folder here, so each token is judged for the room of its link, or else the one that it names; its signature, issuer, audience and subject are not checked";
        let hint = "run the command in the meeting folder, or name it with `--meeting PATH`";
        context.notice(&Notice::note("no-meeting", message).hint(hint));
        return Ok(Inspector::unknown());
    };
    let loaded = settings::load(file)?;
    // With meetings of their own, people have different rooms.
    let has_one_room = loaded.roster.as_ref().is_none_or(|roster| !roster.has_own_rooms());
    let settings = loaded.into_settings()?;
    let verifier = match secret::verifier(&settings.key, &context.environment) {
        Ok(verifier) => Some(verifier),
        Err(problem) => {
            let message = format!("signatures are not checked: {}", problem.message);
            let mut notice = Notice::warning("no-secret", message);
            notice.hint = problem.hint;
            context.notice(&notice);
            None
        }
    };
    let room = has_one_room.then_some(&settings.room);
    Ok(Inspector::new(settings.server.clone(), settings.accepts.clone(), verifier, room))
}
