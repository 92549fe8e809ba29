//! The names of features that a token can switch on.

/// The keys that Jitsi knows in `context.features` (`jitsi-tokens` facts, §2): those of the client, then two that only
/// the server's plugins read. Those documented for JaaS are among them. Jitsi ignores an unknown key, and switches off every
/// feature that is not listed, so a misspelled one takes a right away without notice.
pub const FEATURES: [&str; 21] = [
    "branding",
    "calendar",
    "create-polls",
    "file-upload",
    "flip",
    "inbound-call",
    "list-visitors",
    "live-translation",
    "livestreaming",
    "lobby",
    "moderation",
    "outbound-call",
    "recording",
    "room",
    "screen-sharing",
    "send-groupchat",
    "sip-inbound-call",
    "sip-outbound-call",
    "transcription",
    "live-translation-subscribe",
    "name-readonly",
];

/// How many of them the client knows. It calls the others invalid.
const OF_CLIENT: usize = 19;

/// Whether the client knows a feature; it names an unknown one as a possible reason when a token is refused.
pub(crate) fn is_known_to_client(name: &str) -> bool {
    FEATURES[..OF_CLIENT].contains(&name)
}

/// What moderators can use without a list of features on a server of one's own, where its configuration does not say
/// otherwise (`jitsi-tokens` facts, §2). Sharing the screen is not among them: no list switches it off.
pub(crate) const SERVER_DEFAULT: [&str; 8] = [
    "livestreaming",
    "recording",
    "transcription",
    "outbound-call",
    "create-polls",
    "send-groupchat",
    "flip",
    "live-translation",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moderators_can_use_are_features() {
        assert!(SERVER_DEFAULT.iter().all(|feature| FEATURES.contains(feature)));
    }
}
