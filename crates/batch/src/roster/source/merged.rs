//! Cells that are merged over several rows. Only the first row of such a range has its text, although a person sees
//! the text beside all of them.

use super::super::rows::{CellMark, CellRange};

/// Ranges that are merged over several rows, in the order of their first rows.
#[derive(Debug, Default)]
pub(super) struct MergedCells {
    ranges: Vec<CellRange>,
}

/// Goes through rows from the first to the last, and knows which of their cells are covered.
pub(super) struct Sweep<'m> {
    ranges: &'m [CellRange],
    open: Vec<CellRange>,
}

impl MergedCells {
    /// Of these, the ranges over several rows; rows after `last_row` and columns after `last_column` have no content, and
    /// do not matter. `None` if they cover more than `most` cells: merged cells do not overlap, so a sheet within its
    /// limits has fewer.
    pub(super) fn new(
        ranges: Vec<CellRange>,
        last_row: u64,
        last_column: usize,
        most: u64,
    ) -> Option<MergedCells> {
        let mut ranges: Vec<CellRange> = ranges
            .into_iter()
            .map(|range| CellRange {
                last_row: range.last_row.min(last_row),
                last_column: range.last_column.min(last_column),
                ..range
            })
            .filter(|range| range.first_row < range.last_row)
            .filter(|range| range.first_column <= range.last_column)
            .collect();
        let covered = ranges.iter().fold(0u64, |sum, range| {
            let wide = range.last_column - range.first_column + 1;
            sum.saturating_add((range.last_row - range.first_row).saturating_mul(wide as u64))
        });
        ranges.sort_by_key(|range| range.first_row);
        (covered <= most).then_some(MergedCells { ranges })
    }

    pub(super) fn sweep(&self) -> Sweep<'_> {
        Sweep { ranges: &self.ranges, open: Vec::new() }
    }
}

impl Sweep<'_> {
    /// The columns of a row that are covered by the first row of a range above. Rows must come in their order.
    pub(super) fn at(&mut self, row: u64) -> Vec<(usize, CellMark)> {
        let new = self.ranges.partition_point(|range| range.first_row < row);
        let (new, later) = self.ranges.split_at(new);
        self.ranges = later;
        self.open.extend(new);
        self.open.retain(|range| row <= range.last_row);
        let mut covered: Vec<_> = self
            .open
            .iter()
            .flat_map(|range| {
                (range.first_column..=range.last_column)
                    .map(|column| (column, CellMark::Covered { range: *range }))
            })
            .collect();
        covered.sort_by_key(|(column, _)| *column);
        covered
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(rows: (u64, u64), columns: (usize, usize)) -> CellRange {
        let ((first_row, last_row), (first_column, last_column)) = (rows, columns);
        CellRange { first_row, last_row, first_column, last_column }
    }

    #[test]
    fn rows_below_the_first_are_covered() {
        let all = vec![range((9, 9), (0, 5)), range((3, 5), (1, 1)), range((4, 1_048_576), (3, 4))];
        let merged = MergedCells::new(all, 6, 99, 1000).unwrap();
        let mut sweep = merged.sweep();
        let columns = |row, sweep: &mut Sweep<'_>| {
            sweep.at(row).iter().map(|(at, _)| *at).collect::<Vec<_>>()
        };
        assert_eq!(columns(1, &mut sweep), Vec::<usize>::new());
        assert_eq!(columns(3, &mut sweep), Vec::<usize>::new());
        assert_eq!(columns(4, &mut sweep), [1]);
        assert_eq!(columns(5, &mut sweep), [1, 3, 4]);
        assert_eq!(columns(6, &mut sweep), [3, 4]);
        assert_eq!(columns(9, &mut sweep), Vec::<usize>::new());
    }

    #[test]
    fn ranges_that_cannot_all_be_real_are_refused() {
        let all = vec![range((1, 1_048_576), (0, 16_383)); 100];
        assert!(MergedCells::new(all, 1_000_000, 1999, 1 << 26).is_none());
    }

    #[test]
    fn ranges_end_with_the_table() {
        let all = vec![range((2, u64::MAX), (2, usize::MAX)), range((2, 9), (3, 3))];
        let merged = MergedCells::new(all, 5, 2, 3).unwrap();
        let mut sweep = merged.sweep();
        for row in 3..=5 {
            let columns: Vec<usize> = sweep.at(row).iter().map(|(at, _)| *at).collect();
            assert_eq!(columns, [2], "{row}");
        }
        assert_eq!(sweep.at(6), []);
    }
}
