//! Secrets that everybody knows.

/// Secrets of examples and documentation. Whoever signs with one has forgotten to replace it.
pub(crate) const EXAMPLE_SECRETS: [&[u8]; 16] = [
    b"your-256-bit-secret",
    b"your-384-bit-secret",
    b"your-512-bit-secret",
    b"a-string-secret-at-least-256-bits-long",
    b"a-valid-string-secret-that-is-at-least-384-bits-long",
    b"a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    b"example_app_secret",
    b"my_jitsi_app_secret",
    b"my_jitsi_app_id",
    b"app_secret",
    b"secret",
    b"jitsi",
    b"changeme",
    b"password",
    b"test",
    b"",
];

/// Whether a secret is one that everybody knows.
pub(crate) fn is_example_secret(secret: &[u8]) -> bool {
    EXAMPLE_SECRETS.contains(&secret)
}
