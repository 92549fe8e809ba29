//! A `.env` in the dialect of Docker Compose.

mod expand;
mod lines;
mod value;

pub(crate) use lines::{EnvFile, read};
pub(crate) use value::NotKnown;
