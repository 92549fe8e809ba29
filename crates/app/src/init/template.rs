//! The files that `init` writes: a `meeting.toml` with every key, and a roster.

use std::fmt::Write as _;

use meetmint_core::{Accepts, RoleRule, Room, ServerKind};
use meetmint_mailer::Sender;

use super::meeting_answers::MeetingAnswers;
use super::meeting_text::quoted;
use super::server_answers::{ServerAnswers, ServerKey};
use crate::notices::EXAMPLE_KEY_ID;
use crate::phrases::zone_name;

/// The file with the private key for a server of one's own.
pub(super) const OWN_KEY_FILE: &str = "jitsi.pk";

/// The domain of examples, where the sender's cannot be part of a host name.
const EXAMPLE_DOMAIN: &str = "example.org";

/// The values of a new `meeting.toml`.
pub(super) struct Values<'v> {
    pub(super) server: &'v ServerAnswers,
    pub(super) meeting: &'v MeetingAnswers,
    pub(super) id: &'v str,
    pub(super) roster: &'v str,
    /// Whether a folder with templates is written too.
    pub(super) has_templates: bool,
}

/// Two people as examples. Nobody receives mail at this domain (RFC 2606 section 3).
pub(super) const ROSTER: &str = "\
email,name,role
ada@example.org,Ada Lovelace,moderator
grace@example.org,Grace Hopper,participant
";

/// The text of a new `meeting.toml`. Keys with a default are comments. Each commented line is valid when its `# ` and
/// the line that it replaces are removed; a line under a commented heading needs that heading, and what is required
/// there. Lines with `##` are for reading only.
pub(super) fn meeting(values: &Values<'_>) -> String {
    let Values { meeting, id, .. } = values;
    let server = server(values.server);
    let room = Room::name_for(&meeting.title);
    let (title, zone) = (quoted(&meeting.title), zone_name(&meeting.zone));
    let (start, from) = (&meeting.start, quoted(&meeting.from));
    let SenderValues { organizer, email, domain } = sender_values(&meeting.from);
    let templates = if values.has_templates { "" } else { "# " };
    let Lines { roster, people, reply_to, host, user, hello } = Lines {
        roster: line(&format!("file = {}", quoted(values.roster))),
        people: line(&format!("# people = [\"head@{domain}\"]")),
        reply_to: line(&format!("# reply_to = {}", quoted(&email))),
        host: format!("# host = \"mail.{domain}\""),
        user: line(&format!("# user = {}", quoted(&email))),
        hello: line(&format!("# hello = \"host.{domain}\"")),
    };
    format!(
        r#"{server}

[meeting]
id = "{id}"   # identifies the meeting, even if everything else changes
title = {title}
room = "{room}"
start = "{start}"
zone = "{zone}"
duration = "90m"
# organizer = {organizer}   # default: from under [mail]
# opens = "30m"                        # links work from this long before the start
# closes = "2h"                        # and until this long after the end: for meetings that run late, and for rejoining

[roster]
{roster} # or command = ["program", "argument"], or url = "https://…", or file = "-" for standard input
# columns = {{ email = "email", name = ["name"] }}   # only headings that aren't recognized
# per_row = []                         # columns that may override the meeting: room, title, start, zone, duration
# default_role = "participant"
# duplicates = "first"                 # default: "refuse"

[roles.moderator]                      # built in, shown so that it can be changed
moderator = true
{people} # have this role whatever the roster says; added if missing
# opens = "1h"                         # for this role only, so that hosts can come early

# [roles.speaker]                      # a role of your own
# features = ["screen-sharing", "recording"]
# link = {{ "config.startWithAudioMuted" = false }}
# lobby_bypass = true                  # needs the plugin token_lobby_bypass on the server

# [roles.audience]
# visitor = true                       # only watches

[mail]
from = {from}
# message = "Agenda: …"                # your own text in invitations, updates and reminders; several lines in """
{reply_to} # where answers by mail go; default: the organizer
{templates}templates = "templates"              # a folder with your own templates; those it lacks are built in:
##   invite, update, cancel, remind: each .subject, .txt and .html
##   frame.html, when.txt, when.html, link.txt, link.html, address.html, changes.txt, message.txt, foot.txt: parts of them
# language = "en"

[outbox]
kind = "folder"                        # .eml files in outbox/: nothing leaves the machine
# dir = "outbox"

# [outbox]                             # real mail: this block instead of the one above
# kind = "smtp"
# preset = "gmail"                     # a known provider: sets host, port, security, login and rate
{host}
# port = 587
# security = "starttls"                # or "tls" (465); "none" only for a server on this machine, elsewhere with cleartext = true
{user} # default: the address in from
# password = {{ env = "SMTP_PASSWORD" }} # or {{ file = "smtp-password" }} or {{ command = ["pass", "show", "smtp"] }}
# auth = "plain"                       # or "login", "xoauth2"; default: plain or login, whichever the server offers
# connections = 4                      # at the same time; default: 1
# per_connection = 100                 # messages; default: the preset's, or 50
# rate = "14/s"                        # default: the preset's, or 30/min; no limit for a server on this machine
# quota = "2000/day"                   # default: the preset's, or none
# chunking = false                     # for a server or filter that can't take a message and its envelope in one piece
{hello} # the name in EHLO; default: this machine's full name, or its address

# [ledger]
# file = "/var/lib/meetmint/{room}.db"   # what each person was sent; default: ledger.db beside this file
"#
    )
}

/// Lines that follow from the sender or the roster.
struct Lines {
    roster: String,
    people: String,
    reply_to: String,
    host: String,
    user: String,
    hello: String,
}

/// `[server]`, with the lines that its kind needs, and `[server.accepts]`.
pub(super) fn server(server: &ServerAnswers) -> String {
    let app_id = quoted(&server.app_id);
    let claims = claims(server);
    let accepts = accepts(server);
    let differs = "## algorithm, issuer, audience, subject follow from the kind; set them only if your server differs:";
    if let ServerKey::Jaas { id } = &server.key {
        let id = quoted(id.as_deref().unwrap_or(EXAMPLE_KEY_ID));
        return format!(
            r#"[server]
kind = "jaas"                          # debian | docker | jaas
app_id = {app_id}
key = {{ file = "jaas.pk" }}             # the private key; or {{ env = "JAAS_KEY" }} or {{ command = ["pass", "show", "jaas"] }}
key_id = {id}
# url = "https://8x8.vc"
{differs}
{claims}

{accepts}"#
        );
    }
    let kind = line(&format!("kind = \"{}\"", server.kind()));
    let url = line(&format!("url = {}", quoted(&server.url)));
    let key = match &server.key {
        ServerKey::Own => {
            let key = line(&format!("key = {{ file = \"{OWN_KEY_FILE}\" }}"));
            let id = line(&format!("key_id = {}", quoted(EXAMPLE_KEY_ID)));
            format!(
                "{key} # the private RSA key; or {{ env = \"JITSI_PRIVATE_KEY\" }} or {{ command = [\"pass\", \"show\", \"jitsi\"] }}\n{id} # the `kid` under which the server finds the public key"
            )
        }
        _ => r#"secret = { file = "app-secret" }       # or { env = "JITSI_APP_SECRET" } or { command = ["pass", "show", "jitsi"] }
# key = { file = "jaas.pk" }           # RSA instead of a secret: a key server of your own, or JaaS
# key_id = "4f21"                      # the id of that key; required with it"#
            .to_owned(),
    };
    format!(
        r"[server]
{kind} # debian | docker | jaas
{url} # where links start; may end in a tenant path
app_id = {app_id}
{key}
{differs}
{claims}

{accepts}"
    )
}

/// The claims and the algorithm. Those that do not follow from the kind are no comments.
fn claims(server: &ServerAnswers) -> String {
    let jaas = server.kind() == ServerKind::Jaas;
    let set = |key: &str, own: Option<String>, usual: &str| match own {
        Some(own) => format!("{key} = {}", quoted(&own)),
        None => format!("# {key} = {}", quoted(usual)),
    };
    let own = |value: Option<&str>| value.map(str::to_owned);
    let with_key = !matches!(server.key, ServerKey::Secret { .. });
    let subject = server.subject().unwrap_or_else(|| "meet.example.org".to_owned());
    let subject = if jaas { server.app_id.clone() } else { subject };
    [
        set(
            "algorithm",
            server.algorithm().map(|algorithm| algorithm.to_string()),
            if with_key { "RS256" } else { "HS256" },
        ),
        set("issuer", own(server.issuer()), if jaas { "chat" } else { &server.app_id }),
        set("audience", own(server.audience()), "jitsi"),
        set("subject", own(server.own_subject()), &subject),
    ]
    .join("\n")
}

/// `[server.accepts]`. What follows from the kind is a comment, and so is the heading if everything does. But who becomes
/// a moderator is written wherever the server's files tell it.
fn accepts(server: &ServerAnswers) -> String {
    let Accepts { issuers, audiences, subject, guests, roles, room, wildcards, plugins } =
        server.accepts();
    let usual = Accepts::by_default(server.kind(), &server.app_id);
    let list = |values: &[String]| {
        let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
        format!("[{}]", values.join(", "))
    };
    let names: Vec<String> = roles.iter().map(RoleRule::to_string).collect();
    let lines = [
        ("issuers", list(&issuers), issuers == usual.issuers, "values of the claim iss"),
        (
            "audiences",
            list(&audiences),
            audiences == usual.audiences,
            "values of the claim aud; \"*\" is any",
        ),
        (
            "subject",
            subject.to_string(),
            subject == usual.subject,
            "whether the claim sub is checked",
        ),
        (
            "guests",
            guests.to_string(),
            guests == usual.guests,
            "whether people without a token may join",
        ),
        (
            "roles",
            list(&names),
            // Written, it tells `check` that it need not doubt it.
            roles == usual.roles && !server.knows_moderators(),
            "who becomes a moderator: first, everybody, token_affiliation, token_moderation, jaas; also several",
        ),
        ("room", room.to_string(), room == usual.room, "whether the claim room is checked"),
        (
            "wildcards",
            wildcards.to_string(),
            wildcards == usual.wildcards,
            "whether * is accepted as a room",
        ),
        (
            "plugins",
            quoted(&plugins.to_string()),
            plugins == usual.plugins,
            "age of the server's plugins: 2022-07, 2024-06, 2025-09 or 2026-08",
        ),
    ];
    let all_usual = lines.iter().all(|(_, _, is_usual, _)| *is_usual);
    let mark = |is_usual: bool| if is_usual { "# " } else { "" };
    let heading = line(&format!("{}[server.accepts]", mark(all_usual)));
    let mut text = format!("{heading} # what the server's own files say about tokens");
    for (key, value, is_usual, about) in lines {
        let setting = line(&format!("{}{key} = {value}", mark(is_usual)));
        let _ = write!(text, "\n{setting} # {about}");
    }
    text
}

/// A line that a comment follows: all comments begin in one column.
fn line(text: &str) -> String {
    format!("{text:<38}")
}

/// What other keys take from the sender.
struct SenderValues {
    organizer: String,
    email: String,
    /// The domain of the address, for names of hosts and for other addresses.
    domain: String,
}

fn sender_values(from: &str) -> SenderValues {
    let sender = Sender::parse(from).ok();
    let email = sender.as_ref().map_or("events@example.org", |sender| sender.from_email().as_str());
    let domain = sender.as_ref().map_or(EXAMPLE_DOMAIN, |sender| sender.from_email().domain());
    let name = sender.as_ref().and_then(Sender::from_name);
    let name = name.map(|name| format!("name = {}, ", quoted(name.as_str()))).unwrap_or_default();
    // Not an address in brackets, and not a name with other letters, which EHLO cannot have (RFC 5321 section 4.1.2).
    let is_host = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    SenderValues {
        organizer: format!("{{ {name}email = {} }}", quoted(email)),
        email: email.to_owned(),
        domain: if is_host { domain } else { EXAMPLE_DOMAIN }.to_owned(),
    }
}
