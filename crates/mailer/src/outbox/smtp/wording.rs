//! What the words of a reply say, where servers use one code for several things.

use super::reply::Reply;

/// Whether the sender's daily quota is used up. A full mailbox, the recipient's quota, is something else.
pub(super) fn is_quota(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // Only as 5.4.5: 4.4.5 is congestion (RFC 3463 §3.5).
    reply.enhanced() == Some((5, 4, 5))
        // Exchange Online: 554 5.2.0, an enhanced code that would blame the recipient's mailbox.
        || has(&["submissionquotaexceeded"])
        // All three: without the first, "mailbox exceeded its storage limit" would match.
        || has(&["daily", "per day", "sending quota", "sending limit", "submission quota"])
            && has(&["quota", "limit"])
            && has(&["exceed", "reached", "over "])
}

/// Whether the server refuses to relay, without an enhanced code for it. The word "relay" alone proves nothing: "User
/// unknown in relay recipient table".
pub(super) fn is_relay_denied(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    // In this order the words of Sendmail, Postfix, Exim and Exchange.
    let denied = ["relaying", "relay access denied", "relay not permitted", "unable to relay"];
    denied.iter().any(|words| text.contains(words))
}

/// Whether the account may not send as the address in `from`.
pub(super) fn is_sender_denied(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    // Exchange Online says so after the message, as 5.2.252, a code that would blame the recipient's mailbox. Postfix
    // says so at RCPT, with the code for a policy, unless it was told to reject senders at MAIL.
    ["sendasdenied", "not owned by user", "not allowed to send as", "sender address rejected"]
        .iter()
        .any(|words| text.contains(words))
}

/// Whether the server objects to the name in EHLO. Postfix says so at RCPT.
pub(super) fn is_hello_rejected(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    ["helo command rejected", "ehlo command rejected"].iter().any(|words| text.contains(words))
}

/// Whether a server that closes the connection says that it has carried enough messages: the next one may carry as many.
pub(super) fn is_connection_limit(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    ["too many messages", "this connection", "one connection", "per connection", "session"]
        .iter()
        .any(|words| text.contains(words))
}

/// Whether the server says that messages come too fast.
pub(super) fn is_rate_limit(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    [
        "throttl",
        "too many",
        "too fast",
        "too much",
        "rate limit",
        "rate exceeded",
        "slow down",
        // Gmail, Yahoo, Microsoft 365.
        "unusual rate",
        "unexpected volume",
        "server busy",
        "system busy",
    ]
    .iter()
    .any(|words| text.contains(words))
}
