//! docs/ describes the program that is here: every code that it reports.

mod codes;
