//! TLS for the client. Its own connector takes neither a verifier nor a certificate that is no authority's, and says
//! little about why it does not trust one. What connectors are made of may change in any release of ureq; then this does
//! not compile.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::time::{Duration, Instant};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
    TransportAdapter,
};

use super::error::HttpError;
use super::failure;
use super::place::Place;
use super::trust::Trust;
use super::verifier::Verifier;

/// Puts TLS around the connections that need it.
#[derive(Debug)]
pub(super) struct TlsConnector(pub(super) Trust);

impl<In: Transport> Connector<In> for TlsConnector {
    type Out = Either<In, TlsTransport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let port = details.uri.port_u16().unwrap_or(443);
        let place = Place { host: details.uri.host().unwrap_or_default().to_owned(), port };
        let mut socket =
            TransportAdapter::new(transport.boxed(), Arc::clone(&details.current_time));
        socket.set_timeout(remaining(details));
        let stream = match handshake(&self.0, &place, socket) {
            Ok((stream, _)) => stream,
            Err(Failure::Tls(error)) => return Err(Error::Other(Box::new(error))),
            Err(Failure::Io(error)) => return Err(error.into()),
        };
        let config = details.config;
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        Ok(Some(Either::B(TlsTransport { buffers, stream })))
    }
}

/// What is left of the time for the connection.
fn remaining(details: &ConnectionDetails<'_>) -> NextTimeout {
    let mut timeout = details.timeout;
    if let (Duration::Exact(limit), Instant::Exact(start), Instant::Exact(now)) =
        (timeout.after, details.now, (details.current_time)())
    {
        timeout.after = Duration::Exact(limit.saturating_sub(now.saturating_duration_since(start)));
    }
    timeout
}

/// Why there is no TLS.
pub(super) enum Failure {
    /// Of TLS itself.
    Tls(HttpError),
    /// Of the connection under it.
    Io(io::Error),
}

/// The whole handshake, so that its errors are told apart from those of the connection.
pub(super) fn handshake<S: io::Read + io::Write>(
    trust: &Trust,
    place: &Place,
    mut socket: S,
) -> Result<(StreamOwned<ClientConnection, S>, Arc<Verifier>), Failure> {
    let verifier = Verifier::new(trust.clone());
    let of_tls = |error: &rustls::Error| {
        Failure::Tls(failure::of_tls(error, place, verifier.shown().as_ref(), trust))
    };
    // An IPv6 address is in brackets in an address of the web.
    let host = place.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|_| {
        let why = "its name is not valid for TLS".to_owned();
        Failure::Tls(HttpError::Tls { address: place.address(), why })
    })?;
    let config = verifier.config().map_err(|error| of_tls(&error))?;
    let mut tls = ClientConnection::new(Arc::new(config), name).map_err(|error| of_tls(&error))?;
    while tls.is_handshaking() {
        match tls.complete_io(&mut socket) {
            Ok(_) => {}
            // On a socket with a time-out, a signal ends a write even under SA_RESTART.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                // rustls wraps its own errors in an I/O error.
                return Err(match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                    Some(inner) => of_tls(inner),
                    None => Failure::Io(error),
                });
            }
        }
    }
    Ok((StreamOwned::new(tls, socket), verifier))
}

/// A connection with TLS.
pub(super) struct TlsTransport {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let input = self.buffers.input_append_buf();
        let amount = self.stream.read(input)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsTransport").finish_non_exhaustive()
    }
}
