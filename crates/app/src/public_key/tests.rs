use super::*;
use crate::error::ErrorClass;
use crate::test_folder::{PEOPLE, SERVER, TestFolder, key};

/// A folder that signs with an RSA key.
fn folder(server: &str) -> TestFolder {
    // No roster is read.
    let folder = TestFolder::new(server, "", "");
    folder.write_key("k.pem");
    folder
}

#[test]
fn the_key_comes_with_the_file_that_the_server_looks_for() {
    let server = SERVER.replace(
        "secret = { env = \"SECRET\" }",
        "key = { file = \"k.pem\" }\nkey_id = \"events/2027\"",
    );
    let folder = folder(&server);
    let report = public_key(&folder.context()).unwrap();
    assert_eq!(report.public_key, key("public.pem"));
    // `printf %s events/2027 | sha256sum`
    let file = "b559fa9589d87c275681e4129c18346ec8744275cd343a9e1ba6eec9b1c9b4d3.pem";
    assert_eq!(
        serde_json::to_value(&report).unwrap(),
        serde_json::json!({ "key_id": "events/2027", "file": file, "public_key": key("public.pem") })
    );
    let notices = folder.notices();
    assert_eq!(notices.len(), 1);
    assert_eq!(
        notices[0].message,
        format!("the server looks for the key `events/2027` in the file {file}")
    );
    assert!(notices[0].hint.as_ref().unwrap().contains(&format!("ASAP_KEY_SERVER/{file}")));
}

#[test]
fn a_key_of_jaas_is_uploaded() {
    let folder =
        folder("kind = \"jaas\"\napp_id = \"acme\"\nkey = { file = \"k.pem\" }\nkey_id = \"4f\"\n");
    let report = public_key(&folder.context()).unwrap();
    assert_eq!((report.key_id.as_str(), report.public_key), ("acme/4f", key("public.pem")));
    let message = &folder.notices()[0].message;
    assert!(message.starts_with("upload this key in the JaaS console"), "{message}");
}

#[test]
fn a_shared_secret_has_no_public_key() {
    let folder = TestFolder::new(SERVER, "", PEOPLE);
    let error = public_key(&folder.context()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Invalid);
    assert_eq!(
        error.all_problems()[0].message,
        "this meeting signs with a shared secret, which has no public key"
    );
    assert_eq!(error.all_problems()[0].line, Some(5));
}
