//! OpenSMTPD, as Debian has it: it takes anything, and a hundred messages a connection at most.

use super::world::{Recipe, World};
use super::{MANY, Relay, free_port, meeting, send, sink};

const OPENSMTPD: Recipe = Recipe {
    name: "opensmtpd",
    packages: &["opensmtpd"],
    users: &[("opensmtpd", 64101), ("opensmtpq", 64102)],
    log: "var/log/output",
    took: " smtp message msgid=",
};

pub(super) fn start() -> Option<Relay> {
    let mut world = World::new(&OPENSMTPD)?;
    let (port, sink) = (free_port(), sink());
    world.dir("var/spool", 0o755, 0, 0);
    world.dir("var/lib/opensmtpd/empty", 0o755, 0, 0);
    let next = sink.port();
    let configuration = format!(
        "\
# It would pass on a hundred every five seconds.
mta limit session-mail-max 100000
listen on 127.0.0.1 port {port} hostname relay.example.org
action onwards relay host smtp://127.0.0.1:{next}
match from any for any action onwards
"
    );
    world.write("etc/relay.conf", configuration);
    world.start("/usr/sbin/smtpd", &["-d", "-f", "/etc/relay.conf"], &[port]);
    Some(Relay { world, port, sink })
}

#[test]
fn two_thousand_go_through_opensmtpd_once_each() {
    let Some(relay) = start() else { return };
    let folder = meeting(MANY, relay.port, "connections = 4\nper_connection = 100\n");
    send(&folder).exits(0).says("");
    relay.brought_all_once(MANY);
}
