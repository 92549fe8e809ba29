//! Services that replace links by their own.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::damage::quoted_printable;
use super::*;

/// A link as Safe Links writes it.
fn safe_links(link: &str) -> String {
    format!(
        "https://eur01.safelinks.protection.outlook.com/?url={}&data=05%7C02%7Cada%40example.org%7C&sdata=x%2Fy%3D&reserved=0",
        encoded(link)
    )
}

/// A link as Proofpoint's second version writes it.
pub(super) fn proofpoint_v2(link: &str) -> String {
    let encoded: String = utf8_percent_encode(link, NON_ALPHANUMERIC).to_string();
    let encoded = encoded.replace("%2F", "_").replace("%2E", ".").replace('%', "-");
    format!(
        "https://urldefense.proofpoint.com/v2/url?u={encoded}&d=DwMFaQ&c=abc_-x&r=def&m=1-2&s=3_4&e="
    )
}

/// A link as its third version writes it.
fn proofpoint_v3(link: &str) -> String {
    let mut kept = String::new();
    let mut replaced = String::new();
    let mut run = String::new();
    let end_of_run = |run: &mut String, kept: &mut String, replaced: &mut String| {
        let length = run.chars().count();
        if length == 1 {
            kept.push('*');
        } else if length > 1 {
            kept.push_str("**");
            kept.push(char::from(b'A' + u8::try_from(length - 2).unwrap()));
        }
        replaced.push_str(run);
        run.clear();
    };
    for character in link.chars() {
        if "#%+*()é".contains(character) {
            run.push(character);
        } else {
            end_of_run(&mut run, &mut kept, &mut replaced);
            kept.push(character);
        }
    }
    end_of_run(&mut run, &mut kept, &mut replaced);
    format!("https://urldefense.com/v3/__{kept}__;{}!!Org-1_x!hash-_x$", BASE64URL.encode(replaced))
}

#[test]
fn links_through_services_are_unwrapped() {
    let base64 = |link: &str| base64::engine::general_purpose::STANDARD.encode(link);
    for alg in ["HS256", "RS256"] {
        let link = &(link(alg, 13) + "#config.subject=%22Q3%22&config.x=(1)%23%25%28");
        let wrapped = encoded(link);
        let safe_links = safe_links(link);
        for (text, damage) in [
            (safe_links.clone(), &["safe-links"][..]),
            (safe_links.replace('&', "&amp;"), &["safe-links"]),
            (
                format!(
                    "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url={wrapped}&locale=en-us"
                ),
                &["safe-links"],
            ),
            (
                format!("https://urldefense.proofpoint.com/v1/url?u={wrapped}&k=x%3D%0A&r=y"),
                &["proofpoint"],
            ),
            (proofpoint_v2(link), &["proofpoint"]),
            (proofpoint_v3(link), &["proofpoint"]),
            (proofpoint_v3(link).replace("urldefense.com", "urldefense.us"), &["proofpoint"]),
            (proofpoint_v3(link).replace("__https://", "__https:/"), &["proofpoint"]),
            (
                format!("https://www.google.com/url?q={wrapped}&sa=D&source=calendar&usg=AOvV"),
                &["google-redirect"],
            ),
            (format!("https://www.google.com/url?sa=t&url={wrapped}"), &["google-redirect"]),
            (
                format!(
                    "https://linkprotect.cudasvc.com/url?a={}&c=E,1,abc&typo=1",
                    wrapped.replace("%3A", "%3a")
                ),
                &["barracuda"],
            ),
            (format!("https://secure-web.cisco.com/1AbC-_d/{wrapped}"), &["cisco"]),
            (format!("https://clicktime.symantec.com/15xVc?h=QC=&u={wrapped}"), &["symantec"]),
            (
                format!(
                    "https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url={}&umid=1",
                    wrapped.replace('-', "%2d")
                ),
                &["trend-micro"],
            ),
            (
                format!(
                    "https://eu-central-1.protection.sophos.com/?d=example.org&u={}&i=1",
                    base64(link)
                ),
                &["sophos"],
            ),
            (format!("https://protect2.fireeye.com/v1/url?k=1&q=1&e=2&u={wrapped}"), &["trellix"]),
            (
                format!(
                    "https://url.avanan.click/v2/___{}___.YXAz",
                    link.split('#').next().unwrap()
                ),
                &["check-point"],
            ),
            (
                format!("https://x1.r.us-east-1.awstrack.me/L0/{wrapped}/1/0102/x=1"),
                &["amazon-ses"],
            ),
            (format!("https://slack-redir.net/link?url={wrapped}&v=3"), &["slack"]),
            (format!("https://l.facebook.com/l.php?u={wrapped}&h=AT0"), &["facebook"]),
            (format!("https://www.linkedin.com/safety/go?url={wrapped}&trk=x"), &["linkedin"]),
            (format!("https://sso.example.com/login?next={wrapped}"), &["redirect"]),
            (
                format!(
                    "https://eur01.safelinks.protection.outlook.com/?url={}&data=1",
                    encoded(&proofpoint_v2(link))
                ),
                &["safe-links", "proofpoint"],
            ),
            (proofpoint_v3(&safe_links), &["proofpoint", "safe-links"]),
            (
                proofpoint_v2(&proofpoint_v3(&safe_links)),
                &["proofpoint", "proofpoint", "safe-links"],
            ),
        ] {
            for found in [
                of_argument(&text),
                one(format!("Join {text} now\n")),
                one(format!("Join<{text}>\n")),
            ] {
                assert_eq!(codes(&found), damage);
                let expected =
                    if damage[0] == "check-point" { link.split('#').next().unwrap() } else { link };
                assert_eq!(found.written, Written::Link(expected.to_owned()), "{damage:?}");
                assert_eq!(found.mended, None);
                assert!(found.damage[0].can_be_undone());
            }
        }
    }
}

#[test]
fn damage_before_and_after_wrapping_is_undone() {
    for alg in ["HS256", "RS256"] {
        let link = &(link(alg, 13) + "#config.subject=%22Q3%22&config.x=(1)%23%25%28");
        let safe_links = safe_links(link);
        // Broken into lines by the program that shows it.
        let lines: Vec<_> = safe_links
            .as_bytes()
            .chunks(72)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        mended(lines.join("\n") + "\nBye\n", &["line-break", "safe-links"], link);
        let found = one(format!("{}\n{}\nBye for now\n", &safe_links[..70], &safe_links[70..200]));
        assert_eq!((codes(&found), found.mended), (vec!["line-break", "safe-links", "cut"], None));
        // Damaged before it was wrapped, and after.
        let cut = link.split('#').next().unwrap();
        let found = mended(
            format!(
                "https://na01.safelinks.protection.outlook.com/?url={}%29&data=1",
                encoded(cut)
            ),
            &["safe-links", "trailing-punctuation"],
            cut,
        );
        assert_eq!(found.written.reveal(), format!("{cut})"));
        let found = one(quoted_printable(&safe_links));
        assert_eq!(codes(&found), ["quoted-printable", "safe-links"]);
        assert_eq!(found.mended.unwrap().reveal(), link);
    }
}

#[test]
fn services_that_keep_the_link_to_themselves_are_named() {
    for (link, code) in [
        (
            "https://protect-eu.mimecast.com/s/0wSdCVON0gczLDq1tGaO_q?domain=meet.example.org",
            "mimecast",
        ),
        ("https://url.uk.m.mimecastprotect.com/s/YP9XCWQRPfDXo1NIKijuVb2y7", "mimecast"),
        ("https://linkprotect.cudasvc.com/url?b=1", "barracuda"),
    ] {
        for found in [of_argument(link), one(format!("Join {link} now\n"))] {
            assert_eq!((codes(&found), found.written.reveal()), (vec![code], link));
            assert!(!found.damage[0].can_be_undone() && found.mended.is_none());
        }
    }
    assert_eq!(all("https://www.mimecast.com/s/x https://notmimecastprotect.com/s/x"), []);
}
