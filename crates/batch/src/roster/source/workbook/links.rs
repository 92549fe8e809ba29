//! Cells that link to an address, compared with their text: people see the text, and a click writes to the link.

use std::io;

use super::super::spool::Spool;
use super::cell_name::cell_name;
use crate::remark::Remark;

/// The most links that are compared: twice what Excel allows in a sheet.
const MOST: usize = 1 << 17;

/// How many cells a remark names.
const NAMED: usize = 3;

/// Cells that link to addresses.
#[derive(Default)]
pub(super) struct Links {
    links: Vec<(u64, usize, String)>,
}

impl Links {
    /// Adds a link, if it leads to an address.
    pub(super) fn add(&mut self, line: u64, column: usize, target: &str) {
        let is_mail = target.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
        if !is_mail || self.links.len() >= MOST {
            return;
        }
        let address = target[7..].split('?').next().unwrap_or_default();
        let address = address.replace("%40", "@").trim().to_lowercase();
        if has_address(&address) && address.len() < 300 {
            self.links.push((line, column, address));
        }
    }

    /// Compares the links with the text of their cells.
    pub(super) fn compare(mut self, spool: &Spool, first_column: usize) -> io::Result<Vec<Remark>> {
        let (mut other, mut none) = (Cells::default(), Cells::default());
        if self.links.is_empty() {
            return Ok(Vec::new());
        }
        self.links.sort();
        let mut links = self.links.iter().peekable();
        let mut rows = spool.rows();
        while links.peek().is_some()
            && let Some(batch) = rows.batch(1000)?
        {
            for row in (0..batch.len()).map(|at| batch.row(at)) {
                while let Some((line, column, address)) =
                    links.next_if(|(line, _, _)| *line <= row.line())
                {
                    let Some(at) = column.checked_sub(first_column) else { continue };
                    // A name may link to the address that is in another cell of its row.
                    let is_shown = |cell: &str| cell.to_lowercase().contains(address);
                    if *line == row.line() && !row.filled_cells().any(is_shown) {
                        let cells = if has_address(row.cell(at)) { &mut other } else { &mut none };
                        cells.add(*line, *column);
                    }
                }
            }
        }
        let mut remarks = Vec::new();
        if other.count > 0 {
            let message = format!(
                "the text is an address, and the link another one, in {other}: the text counts"
            );
            remarks.push(
                Remark::warning("link-differs", message)
                    .hint("check these cells, and remove the links that are wrong"),
            );
        }
        if none.count > 0 {
            let message = format!(
                "the link is an address that the text does not show, in {none}: only the text counts"
            );
            remarks.push(
                Remark::warning("link-only", message)
                    .hint("write the addresses into a column of their own if they are needed"),
            );
        }
        Ok(remarks)
    }
}

/// Cells that are counted; the first are named.
#[derive(Default)]
struct Cells {
    count: usize,
    named: Vec<String>,
}

impl Cells {
    fn add(&mut self, line: u64, column: usize) {
        self.count += 1;
        if self.named.len() < NAMED {
            self.named.push(cell_name(line, column));
        }
    }
}

impl std::fmt::Display for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.named.join(", "))?;
        match self.count - self.named.len() {
            0 => Ok(()),
            1 => f.write_str(" and 1 more cell"),
            more => write!(f, " and {more} more cells"),
        }
    }
}

/// Whether there is an address in a text, at least one that is meant as one.
pub(super) fn has_address(text: &str) -> bool {
    let Some(at) = memchr::memchr(b'@', text.as_bytes()) else { return false };
    let (before, after) = (&text[..at], &text[at + 1..]);
    let domain = after.split(|c: char| c.is_whitespace() || ",;>)".contains(c)).next();
    before.ends_with(|c: char| !c.is_whitespace())
        && domain.is_some_and(|domain| domain.trim_end_matches('.').contains('.'))
}
