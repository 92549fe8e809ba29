//! Which part of a package belongs to which.

use quick_xml::events::Event;

use super::super::package::Package;
use super::super::refusal::Refusal;
use super::super::xml::attribute;

/// The most relations of a part, that is, links of a sheet: twice what Excel allows.
const MOST: usize = 1 << 17;

/// The longest target that is kept, in octets.
const LONGEST: usize = 2048;

/// What a part refers to.
#[derive(Default)]
pub(super) struct Relations {
    /// Sorted by id.
    all: Vec<Relation>,
}

struct Relation {
    id: String,
    /// The last part of the address that names its kind: the rest differs between the two kinds of OOXML.
    kind: String,
    target: String,
}

/// The part with the relations of a part.
pub(super) fn beside(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

impl Relations {
    /// Reads relations; none if there is no such part. Targets are relative to `folder`.
    pub(super) fn read(
        package: &mut Package,
        part: &str,
        folder: &str,
    ) -> Result<Relations, Refusal> {
        let mut all = Vec::new();
        let Some(mut xml) = package.xml(part)? else { return Ok(Relations::default()) };
        loop {
            match xml.next()? {
                Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                    let value = |name| attribute(&element, name).unwrap_or_default();
                    let target = value("Target");
                    if target.len() > LONGEST || all.len() >= MOST {
                        continue;
                    }
                    let is_outside = value("TargetMode").eq_ignore_ascii_case("external");
                    let kind = value("Type");
                    let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                    let target =
                        if is_outside { target.into_owned() } else { resolve(folder, &target) };
                    all.push(Relation { id: value("Id").into_owned(), kind, target });
                }
                Event::Eof => break,
                _ => {}
            }
        }
        all.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(Relations { all })
    }

    /// The target of the first relation of a kind.
    pub(super) fn of_kind(&self, kind: &str) -> Option<&str> {
        self.all
            .iter()
            .find(|relation| relation.kind == kind)
            .map(|relation| relation.target.as_str())
    }

    /// The target of a relation by its id.
    pub(super) fn target(&self, id: &str) -> Option<&str> {
        self.of_id(id).map(|relation| relation.target.as_str())
    }

    /// The part of a sheet of cells by its id.
    pub(super) fn worksheet(&self, id: &str) -> Option<&str> {
        let relation = self.of_id(id).filter(|relation| relation.kind == "worksheet")?;
        Some(&relation.target)
    }

    fn of_id(&self, id: &str) -> Option<&Relation> {
        let at = self.all.binary_search_by(|relation| relation.id.as_str().cmp(id)).ok()?;
        Some(&self.all[at])
    }
}

/// A target as the name of a part.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_their_part() {
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/worksheets", "../drawings/x.xml"), "xl/drawings/x.xml");
        assert_eq!(resolve("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(resolve("", "../../xl\\workbook.xml"), "xl/workbook.xml");
        assert_eq!(beside("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(beside("workbook.xml"), "_rels/workbook.xml.rels");
    }
}
