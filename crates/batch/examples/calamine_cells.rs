//! Reads the first sheet of a workbook with calamine alone, and looks at each cell: what `benches/bench_workbook.py`
//! compares meetmint with.
#![expect(clippy::print_stdout, reason = "this is its result")]

use calamine::{Data, Reader, Xlsx, open_workbook};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("usage: calamine_cells WORKBOOK")?;
    let mut workbook: Xlsx<_> = open_workbook(path)?;
    let sheet = workbook.sheet_names().first().cloned().ok_or("no sheet")?;
    let range = workbook.worksheet_range(&sheet)?;
    let (mut cells, mut octets) = (0u64, 0usize);
    for row in range.rows() {
        for cell in row {
            cells += u64::from(*cell != Data::Empty);
            if let Data::String(text) = cell {
                octets += text.len();
            }
        }
    }
    println!("{cells} cells, {octets} octets of text");
    Ok(())
}
