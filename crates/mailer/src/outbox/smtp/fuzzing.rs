//! Any octets as replies of a mail server, for fuzzing.

use super::capabilities::Capabilities;
use super::error::Stage;
use super::reply::{LONGEST_TEXT, Reply, ReplyLine, quoted};
use super::verdict::Verdict;

/// Reads replies as a connection does, and judges each.
pub(crate) fn read(octets: &[u8]) {
    let mut lines: Vec<ReplyLine> = Vec::new();
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        is_fit_to_show(&quoted(line));
        let Some(line) = ReplyLine::parse(line) else { continue };
        if lines.first().is_some_and(|first| first.code != line.code) {
            lines.clear();
        }
        let last = line.last;
        lines.push(line);
        if last {
            judge(&Reply::from_lines(&lines));
            lines.clear();
        }
    }
}

fn judge(reply: &Reply) {
    assert!((200..600).contains(&reply.code));
    is_fit_to_show(&reply.text);
    for line in &Capabilities::from_reply(reply).lines {
        is_fit_to_show(line);
    }
    let stages = [
        Stage::Greeting,
        Stage::Hello,
        Stage::StartTls,
        Stage::Login,
        Stage::Mail,
        Stage::Recipient,
        Stage::Data,
        Stage::Message,
    ];
    for stage in stages {
        let _ = Verdict::on_reply(stage, reply);
    }
    let _ = reply.enhanced();
}

fn is_fit_to_show(text: &str) {
    assert!(text.chars().count() <= LONGEST_TEXT, "{} characters", text.chars().count());
    assert!(!text.chars().any(char::is_control), "{text:?}");
    assert!(!text.contains("eyJ"), "{text:?}");
}
