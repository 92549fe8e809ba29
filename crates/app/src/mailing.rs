//! What has to be right before messages are sent, besides the meeting and its roster: the one list of checks that
//! everything that sends, `plan` and `check` share. So `check` reports what `send` would refuse, in the same words.

mod parts;

use crate::composition::Composition;
use crate::context::Context;
use crate::error::Error;
use crate::folder::{self, Addresses, LoadedFolder, MeetingFolder};
use crate::relay::Access;
use parts::Parts;

pub(crate) use parts::{Purpose, sender};

/// A folder that messages can be sent from: everything in it is valid.
pub(crate) struct MailFolder {
    pub(crate) folder: MeetingFolder,
    pub(crate) composition: Composition,
    /// What a connection to the mail server needs; none for a folder outbox, or if nothing is to be sent.
    pub(crate) access: Option<Access>,
}

/// What could be read of a folder that messages are to be sent from. Everything that is wrong is among the problems of
/// the folder.
pub(crate) struct LoadedMailFolder {
    pub(crate) folder: LoadedFolder,
    /// `None` if any of them has a problem.
    parts: Option<Parts>,
}

/// Reads a folder that messages are to be sent from.
///
/// # Errors
/// If there is no meeting folder to read.
pub(crate) fn load(context: &Context, purpose: Purpose) -> Result<LoadedMailFolder, Error> {
    let folder = folder::load(context, Addresses::Required)?;
    Ok(LoadedMailFolder::examine(folder, context, purpose))
}

/// Reads a folder to compare its roster with the ledger, and only for that. Neither a password nor a secret that a command
/// prints is fetched. `last_key` is the identifier of the key that signed last: where the secret is not known, it counts
/// as unchanged. Bad rows are left out. `None` if the comparison is not possible without running a command.
///
/// # Errors
/// All problems.
pub(crate) fn load_to_compare(
    context: &Context,
    last_key: Option<String>,
) -> Result<Option<MailFolder>, Error> {
    let (folder, is_stand_in) = folder::load_without_command(context, Addresses::Required)?;
    // There is no stand-in for an RSA key. Without one, the folder would not count as valid.
    if is_stand_in && folder.mint.is_none() && folder.problems.is_empty() {
        return Ok(None);
    }
    let mut mail = LoadedMailFolder::examine(folder, context, Purpose::Record)
        .into_valid_without_bad_rows()?;
    if let Some(key) = last_key.filter(|_| is_stand_in) {
        mail.composition.assume_key(key);
    }
    Ok(Some(mail))
}

impl LoadedMailFolder {
    /// Checks what sending needs, and adds the problems to those of the folder.
    pub(crate) fn examine(
        mut folder: LoadedFolder,
        context: &Context,
        purpose: Purpose,
    ) -> LoadedMailFolder {
        let parts = Parts::read(&folder, &context.environment, purpose);
        let parts = parts.map_err(|problems| folder.problems.extend(problems)).ok();
        LoadedMailFolder { folder, parts }
    }

    /// The folder, if nothing in it is wrong.
    pub(crate) fn into_valid(self) -> Result<MailFolder, Error> {
        with_parts(self.folder.into_valid()?, self.parts)
    }

    /// The folder, if nothing but rows is wrong in it; these are skipped.
    pub(crate) fn into_valid_without_bad_rows(self) -> Result<MailFolder, Error> {
        with_parts(self.folder.into_valid_without_bad_rows()?, self.parts)
    }
}

fn with_parts(folder: MeetingFolder, parts: Option<Parts>) -> Result<MailFolder, Error> {
    // Without parts there is a problem, and a folder with a problem is not valid.
    let Some(Parts { sender, templates, access }) = parts else {
        return Err(Error::failed("mail", "the settings for mail could not be read"));
    };
    let composition = Composition::new(&folder, sender, templates);
    Ok(MailFolder { folder, composition, access })
}
