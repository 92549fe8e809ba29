//! A model of everything that a run depends on: threads, locks and clock ([`sync`](super::sync)), and a mail server.
//!
//! Under shuttle, all threads of a run take turns on one thread of the system, and a scheduler with a fixed seed decides
//! at each lock, wait and step of the server who goes on. So one test runs thousands of schedules, and one that fails can be
//! repeated.

mod clock;
mod composed;
mod condvar;
mod explore;
mod lock;
mod meeting;
mod people;
mod server;
mod steps;
mod threads;

pub(super) use clock::Instant;
pub(super) use composed::compose_once;
pub(super) use condvar::{Condvar, poll, wait_for, wait_for_change};
pub(super) use explore::{explore, once};
pub(super) use lock::{Mutex, MutexGuard};
pub(super) use meeting::{World, several, wall};
pub(super) use people::address;
pub(super) use server::{Act, Connect, Fate, Script, SmtpSession};
pub(super) use steps::{Panic, Step, calm, interrupt_in_pause, is_interrupted, step};
pub(super) use threads::{Scope, ScopedJoinHandle, catch_panic, panicking, scope, spawn};
