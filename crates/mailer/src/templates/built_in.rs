//! The built-in templates. They are part of the program, so that it works without any files beside it.

// `include_str!` needs each name when the program is compiled, so they are listed by hand.
macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../../templates/", $name)))),*]
    };
}

/// The built-in templates: name and text.
pub(super) const BUILT_IN: [(&str, &str); 21] = built_in![
    "invite.subject",
    "invite.txt",
    "invite.html",
    "update.subject",
    "update.txt",
    "update.html",
    "cancel.subject",
    "cancel.txt",
    "cancel.html",
    "remind.subject",
    "remind.txt",
    "remind.html",
    "frame.html",
    "when.html",
    "when.txt",
    "link.html",
    "link.txt",
    "address.html",
    "changes.txt",
    "message.txt",
    "foot.txt",
];
