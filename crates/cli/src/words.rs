//! Results in words.

pub(crate) mod check;
pub(crate) mod columns;
pub(crate) mod inspect;
pub(crate) mod jitsi_server;
pub(crate) mod ledger;
pub(crate) mod mail_server;
pub(crate) mod meeting_option;
pub(crate) mod next_steps;
pub(crate) mod plan;
pub(crate) mod question;
pub(crate) mod server;
pub(crate) mod status;
