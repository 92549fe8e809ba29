//! Names that are read, but may be mistakes: with a line break, which is a blank in messages, or with an `@`.

use meetmint_core::quoted;

use crate::remark::Remark;

/// Names that may be mistakes.
#[derive(Debug, Default)]
pub(super) struct OddNames {
    broken: Found,
    with_at: Found,
}

/// How often something was found, and where first.
#[derive(Debug, Default)]
struct Found {
    first: Option<(u64, String)>,
    count: u64,
}

impl Found {
    fn add(&mut self, line: u64, cell: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| (line, quoted(cell)));
    }

    /// Adds what was found further down.
    fn append(&mut self, other: Found) {
        self.count += other.count;
        self.first = self.first.take().or(other.first);
    }

    fn warning(&self, code: &'static str, what: &str, hint: &str) -> Option<Remark> {
        let (line, cell) = self.first.as_ref()?;
        let more = match self.count {
            ..=1 => String::new(),
            2 => ", and one more does".to_owned(),
            count => format!(", and {} more do", count - 1),
        };
        let message = format!("line {line}: the name {cell} has {what}{more}");
        Some(Remark::warning(code, message).hint(hint))
    }
}

impl OddNames {
    /// Looks at the cells that the name of a row is made of.
    pub(super) fn add<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>) {
        for cell in cells.map(str::trim) {
            if cell.contains(['\n', '\r']) {
                self.broken.add(line, cell);
            } else if cell.contains('@') {
                self.with_at.add(line, cell);
            }
        }
    }

    /// Adds the names of rows further down.
    pub(super) fn append(&mut self, other: OddNames) {
        self.broken.append(other.broken);
        self.with_at.append(other.with_at);
    }

    /// The warnings.
    pub(super) fn remarks(&self) -> impl Iterator<Item = Remark> {
        let broken = self.broken.warning(
            "line-break-in-name",
            "a line break",
            "look whether a quotation mark is missing, or whether two people share a row",
        );
        let with_at = self.with_at.warning(
            "at-in-name",
            "an `@`",
            "look whether it is an address; people see it as the name",
        );
        broken.into_iter().chain(with_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_odd_name_is_shown_and_all_are_counted() {
        let mut names = OddNames::default();
        names.add(2, ["Ada Lovelace", "", " Ben\n"].into_iter());
        assert_eq!(names.remarks().count(), 0);
        names.add(3, ["Ada\nBen"].into_iter());
        let mut further = OddNames::default();
        further.add(7, ["Cleo\r\nDan", "eve@example.org"].into_iter());
        names.append(further);
        let messages: Vec<String> = names.remarks().map(|remark| remark.message).collect();
        let expected = [
            "line 3: the name `Ada\u{fffd}Ben` has a line break, and one more does",
            "line 7: the name `eve@example.org` has an `@`",
        ];
        assert_eq!(messages, expected);
    }
}
