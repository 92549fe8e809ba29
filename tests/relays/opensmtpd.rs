//! Debian's OpenSMTPD, configured to relay everything. It accepts at most 100 messages a connection.

use super::chroot::{Chroot, ServerSpec};
use super::{MANY, Relay, destination, free_port, meeting, send};

const OPENSMTPD: ServerSpec = ServerSpec {
    name: "opensmtpd",
    packages: &["opensmtpd"],
    users: &[("opensmtpd", 64101), ("opensmtpq", 64102)],
    log: "var/log/output",
    accepted: " smtp message msgid=",
};

pub(super) fn start() -> Option<Relay> {
    let mut chroot = Chroot::new(&OPENSMTPD)?;
    let (port, destination) = (free_port(), destination());
    chroot.dir("var/spool", 0o755, 0, 0);
    chroot.dir("var/lib/opensmtpd/empty", 0o755, 0, 0);
    let next_port = destination.port();
    let configuration = format!(
        "\
# By default it relays a hundred messages every five seconds.
mta limit session-mail-max 100000
listen on 127.0.0.1 port {port} hostname relay.example.org
action forward relay host smtp://127.0.0.1:{next_port}
match from any for any action forward
"
    );
    chroot.write("etc/relay.conf", configuration);
    chroot.start("/usr/sbin/smtpd", &["-d", "-f", "/etc/relay.conf"], &[port]);
    Some(Relay { chroot, port, destination })
}

#[test]
fn opensmtpd_relays_two_thousand_messages_once_each() {
    let Some(relay) = start() else { return };
    let folder = meeting(MANY, relay.port, "connections = 4\nper_connection = 100\n");
    send(&folder).exits(0).stderr("");
    relay.assert_each_relayed_once(MANY);
}
