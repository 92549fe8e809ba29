//! Whatever a server sends, there is an answer or an error, and nothing panics.

use std::sync::{LazyLock, Mutex};

use proptest::prelude::*;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::super::leaf::Leaf;
use super::super::*;
use super::certificates::{params, self_signed};
use super::server::{Server, request};
use super::{LONG, ask, http, post};

/// Sends the text that is in it.
static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    Server::plain(|stream| {
        request(stream);
        let text = TEXT.lock().unwrap().clone();
        let _ = stream.write_all(&text);
    })
});

const ANSWER: &[u8] =
    b"HTTP/1.1 302 Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nLocation: /a?b\r\n\
Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n0\r\n\r\n";

/// A text with some octets changed, and perhaps cut.
fn changed(text: &[u8]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let text = text.to_vec();
    let length = text.len();
    let changes = prop::collection::vec((0..length, any::<u8>()), 0..8);
    (changes, 0..=length).prop_map(move |(changes, end)| {
        let mut text = text.clone();
        for (at, octet) in changes {
            text[at] = octet;
        }
        // Half of them are whole.
        if end % 2 == 0 {
            text.truncate(end);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn any_answer_is_read_or_refused(text in prop_oneof![
        changed(ANSWER),
        prop::collection::vec(any::<u8>(), 0..200),
    ]) {
        *TEXT.lock().unwrap() = text;
        if let Err(error) = ask(&http(&Trust::of_nobody()), post(&SERVER.url("127.0.0.1")), LONG) {
            let is_known = matches!(
                error,
                HttpError::NotHttp { .. } | HttpError::Closed | HttpError::TooLarge | HttpError::Compressed
            );
            prop_assert!(is_known, "{error:?}");
        }
    }

    #[test]
    fn any_certificate_is_read_or_refused(der in changed(&DER)) {
        if let Some(leaf) = Leaf::of_der(&der) {
            let names = leaf.certificate.names.join("");
            prop_assert!(!names.contains(char::is_control), "{names:?}");
        }
    }
}

static DER: LazyLock<CertificateDer<'static>> = LazyLock::new(|| {
    let (_, pem) = self_signed(params(&["meet.example.org", "192.0.2.1", "2001:db8::1"]), true);
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
});
