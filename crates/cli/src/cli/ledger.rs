//! Arguments of `meetmint ledger`. The doc comments of options and commands are their help texts.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use meetmint_app::EraseRequest;

use super::{ReportFormat, duration};

#[derive(Args, Debug)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Examples:
  meetmint ledger prune                        erase meetings that ended 90 days ago or earlier
  meetmint ledger forget ada@example.org       a person asks to be erased
  meetmint ledger export --out ledger.jsonl    everything in it, as JSON lines
  meetmint ledger check                        after a crash, or after restoring a backup"
)]
pub(crate) struct Ledger {
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Erase personal data of meetings that are long over
    ///
    /// Names, addresses, replies of mail servers and everything else about people whose meeting ended long ago is erased from the ledger, and their files from the folder outbox. UIDs and counts are kept, and an HMAC of each invitation, so that nobody gets a second invitation or a cancellation because of it. People with a message in doubt are kept, and named.
    Prune(Prune),
    /// Erase everything about one person who asks for it
    ///
    /// Name, address, replies of mail servers and everything else about the person is erased from the ledger, for all of its meetings, and the person's files from the folder outbox. UIDs, counts and an HMAC of the address are kept: if the person is in a later roster by mistake, they are left out, and `plan` and `send` say so.
    ///
    /// First delete the person's row from the roster, and run `meetmint send`, which sends the cancellation.
    Forget(Forget),
    /// Print everything in the ledger as JSON, one object a line
    ///
    /// The `type` of an object is `ledger`, `entry`, `message`, `round`, `erased`, `left_out` or `server`. Times are in UTC. There are no tokens, links or secrets in them, but names and addresses.
    Export(Export),
    /// Check the ledger for damage, and say what to do about it
    ///
    /// Nothing is changed. Exit code: 0 it is sound, or there is none yet, 1 it is damaged, 3 the file is no ledger, or that of another meeting or a newer version.
    Check(CheckLedger),
}

#[derive(Args, Debug)]
pub(crate) struct Erase {
    /// Answer yes to the question before erasing
    #[arg(long)]
    yes: bool,
    /// Wait up to TIME (or 0, or forever) for another running meetmint [default: 0]
    #[arg(long, value_name = "TIME", value_parser = duration::wait)]
    wait: Option<Duration>,
}

impl From<Erase> for EraseRequest {
    fn from(args: Erase) -> EraseRequest {
        EraseRequest { yes: args.yes, wait: args.wait }
    }
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint ledger prune
  meetmint ledger prune --older-than 30d
  meetmint ledger prune --yes -q    for cron

Exit code 4: somebody was kept, because a message is in doubt.")]
pub(crate) struct Prune {
    /// How long ago the meeting must have ended, such as 30d, 12w or 48h
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = duration::age)]
    pub(crate) older_than: i64,
    #[command(flatten)]
    pub(crate) erase: Erase,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint ledger forget ada@example.org
  meetmint ledger forget --undo ada@example.org    the person may be invited again")]
pub(crate) struct Forget {
    /// Address of the person, or of all who share it
    #[arg(value_name = "EMAIL")]
    pub(crate) email: String,
    /// Forget somebody who is still invited, without a cancellation; the event stays in their calendar, and the link works until it expires
    #[arg(long)]
    pub(crate) no_cancellation: bool,
    /// Leave the person out of later rosters although the ledger knows nobody with this address, for example because their entries were pruned
    #[arg(long)]
    pub(crate) unknown: bool,
    /// No longer leave this person out of rosters; what was erased does not come back
    #[arg(long, conflicts_with_all = ["no_cancellation", "yes", "unknown"])]
    pub(crate) undo: bool,
    #[command(flatten)]
    pub(crate) erase: Erase,
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint ledger export --out ledger.jsonl        a file that only you can read
  meetmint ledger export --only ada@example.org    what is known about one person
  meetmint ledger export | jq -r 'select(.type == \"entry\") | .email'")]
pub(crate) struct Export {
    /// File to write, which only you can read; `-` is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) out: PathBuf,
    /// Only the person with this address, or all who share it; can be given several times
    #[arg(long, value_name = "EMAIL")]
    pub(crate) only: Vec<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  meetmint ledger check
  meetmint ledger check --format json")]
pub(crate) struct CheckLedger {
    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ReportFormat::Text)]
    pub(crate) format: ReportFormat,
}
