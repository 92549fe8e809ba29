//! The SMTP session that connections use: in unit tests, one with a server of the model.

#[cfg(test)]
pub(super) use super::testing::SmtpSession;
#[cfg(not(test))]
pub(super) use crate::outbox::SmtpSession;
