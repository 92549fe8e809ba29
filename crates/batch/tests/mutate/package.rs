//! ZIP archives, taken apart and put together again.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The files of an archive, with their names; none if it cannot be read.
pub(crate) fn parts(octets: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(octets)) else { return Vec::new() };
    let mut parts = Vec::new();
    for at in 0..archive.len() {
        let Ok(mut file) = archive.by_index(at) else { continue };
        let mut octets = Vec::new();
        if file.read_to_end(&mut octets).is_ok()
            && let Ok(name) = file.name()
        {
            parts.push((name.into_owned(), octets));
        }
    }
    parts
}

/// An archive of files.
pub(crate) fn package<'p>(
    parts: impl Iterator<Item = (&'p str, &'p [u8])>,
    deflate: bool,
) -> Vec<u8> {
    let method = if deflate { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, octets) in parts {
        // Names that occur twice are left out.
        if archive.start_file(name, options).is_ok() {
            archive.write_all(octets).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}
