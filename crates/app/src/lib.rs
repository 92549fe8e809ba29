//! meetmint as a library: the meeting folder, and everything that can be done with it.
//!
//! An operation takes a [`Context`] and a typed request, and returns a typed result that serializes to what
//! `--format json` prints. While it runs, it reports events to the [`FrontEnd`] and asks it questions; policy (when a
//! question is asked, what needs an override, how long a run waits) is decided here. The crate prints nothing, knows no
//! command line, and reads no clock and no environment variable: the [`Environment`] has them.

mod check;
mod columns;
mod composition;
mod context;
mod delivery;
mod environment;
mod error;
mod folder;
mod front_end;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod init;
mod inspect;
mod jitsi_server;
mod jitsi_trust;
mod ledger;
mod limited_copy;
mod links;
mod mail_server;
mod mailing;
mod meeting_file;
mod notices;
pub mod phrases;
mod plan;
mod plan_report;
mod plan_request;
mod planned;
mod program;
mod public_key;
mod random;
mod relay;
mod role_names;
mod roster_source;
mod secret;
mod selection;
mod sender_account;
mod servers_report;
mod settings;
mod status;
#[cfg(test)]
mod test_folder;
mod token;
mod waiting;

pub use check::{
    CheckReport, MeetingReport, MeetingUseReport, RoleReport, RoleReports, SendNeed, check,
};
pub use columns::ColumnReport;
pub use context::Context;
pub use delivery::{
    CancelReport, CancelRequest, DeliveryOutcome, DeliveryReport, FolderReport, Later,
    OutboxReport, Overrides, RemindReport, RemindRequest, Reply, RunRequest, SendRequest,
    SettleReport, SettleRequest, TestCopyReport, TestCopyRequest, Uninvited, cancel, remind, send,
    settle, test_copy,
};
pub use environment::{Environment, PipedInput, VariableLookup};
pub use error::{Error, ErrorClass};
pub use front_end::{
    Confirmation, ErasureQuestion, Event, FrontEnd, Notice, Question, ServerValue, Severity, Task,
    TrialQuestion,
};
pub use init::{Change, InitOutcome, InitReport, InitRequest, NextStep, init};
pub use inspect::{InspectRequest, InspectTally, InspectedToken, Mended, RoleStandings, inspect};
pub use jitsi_server::{
    JitsiFinding, JitsiOutcome, JitsiServerReport, JitsiServerRequest, ServersToAsk, jitsi_server,
    servers_to_ask,
};
pub use ledger::{
    EraseRequest, ExportReport, ExportRequest, ExportTarget, ForgetReport, ForgetRequest,
    LedgerCheckReport, LedgerState, PruneReport, PruneRequest, check_ledger, export, forget, prune,
};
pub use links::{LinkTarget, LinksReport, LinksRequest, links};
pub use mail_server::{MailServerReport, Remark, mail_server};
pub use meeting_file::MEETING_VARIABLE;
pub use meetmint_batch::{LinkFormat, LinkLine, Problem, csv_record, quoted, seconds};
pub use meetmint_core::{Finding, Judgement, Stage, Standing, Verdict};
pub use meetmint_doctor::live;
pub use meetmint_mailer::{
    ErasedCounts, Examination as LedgerExamination, ExportRecord, LedgerFinding, MessageKind,
    Tally, WhyLeftOut,
};
pub use plan::plan;
pub use plan_report::{LeftOutReport, PlanReport, RowLeftAlone};
pub use plan_request::PlanRequest;
pub use planned::{Because, PlannedMessage, PlannedMessages};
pub use public_key::{PublicKeyReport, public_key};
pub use role_names::role_names;
pub use selection::SelectionRequest;
pub use servers_report::ServersReport;
pub use status::{PeopleReport, PersonReport, StatusReport, status};
pub use token::{AnybodyRequest, TokenReport, TokenRequest, token};
