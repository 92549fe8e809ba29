use super::*;

fn pem(name: &str) -> Vec<u8> {
    let file = format!("{}/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(file).unwrap()
}

#[test]
fn a_secret_is_used_as_it_is_and_measured_against_the_hash() {
    #[track_caller]
    fn case(secret: &str, algorithm: HmacAlgorithm, expected: &Result<Option<usize>, KeyError>) {
        let key = SigningKey::from_secret(secret.as_bytes(), algorithm);
        assert_eq!(&key.map(|key| key.wants_octets()), expected);
    }

    case("x", HmacAlgorithm::Hs256, &Ok(Some(32)));
    case(&"x".repeat(31), HmacAlgorithm::Hs256, &Ok(Some(32)));
    case(&"x".repeat(32), HmacAlgorithm::Hs256, &Ok(None));
    case(&"x".repeat(47), HmacAlgorithm::Hs384, &Ok(Some(48)));
    case(&"x".repeat(63), HmacAlgorithm::Hs512, &Ok(Some(64)));
    case(&"x".repeat(64), HmacAlgorithm::Hs512, &Ok(None));
    case("", HmacAlgorithm::Hs256, &Err(KeyError::Empty));
    case(" \r\n", HmacAlgorithm::Hs256, &Err(KeyError::Empty));
    case("-----BEGIN PRIVATE KEY-----", HmacAlgorithm::Hs256, &Err(KeyError::KeyAsSecret));
}

#[test]
fn the_public_key_is_what_openssl_writes() {
    // `openssl pkey -pubout` made the file from the private key.
    let public = String::from_utf8(pem("public.pem")).unwrap();
    for file in ["pkcs1.pem", "pkcs8.pem"] {
        let key = SigningKey::from_pem(&pem(file), RsaAlgorithm::Rs256).unwrap();
        assert_eq!(key.public_key().as_deref(), Some(public.as_str()), "{file}");
    }
    let secret = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
    assert_eq!(secret.public_key(), None);
}

#[test]
fn a_key_server_has_a_file_for_each_key_id() {
    // As `printf %s KID | sha256sum` prints it.
    for (key_id, digest) in [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("events/2027 é", "30caf5ac0d2662ddf0bed41656d6b33e3225f5c1d81ee8fda668f9fdd72b5e5f"),
    ] {
        assert_eq!(public_key_file(key_id), format!("{digest}.pem"));
    }
}

#[test]
fn a_secret_that_no_server_has_is_refused() {
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a table row reads better")]
    fn case(secret: &[u8], expected: Option<KeyError>) {
        assert_eq!(SigningKey::from_secret(secret, HmacAlgorithm::Hs256).err(), expected);
    }
    let utf_16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    case("\u{feff}s3cret".as_bytes(), Some(KeyError::NotPlainText));
    for text in ["s3cret", "\u{feff}s3cret\r\n"] {
        case(&utf_16(text, u16::to_le_bytes), Some(KeyError::NotPlainText));
        case(&utf_16(text, u16::to_be_bytes), Some(KeyError::NotPlainText));
    }
    case(b"JWT_APP_SECRET=s3cret", Some(KeyError::Assignment));
    case(b"export JWT_APP_SECRET=s3cret", Some(KeyError::Assignment));
    case(b"  app_secret = \"s3cret\";", Some(KeyError::Assignment));
    for line in [
        "JITSI_APP_SECRET=s3cret",
        "APP_SECRET = s3cret",
        "- JWT_APP_SECRET=s3cret",
        "JWT_APP_SECRET: s3cret",
        "{\"app_secret\": \"s3cret\"}",
        "[\"app_secret\"] = \"s3cret\"",
        "$env:JWT_APP_SECRET='s3cret'",
        "set JWT_APP_SECRET=s3cret",
    ] {
        case(line.as_bytes(), Some(KeyError::Assignment));
    }
    // Base64 ends with `=`, other names are not Jitsi's, and a secret may be any octets.
    case(b"abc==", None);
    case(b"app_secret", None);
    case(b"mine=s3cret", None);
    case(b"\xff\xfe\x00\x00random", None);
    case(b"s\0cret", None);
}

#[test]
fn the_error_says_what_a_file_is_that_cannot_sign() {
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "a table row reads better")]
    fn case(text: &[u8], expected: Option<KeyError>) {
        assert_eq!(SigningKey::from_pem(text, RsaAlgorithm::Rs256).err(), expected);
    }

    case(&pem("pkcs1.pem"), None);
    case(&pem("pkcs8.pem"), None);
    case(&[b"Some words before\n".as_slice(), &pem("pkcs8.pem")].concat(), None);
    // As in a variable of an `.env` file.
    let escaped = String::from_utf8(pem("pkcs8.pem")).unwrap().replace('\n', "\\n");
    case(escaped.as_bytes(), None);
    case(escaped.replace("\\n", "\\r\\n").as_bytes(), None);
    case(b"", Some(KeyError::Empty));
    case(b" \r\n", Some(KeyError::Empty));
    case(b"secret", Some(KeyError::NotPem));
    case(b"ssh-rsa AAAAB3NzaC1yc2E x@y", Some(KeyError::PublicKey));
    case(&pem("public.pem"), Some(KeyError::PublicKey));
    case(&pem("public-pkcs1.pem"), Some(KeyError::PublicKey));
    case(&pem("certificate.pem"), Some(KeyError::Certificate));
    case(&pem("encrypted.pem"), Some(KeyError::Encrypted));
    case(&pem("encrypted-pkcs1.pem"), Some(KeyError::Encrypted));
    case(&pem("openssh.pem"), Some(KeyError::OpenSsh));
    case(&pem("ec.pem"), Some(KeyError::NotRsa));
    case(&pem("ec-pkcs8.pem"), Some(KeyError::NotRsa));
    case(&pem("ed25519.pem"), Some(KeyError::NotRsa));
    case(&pem("small.pem"), Some(KeyError::TooSmall));
    case(&pem("small-pkcs1.pem"), Some(KeyError::TooSmall));
    // Another length in the DER structure, in base64 that is still valid.
    let whole = String::from_utf8(pem("pkcs8.pem")).unwrap();
    case(whole.replace("MII", "MIJ").as_bytes(), Some(KeyError::Damaged));
    case(&whole.as_bytes()[..whole.len() / 2], Some(KeyError::NotPem));
    case(
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        Some(KeyError::Damaged),
    );
}

#[test]
fn debug_output_and_identifier_do_not_show_the_key() {
    let key = SigningKey::from_secret(b"open sesame", HmacAlgorithm::Hs256).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey(HS256)");
    // Computed with another implementation of HMAC-SHA256.
    assert_eq!(key.identifier(), "0b079cfb037819eb");
    assert_ne!(
        key.identifier(),
        SigningKey::from_secret(b"open sesame!", HmacAlgorithm::Hs256).unwrap().identifier()
    );
    let rsa = SigningKey::from_pem(&pem("pkcs1.pem"), RsaAlgorithm::Rs256).unwrap();
    assert_eq!(
        rsa.identifier(),
        SigningKey::from_pem(&pem("pkcs8.pem"), RsaAlgorithm::Rs256).unwrap().identifier()
    );
    // Computed with openssl: the digest of the public key in PKCS#1.
    assert_eq!(rsa.identifier(), "4dab5d50c0b492f0");
    assert!(!key.is_practice());
    assert!(SigningKey::from_secret(b"practice-1", HmacAlgorithm::Hs256).unwrap().is_practice());
}

#[test]
fn read_takes_what_the_algorithm_needs() {
    let secret = SigningKey::read(&[b'x'; 64], HmacAlgorithm::Hs512.into()).unwrap();
    assert_eq!(secret.algorithm(), Algorithm::Hmac(HmacAlgorithm::Hs512));
    let key = SigningKey::read(&pem("pkcs8.pem"), RsaAlgorithm::Rs384.into()).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Rsa(RsaAlgorithm::Rs384));
    let swapped = SigningKey::read(&pem("pkcs8.pem"), HmacAlgorithm::Hs256.into());
    assert_eq!(swapped.err(), Some(KeyError::KeyAsSecret));
}

proptest::proptest! {
    #[test]
    fn reading_a_key_never_panics(text in "(-----BEGIN [A-Z ]{0,20}KEY-----\n)?\\PC{0,60}(\n-----END [A-Z ]{0,20}KEY-----)?") {
        let _ = SigningKey::from_pem(text.as_bytes(), RsaAlgorithm::Rs512);
    }
}

#[test]
fn secrets_that_everybody_knows_are_recognized() {
    let is_example =
        |secret: &[u8]| SigningKey::from_secret(secret, HmacAlgorithm::Hs256).unwrap().is_example();
    // The longest ones of jwt.io are long enough for every hash.
    assert!(is_example(b"a-string-secret-at-least-256-bits-long") && is_example(b"changeme"));
    assert!(!is_example(b"a-string-secret-at-least-256-bits-long."));
}
