//! Arguments of the commands about single links and tokens. The doc comments of options are their help texts.

use std::fmt;

use clap::{ArgGroup, Args, ValueEnum};

use super::{ReportFormat, duration};

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("whose").required(true).args(["email", "name", "public_key"]),
    after_help = "Examples:
  meetmint token ada@example.org         Ada's link, as `links` writes it
  meetmint token --name Test --for 1h    a link for anybody, to try the server
  meetmint token --name Host --role moderator --for 30m --format json
  meetmint token --public-key            what a server with public keys needs"
)]
pub(crate) struct Token {
    /// Address of a person in the roster; one link each for all who share it
    #[arg(value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    /// Make a link for anybody, with this name; needs --for, but no roster
    #[arg(long, value_name = "NAME", requires = "for_")]
    pub(crate) name: Option<String>,
    /// Email address in the token
    // For somebody in the roster, address, role and time are those of the roster.
    #[arg(long = "email", value_name = "EMAIL", requires = "name", conflicts_with = "email")]
    pub(crate) address: Option<String>,
    /// Role [default: the roster's default role]
    #[arg(long, value_name = "ROLE", requires = "name", conflicts_with = "email")]
    pub(crate) role: Option<String>,
    /// Room; with EMAIL, one of that person's rooms [default: the meeting's]
    #[arg(long, value_name = "ROOM")]
    pub(crate) room: Option<String>,
    /// How long the link works from now on, such as 1h
    #[arg(id = "for_", long = "for", value_name = "TIME", requires = "name", conflicts_with = "email", value_parser = duration::duration)]
    pub(crate) lasts: Option<i64>,
    /// Make the token valid for every room of the server
    #[arg(long, requires = "name", conflicts_with = "email")]
    pub(crate) any_room: bool,
    /// Print the public key that belongs to `key` in meeting.toml, and no link
    #[arg(long, conflicts_with_all = ["address", "role", "room", "for_", "any_room"])]
    pub(crate) public_key: bool,
    /// What to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = TokenFormat::Link)]
    pub(crate) format: TokenFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// The whole link
    Link,
    /// The token alone
    Token,
    /// Link, token and claims; or the public key, its id and its file
    Json,
}

#[derive(Args)]
#[command(after_help = "Examples:
  meetmint inspect 'https://meet.example.org/town-hall?jwt=…'
  meetmint inspect < links.csv                  every link in a text, each with its line
  meetmint inspect < invitation.eml
  meetmint inspect --format json < links.csv    one JSON object a line

Exit codes:
  0  the server accepts all of them
  1  there is no link and no token, or the input cannot be read
  4  the server refuses one, or never answers it")]
pub(crate) struct Inspect {
    /// Link or token. Other users of this machine can see it in the process list; standard input is private [default: every link and token in standard input]
    #[arg(value_name = "LINK")]
    pub(crate) link: Option<String>,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

// The link is a credential.
impl fmt::Debug for Inspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inspect").field("format", &self.format).finish_non_exhaustive()
    }
}
