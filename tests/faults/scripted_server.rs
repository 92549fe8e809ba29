//! A mail server whose replies a test can script. Where there is no rule, it behaves correctly.

use std::collections::HashMap;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::script::{Action, Rule, Script, Transaction, Trigger};
use super::session::{self, Shared, State, wake_listener};

/// A running server. Dropping it stops it and closes its connections.
pub(super) struct ScriptedServer {
    port: u16,
    shared: Arc<Shared>,
    /// The bound sockets that reserve the port of a server that does not listen.
    _sockets: Vec<Socket>,
}

impl ScriptedServer {
    /// Listens on a free port of the loopback interface.
    pub(super) fn start(script: Script) -> ScriptedServer {
        // The second socket reserves the port while the first one is closed, so that no other program gets it.
        let sockets = [(); 2].map(|()| Socket::new(Domain::IPV4, Type::STREAM, None).unwrap());
        let mut port = 0;
        for socket in &sockets {
            socket.set_reuse_port(true).unwrap();
            socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into()).unwrap();
            port = socket.local_addr().unwrap().as_socket().unwrap().port();
        }
        let not_listening = script.not_listening;
        let state = State {
            script,
            connections: 0,
            open_connections: HashMap::new(),
            commands: Vec::new(),
            messages: Vec::new(),
            failures: Vec::new(),
            down_for: None,
            meeting: 0,
        };
        let shared = Arc::new(Shared {
            stop: AtomicBool::new(false),
            state: Mutex::new(state),
            idle: Condvar::new(),
            met: Condvar::new(),
        });
        if not_listening {
            return ScriptedServer { port, shared, _sockets: sockets.into() };
        }
        let [first, second] = sockets;
        first.listen(64).unwrap();
        let listening = Arc::clone(&shared);
        thread::spawn(move || {
            if let Some(down) = listen(&listening, port, first.into()) {
                thread::sleep(down);
                second.listen(64).unwrap();
                listen(&listening, port, second.into());
            }
        });
        ScriptedServer { port, shared, _sockets: Vec::new() }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Removes all rules, so that the server behaves correctly from now on.
    pub(super) fn remove_rules(&self) {
        self.shared.state().script.rules.clear();
    }

    /// Adds a fault that happens every time.
    pub(super) fn add_rule(&self, trigger: Trigger, action: Action) {
        let rule = Rule { connection: None, trigger, actions: vec![action], remaining: usize::MAX };
        self.shared.state().script.rules.push(rule);
    }

    /// Waits until all connections are closed, and with that everything is read that the client has sent.
    #[track_caller]
    pub(super) fn wait_until_idle(&self) {
        let wait = Duration::from_secs(30);
        let waited = self.shared.idle.wait_timeout_while(self.shared.state(), wait, |state| {
            !state.open_connections.is_empty()
        });
        let state = waited.unwrap().0;
        assert!(state.open_connections.is_empty(), "the server still has a connection");
        assert!(state.failures.is_empty(), "{:?}\nreceived: {:#?}", state.failures, state.commands);
    }

    pub(super) fn connections(&self) -> usize {
        self.shared.state().connections
    }

    /// The lines received, each with the number of its connection. A complete message is recorded as `(message)`.
    pub(super) fn commands(&self) -> Vec<(usize, String)> {
        self.shared.state().commands.clone()
    }

    pub(super) fn messages(&self) -> Vec<Transaction> {
        self.shared.state().messages.clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        wake_listener(self.port);
        if let Ok(state) = self.shared.state.lock() {
            for stream in state.open_connections.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

/// Accepts connections until the server is dropped, or is to be down for the returned time.
fn listen(shared: &Arc<Shared>, port: u16, listener: TcpListener) -> Option<Duration> {
    while let Ok((stream, _)) = listener.accept() {
        if shared.stop.load(Ordering::SeqCst) {
            return None;
        }
        let mut state = shared.state();
        if let Some(down) = state.down_for.take() {
            drop(listener);
            for stream in state.open_connections.values() {
                let _ = stream.shutdown(Shutdown::Both);
            }
            return Some(down);
        }
        state.connections += 1;
        let number = state.connections;
        state.open_connections.insert(number, stream.try_clone().unwrap());
        drop(state);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // An I/O error is what many of the scripts provoke.
            let _ = session::serve(&shared, port, number, stream);
            shared.state().open_connections.remove(&number);
            shared.idle.notify_all();
        });
    }
    None
}
