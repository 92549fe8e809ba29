//! Files with authorities.

use std::fs;
use std::path::Path;

use super::super::{Trust, TrustError};
use super::certificates::Authority;

/// What is in a file with this text.
pub(super) fn of_text(text: &str) -> Result<Trust, TrustError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    fs::write(&path, text).unwrap();
    Trust::of_file(&path)
}

#[test]
fn files_without_certificates_are_refused() {
    let pem = Authority::new("Damaged").pem;
    let (_, damaged) = pem.split_at(60);
    let cases = [
        ("", "it has no `BEGIN CERTIFICATE` line"),
        (
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "it has no `BEGIN CERTIFICATE` line",
        ),
        (&format!("-----BEGIN CERTIFICATE-----\n{damaged}"), ""),
        (&format!("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), ""),
        (&format!("{pem}-----BEGIN CERTIFICATE-----\nAAAA\n"), ""),
        (&"\n".repeat((4 << 20) + 1), "it is larger than 4 MiB"),
    ];
    for (text, why) in cases {
        let error = of_text(text).unwrap_err();
        assert!(
            matches!(error, TrustError::Damaged { .. } | TrustError::NoCertificate(_)),
            "{error:?}"
        );
        let error = error.to_string();
        assert!(error.starts_with("cannot read PEM certificates from `"), "{error}");
        assert!(error.ends_with(why), "{error}");
    }
}

#[test]
fn files_that_cannot_be_read_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("ca.pem");
    assert!(matches!(Trust::of_file(&missing), Err(TrustError::NoFile(path)) if path == missing));
    let error = Trust::of_file(folder.path()).unwrap_err();
    assert!(matches!(&error, TrustError::Unreadable { path, .. } if path == folder.path()));
    let error = Trust::of_file(Path::new("ca\0.pem")).unwrap_err();
    assert!(matches!(error, TrustError::Unreadable { .. }), "{error:?}");
}
