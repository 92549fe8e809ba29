//! Where links and tokens are, and where they end.

use super::*;

#[test]
fn a_link_is_found_in_any_text() {
    for alg in ["HS256", "HS384", "HS512", "RS256", "RS512"] {
        let link = &link(alg, 7);
        let json = link.replace('/', "\\/").replace('=', "\\u003d");
        for text in [
            link.clone(),
            format!("{link}\n"),
            format!("{link}\r\n"),
            format!("https://example.org/map,{link}\n"),
            format!("  {link}  \n"),
            format!("Join: {link}.\n"),
            format!("Join here ({link}), or not.\n"),
            format!("Join {link}, please!\n"),
            format!("“{link}” and so on\n"),
            format!("请点击：{link}，谢谢。\n"),
            format!("（{link}）\n"),
            format!("<{link}>\n"),
            format!("\"{link}\"\n"),
            format!("'{link}'\n"),
            format!("`{link}`\n"),
            format!("[Join]({link})\n"),
            format!("**{link}**\n"),
            format!("<a href=\"{link}\">{link}</a>\n"),
            format!("<a href='{link}' class=x>Join</a>\n"),
            format!("<a href={link}>Join</a>\n"),
            format!("<p>{link}</p>\n"),
            format!("ada@example.org,{link},moderator\n"),
            format!("ada@example.org;{link};moderator\n"),
            format!("\"ada@example.org\",\"{link}\",\"moderator\"\n"),
            format!("{{\"link\":\"{link}\",\"x\":1}}\n"),
            format!("{{\"link\":\"{json}\",\"x\":1}}\n"),
            format!("{{\"text\":\"Join:\\n{link}\\nBye\"}}\n"),
            format!("<{link}|Join>\n"),
            format!("| Ada | {link} |\n"),
            format!("> {link}\n"),
            format!("- {link}\n"),
            format!("Join: {link}\u{a0}now\n"),
            format!("\u{feff}{link}\n"),
        ] {
            sound(&text, link);
        }
    }
}

#[test]
fn other_forms_of_links_are_found() {
    let token = token("HS256", 1);
    for link in [
        format!("http://localhost:8443/room?jwt={token}"),
        format!("HTTPS://Meet.Example.org/Room?jwt={token}"),
        format!("org.jitsi.meet://meet.example.org/room?jwt={token}"),
        format!(
            "intent://meet.example.org/room?jwt={token}#Intent;scheme=org.jitsi.meet;package=org.jitsi.meet;end"
        ),
        format!("https://meet.example.org/sales/room?lang=de&jwt={token}&utm_source=mail"),
        format!("https://meet.example.org/room#jwt=%22{token}%22"),
        format!("https://meet.example.org/room#jwt=\"{token}\""),
        format!(
            "https://meet.example.org/room?jwt={token}#config.startWithAudioMuted=true&config.subject=%22Q3%20(a)%22"
        ),
        format!("https://meet.example.org/Q3%20(plan)?jwt={token}"),
        format!("https://meet.example.org/Q3,plan;x?jwt={token}"),
        format!("https://meet.example.org/[sales]room?jwt={token}"),
        format!("https://meet.example.org/Bob's?jwt={token}"),
        format!("https://meet.example.org/Café🎉?jwt={token}"),
        format!("https://meet.example.org/room?token={token}"),
        format!("https://meet.example.org/room?JWT={token}"),
        format!("https://meet.example.org/Why??jwt={token}"),
        format!("https://meet.example.org/room?jwt={token}=="),
        "https://meet.example.org/room?jwt=123".to_owned(),
        "https://meet.example.org/room?jwt=".to_owned(),
    ] {
        let expected = link.split("#Intent;").next().unwrap();
        let expected = if link.contains("#Intent") {
            format!("{expected}#Intent")
        } else {
            expected.to_owned()
        };
        sound(format!("Join {link} now\n"), &expected);
    }
}

#[test]
fn a_token_by_itself_is_found() {
    for alg in ["HS256", "RS256"] {
        let token = &token(alg, 3);
        for text in [
            token.clone(),
            format!("Authorization: Bearer {token}\n"),
            format!("token={token}\n"),
            format!("{{\"jwt\": \"{token}\"}}\n"),
            format!("The token is {token}.\n"),
            format!("a,{token},b\n"),
            format!("({token})\n"),
        ] {
            let found = one(&text);
            assert_eq!(found.written, Written::Token(token.clone()));
            assert_eq!(codes(&found), [""; 0]);
        }
    }
    let spaced = BASE64URL.encode("{\n  \"alg\": \"HS256\"\n}");
    let token = token("HS256", 3);
    let (_, rest) = token.split_once('.').unwrap();
    sound(format!("x {spaced}.{rest} y"), &format!("{spaced}.{rest}"));
    // Without a signature, the last dot is a part of it.
    let unsigned =
        format!("{}.{}.", BASE64URL.encode(r#"{"alg":"none"}"#), BASE64URL.encode(r#"{"a":1}"#));
    sound(format!("x {unsigned} y"), &unsigned);
    // Whatever stands before it.
    for before in [".", "a.", "access.token.", "e.ey."] {
        sound(format!("x {before}{token} y"), &token);
    }
}

#[test]
fn an_address_without_scheme_or_host_is_a_link() {
    let token = token("HS256", 3);
    for (text, expected) in [
        (format!("join meet.example.org/room?jwt={token} now"), "https://meet.example.org/room"),
        (
            format!("Link:meet.example.org:8443/a/b?jwt={token}"),
            "https://meet.example.org:8443/a/b",
        ),
        (format!("(//meet.example.org/room?jwt={token})"), "https://meet.example.org/room"),
        (format!("\"GET /a/room?jwt={token} HTTP/1.1\" 200"), "/a/room"),
        (format!("/room?jwt={token}"), "/room"),
    ] {
        sound(&text, &format!("{expected}?jwt={token}"));
    }
    let socket = format!("wss://meet.example.org/xmpp-websocket?room=a&token={token}");
    sound(format!("'{socket}'"), &socket);
    sound(format!("GET {} HTTP", &socket[22..]), &socket[22..]);
    // No host, and no path of its own.
    for before in ["a/b?jwt=", "x/?jwt=", "./a?jwt=", "a.b?jwt=", "/jwt=", "jwt="] {
        sound(format!("x {before}{token} y"), &token);
    }
}

#[test]
fn other_text_is_not_a_link() {
    for text in [
        "",
        "\n\n",
        "https://example.org/reset?token=abcdef\n",
        "https://example.org/page\nhttps://example.org/other\n",
        "see example.edu, a.eye.ewo and e.g. http:// or ://\n",
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\n",
        "Hello:\nworld\n",
    ] {
        assert_eq!(all(text), []);
    }
}

#[test]
fn several_are_found_in_their_order() {
    let (a, b, c) = (link("HS256", 1), link("RS256", 2), token("HS512", 3));
    let text = format!("Hello\n\n{a} {b},{c}\r\n{b},{a}\n<{c}>\n");
    let found: Vec<_> = all(text).into_iter().map(|found| (found.line, found.written)).collect();
    let (a, b, c) = (Written::Link(a), Written::Link(b), Written::Token(c));
    assert_eq!(found, [(3, a.clone()), (3, b.clone()), (3, c.clone()), (4, b), (4, a), (5, c)]);
}

#[test]
fn nothing_is_shown_by_debug() {
    let found = one(format!("{})\n", link("HS256", 1)));
    assert!(!format!("{found:?}").contains("eyJ"), "{found:?}");
}
