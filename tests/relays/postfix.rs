//! Postfix, as Debian has it: from this machine it takes anything, from elsewhere it wants TLS and a login.

use std::fmt::Write as _;

use super::certificate::Certificate;
use super::world::{Recipe, World};
use super::{MANY, Relay, free_port, meeting, send, sink, states, until};
use crate::support::{Folder, set_mode};

const POSTFIX: Recipe = Recipe {
    name: "postfix",
    packages: &["postfix", "libsasl2-modules", "libsasl2-modules-db", "sasl2-bin"],
    users: &[("postfix", USER), ("postdrop", GROUP)],
    log: "var/log/mail.log",
    took: ": message-id=<",
};

const USER: u32 = 64101;
const GROUP: u32 = 64102;

const PASSWORD: &str = "one that only these tests know";

const DOORS: usize = 3;

/// A Postfix with its three doors: `relay.port` is the plain one.
pub(super) struct Postfix {
    pub(super) relay: Relay,
    certificate: Certificate,
    /// STARTTLS and a login, both required.
    submission: u16,
    /// The same with TLS from the first octet.
    smtps: u16,
}

impl Postfix {
    /// Starts one, with these settings besides.
    pub(super) fn start(settings: &str) -> Option<Postfix> {
        let world = World::new(&POSTFIX)?;
        let relay = Relay { world, port: free_port(), sink: sink() };
        let certificate = Certificate::new();
        let mut postfix =
            Postfix { relay, certificate, submission: free_port(), smtps: free_port() };
        postfix.make_folders();
        postfix.make_login();
        postfix.configure(settings);
        let ports: [u16; DOORS] = [postfix.relay.port, postfix.submission, postfix.smtps];
        postfix.relay.world.start("/usr/lib/postfix/sbin/master", &["-d"], &ports);
        Some(postfix)
    }

    /// What the package's script would make.
    fn make_folders(&self) {
        let world = &self.relay.world;
        let queues = "active bounce corrupt defer deferred flush hold incoming private saved trace";
        for queue in queues.split(' ') {
            world.dir(&format!("var/spool/postfix/{queue}"), 0o700, USER, 0);
        }
        world.dir("var/spool/postfix/maildrop", 0o1730, USER, GROUP);
        world.dir("var/spool/postfix/public", 0o2710, USER, GROUP);
        world.dir("var/spool/postfix/pid", 0o755, 0, 0);
        world.dir("var/lib/postfix", 0o755, USER, 0);
    }

    /// One person may come in, by Cyrus SASL's own file of passwords.
    fn make_login(&self) {
        let world = &self.relay.world;
        let sasl = "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: /etc/sasldb2\n";
        world.write("etc/postfix/sasl/smtpd.conf", format!("{sasl}mech_list: PLAIN LOGIN\n"));
        world.write("password", PASSWORD);
        let mut command = world.program("/usr/sbin/saslpasswd2");
        command.args(["-c", "-p", "-f", "/etc/sasldb2", "-u", "example.org", "events"]);
        command.stdin(std::fs::File::open(world.path("password")).unwrap());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        set_mode(&world.path("etc/sasldb2"), 0o644);
    }

    fn configure(&self, settings: &str) {
        let world = &self.relay.world;
        world.write("etc/postfix/server.pem", &self.certificate.server);
        world.write("etc/postfix/key.pem", &self.certificate.key);
        // There are no devices; OpenSSL asks the system itself.
        world.write("etc/postfix/random", [0; 64]);
        let next = self.relay.sink.port();
        world.write(
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
relayhost = [127.0.0.1]:{next}
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
        world.write(
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
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"
            ),
        );
    }

    /// A meeting that logs in.
    fn login(&self, people: usize, port: u16, password: &str, outbox: &str) -> Folder {
        let login = "\
ca = \"ca.pem\"
user = \"events@example.org\"
password = { file = \"smtp-password\" }
";
        let folder = meeting(people, port, &format!("{login}{outbox}"));
        folder.write("ca.pem", &self.certificate.authority).private("smtp-password", password);
        folder
    }

    /// Waits until so many clients have come and gone, and what they did is in the log.
    fn saw(&self, clients: usize) {
        let world = &self.relay.world;
        let gone = || world.logged(": disconnect from ");
        // At each door somebody had looked whether it is open.
        until("all clients in the log", || gone() >= DOORS + clients);
        until("the last to go", || gone() == world.logged(": connect from "));
    }
}

#[test]
fn two_thousand_go_through_postfix_with_starttls_and_a_login() {
    let Some(postfix) = Postfix::start("") else { return };
    let outbox = "security = \"starttls\"\nauth = \"plain\"\nconnections = 4\n";
    let folder = postfix.login(MANY, postfix.submission, PASSWORD, outbox);
    send(&folder).exits(0).says("");
    postfix.relay.brought_all_once(MANY);
    let world = &postfix.relay.world;
    assert_eq!(world.logged(", sasl_method=PLAIN, sasl_username=events@example.org"), MANY);
    let connections = world.logged(" TLS connection established from ");
    assert!((4..=MANY / 20).contains(&connections), "{connections} connections");
}

#[test]
fn tls_from_the_first_octet_and_the_other_login() {
    let Some(postfix) = Postfix::start("") else { return };
    let outbox = "host = \"localhost\"\nsecurity = \"tls\"\nauth = \"login\"\n";
    let folder = postfix.login(20, postfix.smtps, PASSWORD, outbox);
    send(&folder).exits(0).says("");
    postfix.relay.brought_all_once(20);
    let login = ", sasl_method=LOGIN, sasl_username=events@example.org";
    assert_eq!(postfix.relay.world.logged(login), 20);
}

#[test]
fn a_wrong_password_stops_at_once() {
    let Some(postfix) = Postfix::start("smtpd_error_sleep_time = 0\n") else { return };
    let outbox = "security = \"starttls\"\nconnections = 4\n";
    let folder = postfix.login(20, postfix.submission, "another one", outbox);
    let run = send(&folder).exits(1);
    assert!(run.stderr.contains("535 5.7.8"), "{}", run.stderr);
    let world = &postfix.relay.world;
    postfix.saw(1);
    // At many a provider a few tries lock the account.
    assert_eq!([world.logged(" auth="), world.logged(" auth=0/1 ")], [1, 1]);
    assert_eq!(world.took(), 0);
}

#[test]
fn a_server_that_nobody_vouches_for_never_sees_the_password() {
    let Some(postfix) = Postfix::start("") else { return };
    for (port, security) in [(postfix.submission, "starttls"), (postfix.smtps, "tls")] {
        let folder = postfix.login(2, port, PASSWORD, &format!("security = \"{security}\"\n"));
        folder.write("ca.pem", Certificate::new().authority);
        let run = send(&folder).exits(1);
        assert!(run.stderr.contains("certificate"), "{}", run.stderr);
    }
    postfix.saw(2);
    let world = &postfix.relay.world;
    assert_eq!([world.logged(" auth="), world.took()], [0, 0]);
}

#[test]
fn a_door_that_wants_tls_and_a_login_stops_whoever_comes_without() {
    let Some(postfix) = Postfix::start("") else { return };
    let folder = meeting(3, postfix.submission, "");
    let run = send(&folder).exits(1);
    assert!(run.stderr.contains("530 5.7.0 Must issue a STARTTLS command first"), "{}", run.stderr);
    assert!(states(&folder).values().all(|state| state == "due"), "{:?}", states(&folder));
    assert_eq!(postfix.relay.world.took(), 0);
}

#[test]
fn who_is_refused_or_greylisted_holds_up_nobody_else() {
    let settings = "smtpd_recipient_restrictions = check_recipient_access texthash:/etc/access\n";
    let Some(postfix) = Postfix::start(settings) else { return };
    let world = &postfix.relay.world;
    // Few enough for the list to be in order.
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
    world.write("etc/access", access);
    let folder = meeting(60, postfix.relay.port, "");
    send(&folder).exits(4);
    until("the others", || postfix.relay.sink.messages().len() >= 52);
    assert_eq!([world.took(), postfix.relay.sink.messages().len()], [52, 52]);
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
fn a_server_with_too_small_a_limit_is_nobodys_refusal() {
    let Some(postfix) = Postfix::start("message_size_limit = 2000\n") else { return };
    let folder = meeting(3, postfix.relay.port, "");
    send(&folder).exits(1);
    assert!(states(&folder).values().all(|state| state == "due"), "{:?}", states(&folder));
    assert_eq!(postfix.relay.world.took(), 0);
}
