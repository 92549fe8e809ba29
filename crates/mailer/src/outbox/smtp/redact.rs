//! Keeps passwords out of replies: servers like to quote a command that they reject.

/// How many octets of a secret are enough to recognize it. Servers may cut what they quote.
const PREFIX: usize = 8;

/// What replaces a secret.
const REPLACEMENT: &[u8] = b"(...)";

/// The secrets that were sent on one connection, as prefixes.
#[derive(Default)]
pub(super) struct Redactor {
    prefixes: Vec<Vec<u8>>,
}

impl Redactor {
    /// Adds the last word of a command: the secret of `AUTH PLAIN secret`.
    pub(super) fn add(&mut self, command: &str) {
        let secret = command.trim_ascii().rsplit(' ').next().unwrap_or_default().as_bytes();
        if !secret.is_empty() {
            self.prefixes.push(secret[..secret.len().min(PREFIX)].to_vec());
        }
    }

    /// The line with each word that begins like a secret replaced.
    pub(super) fn redact(&self, mut line: Vec<u8>) -> Vec<u8> {
        for prefix in &self.prefixes {
            // This ends, because secrets are base64 and the replacement contains none of its characters.
            while let Some(at) = memchr::memmem::find(&line, prefix) {
                // The whole word, because only its beginning is known here.
                let end = line[at..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
                line.splice(at..at + end, REPLACEMENT.iter().copied());
            }
        }
        line
    }
}
