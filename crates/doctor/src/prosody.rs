//! Prosody's configuration: which hosts there are, and what each option comes to.

mod config;
mod facts;
mod hosts;
mod muc;
mod options;
mod plugins;

pub(crate) use config::Config;
pub(crate) use facts::{OF_HOST, facts};
pub(crate) use hosts::token_hosts;
