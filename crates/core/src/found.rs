//! Join links and tokens in any text, and what happened to them on the way.
//!
//! [`Finder`] reads a text: a list of links, a mail with its headers (`.eml`, mbox), a calendar file, a page, a log. Every
//! link with `jwt=` and every token that stands by itself is a [`Found`]. [`of_argument`] takes a text as one link or token.
//!
//! An address without a scheme (`meet.example.org/room?jwt=…`) and a path (`/room?jwt=…`, as web servers log it) are links,
//! too, and so is the address that the page connects to (`wss://…/xmpp-websocket?room=…&token=…`).
//!
//! # Where a link ends
//!
//! White space, quotation marks, `<`, `>` and `|` end a link, and after its token also `,`, `;`, `'` and a bracket that was
//! not opened in it. Marks such as `.` at its end belong to the sentence around it: they are no damage. But if a link is
//! all that is on its line, or is an argument, the marks after it are part of what was clicked or pasted. Then
//! [`Found::written`] has them and [`Found::mended`] has not.
//!
//! # Lines
//!
//! A link whose token is not complete at the end of a line goes on with the next lines, if the token is complete with
//! them: at most 64, each without a space. Quotation marks of replies (`> `) and indentation are skipped. Of a link that
//! is broken after its token, only the first line is read: the rest changes nothing about who may join.
//!
//! # In mail, calendars and pages
//!
//! Encodings that a program undoes before it shows the text are no damage: quoted-printable and base64 under headers
//! that say so, folded lines of a calendar, entities in HTML, escapes in JSON.

mod argument;
mod character;
mod damage;
mod encoding;
mod entity;
mod examined;
mod finder;
mod joiner;
mod logical;
mod mail;
mod percent;
mod run;
mod scan;
mod token;
mod transfer;
mod unfold;
mod wrapper;
mod written;

pub use argument::of_argument;
pub use damage::Damage;
pub use finder::Finder;
pub use wrapper::Wrapper;
pub use written::{Found, Written};

#[cfg(test)]
mod tests;
