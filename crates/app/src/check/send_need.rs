//! What a folder that is for links lacks for mail.

use serde::Serialize;

/// What a folder that is for links lacks before mail can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SendNeed {
    /// Addresses of people in the roster.
    Addresses,
    /// The setting `from` under `[mail]`.
    From,
}
