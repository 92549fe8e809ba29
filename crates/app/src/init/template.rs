//! The files that `init` writes: a `meeting.toml` with every key, and a roster.

use super::meeting_text::quoted;

/// The values of a new `meeting.toml`.
pub(super) struct Values<'v> {
    pub(super) url: &'v str,
    pub(super) app_id: &'v str,
    pub(super) id: &'v str,
    pub(super) start: &'v str,
    pub(super) zone: &'v str,
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
    let Values { id, start, zone, .. } = values;
    let (url, app_id, roster) = (quoted(values.url), quoted(values.app_id), quoted(values.roster));
    let templates = if values.has_templates { "" } else { "# " };
    format!(
        r#"[server]
kind = "debian"                        # debian | docker | jaas
url = {url:<32} # where links start; may end in a tenant path
app_id = {app_id}
secret = {{ file = "app-secret" }}       # or {{ env = "JITSI_APP_SECRET" }} or {{ command = ["pass", "show", "jitsi"] }}
# key = {{ file = "jaas.pk" }}           # RSA instead of a secret: a key server of your own, or JaaS
# key_id = "4f21"                      # the id of that key; required with it
## algorithm, issuer, audience, subject follow from the kind; set them only if your server differs:
# algorithm = "HS256"
# issuer = "example"
# audience = "jitsi"
# subject = "meet.example.org"

[meeting]
id = "{id}"   # identifies the meeting, even if everything else changes
title = "Our meeting"
room = "our-meeting"
start = "{start}"
zone = "{zone}"
duration = "90m"
# organizer = {{ name = "Events team", email = "events@example.org" }}   # default: from under [mail]
# opens = "30m"                        # links work from this long before the start
# closes = "2h"                        # and until this long after the end: for meetings that run late, and for rejoining

[roster]
file = {roster}
# columns = {{ email = "email", name = ["name"] }}   # only headings that aren't recognized
# per_row = []                         # columns that may override the meeting: room, title, start, zone, duration
# default_role = "participant"
# duplicates = "first"                 # default: "refuse"

[roles.moderator]                      # built in, shown so that it can be changed
moderator = true
# people = ["head@example.org"]        # have this role whatever the roster says; added if missing
# opens = "1h"                         # for this role only, so that hosts can come early

# [roles.speaker]                      # a role of your own
# features = ["screen-sharing", "recording"]
# link = {{ "config.startWithAudioMuted" = false }}

[mail]
from = "Events team <events@example.org>"
{templates}templates = "templates"              # a folder with your own templates; those it lacks are built in:
##   invite, update, cancel, remind: each .subject, .txt and .html
##   frame.html, when.txt, when.html, link.txt, link.html: parts that they share
# language = "en"

[outbox]
kind = "folder"                        # .eml files in outbox/: nothing leaves the machine
# dir = "outbox"

# [outbox]                             # real mail: this block instead of the one above
# kind = "smtp"
# preset = "gmail"                     # a known provider: sets host, port, security, login and rate
# host = "mail.example.org"
# port = 587
# security = "starttls"                # or "tls" (465); "none" only for a server on this machine, elsewhere with cleartext = true
# user = "events@example.org"          # default: the address in from
# password = {{ env = "SMTP_PASSWORD" }} # or {{ file = "smtp-password" }} or {{ command = ["pass", "show", "smtp"] }}
# auth = "plain"                       # or "login", "xoauth2"; default: plain or login, whichever the server offers
# connections = 4                      # at the same time; default: 1
# per_connection = 100                 # messages; default: the preset's, or 50
# rate = "14/s"                        # default: the preset's, or 30/min; no limit for a server on this machine
# quota = "2000/day"                   # default: the preset's, or none
# hello = "host.example.org"           # the name in EHLO; default: this machine's full name, or its address

# [ledger]
# file = "/var/lib/meetmint/autumn.db"   # what each person was sent; default: ledger.db beside this file
"#
    )
}
