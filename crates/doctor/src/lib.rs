//! A Jitsi server: what its own configuration files say about tokens, and what the live server answers.
//!
//! [`ServerFiles::read`] takes the contents of the files, and [`ServerFiles::facts`] says what follows from them. Nothing in
//! them is run, and no other file is opened: what only the server knows is named, with its line. [`live`] asks a server.
//! Everything that is read and said is from the `jitsi-tokens` facts, §3, §5 and §8.

mod assemble;
mod docker;
mod encoding;
mod env;
mod facts;
mod jicofo;
mod kind;
mod known;
pub mod live;
mod lua;
mod moderators;
mod place;
mod prosody;
mod read;
mod remark;
mod room_modules;
mod secret;

pub use facts::{KeyFact, ReadValue, ServerFacts};
pub use moderators::Moderators;
pub use place::Place;
pub use read::{FileGiven, LARGEST_FILE, ServerFiles};
pub use remark::{Refused, Remark};
pub use secret::Secret;
