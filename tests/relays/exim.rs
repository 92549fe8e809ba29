//! Debian's Exim, configured to relay everything. By default it accepts at most 1000 messages a connection.

use super::chroot::{Chroot, ServerSpec};
use super::{MANY, Relay, destination, free_port, meeting, send};

const EXIM: ServerSpec = ServerSpec {
    name: "exim",
    packages: &["exim4-daemon-light", "libidn12"],
    users: &[("Debian-exim", USER)],
    log: "var/log/exim4/mainlog",
    accepted: " <= events@example.org ",
};

const USER: u32 = 64101;

/// In the log of a message that was received with BDAT.
const CHUNKED: &str = " P=esmtp K S=";

/// Starts Exim with these additional settings.
pub(super) fn start(settings: &str) -> Option<Relay> {
    let mut chroot = Chroot::new(&EXIM)?;
    let (port, destination) = (free_port(), destination());
    for folder in ["var/spool/exim4", "var/log/exim4", "run/exim4"] {
        chroot.dir(folder, 0o750, USER, USER);
    }
    let next_port = destination.port();
    let configuration = format!(
        "\
primary_hostname = relay.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
acl_smtp_rcpt = accept
tls_advertise_hosts =
# Deliver every message at once: by default, those after the tenth of a connection wait for a queue run.
smtp_accept_queue_per_connection = 0
# Fewer processes and files for each message.
deliver_drop_privilege = true
message_logs = false
{settings}
begin routers
relay:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = relay

begin transports
relay:
  driver = smtp
  port = {next_port}
"
    );
    chroot.write("etc/exim4/exim4.conf", configuration);
    chroot.start("/usr/sbin/exim4", &["-bdf", "-q1m"], &[port]);
    Some(Relay { chroot, port, destination })
}

#[test]
fn exim_relays_two_thousand_messages_once_each() {
    let Some(relay) = start("") else { return };
    let folder = meeting(MANY, relay.port, "");
    send(&folder).exits(0).stderr("");
    relay.assert_each_relayed_once(MANY);
    assert_eq!(relay.chroot.count_in_log(CHUNKED), MANY);
}

#[test]
fn exim_gets_a_new_connection_after_its_message_limit() {
    let Some(relay) = start("smtp_accept_max_per_connection = 10\n") else { return };
    let folder = meeting(25, relay.port, "chunking = false\n");
    send(&folder).exits(0).stderr("");
    relay.assert_each_relayed_once(25);
    assert_eq!(relay.chroot.count_in_log(CHUNKED), 0);
}
