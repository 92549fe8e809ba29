//! One test scenario: a roster, a mail server with faults, and a run of `send`.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::outcome::{Outcome, PASSWORD};
use super::script::{Action, Rule, Script, Trigger};
use super::scripted_server::ScriptedServer;
use crate::certificates::Certificate;
use crate::support::{Folder, Run, roster_of};

/// The command that prints a new token each time, and logs each call.
const TOKEN_COMMAND: &str = "echo once >> fetched\necho eyJtoken$(wc -l < fetched | tr -d ' ')\n";

/// A scenario to be run. By default the server has no faults, needs no login and offers no TLS.
#[derive(Clone)]
pub(super) struct Scenario {
    roster: String,
    from: Option<&'static str>,
    roster_setting: Option<&'static str>,
    script: Script,
    outbox: String,
    host: &'static str,
    security: &'static str,
    ca: Option<String>,
    wait: &'static str,
    verbose: bool,
}

impl Scenario {
    pub(super) fn new(people: usize) -> Scenario {
        Scenario::with_roster(&roster_of(people))
    }

    pub(super) fn with_roster(roster: &str) -> Scenario {
        let extensions = vec!["PIPELINING", "SIZE 10240000", "8BITMIME"];
        Scenario {
            roster: roster.to_owned(),
            from: None,
            roster_setting: None,
            script: Script { extensions, ..Script::default() },
            outbox: String::new(),
            host: "127.0.0.1",
            security: "none",
            ca: None,
            wait: "0",
            verbose: false,
        }
    }

    /// The fault happens the first time.
    pub(super) fn once<const N: usize>(self, trigger: Trigger, actions: [Action; N]) -> Scenario {
        self.add_rule(None, trigger, &actions, 1)
    }

    /// The fault happens the first time on this connection, counted from 1.
    pub(super) fn on_connection<const N: usize>(
        self,
        connection: usize,
        trigger: Trigger,
        actions: [Action; N],
    ) -> Scenario {
        self.add_rule(Some(connection), trigger, &actions, 1)
    }

    /// The fault happens every time.
    pub(super) fn always<const N: usize>(self, trigger: Trigger, actions: [Action; N]) -> Scenario {
        self.add_rule(None, trigger, &actions, usize::MAX)
    }

    /// The fault happens so many times.
    pub(super) fn times<const N: usize>(
        self,
        times: usize,
        trigger: Trigger,
        actions: [Action; N],
    ) -> Scenario {
        self.add_rule(None, trigger, &actions, times)
    }

    fn add_rule(
        mut self,
        connection: Option<usize>,
        trigger: Trigger,
        actions: &[Action],
        remaining: usize,
    ) -> Scenario {
        self.script.rules.push(Rule { connection, trigger, actions: actions.to_vec(), remaining });
        self
    }

    /// Replaces the extensions in the reply to EHLO.
    pub(super) fn extensions<const N: usize>(mut self, extensions: [&'static str; N]) -> Scenario {
        self.script.extensions = extensions.to_vec();
        self
    }

    pub(super) fn add_extension(mut self, offer: &'static str) -> Scenario {
        self.script.extensions.push(offer);
        self
    }

    /// The server also offers CHUNKING, so the message leaves together with its envelope.
    pub(super) fn with_chunking(self) -> Scenario {
        self.add_extension("CHUNKING")
    }

    /// The server does not offer PIPELINING, so the client waits for the reply to each command.
    pub(super) fn without_pipelining(self) -> Scenario {
        self.extensions(["SIZE 10240000", "8BITMIME"])
    }

    /// Sets the sender.
    pub(super) fn from(mut self, from: &'static str) -> Scenario {
        self.from = Some(from);
        self
    }

    /// Adds a line under `[roster]`.
    pub(super) fn roster_setting(mut self, line: &'static str) -> Scenario {
        self.roster_setting = Some(line);
        self
    }

    /// Adds a line under `[outbox]`.
    pub(super) fn outbox(mut self, line: &str) -> Scenario {
        self.outbox.push_str(line);
        self.outbox.push('\n');
        self
    }

    /// Uses STARTTLS.
    pub(super) fn starttls(mut self, certificate: Certificate) -> Scenario {
        let (ca, config) = certificate.make();
        self.script.tls = Some(config);
        (self.ca, self.host, self.security) = (Some(ca), "localhost", "starttls");
        self.add_extension("STARTTLS")
    }

    /// Uses implicit TLS (RFC 8314).
    pub(super) fn tls(mut self, certificate: Certificate) -> Scenario {
        let (ca, config) = certificate.make();
        (self.script.tls, self.script.implicit_tls) = (Some(config), true);
        (self.ca, self.host, self.security) = (Some(ca), "localhost", "tls");
        self
    }

    /// The client starts with a TLS handshake, and the server with a greeting in the clear.
    pub(super) fn tls_on_the_client_only(self) -> Scenario {
        let mut scenario = self.tls(Certificate::Valid);
        scenario.script.implicit_tls = false;
        scenario
    }

    /// No server listens on the port.
    pub(super) fn not_listening(mut self) -> Scenario {
        self.script.not_listening = true;
        self
    }

    /// Logs in as `ada` with a password.
    pub(super) fn password(self) -> Scenario {
        self.add_extension("AUTH PLAIN LOGIN XOAUTH2")
            .outbox("user = \"ada\"")
            .outbox("password = { file = \"mail-password\" }")
    }

    /// Logs in as `ada` with XOAUTH2. The token is a new one each time it is fetched: `eyJtoken1`, `eyJtoken2` and so
    /// on.
    pub(super) fn oauth_token(self) -> Scenario {
        self.add_extension("AUTH PLAIN LOGIN XOAUTH2")
            .outbox("user = \"ada\"")
            .outbox("auth = \"xoauth2\"")
            .outbox("password = { command = [\"sh\", \"token.sh\"] }")
    }

    pub(super) fn wait(mut self, wait: &'static str) -> Scenario {
        self.wait = wait;
        self
    }

    /// Runs with `-v`, which prints the SMTP session.
    pub(super) fn verbose(mut self) -> Scenario {
        self.verbose = true;
        self
    }

    #[track_caller]
    pub(super) fn send(self) -> Outcome {
        self.run(|folder, _, args| folder.run(args))
    }

    /// Runs `send` with a limit on the size of every file, which has the effect of a full disk.
    #[track_caller]
    pub(super) fn send_with_file_size_limit(self, kib: usize) -> Outcome {
        self.run(|folder, _, args| {
            let args = args.join(" ");
            folder.shell(&format!("trap '' XFSZ; ulimit -f {kib}; exec meetmint {args}"))
        })
    }

    /// Runs `send`, and interrupts it with SIGINT once the server has received a line that starts with `start`.
    #[track_caller]
    pub(super) fn send_and_interrupt_after(self, start: &str) -> Outcome {
        self.send_and_interrupt_after_lines(start, 1)
    }

    /// Runs `send`, and kills it once the server has received a line that starts with `start`.
    #[track_caller]
    pub(super) fn send_and_kill_after(self, start: &str) -> Outcome {
        self.send_and_signal("-KILL", start, 1)
    }

    /// The same after so many lines that start like this.
    #[track_caller]
    pub(super) fn send_and_interrupt_after_lines(self, start: &str, lines: usize) -> Outcome {
        self.send_and_signal("-INT", start, lines)
    }

    #[track_caller]
    fn send_and_signal(self, signal: &str, start: &str, lines: usize) -> Outcome {
        self.run(|folder, server, args| {
            let mut command = folder.command();
            command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let child = command.spawn().unwrap();
            let started = Instant::now();
            let received =
                || server.commands().iter().filter(|(_, line)| line.starts_with(start)).count();
            while received() < lines {
                assert!(
                    started.elapsed() < Duration::from_secs(30),
                    "the server has not received {start}"
                );
                thread::sleep(Duration::from_millis(2));
            }
            let id = child.id().to_string();
            assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
            Run::new(child.wait_with_output().unwrap())
        })
    }

    #[track_caller]
    fn run(self, run: impl FnOnce(&Folder, &ScriptedServer, &[&str]) -> Run) -> Outcome {
        let folder = Folder::meeting(&self.roster);
        let server = ScriptedServer::start(self.script);
        let address = format!("{}:{}", self.host, server.port());
        let ca = if self.ca.is_some() { "ca = \"ca.pem\"\n" } else { "" };
        let Scenario { host, security, .. } = self;
        let settings = format!("host = \"{host}\"\nsecurity = \"{security}\"\n{ca}{}", self.outbox);
        folder.use_smtp(server.port(), &settings);
        if let Some(from) = self.from {
            folder.edit_meeting("Events team <events@example.org>", from);
        }
        if let Some(line) = self.roster_setting {
            folder.add_roster_setting(line);
        }
        if let Some(ca) = self.ca {
            folder.write("ca.pem", ca);
        }
        folder.write_private("mail-password", PASSWORD).write("token.sh", TOKEN_COMMAND);
        let verbosity = if self.verbose { "-v" } else { "-q" };
        let run = run(&folder, &server, &["send", "--yes", "--wait", self.wait, verbosity]);
        let people = self.roster.lines().skip(1).map(|line| line.split(',').next().unwrap());
        let mut outcome = Outcome {
            address,
            people: people.map(str::to_owned).collect(),
            run,
            states: BTreeMap::new(),
            messages: Vec::new(),
            connections: 0,
            folder,
            server,
        };
        outcome.inspect();
        outcome
    }
}
