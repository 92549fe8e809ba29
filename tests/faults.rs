//! Fault injection: a scripted mail server misbehaves, and `send` is checked for its exit code, its messages, the
//! states in the ledger and what the server received.
//!
//! After every run the ledger is compared with the server: whoever counts as accepted was accepted by the server
//! exactly once, and whoever is due was not.

mod authentication;
mod chunking;
mod connection;
mod connection_limits;
mod envelope;
mod greeting;
mod message;
mod outages;
mod outcome;
mod rate;
mod replies;
mod retries;
mod scenario;
mod script;
mod scripted_server;
mod session;
mod tls;
mod undecided;
mod weather;
