//! Reading any text, of any length, line by line.

use std::io::{self, BufRead, BufReader, Read};
use std::mem;

use meetmint_core::{Finder, Found};

use crate::context::Context;
use crate::error::Error;

/// The longest line that is kept, in octets; the rest of a longer one is read as lines of their own.
const LONGEST_LINE: u64 = 1 << 20;

/// The most links that are judged together: a short text can have many.
const MOST_AT_ONCE: usize = 4096;

/// How much is read at once, in octets: some hundred links, enough work for all cores.
const READ_AT_ONCE: usize = 1 << 18;

/// Gives the links and tokens to `judge`, in the order of the text, whenever everything has been read that there is so
/// far.
pub(super) fn each_found(
    input: Box<dyn Read + Send>,
    context: &Context,
    judge: &mut dyn FnMut(Vec<Found>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut input = BufReader::with_capacity(READ_AT_ONCE, input);
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
        if input.buffer().is_empty() || found.len() >= MOST_AT_ONCE {
            judge(mem::take(&mut found))?;
            if context.environment.is_interrupted() {
                return Err(Error::interrupted("not everything was inspected"));
            }
        }
    }
    finder.finish(&mut |one| found.push(one));
    judge(found)
}

fn not_read(error: io::Error) -> Error {
    Error::failed("input", "cannot read standard input").caused_by(error)
}
