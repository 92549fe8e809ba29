//! Who may enter which room, until when, and the signed link that says so.
//!
//! This is the part of meetmint that must be right. It reads no file, no clock
//! and no environment: every input is an argument, so any token can be minted
//! again, byte for byte, by any command and in any test.
//!
//! Start at [`Mint`]: it makes a [`TokenTemplate`] for each role at each [`Meeting`],
//! and a [`TokenTemplate`] turns an [`Attendee`] into an [`Invite`].

mod attendee;
mod claims;
mod email;
mod identity;
mod invite;
mod key;
mod meeting;
mod mint;
mod name;
mod percent;
mod role;
mod room;
mod server;
mod start;

pub use attendee::{Attendee, Avatar, NotAnAvatar};
pub use email::{Email, NotAnEmail};
pub use identity::{MeetingId, Uid, digest};
pub use invite::{Invite, JoinLink};
pub use key::{Algorithm, KeyError, SigningKey, UnknownAlgorithm};
pub use meeting::{EmptyWindow, Meeting, Window};
pub use mint::{Mint, MintError, TokenTemplate};
pub use name::{DisplayName, is_invisible, one_line};
pub use role::{BadLinkOption, LinkOption, MODERATOR, PARTICIPANT, Role};
pub use room::{BadRoom, Room, RoomReason};
pub use server::{Deployment, Server, ServerError, ServerKind};
pub use start::{BadStart, Start, UnknownZone, known_zone, zone_names};
