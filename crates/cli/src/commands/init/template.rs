//! The `meeting.toml` that `init` writes: every key that there is, those that need no value as comments.

/// What is filled in.
pub(super) struct Values<'a> {
    pub(super) url: &'a str,
    pub(super) app_id: &'a str,
    pub(super) id: &'a str,
    pub(super) start: &'a str,
    pub(super) zone: &'a str,
    pub(super) roster: &'a str,
    /// Whether there is a folder of templates from the beginning.
    pub(super) templates: bool,
}

/// Two people, to begin with.
pub(super) const PEOPLE: &str = "\
email,name,role
ada@example.org,Ada Lovelace,moderator
grace@example.org,Grace Hopper,participant
";

/// The file. Every commented line is valid when its `# ` is taken away and what it replaces is taken out; a line
/// under a commented heading goes with that heading, and with what is needed there.
pub(super) fn meeting(values: &Values<'_>) -> String {
    let Values { id, start, zone, .. } = values;
    let (url, app_id, roster) = (quoted(values.url), quoted(values.app_id), quoted(values.roster));
    let templates = if values.templates { "" } else { "# " };
    format!(
        r#"[server]
kind = "debian"                        # debian | docker | jaas
url = {url}    # where links start; may end in a tenant path
app_id = {app_id}
secret = {{ file = "app-secret" }}       # or {{ env = "JITSI_APP_SECRET" }} or {{ command = ["pass", "show", "jitsi"] }}
# key = {{ file = "jaas.pk" }}           # RSA instead of a secret: a key server of your own, or JaaS
# key_id = "4f21"                      # goes with the key
## These follow from the kind; write them only to differ:
# algorithm = "HS256"
# issuer = "example"
# audience = "jitsi"
# subject = "meet.example.org"

[meeting]
id = "{id}"
title = "Our meeting"
room = "our-meeting"
start = "{start}"
zone = "{zone}"
duration = "90m"
# organizer = {{ name = "Events team", email = "events@example.org" }}   # default: [mail] from
# opens = "30m"                        # links work so long before the start
# closes = "2h"                        # and so long after the end: overruns, reloads, rejoining

[roster]
file = {roster}
# columns = {{ email = "email", name = ["name"] }}   # only what isn't recognised
# per_row = []                         # columns that override the meeting: room, title, start, zone, duration
# default_role = "participant"
# duplicates = "first"                 # default: "refuse"

[roles.moderator]                      # built in, shown to be changed
moderator = true
# people = ["head@example.org"]        # have this role whatever the sheet says; added if it lacks them
# opens = "1h"                         # a role's own window: hosts come early

# [roles.speaker]                      # your own
# features = ["screen-sharing", "recording"]
# link = {{ "config.startWithAudioMuted" = false }}

[mail]
from = "Events team <events@example.org>"
{templates}templates = "templates"              # a folder with words of your own; what isn't in it, is as it ships:
##   invite, update, cancel, remind: each .subject, .txt and .html
##   frame.html, when.txt, when.html, link.txt, link.html: what those share
# language = "en"

[outbox]
kind = "folder"                        # .eml files in outbox/: nothing leaves the machine
# dir = "outbox"

# [outbox]                             # real mail: this block instead of the one above
# kind = "smtp"
# preset = "gmail"                     # a known provider: sets host, port, security, login and pace
# host = "mail.example.org"
# port = 587
# security = "starttls"                # or "tls" (465); "none" to localhost, elsewhere only with cleartext = true
# user = "events@example.org"          # default: the address in from
# password = {{ env = "SMTP_PASSWORD" }} # or {{ file = "smtp-password" }} or {{ command = ["pass", "show", "smtp"] }}
# auth = "plain"                       # or "login", "xoauth2"; default: plain or login, whichever is offered
# connections = 4                      # at a time; default: 1
# per_connection = 100                 # messages; default: the preset's, or 50
# rate = "14/s"                        # default: the preset's, or 30/min; to localhost as fast as it goes
# quota = "2000/day"                   # default: the preset's, or none

# [ledger]
# file = "/var/lib/meetmint/autumn.db"   # who was sent what; default: ledger.db beside this file
"#
    )
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
