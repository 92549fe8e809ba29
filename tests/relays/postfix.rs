//! Debian's Postfix, configured to relay everything from this machine on one port, and to require TLS and a login on
//! two others.

use std::fmt::Write as _;

use super::chroot::{Chroot, ServerSpec};
use super::server_certificate::ServerCertificate;
use super::{MANY, Relay, destination, free_port, meeting, send, states, wait_until};
use crate::support::{Folder, set_mode};

const POSTFIX: ServerSpec = ServerSpec {
    name: "postfix",
    packages: &["postfix", "libsasl2-modules", "libsasl2-modules-db", "sasl2-bin"],
    users: &[("postfix", USER), ("postdrop", GROUP)],
    log: "var/log/mail.log",
    accepted: ": message-id=<",
};

const USER: u32 = 64101;
const GROUP: u32 = 64102;
const PASSWORD: &str = "one that only these tests know";
const PORTS: usize = 3;

/// A running Postfix. On `relay.port` it needs neither TLS nor a login.
pub(super) struct Postfix {
    pub(super) relay: Relay,
    certificate: ServerCertificate,
    /// The port that requires STARTTLS and a login.
    submission: u16,
    /// The port that requires implicit TLS and a login.
    smtps: u16,
}

impl Postfix {
    /// Starts Postfix with these additional settings.
    pub(super) fn start(settings: &str) -> Option<Postfix> {
        let chroot = Chroot::new(&POSTFIX)?;
        let relay = Relay { chroot, port: free_port(), destination: destination() };
        let certificate = ServerCertificate::new();
        let mut postfix =
            Postfix { relay, certificate, submission: free_port(), smtps: free_port() };
        postfix.create_directories();
        postfix.create_account();
        postfix.configure(settings);
        let ports: [u16; PORTS] = [postfix.relay.port, postfix.submission, postfix.smtps];
        postfix.relay.chroot.start("/usr/lib/postfix/sbin/master", &["-d"], &ports);
        Some(postfix)
    }

    /// Creates what the package's installation script would create.
    fn create_directories(&self) {
        let chroot = &self.relay.chroot;
        let queues = "active bounce corrupt defer deferred flush hold incoming private saved trace";
        for queue in queues.split(' ') {
            chroot.dir(&format!("var/spool/postfix/{queue}"), 0o700, USER, 0);
        }
        chroot.dir("var/spool/postfix/maildrop", 0o1730, USER, GROUP);
        chroot.dir("var/spool/postfix/public", 0o2710, USER, GROUP);
        chroot.dir("var/spool/postfix/pid", 0o755, 0, 0);
        chroot.dir("var/lib/postfix", 0o755, USER, 0);
    }

    /// Creates the account in Cyrus SASL's password database, which needs no daemon.
    fn create_account(&self) {
        let chroot = &self.relay.chroot;
        let sasl = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: /etc/sasldb2\n";
        chroot.write("etc/postfix/sasl/smtpd.conf", format!("{sasl}mech_list: PLAIN LOGIN\n"));
        chroot.write("password", PASSWORD);
        let mut command = chroot.program("/usr/sbin/saslpasswd2");
        command.args(["-c", "-p", "-f", "/etc/sasldb2", "-u", "example.org", "events"]);
        command.stdin(std::fs::File::open(chroot.path("password")).unwrap());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        set_mode(&chroot.path("etc/sasldb2"), 0o644);
    }

    fn configure(&self, settings: &str) {
        let chroot = &self.relay.chroot;
        chroot.write("etc/postfix/server.pem", &self.certificate.server);
        chroot.write("etc/postfix/key.pem", &self.certificate.key);
        // The chroot has no /dev/urandom. OpenSSL calls getrandom(), so a constant seed does no harm.
        chroot.write("etc/postfix/random", [0; 64]);
        let next_port = self.relay.destination.port();
        chroot.write(
            "etc/postfix/main.cf",
            format!(
                "\
compatibility_level = 3.6
maillog_file = /var/log/mail.log
myhostname = relay.example.org
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
local_recipient_maps =
relayhost = [127.0.0.1]:{next_port}
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_tls_cert_file = /etc/postfix/server.pem
smtpd_tls_key_file = /etc/postfix/key.pem
smtpd_tls_loglevel = 1
tls_random_source = /etc/postfix/random
cyrus_sasl_config_path = /etc/postfix/sasl
{settings}"
            ),
        );
        let (plain, submission, smtps) = (self.relay.port, self.submission, self.smtps);
        let login = "-o smtpd_sasl_auth_enable=yes \
             -o smtpd_relay_restrictions=permit_sasl_authenticated,reject";
        chroot.write(
            "etc/postfix/master.cf",
            format!(
                "\
127.0.0.1:{plain} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {login}
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {login}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
            ),
        );
    }

    /// A meeting that sends with a login.
    fn meeting_with_login(&self, people: usize, port: u16, password: &str, outbox: &str) -> Folder {
        let login = "\
ca = \"ca.pem\"
user = \"events@example.org\"
password = { file = \"smtp-password\" }
";
        let folder = meeting(people, port, &format!("{login}{outbox}"));
        folder
            .write("ca.pem", &self.certificate.authority)
            .write_private("smtp-password", password);
        folder
    }

    /// How many commands of this name clients have sent. A refused one is an error.
    fn commands(&self, name: &str) -> usize {
        let log = self.relay.chroot.log();
        let clients = log.lines().filter(|line| line.contains(": disconnect from "));
        let counts = clients.flat_map(str::split_ascii_whitespace);
        let counts = counts.filter_map(|word| word.strip_prefix(name)?.strip_prefix('='));
        counts.map(|count| count.parse::<usize>().unwrap()).sum()
    }

    /// Waits until so many clients have disconnected and everything they did is in the log.
    fn wait_for_clients(&self, clients: usize) {
        let chroot = &self.relay.chroot;
        let gone = || chroot.count_in_log(": disconnect from ");
        // Starting the server has connected to each port once.
        wait_until("the clients in the log", || gone() >= PORTS + clients);
        wait_until("the last client to disconnect", || {
            gone() == chroot.count_in_log(": connect from ")
        });
    }
}

#[test]
fn postfix_relays_two_thousand_messages_with_starttls_and_auth_plain() {
    let Some(postfix) = Postfix::start("") else { return };
    let outbox = "security = \"starttls\"\nauth = \"plain\"\nconnections = 4\n";
    let folder = postfix.meeting_with_login(MANY, postfix.submission, PASSWORD, outbox);
    send(&folder).exits(0).stderr("");
    postfix.relay.assert_each_relayed_once(MANY);
    let chroot = &postfix.relay.chroot;
    assert_eq!(chroot.count_in_log(", sasl_method=PLAIN, sasl_username=events@example.org"), MANY);
    let connections = chroot.count_in_log(" TLS connection established from ");
    assert!((4..=MANY / 20).contains(&connections), "{connections} connections");
}

#[test]
fn postfix_gets_each_message_once_with_bdat_and_with_data() {
    let Some(postfix) = Postfix::start("default_transport = discard:\n") else { return };
    let chroot = &postfix.relay.chroot;
    for (round, (setting, command)) in (1..).zip([("", "bdat"), ("chunking = false\n", "data")]) {
        let outbox = format!("connections = 4\n{setting}");
        let folder = meeting(60, postfix.relay.port, &outbox);
        send(&folder).exits(0).stderr("");
        assert!(states(&folder).values().all(|state| state == "accepted"));
        wait_until("the commands in the log", || postfix.commands(command) >= 60);
        assert_eq!(["bdat", "data"].map(|one| postfix.commands(one)), [60, 60 * (round - 1)]);
        wait_until("all messages", || chroot.count_in_log(", status=sent (") >= 60 * round);
        assert_eq!(chroot.accepted_messages(), 60 * round);
        for at in 0..60 {
            let discarded = format!(" to=<p{at}@example.org>, relay=none, ");
            assert_eq!(chroot.count_in_log(&discarded), round, "p{at}");
        }
    }
    assert!(postfix.relay.destination.messages().is_empty());
}

#[test]
fn postfix_relays_messages_with_implicit_tls_and_auth_login() {
    let Some(postfix) = Postfix::start("") else { return };
    // The other tests with Postfix send with BDAT, which it offers, too.
    let outbox = "host = \"localhost\"\nsecurity = \"tls\"\nauth = \"login\"\nchunking = false\n";
    let folder = postfix.meeting_with_login(20, postfix.smtps, PASSWORD, outbox);
    send(&folder).exits(0).stderr("");
    postfix.relay.assert_each_relayed_once(20);
    let login = ", sasl_method=LOGIN, sasl_username=events@example.org";
    assert_eq!(postfix.relay.chroot.count_in_log(login), 20);
}

#[test]
fn a_wrong_password_is_tried_once_and_stops_the_run() {
    let Some(postfix) = Postfix::start("smtpd_error_sleep_time = 0\n") else { return };
    let outbox = "security = \"starttls\"\nconnections = 4\n";
    let folder = postfix.meeting_with_login(20, postfix.submission, "another one", outbox);
    let run = send(&folder).exits(1);
    assert!(run.stderr.contains("535 5.7.8"), "{}", run.stderr);
    let chroot = &postfix.relay.chroot;
    postfix.wait_for_clients(1);
    // Providers lock an account after a few wrong passwords.
    assert_eq!([chroot.count_in_log(" auth="), chroot.count_in_log(" auth=0/1 ")], [1, 1]);
    assert_eq!(chroot.accepted_messages(), 0);
}

#[test]
fn an_untrusted_server_never_receives_the_password() {
    let Some(postfix) = Postfix::start("") else { return };
    for (port, security) in [(postfix.submission, "starttls"), (postfix.smtps, "tls")] {
        let folder =
            postfix.meeting_with_login(2, port, PASSWORD, &format!("security = \"{security}\"\n"));
        folder.write("ca.pem", ServerCertificate::new().authority);
        let run = send(&folder).exits(1);
        assert!(run.stderr.contains("certificate"), "{}", run.stderr);
    }
    postfix.wait_for_clients(2);
    let chroot = &postfix.relay.chroot;
    assert_eq!([chroot.count_in_log(" auth="), chroot.accepted_messages()], [0, 0]);
}

#[test]
fn a_port_that_requires_tls_stops_a_run_without_tls() {
    let Some(postfix) = Postfix::start("") else { return };
    let folder = meeting(3, postfix.submission, "");
    let run = send(&folder).exits(1);
    assert!(run.stderr.contains("530 5.7.0 Must issue a STARTTLS command first"), "{}", run.stderr);
    assert!(states(&folder).values().all(|state| state == "due"), "{:?}", states(&folder));
    assert_eq!(postfix.relay.chroot.accepted_messages(), 0);
}

#[test]
fn refused_and_greylisted_recipients_do_not_delay_the_others() {
    let settings = "smtpd_recipient_restrictions = check_recipient_access texthash:/etc/access\n";
    let Some(postfix) = Postfix::start(settings) else { return };
    let chroot = &postfix.relay.chroot;
    // Fewer than a tenth refused, or the run would stop.
    let refused = |at: usize| at == 25 || at == 55;
    let greylisted = |at: usize| at.is_multiple_of(10);
    let mut access = String::new();
    for at in 0..60 {
        if refused(at) {
            writeln!(access, "p{at}@example.org 550 5.1.1 no such user").unwrap();
        } else if greylisted(at) {
            writeln!(access, "p{at}@example.org 450 4.2.0 greylisted").unwrap();
        }
    }
    chroot.write("etc/access", access);
    let folder = meeting(60, postfix.relay.port, "");
    send(&folder).exits(4);
    wait_until("the accepted messages", || postfix.relay.destination.messages().len() >= 52);
    assert_eq!([chroot.accepted_messages(), postfix.relay.destination.messages().len()], [52, 52]);
    for (person, state) in states(&folder) {
        let at = person[1..].split('@').next().unwrap().parse().unwrap();
        let expected = match at {
            at if refused(at) => "refused",
            at if greylisted(at) => "deferred",
            _ => "accepted",
        };
        assert_eq!(state, expected, "{person}");
    }
}

#[test]
fn a_small_size_limit_of_the_server_refuses_nobody() {
    let Some(postfix) = Postfix::start("message_size_limit = 2000\n") else { return };
    let folder = meeting(3, postfix.relay.port, "");
    send(&folder).exits(1);
    assert!(states(&folder).values().all(|state| state == "due"), "{:?}", states(&folder));
    assert_eq!(postfix.relay.chroot.accepted_messages(), 0);
}
