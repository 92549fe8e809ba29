//! What `doctor` learned about both servers.

use serde::Serialize;

use crate::jitsi_server::JitsiServerReport;
use crate::mail_server::MailServerReport;

/// What the Jitsi server and the mail server answered. Each is there if it was tested.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServersReport {
    /// The Jitsi server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "JitsiServerReport"))]
    pub meet: Option<JitsiServerReport>,
    /// The mail server.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "MailServerReport"))]
    pub mail: Option<MailServerReport>,
}

impl ServersReport {
    /// Whether neither server was tested.
    pub fn is_empty(&self) -> bool {
        self.meet.is_none() && self.mail.is_none()
    }
}
