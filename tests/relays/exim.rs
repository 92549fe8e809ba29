//! Exim, as Debian has it: it takes anything, and a thousand messages a connection at most.

use super::world::{Recipe, World};
use super::{MANY, Relay, free_port, meeting, send, sink};

const EXIM: Recipe = Recipe {
    name: "exim",
    packages: &["exim4-daemon-light", "libidn12"],
    users: &[("Debian-exim", USER)],
    log: "var/log/exim4/mainlog",
    took: " <= events@example.org ",
};

const USER: u32 = 64101;

/// Starts one, with these settings besides.
pub(super) fn start(settings: &str) -> Option<Relay> {
    let mut world = World::new(&EXIM)?;
    let (port, sink) = (free_port(), sink());
    for folder in ["var/spool/exim4", "var/log/exim4", "run/exim4"] {
        world.dir(folder, 0o750, USER, USER);
    }
    let next = sink.port();
    let configuration = format!(
        "\
primary_hostname = relay.example.org
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
acl_smtp_rcpt = accept
tls_advertise_hosts =
# No message waits for the next queue run.
smtp_accept_queue_per_connection = 0
# A message takes fewer programs and fewer files.
deliver_drop_privilege = true
message_logs = false
{settings}
begin routers
onwards:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = onwards

begin transports
onwards:
  driver = smtp
  port = {next}
"
    );
    world.write("etc/exim4/exim4.conf", configuration);
    world.start("/usr/sbin/exim4", &["-bdf", "-q1m"], &[port]);
    Some(Relay { world, port, sink })
}

#[test]
fn two_thousand_go_through_exim_once_each() {
    let Some(relay) = start("") else { return };
    let folder = meeting(MANY, relay.port, "");
    send(&folder).exits(0).says("");
    relay.brought_all_once(MANY);
}

#[test]
fn a_server_that_has_had_enough_of_a_connection_gets_another() {
    let Some(relay) = start("smtp_accept_max_per_connection = 10\n") else { return };
    let folder = meeting(25, relay.port, "");
    send(&folder).exits(0).says("");
    relay.brought_all_once(25);
}
