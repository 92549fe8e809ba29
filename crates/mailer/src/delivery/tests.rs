//! Runs over SMTP in many schedules of their threads.

mod pace;
mod panics;
mod schedules;
