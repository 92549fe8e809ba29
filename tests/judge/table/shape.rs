//! Parts, encoding and JSON: what no library for tokens would write, but people's hands and programs do.

use super::Table;
use crate::forge::Signer;
use crate::server::{DEBIAN, SECRET};

pub(super) fn add(table: &mut Table) {
    parts(table);
    encoding(table);
    json(table);
}

fn parts(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    let text = good.text();
    let (unsigned, signature) = text.rsplit_once('.').unwrap();
    let (header, claims) = unsigned.split_once('.').unwrap();
    let mut row = |name, token: String, expected| table.text(server, name, &token, expected);
    row("a good token", text.clone(), "accepted");
    row("nothing after jwt=", String::new(), "login: token required");
    row("a word", "123".into(), "login: Invalid token");
    row("a dot", ".".into(), "login: Invalid token");
    row("two dots", "..".into(), "login: Invalid token");
    row("one part", header.into(), "login: Invalid token");
    row("two parts", unsigned.into(), "login: Invalid token");
    row("two parts and a dot", format!("{unsigned}."), "login: Invalid token");
    row("four parts", format!("{text}.x"), "login: Invalid token");
    row("two tokens", format!("{text}.{text}"), "login: Invalid token");
    row("a dot at the end", format!("{text}."), "accepted");
    row("dots at the end", format!("{text}..."), "accepted");
    row("a dot at the start", format!(".{text}"), "accepted");
    row("two dots between parts", format!("{header}..{claims}.{signature}"), "accepted");
    row("a backslash for a dot", format!("{header}\\{claims}.{signature}"), "accepted");
    row("a backslash at the end", format!("{text}\\"), "accepted");
    row("an encoded backslash", format!("{text}%5C"), "accepted");
    row("encoded dots", text.replace('.', "%2E"), "accepted");
    row("encoded dots in lower case", text.replace('.', "%2e"), "accepted");
    row("encoded letters", format!("%65{}", &text[1..]), "accepted");
    row("encoded twice", text.replace('.', "%252E"), "login: Invalid token");
    row("a comma for a dot", text.replacen('.', ",", 1), "login: Invalid token");
    row("a line break", format!("{}\n{}", &text[..40], &text[40..]), "accepted");
    row("an encoded line break", format!("{}%0A{}", &text[..60], &text[60..]), "login hangs");
    row("a space inside", format!("{} {}", &text[..60], &text[60..]), "login hangs");
    row("a tab inside", format!("{}%09{}", &text[..60], &text[60..]), "login hangs");
    row("a plus inside", format!("{}+{}", &text[..60], &text[60..]), "login hangs");
    row("a space in front", format!("%20{text}"), "login hangs");
    row("Bearer in front", format!("Bearer%20{text}"), "login hangs");
    row("quotes around", format!("%22{text}%22"), "login hangs");
    row("angle brackets around", format!("<{text}>"), "login hangs");
    row("undefined", "undefined".into(), "login: Invalid token");
    row("a placeholder", "{{token}}".into(), "login: Invalid token");
    row("cut in the header", text[..20].into(), "login: Invalid token");
    row("cut in the claims", text[..header.len() + 30].into(), "login: Invalid token");
    let cut = text.len() - 1;
    row("the last letter missing", text[..cut].into(), "login: Invalid signature");
    row("ten letters missing", text[..text.len() - 10].into(), "login: Invalid signature");
    row(
        "the signature missing but one letter",
        format!("{unsigned}.A"),
        "login: Invalid signature",
    );
    row("in lower case", text.to_lowercase(), "login: Invalid header");
    row("in upper case", text.to_uppercase(), "login: Invalid header");
    row("the header missing", format!("{claims}.{signature}"), "login: Invalid token");
    row(
        "the parts in another order",
        format!("{claims}.{header}.{signature}"),
        "login: Invalid typ",
    );
    let other = table.good(server).with("iat", 1).text();
    let other = other.rsplit_once('.').unwrap().1;
    let mut row = |name, token: String, expected| table.text(server, name, &token, expected);
    row("another token's signature", format!("{unsigned}.{other}"), "login: Invalid signature");
}

fn encoding(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    let text = good.text();
    let (unsigned, signature) = text.rsplit_once('.').unwrap();
    let (header, claims) = unsigned.split_once('.').unwrap();
    let hmac = Signer::Hmac("HS256", SECRET.as_bytes().to_vec());
    let signed = |unsigned: &str| format!("{unsigned}.{}", hmac.sign(unsigned));
    let mut row = |name, token: String, expected| table.text(server, name, &token, expected);
    // The client's reading of the link ends at `=`, so that padding never arrives unless it is encoded.
    row("one padding character at the end", format!("{text}="), "accepted");
    row("encoded padding at the end", format!("{text}%3D"), "accepted");
    row(
        "padding behind the header",
        format!("{header}=.{claims}.{signature}"),
        "login: Invalid token",
    );
    row(
        "encoded padding behind the header",
        signed(&format!("{header}%3D.{claims}")),
        "login: Invalid signature",
    );
    let padded = format!("{header}==.{claims}");
    let encoded = format!("{}.{}", padded.replace('=', "%3D"), hmac.sign(&padded));
    row("padding that is signed", encoded, "accepted");
    row("padding inside", format!("{}%3D{}", &text[..10], &text[10..]), "login: Invalid signature");
    row(
        "a letter more in the header",
        format!("{header}A.{claims}.{signature}"),
        "login: Invalid signature",
    );
    row(
        "a letter more in the claims",
        format!("{header}.{claims}A.{signature}"),
        "login: Invalid signature",
    );
    row("a letter more in the signature", format!("{text}A"), "login: Invalid signature");
    row("two letters more in the signature", format!("{text}AA"), "login: Invalid signature");
    row("a closing bracket at the end", format!("{text})"), "login: Invalid signature");
    row("a comma at the end", format!("{text},"), "login: Invalid signature");
    row("a semicolon at the end", format!("{text};"), "login: Invalid signature");
    row("a closing angle bracket at the end", format!("{text}>"), "login: Invalid signature");
    row("an encoded space at the end", format!("{text}%20"), "login: Invalid signature");
    row("an encoded line break at the end", format!("{text}%0A"), "login: Invalid signature");
    row("an encoded NUL at the end", format!("{text}%00"), "login: Invalid signature");
    row("a quotation mark at the end", format!("{text}\""), "login: Invalid signature");
    row("an apostrophe at the end", format!("{text}'"), "login: Invalid signature");
    row("a star at the end", format!("{text}*"), "login: Invalid signature");
    row("a dollar at the end", format!("{text}$"), "login: Invalid signature");
    row(
        "a slash in the signature",
        format!("{unsigned}.{}", "A/".repeat(21) + "A"),
        "login: Invalid signature",
    );
    row("an ellipsis", format!("{}\u{2026}", &text[..100]), "login: Invalid token");
    row("a soft hyphen", format!("{}\u{ad}{}", &text[..60], &text[60..]), "login hangs");
    row("a zero-width space at the end", format!("{text}\u{200b}"), "login: Invalid signature");
    row(
        "standard base64 in the claims",
        signed(&format!("{header}.{claims}%2B%2F")),
        "login hangs",
    );
    row("3D in front", format!("3D{text}"), "login: Invalid header");
    row("a soft line end", format!("{}={}", &text[..40], &text[40..]), "login: Invalid token");
    row("a percent sign at the end", format!("{text}%"), "login: Invalid signature");
    row("half an encoded octet at the end", format!("{text}%2"), "login: Invalid signature");
}

fn json(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    let mut header = |name, octets: &[u8], expected| {
        table.token(server, name, &good.clone().header_octets(octets), expected);
    };
    header("the header is no JSON", b"typ=JWT", "login: Invalid header");
    header("the header is cut", br#"{"typ":"JWT","alg":"HS25"#, "login: Invalid header");
    header("the header is empty", b"", "login: Invalid token");
    header("the header has no members", b"{}", "login: Invalid typ");
    header("the header is a list", b"[]", "login: Invalid typ");
    header("the header is a list of names", br#"["typ","alg"]"#, "login: Invalid typ");
    header("the header is a text", br#""JWT""#, "login: Invalid typ");
    header("the header is a number", b"1", "login hangs");
    header("the header is true", b"true", "login hangs");
    header("the header is null", b"null", "login hangs");
    header(
        "a comma too many in the header",
        br#"{"typ":"JWT","alg":"HS256",}"#,
        "login: Invalid header",
    );
    header("apostrophes in the header", br"{'typ':'JWT','alg':'HS256'}", "login: Invalid header");
    header(
        "two objects in the header",
        br#"{"typ":"JWT","alg":"HS256"}{}"#,
        "login: Invalid header",
    );
    header(
        "spaces around the header",
        b" {\"typ\" : \"JWT\",\r\n\"alg\":\t\"HS256\"} ",
        "accepted",
    );
    header(
        "a byte-order mark",
        b"\xef\xbb\xbf{\"typ\":\"JWT\",\"alg\":\"HS256\"}",
        "login: Invalid header",
    );
    header("escapes in the header", br#"{"\u0074yp":"\u004aWT","alg":"HS\u003256"}"#, "accepted");
    header("the header in UTF-16", b"{\0\"\0t\0", "login: Invalid header");
    header(
        "typ twice, the last one right",
        br#"{"typ":"x","typ":"JWT","alg":"HS256"}"#,
        "accepted",
    );
    header(
        "typ twice, the last one wrong",
        br#"{"typ":"JWT","typ":"x","alg":"HS256"}"#,
        "login: Invalid typ",
    );
    header(
        "a NUL escaped in the header",
        br#"{"typ":"JWT\u0000","alg":"HS256"}"#,
        "login: Invalid typ",
    );
    header(
        "an octet that is no UTF-8 in the header",
        b"{\"typ\":\"JWT\",\"alg\":\"HS256\",\"x\":\"\xff\"}",
        "accepted",
    );
    let mut claims = |name, octets: &[u8], expected| {
        table.token(server, name, &good.clone().claims_octets(octets), expected);
    };
    claims("the claims are no JSON", b"room=standup", "login: Invalid body");
    claims("the claims are empty", b"", "login: Invalid token");
    claims("the claims have no members", b"{}", "login: 'iss' claim is missing");
    claims("the claims are a list", b"[]", "login: 'iss' claim is missing");
    claims("the claims are a text", br#""acme""#, "login: 'iss' claim is missing");
    claims("the claims are a number", b"7", "login hangs");
    claims("the claims are false", b"false", "login hangs");
    claims("the claims are null", b"null", "login hangs");
    claims("the claims are cut", br#"{"iss":"acme","aud":"jit"#, "login: Invalid body");
    claims("a line break in a text", b"{\"iss\":\"ac\nme\"}", "login: invalid 'iss' claim");
    claims("an unknown escape", br#"{"iss":"ac\me"}"#, "login: Invalid body");
    claims("half a surrogate", br#"{"iss":"\ud83d"}"#, "login: Invalid body");
    claims("Python's True", br#"{"iss":"acme","moderator":True}"#, "login: Invalid body");
    claims("an undefined value", br#"{"iss":"acme","exp":undefined}"#, "login: Invalid body");
    claims("a comment", br#"{"iss":"acme" /* us */}"#, "login: Invalid body");
    let deep = |levels: usize| {
        format!(r#"{{"iss":"acme","x":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels))
    };
    claims(
        "nine hundred lists in each other",
        deep(900).as_bytes(),
        "login: 'aud' claim is missing",
    );
    claims("eleven hundred lists in each other", deep(1100).as_bytes(), "login: Invalid body");
    let mut edited = |name, old: &str, new: &str, expected| {
        table.token(server, name, &good.clone().claims_edited(old, new), expected);
    };
    edited("iss twice, the last one right", r#""iss":"#, r#""iss":"other","iss":"#, "accepted");
    edited(
        "iss twice, the last one wrong",
        r#""iss":"acme""#,
        r#""iss":"acme","iss":"other""#,
        "login: invalid 'iss' claim",
    );
    edited("escapes in iss", r#""iss":"acme""#, r#""iss":"\u0061cme""#, "accepted");
    edited("spaces between claims", r#""iss":"#, "  \"iss\" :\n ", "accepted");
    edited("a comma too many", "}}}", "}},}", "login: Invalid body");
    edited("an octet that is no UTF-8", "Ada", "Ad\\u00e4", "accepted");
}
