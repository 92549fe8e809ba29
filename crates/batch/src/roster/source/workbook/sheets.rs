//! Which sheet of a workbook is the list.

use super::super::super::reading::Reading;
use super::super::spool::Spool;
use super::refusal::{Refusal, Stop};
use super::table::{Glance, SheetSink, Table};
use crate::remark::Remark;
use crate::suggestion::{list, quoted};

/// A workbook of any format.
pub(super) trait Workbook {
    /// Its sheets of cells, in their order.
    fn sheets(&self) -> &[Sheet];
    /// Reads the sheet at an index.
    fn read(&mut self, at: usize, sink: &mut dyn SheetSink) -> Result<(), Stop>;
}

/// A sheet of a workbook.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) is_visible: bool,
}

/// Reads the sheet that `reading` names, or else the first visible one that has content.
pub(super) fn read(
    workbook: &mut dyn Workbook,
    reading: &Reading,
) -> Result<(Spool, Vec<Remark>), Refusal> {
    if let Some(name) = &reading.sheet {
        let at = position(workbook.sheets(), name)?;
        let table = table(workbook, at, reading)?;
        return match table {
            Some(table) => table.finish(),
            None => Err(empty(&format!("the sheet {} is empty", quoted(name)), workbook.sheets())),
        };
    }
    let visible: Vec<usize> =
        (0..workbook.sheets().len()).filter(|at| workbook.sheets()[*at].is_visible).collect();
    for (place, at) in visible.iter().enumerate() {
        if let Some(table) = table(workbook, *at, reading)? {
            let (others, mut remarks) = glance(workbook, &visible[place + 1..]);
            let name = &workbook.sheets()[*at].name;
            if !table.has_addresses && !others.with_addresses.is_empty() {
                return Err(other_sheet(name, &others.with_addresses));
            }
            remarks.extend(others.remark(name));
            let (spool, more) = table.finish()?;
            remarks.extend(more);
            return Ok((spool, remarks));
        }
    }
    Err(empty("no visible sheet of the workbook has content", workbook.sheets()))
}

/// Reads a sheet; `None` if it is empty.
fn table(
    workbook: &mut dyn Workbook,
    at: usize,
    reading: &Reading,
) -> Result<Option<Table>, Refusal> {
    let mut table = Table::new(reading.hidden_rows);
    match workbook.read(at, &mut table) {
        Ok(()) | Err(Stop::Enough) => {}
        Err(Stop::Refused(refusal)) => return Err(refusal),
    }
    Ok(if table.is_empty()? { None } else { Some(table) })
}

/// The sheets that are not read.
#[derive(Default)]
struct Others {
    with_content: Vec<String>,
    with_addresses: Vec<String>,
}

fn glance(workbook: &mut dyn Workbook, sheets: &[usize]) -> (Others, Vec<Remark>) {
    let mut others = Others::default();
    let mut remarks = Vec::new();
    for at in sheets {
        let mut glance = Glance::default();
        let read = workbook.read(*at, &mut glance);
        let name = workbook.sheets()[*at].name.clone();
        if let Err(Stop::Refused(refusal)) = read {
            let message = format!("the sheet {} cannot be read: {refusal}", quoted(&name));
            remarks.push(Remark::warning("unreadable-sheet", message));
        }
        if glance.has_addresses {
            others.with_addresses.push(name.clone());
        }
        if glance.has_content {
            others.with_content.push(name);
        }
    }
    (others, remarks)
}

impl Others {
    fn remark(&self, name: &str) -> Option<Remark> {
        if !self.with_addresses.is_empty() {
            let others = list(
                "there are addresses in",
                self.with_addresses.iter().map(String::as_str).collect(),
            );
            let message = format!("only the sheet {} is read; {others}", quoted(name));
            let hint = "move the people to one sheet, or name the sheet that counts: sheet = \"…\" under [roster] in meeting.toml";
            return Some(Remark::warning("other-sheets", message).hint(hint));
        }
        let is_first = !self.with_content.is_empty();
        is_first.then(|| Remark::note("sheet", format!("read from the sheet {}", quoted(name))))
    }
}

/// The index of a sheet by its name.
fn position(sheets: &[Sheet], name: &str) -> Result<usize, Refusal> {
    let exact = sheets.iter().position(|sheet| sheet.name == name);
    let wanted = name.trim().to_lowercase();
    let loose = || sheets.iter().position(|sheet| sheet.name.trim().to_lowercase() == wanted);
    exact.or_else(loose).ok_or_else(|| {
        let message = format!("there is no sheet {}", quoted(name));
        let names = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        Refusal::new("no-such-sheet", message, list("the sheets are", names))
    })
}

fn other_sheet(name: &str, with_addresses: &[String]) -> Refusal {
    let names = list("but there are in", with_addresses.iter().map(String::as_str).collect());
    let message =
        format!("there are no email addresses in the first sheet, {}, {names}", quoted(name));
    let hint = format!(
        "write sheet = {} under [roster] in meeting.toml, or sheet = {} for a list of names alone",
        toml_string(&with_addresses[0]),
        toml_string(name)
    );
    Refusal::new("which-sheet", message, hint)
}

/// A string as `meeting.toml` has it.
fn toml_string(text: &str) -> String {
    // What JSON escapes is escaped in the same way in TOML.
    serde_json::Value::from(text).to_string()
}

fn empty(message: &str, sheets: &[Sheet]) -> Refusal {
    let hidden: Vec<&str> =
        sheets.iter().filter(|sheet| !sheet.is_visible).map(|sheet| sheet.name.as_str()).collect();
    let hint = if hidden.is_empty() {
        "write a heading row such as `email,name,role`, and one row for each person".to_owned()
    } else {
        let hidden = list("hidden sheets are", hidden);
        format!(
            "name the sheet with the list: sheet = \"…\" under [roster] in meeting.toml; {hidden}"
        )
    };
    Refusal::new("empty-roster", message, hint)
}
