//! Reading any text, of any length, line by line.

use std::io::{self, BufRead, BufReader, Read};

use meetmint_core::{Finder, Found};

use crate::context::Context;
use crate::error::Error;

/// The longest line that is kept, in octets; the rest of a longer one is read as lines of their own.
const LONGEST_LINE: u64 = 1 << 20;

/// Gives every link and token to `judge`, in the order of the text.
pub(super) fn each_found(
    input: Box<dyn Read + Send>,
    context: &Context,
    judge: &mut dyn FnMut(&Found) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut finder = Finder::new();
    let mut line = Vec::new();
    let mut found: Vec<Found> = Vec::new();
    loop {
        line.clear();
        let length = input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        if length.map_err(not_read)? == 0 {
            break;
        }
        finder.line(&line, &mut |one| found.push(one));
        for one in found.drain(..) {
            judge(&one)?;
        }
        if context.environment.is_interrupted() {
            return Err(Error::interrupted("not everything was inspected"));
        }
    }
    finder.finish(&mut |one| found.push(one));
    found.drain(..).try_for_each(|one| judge(&one))
}

fn not_read(error: io::Error) -> Error {
    Error::failed("input", "cannot read standard input").caused_by(error)
}
