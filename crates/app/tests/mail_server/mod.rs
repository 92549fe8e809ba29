//! A mail server that accepts everything, unless a test wants another reply.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

/// The last line of a message.
const END: &[u8] = b".\r\n";

/// Starts a server that ends with the test process, and returns its port. `reply` is called with each command, and with the
/// last line of a message; if it returns `None`, the server sends its usual reply.
pub(crate) fn start(reply: impl Fn(&[u8]) -> Option<&'static [u8]> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let reply = Arc::new(reply);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let reply = Arc::clone(&reply);
            thread::spawn(move || serve(stream, reply.as_ref()));
        }
    });
    port
}

/// Keeps no message, because a test counts the memory of this process.
fn serve(stream: TcpStream, own: &impl Fn(&[u8]) -> Option<&'static [u8]>) -> Option<()> {
    // Several replies to one write must not wait for each other.
    stream.set_nodelay(true).ok()?;
    let mut out = stream.try_clone().ok()?;
    out.write_all(b"220 test\r\n").ok()?;
    let (mut reader, mut line, mut in_message) = (BufReader::new(stream), Vec::new(), false);
    // A client that sends several commands at once sends DATA before it knows whether there is a recipient.
    let mut is_refused = false;
    while reader.read_until(b'\n', &mut line).ok()? > 0 {
        if !in_message || line == END {
            let reply: &[u8] = match line.as_slice() {
                END => b"250 accepted\r\n",
                b"DATA\r\n" if is_refused => b"503 no recipient\r\n",
                b"DATA\r\n" => b"354 go ahead\r\n",
                hello if hello.starts_with(b"EHLO") => b"250-test\r\n250 PIPELINING\r\n",
                _ => b"250 ok\r\n",
            };
            let reply = own(&line).unwrap_or(reply);
            in_message = reply.starts_with(b"3");
            is_refused = !reply.starts_with(b"2");
            out.write_all(reply).ok()?;
        }
        line.clear();
    }
    Some(())
}
