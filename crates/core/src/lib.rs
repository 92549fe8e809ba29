//! Who may enter which room, until when, and the signed link that says so.
//!
//! This crate reads no file, no clock and no environment. Every input is an argument, so the same inputs give the
//! same token, byte for byte, in every command and in every test.
//!
//! Start with [`Mint`]: it makes a [`TokenTemplate`] for each role and [`Meeting`], and a [`TokenTemplate`] makes
//! the [`Invite`] of an [`Attendee`].

mod accepts;
mod algorithm;
mod attendee;
mod claims;
mod counted;
mod email;
mod feature;
mod found;
mod identity;
mod inspect;
mod invite;
mod key;
mod link_size;
mod meeting;
mod mint;
mod moderation;
mod name;
mod percent;
mod quoted;
mod role;
mod room;
mod server;
mod start;
mod zone;

pub use accepts::{Accepts, Plugins, RoleRule, UnknownAccepted};
pub use algorithm::{Algorithm, HmacAlgorithm, RsaAlgorithm, UnknownAlgorithm};
pub use attendee::{
    Attendee, Avatar, FamilyMember, NotAnAvatar, address_in_key, family_key, name_in_key,
};
pub use counted::counted;
pub use email::{Email, NotAnEmail};
pub use feature::FEATURES;
pub use found::{Damage, Finder, Found, Wrapper, Written, of_argument as found_in_argument};
pub use identity::{Hashed, MeetingId, Uid, digest, lower_hex};
pub use inspect::{
    Finding, Inspector, Judgement, Stage, Standing, Verdict, Verifier, shown_claims,
};
pub use invite::{Invite, JoinLink};
pub use key::{KeyError, PEM, SigningKey, public_key_file};
pub use link_size::{LinkPart, LinkSize, LinkTooLong};
pub use meeting::{EmptyWindow, Meeting, Window};
pub use mint::{Mint, MintError, TokenTemplate, WrongAlgorithm};
pub use moderation::{Becomes, Moderation, ModerationRemedy, moderation_remedy, room_modules};
pub use name::{DisplayName, is_invisible, is_plain, one_line};
pub use quoted::{for_shell, printable, quoted, shortened, without_tokens};
pub use role::{BadLinkOption, Bypass, LinkOption, MODERATOR, PARTICIPANT, Role};
pub use room::{BadRoom, Room, RoomReason};
pub use server::{Deployment, Server, ServerError, ServerKind, UnknownServerKind};
pub use start::{BadStart, Start};
pub use zone::{UnknownZone, known_zone, zone_names};
