//! Reading any text, of any length.

use std::io::{self, Read};
use std::mem;

use meetmint_core::{Finder, Found, found_in_argument};

use crate::context::Context;
use crate::error::Error;

/// How much is read at once, in octets: some hundred links, enough work for all cores.
const READ_AT_ONCE: usize = 1 << 18;

/// What is in an argument: usually a single link or token. With a space or line break in it, it is a text.
pub(super) fn in_argument(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    if text.trim().contains(char::is_whitespace) {
        let mut finder = Finder::new();
        finder.read(text.as_bytes(), &mut |one| found.push(one));
        finder.finish(&mut |one| found.push(one));
    }
    if found.is_empty() {
        found.push(found_in_argument(text));
    }
    found
}

/// Gives the links and tokens to `judge`, in the order of the text, whenever everything has been read that there is so
/// far.
pub(super) fn each_found(
    mut input: Box<dyn Read + Send>,
    context: &Context,
    judge: &mut dyn FnMut(Vec<Found>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut finder = Finder::new();
    let mut octets = vec![0; READ_AT_ONCE];
    let mut found: Vec<Found> = Vec::new();
    loop {
        match input.read(&mut octets) {
            Ok(0) => break,
            Ok(length) => finder.read(&octets[..length], &mut |one| found.push(one)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(Error::failed("input", "cannot read standard input").caused_by(error));
            }
        }
        judge(mem::take(&mut found))?;
        if context.environment.is_interrupted() {
            return Err(Error::interrupted("not everything was inspected"));
        }
    }
    finder.finish(&mut |one| found.push(one));
    judge(found)
}
