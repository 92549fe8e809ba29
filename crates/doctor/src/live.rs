//! A live Jitsi server, asked as the meeting page asks it: what it accepts, and whom it makes a moderator
//! (`jitsi-tokens` facts, §8).
//!
//! [`Trial::run`] looks up where to ask (`config.js`), then lets people with fresh tokens log in and join throw-away
//! rooms over BOSH (XEP-0124, XEP-0206). What it saw is [`Observed`], and
//! [`Observed::findings`] says what is wrong with that.

mod bosh;
mod conference;
mod config_js;
mod connection;
mod course;
mod findings;
mod hidden;
mod http;
mod observed;
mod occupant;
mod person;
mod site;
mod stanza;
mod tokens;
mod trial;

pub use findings::{
    Admission, CertificateAnswer, ClockAnswer, ClockOwner, ConfigAnswer, Expected, LiveFinding,
    LoginAnswer, ModeratorRule, ModeratorsAnswer, OwnRoleAnswer, PluginsAnswer, Summary,
    UnauthorizedAnswer, WrittenSettings,
};
pub use http::{Certificate, HttpError, Trust, TrustError};
pub use observed::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Joined, Observed, Outcome, Refusal, SiteOddity,
    SiteSeen, Step, Try, Unreached, Waiting, Who, WhoName,
};
pub use trial::{Timing, Trial};
