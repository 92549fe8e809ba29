//! From nothing to a connection that takes messages: connect, greet, EHLO, STARTTLS, log in.

use std::io;
use std::net::{IpAddr, TcpStream, ToSocketAddrs as _};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::transport::smtp::authentication::Mechanism;

use super::capabilities::Capabilities;
use super::connection::{Connection, Fault};
use super::reply::{self, Reply};
use super::server::{Login, Security, SmtpAddress, SmtpServer};
use super::stream::{Socket, Stream};
use super::tls::{TlsFault, Trust};
use super::{SmtpError, Stage};

/// A connection on which everything before the first message is said.
pub(super) struct Connected {
    pub(super) line: Connection,
    pub(super) offered: Capabilities,
    pub(super) greeting: Reply,
    pub(super) mechanism: Option<Mechanism>,
}

/// Connects, greets, and logs in. A token lives for an hour or so: if one is refused, it is fetched once more. A
/// password that was refused stays refused, and trying it again locks accounts.
pub(super) fn open(server: &SmtpServer, halt: &Arc<AtomicBool>) -> Result<Connected, SmtpError> {
    match try_to_open(server, halt, false) {
        Err(SmtpError::Refused { stage: Stage::Login, .. })
            if server.login.as_ref().is_some_and(|login| login.is_by_token()) =>
        {
            // Many servers close a connection on which a login failed.
            try_to_open(server, halt, true)
        }
        tried => tried,
    }
}

fn try_to_open(
    server: &SmtpServer,
    halt: &Arc<AtomicBool>,
    anew: bool,
) -> Result<Connected, SmtpError> {
    let SmtpServer { address, security, timeouts, .. } = server;
    if *security == Security::None && !server.cleartext && !address.is_loopback() {
        return Err(SmtpError::NotLoopback(address.host.clone()));
    }
    if !is_name(&server.hello) {
        return Err(SmtpError::Hello(server.hello.clone()));
    }
    let socket = Socket::new(reach(address, timeouts.connect)?, halt);
    let stream = match security {
        Security::Tls => encrypt(server, socket)?,
        _ => Stream::Plain(socket),
    };
    let mut line = Connection::new(stream, server.trace.clone());
    let broken = |source| SmtpError::Broken { address: address.clone(), source };
    let greeting = line.reply(timeouts.greeting).map_err(broken)?;
    let greeting = welcome(address, Stage::Greeting, greeting)?;
    let mut offered = hello(server, &mut line)?;
    if *security == Security::StartTls {
        if !offered.starttls {
            return Err(SmtpError::NoStartTls(address.clone()));
        }
        let answer = line.ask("STARTTLS\r\n", timeouts.command).map_err(broken)?;
        welcome(address, Stage::StartTls, answer)?;
        let Some(Stream::Plain(socket)) = line.into_stream() else {
            return Err(SmtpError::TooEarly(address.clone()));
        };
        line = Connection::new(encrypt(server, socket)?, server.trace.clone());
        // What was offered in the clear is forgotten: anybody could have said it (RFC 3207 §4.2).
        offered = hello(server, &mut line)?;
    }
    let mechanism = match &server.login {
        Some(login) => Some(log_in(server, login, &offered, anew, &mut line)?),
        None => None,
    };
    Ok(Connected { line, offered, greeting, mechanism })
}

fn encrypt(server: &SmtpServer, socket: Socket) -> Result<Stream, SmtpError> {
    let failed = |source| SmtpError::Tls { address: server.address.clone(), source };
    let trust = match &server.trust {
        Some(trust) => trust.clone(),
        None => Trust::of_system().map_err(|error| {
            failed(TlsFault::Other(server.address.host.clone(), error.to_string()))
        })?,
    };
    let tls = trust.shake_hands(&server.address.host, socket, server.timeouts.connect);
    let tls = tls.map_err(|fault| match fault {
        TlsFault::NotTls(host) if server.security == Security::StartTls => {
            TlsFault::Other(host, "what it says after STARTTLS is something else".to_owned())
        }
        fault => fault,
    });
    Ok(Stream::Tls(Box::new(tls.map_err(failed)?)))
}

fn hello(server: &SmtpServer, line: &mut Connection) -> Result<Capabilities, SmtpError> {
    let command = format!("EHLO {}\r\n", server.hello);
    let answer = line
        .ask(&command, server.timeouts.command)
        .map_err(|source| SmtpError::Broken { address: server.address.clone(), source })?;
    welcome(&server.address, Stage::Hello, answer).map(|answer| Capabilities::of(&answer))
}

fn log_in(
    server: &SmtpServer,
    login: &Login,
    offered: &Capabilities,
    anew: bool,
    line: &mut Connection,
) -> Result<Mechanism, SmtpError> {
    let address = &server.address;
    let Some(mechanism) = login.choose(&offered.auth) else {
        let offered = offered.auth.join(", ");
        return Err(SmtpError::NoLogin {
            address: address.clone(),
            wanted: login.wanted(),
            offered: if offered.is_empty() { "no login at all".to_owned() } else { offered },
        });
    };
    let answer = try_to_log_in(server, login, mechanism, anew, line)?;
    welcome(address, Stage::Login, answer).map(|_| mechanism)
}

/// One attempt. The answer is 2xx, 4xx or 5xx, or one out of turn.
fn try_to_log_in(
    server: &SmtpServer,
    login: &Login,
    mechanism: Mechanism,
    anew: bool,
    line: &mut Connection,
) -> Result<Reply, SmtpError> {
    let limit = server.timeouts.command;
    let broken = |source| SmtpError::Broken { address: server.address.clone(), source };
    let credentials = login.credentials(anew).map_err(SmtpError::Secret)?;
    // Prompts are in whatever language and spelling: the name is asked for first, then the password.
    let word = |prompt| mechanism.response(&credentials, prompt).unwrap_or_default();
    if mechanism == Mechanism::Login {
        let mut answer = line.ask("AUTH LOGIN\r\n", limit).map_err(broken)?;
        for prompt in ["Username", "Password"] {
            if answer.code != 334 {
                return Ok(answer);
            }
            let secret = format!("{}\r\n", BASE64.encode(word(Some(prompt))));
            answer = line.ask_secretly(&secret, "(hidden)", limit).map_err(broken)?;
        }
        return Ok(answer);
    }
    let secret = format!("AUTH {mechanism} {}\r\n", BASE64.encode(word(None)));
    let shown = format!("AUTH {mechanism} (hidden)");
    let answer = line.ask_secretly(&secret, &shown, limit).map_err(broken)?;
    if answer.code != 334 {
        return Ok(answer);
    }
    // XOAUTH2 says why in a challenge, and refuses after an empty answer to it.
    let why = BASE64.decode(answer.challenge.trim()).unwrap_or_default();
    let why = reply::shown(&String::from_utf8_lossy(&why), 200);
    let mut answer = line.ask("\r\n", limit).map_err(broken)?;
    if !why.is_empty() {
        answer.text.push(' ');
        answer.text.push_str(&why);
    }
    Ok(answer)
}

fn welcome(address: &SmtpAddress, stage: Stage, reply: Reply) -> Result<Reply, SmtpError> {
    let address = address.clone();
    match reply.class() {
        2 => Ok(reply),
        4 => Err(SmtpError::Deferred { address, stage, reply }),
        5 => Err(SmtpError::Refused { address, stage, reply }),
        _ => Err(SmtpError::Broken { address, source: Fault::OutOfTurn(reply) }),
    }
}

/// Connects to the first that answers; if none does, the first one's reason is the one to know.
fn reach(address: &SmtpAddress, limit: Duration) -> Result<TcpStream, SmtpError> {
    let hosts: Vec<IpAddr> = match address.loopback() {
        Some(hosts) => hosts,
        None => (address.host.as_str(), address.port)
            .to_socket_addrs()
            .map_err(|source| SmtpError::NoSuchHost { host: address.host.clone(), source })?
            .map(|found| found.ip())
            .collect(),
    };
    let mut reason = None;
    let since = Instant::now();
    for host in hosts {
        let left = limit.saturating_sub(since.elapsed());
        if left.is_zero() {
            break;
        }
        let stream = TcpStream::connect_timeout(&(host, address.port).into(), left)
            // Each group of commands is one write that waits for an answer: there is nothing to collect.
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        match stream {
            Ok(stream) => return Ok(stream),
            Err(error) => reason = reason.or(Some(error)),
        }
    }
    let source = reason.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into());
    Err(SmtpError::Connect { address: address.clone(), source })
}

fn is_name(hello: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !hello.is_empty() && hello.len() <= 255 && hello.bytes().all(plain)
}
