//! Opening a session: connect, greeting, EHLO, STARTTLS, login.

use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use lettre::transport::smtp::authentication::Mechanism;

use super::address::SmtpAddress;
use super::auth;
use super::capabilities::Capabilities;
use super::connection::Connection;
use super::connection_error::ConnectionError;
use super::error::{SmtpError, Stage};
use super::hello::{address_literal, is_valid_hello};
use super::login::Login;
use super::reply::Reply;
use super::server::{Security, SmtpServer};
use super::stream::{Socket, Stream};
use super::tls::Trust;
use super::tls_error::TlsError;

/// A connection that is ready for its first message.
pub(super) struct Opened {
    pub(super) connection: Connection,
    pub(super) capabilities: Capabilities,
    pub(super) greeting: Reply,
    pub(super) mechanism: Option<Mechanism>,
}

/// Opens a connection. A token that is rejected may have expired: it is fetched again, once. A rejected password is not
/// retried, because repeated failures lock accounts.
pub(super) fn open(server: &SmtpServer, halt: &Arc<AtomicBool>) -> Result<Opened, SmtpError> {
    match open_once(server, halt, false) {
        Err(SmtpError::LoginRefused { .. })
            if server.login.as_ref().is_some_and(|login| login.uses_token()) =>
        {
            // On a new connection: many servers close one on which a login failed.
            open_once(server, halt, true)
        }
        opened => opened,
    }
}

fn open_once(
    server: &SmtpServer,
    halt: &Arc<AtomicBool>,
    refresh_token: bool,
) -> Result<Opened, SmtpError> {
    let SmtpServer { address, security, timeouts, hello, .. } = server;
    // Checked here as well as in the settings, so that no caller of this crate sends links in plaintext by mistake.
    if *security == Security::None && !server.cleartext && !address.is_loopback() {
        return Err(SmtpError::NotLoopback(address.host.clone()));
    }
    if let Some(hello) = hello.as_ref().filter(|hello| !is_valid_hello(hello)) {
        return Err(SmtpError::InvalidHello(hello.clone()));
    }
    let stream = connect(address, timeouts.connect)?;
    let hello = match (hello, stream.local_addr()) {
        (Some(hello), _) => hello.clone(),
        (None, Ok(local)) => address_literal(local.ip()),
        (None, Err(source)) => return Err(SmtpError::Connect { address: address.clone(), source }),
    };
    let socket = Socket::new(stream, halt)
        .map_err(|source| SmtpError::Connect { address: address.clone(), source })?;
    let handshake = Handshake { server, hello };
    let stream = match security {
        Security::Tls => handshake.encrypt(socket)?,
        Security::None | Security::StartTls => Stream::Plain(socket),
    };
    let mut connection = handshake.connection(stream);
    // Nothing may be sent before the greeting (RFC 5321 §4.3.1): servers reject clients that talk early as spammers.
    let greeting = connection.read_reply(timeouts.greeting);
    let greeting = handshake.expect_success(Stage::Greeting, greeting)?;
    let mut capabilities = handshake.hello(&mut connection)?;
    if *security == Security::StartTls {
        connection = handshake.start_tls(connection, &capabilities)?;
        // What was offered in plaintext is discarded: it may have been forged (RFC 3207 §4.2).
        capabilities = handshake.hello(&mut connection)?;
    }
    let mechanism = match &server.login {
        Some(login) => {
            Some(handshake.log_in(login, &capabilities, refresh_token, &mut connection)?)
        }
        None => None,
    };
    Ok(Opened { connection, capabilities, greeting, mechanism })
}

/// The steps of opening a session. Their errors name the server's address.
struct Handshake<'s> {
    server: &'s SmtpServer,
    /// The argument of EHLO.
    hello: String,
}

impl Handshake<'_> {
    fn address(&self) -> SmtpAddress {
        self.server.address.clone()
    }

    fn connection(&self, stream: Stream) -> Connection {
        Connection::new(stream, self.server.trace.clone())
    }

    fn hello(&self, connection: &mut Connection) -> Result<Capabilities, SmtpError> {
        // No fallback to HELO: every server must support EHLO (RFC 5321 §2.2.1), and STARTTLS and AUTH need it.
        let command = format!("EHLO {}\r\n", self.hello);
        let reply = connection.command(&command, self.server.timeouts.command);
        let reply = self.expect_success(Stage::Hello, reply)?;
        Ok(Capabilities::from_reply(&reply))
    }

    fn start_tls(
        &self,
        mut connection: Connection,
        capabilities: &Capabilities,
    ) -> Result<Connection, SmtpError> {
        if !capabilities.starttls {
            return Err(SmtpError::NoStartTls(self.address()));
        }
        let reply = connection.command("STARTTLS\r\n", self.server.timeouts.command);
        self.expect_success(Stage::StartTls, reply)?;
        let Some(Stream::Plain(socket)) = connection.into_stream() else {
            return Err(SmtpError::DataBeforeTls(self.address()));
        };
        Ok(self.connection(self.encrypt(socket)?))
    }

    fn encrypt(&self, socket: Socket) -> Result<Stream, SmtpError> {
        let starttls = self.server.security == Security::StartTls;
        let failed = |source| SmtpError::Tls { address: self.address(), starttls, source };
        let host = &self.server.address.host;
        let system;
        let trust = match &self.server.trust {
            Some(trust) => trust,
            None => {
                system = Trust::of_system()
                    .map_err(|error| failed(TlsError::Other(host.to_owned(), error.to_string())))?;
                &system
            }
        };
        let tls = trust.handshake(host, socket, self.server.timeouts.connect);
        let tls = tls.map_err(|error| match error {
            // The hint of `NotTls` is to use STARTTLS, which is what just failed.
            TlsError::NotTls(host) if starttls => {
                TlsError::Other(host, "the data after STARTTLS is not TLS".to_owned())
            }
            error => error,
        });
        Ok(Stream::Tls(Box::new(tls.map_err(failed)?)))
    }

    fn log_in(
        &self,
        login: &Login,
        capabilities: &Capabilities,
        refresh_token: bool,
        connection: &mut Connection,
    ) -> Result<Mechanism, SmtpError> {
        let Some(mechanism) = login.select_mechanism(&capabilities.auth) else {
            let offered = capabilities.auth.clone();
            let accepted = login.accepted_mechanisms();
            return Err(SmtpError::NoMechanism { address: self.address(), accepted, offered });
        };
        // After the mechanism is known, because fetching a secret may run a command that asks the user.
        let credentials = login.credentials(refresh_token).map_err(SmtpError::NoSecret)?;
        let limit = self.server.timeouts.command;
        let reply = auth::authenticate(connection, mechanism, &credentials, limit);
        match self.expect_success(Stage::Login, reply) {
            Ok(_) => Ok(mechanism),
            Err(SmtpError::Refused { address, reply, .. }) => {
                let has_space = login.has_space();
                Err(SmtpError::LoginRefused { address, reply, has_space })
            }
            Err(error) => Err(error),
        }
    }

    /// The reply, if it is 2xx.
    fn expect_success(
        &self,
        stage: Stage,
        reply: Result<Reply, ConnectionError>,
    ) -> Result<Reply, SmtpError> {
        let address = self.address();
        let reply = match reply {
            Ok(reply) => reply,
            Err(source) => return Err(SmtpError::Broken { address, source }),
        };
        match reply.class() {
            2 => Ok(reply),
            4 => Err(SmtpError::Deferred { address, stage, reply }),
            5 => Err(SmtpError::Refused { address, stage, reply }),
            _ => {
                Err(SmtpError::Broken { address, source: ConnectionError::UnexpectedReply(reply) })
            }
        }
    }
}

/// Connects to the first of the host's addresses that answers. If none does, the first one's error is returned: the
/// others are usually IPv6 on a machine without it.
fn connect(address: &SmtpAddress, limit: Duration) -> Result<TcpStream, SmtpError> {
    let hosts: Vec<IpAddr> = match address.loopback() {
        Some(hosts) => hosts,
        None => (address.host.as_str(), address.port)
            .to_socket_addrs()
            .map_err(|source| SmtpError::NoSuchHost { host: address.host.clone(), source })?
            .map(|found| found.ip())
            .collect(),
    };
    let mut first_error = None;
    let since = Instant::now();
    for host in hosts {
        // One limit for all addresses together. `connect_timeout` rejects a limit of zero.
        let left = limit.saturating_sub(since.elapsed());
        if left.is_zero() {
            break;
        }
        let stream = TcpStream::connect_timeout(&(host, address.port).into(), left)
            // Every write is complete and waits for a reply: there is nothing for Nagle's algorithm to collect.
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        match stream {
            Ok(stream) => return Ok(stream),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    let source = first_error.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into());
    Err(SmtpError::Connect { address: address.clone(), source })
}
