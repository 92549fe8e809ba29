//! A server on this machine that does what it is told, one connection after the other.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use url::Url;

/// A connection as the server sees it, with or without TLS.
pub(super) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// A running server. Its threads end with the process: none of them waits for a clock.
pub(super) struct Server {
    port: u16,
    scheme: &'static str,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// One without TLS.
    pub(super) fn plain(script: impl Fn(&mut dyn Stream) + Send + Sync + 'static) -> Server {
        Server::start("http", move |mut socket| script(&mut socket))
    }

    /// One with TLS. What becomes of the handshake is the client's to say.
    pub(super) fn tls(
        config: Arc<ServerConfig>,
        script: impl Fn(&mut dyn Stream) + Send + Sync + 'static,
    ) -> Server {
        Server::start("https", move |mut socket| {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            while tls.is_handshaking() {
                if tls.complete_io(&mut socket).is_err() {
                    // The client may still have to read the alert that the server sent.
                    let _ = io::copy(&mut socket, &mut io::sink());
                    return;
                }
            }
            let mut stream = StreamOwned::new(tls, socket);
            script(&mut stream);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }

    /// One that is asked with `scheme`, and speaks as `script` does.
    pub(super) fn start(
        scheme: &'static str,
        script: impl Fn(TcpStream) + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let (count, script) = (Arc::clone(&connections), Arc::new(script));
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                let script = Arc::clone(&script);
                thread::spawn(move || script(socket));
            }
        });
        Server { port, scheme, connections }
    }

    pub(super) fn url(&self, host: &str) -> Url {
        format!("{}://{host}:{}", self.scheme, self.port).parse().unwrap()
    }

    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Reads one request with its body. `None` if the client has left.
pub(super) fn request(stream: &mut dyn Stream) -> Option<String> {
    let mut head = Vec::new();
    let mut octet = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut octet).ok()?;
        head.push(octet[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(head + &String::from_utf8(body).unwrap())
}

/// Answers one request, and closes the connection.
pub(super) fn answers(text: impl Into<Vec<u8>>) -> impl Fn(&mut dyn Stream) + Send + Sync {
    let text = text.into();
    move |stream| {
        request(stream);
        let _ = stream.write_all(&text);
    }
}

/// Says nothing until the client leaves.
pub(super) fn wait_for_end(stream: &mut dyn Stream) {
    let _ = io::copy(stream, &mut io::sink());
}

/// A port on which nothing listens, and nothing will as long as it is kept: it is one end of a connection.
pub(super) struct ClosedPort {
    end: TcpStream,
    _listener: TcpListener,
}

impl ClosedPort {
    pub(super) fn new() -> ClosedPort {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let end = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        ClosedPort { end, _listener: listener }
    }

    pub(super) fn address(&self) -> String {
        self.end.local_addr().unwrap().to_string()
    }
}
