//! The question before anything is mailed.

use crate::delivery::session::DeliverySession;
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::front_end::Confirmation;

impl DeliverySession<'_> {
    /// Asks before anything is mailed. The folder outbox mails nothing, so nobody is asked.
    ///
    /// # Errors
    /// If the answer is no, or nobody can be asked.
    pub(crate) fn confirm(
        &self,
        people: usize,
        messages: impl Into<String>,
        run: &RunRequest,
    ) -> Result<(), Error> {
        if !self.is_mailed() || run.yes {
            return Ok(());
        }
        let question = Confirmation {
            meeting: self.folder.roster.meeting().title.clone(),
            people,
            outbox: self.folder.settings.mail.outbox.description(),
            from: self.composition.composer.sender().from_email().to_string(),
            messages: messages.into(),
        };
        if self.context.front_end.confirm(&question)? { Ok(()) } else { Err(Error::declined()) }
    }
}
