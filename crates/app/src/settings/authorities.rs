//! `ca`: certificate authorities to trust instead of the system's.

use std::path::{Path, PathBuf};

use super::document::Location;
use super::table::Table;

/// A file with the certificate authorities to trust instead of the system's, and the line that names it.
#[derive(Clone, Debug)]
pub(crate) struct Authorities {
    pub(crate) path: PathBuf,
    pub(crate) location: Location,
}

impl Authorities {
    /// Reads `ca`. The file itself is read by whoever connects.
    pub(super) fn read(table: &Table<'_>, folder: &Path) -> Option<Authorities> {
        let ca = table.string("ca")?;
        if ca.value.trim().is_empty() {
            table.report(
                "empty-value",
                ca.offset,
                "`ca` is empty",
                "name a file with certificates, or remove `ca` to trust those of this machine",
            );
            return None;
        }
        Some(Authorities { path: folder.join(ca.value), location: table.location(ca.offset) })
    }
}
