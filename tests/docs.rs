//! README.md and docs/ describe the program that is here: every code that it reports, what it prints as JSON, its
//! settings. Their commands run, and their links lead somewhere.

mod codes;
mod examples;
mod links;
mod page;
#[cfg(unix)]
mod run;
mod schemas;
mod settings;
mod templates;
