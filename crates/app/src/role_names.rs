//! The roles of a meeting, for shells that complete what is typed.

use crate::context::Context;
use crate::error::Error;
use crate::meeting_file::meeting_file;
use crate::settings;

/// The names of the roles of the meeting, the built-in ones among them. Nothing but `meeting.toml` is read, and none of
/// the commands in it is run. If the name of one is wrong, there are none.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if there is no `meeting.toml`, or it is not TOML.
pub fn role_names(context: &Context) -> Result<Vec<String>, Error> {
    let file = meeting_file(context)?;
    // Opening a named pipe would wait until another process writes to it.
    if !file.is_file() {
        return Ok(Vec::new());
    }
    let roles = settings::load(file)?.roles;
    let names =
        |roles: meetmint_batch::Roles| roles.all().iter().map(|role| role.name.clone()).collect();
    Ok(roles.map(names).unwrap_or_default())
}
