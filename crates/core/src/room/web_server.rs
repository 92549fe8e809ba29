//! Paths that Jitsi's web server uses itself, in the configurations that come with its Debian and Docker packages
//! (`jitsi-tokens` facts, §1.3 and §9).
//!
//! nginx decodes a path before it compares it, so `%2F` counts as a slash. A path `a/b` is the room `b` of the tenant
//! `a` to it: it takes the first part off and starts again with the rest.

/// Folders and files in the root, and other paths without a slash. Sorted for the binary search.
const NAMES: [&str; 33] = [
    ".well-known",
    "_unlock",
    "about",
    "base.html",
    "body.html",
    "close.html",
    "close2.html",
    "close3.html",
    "config.js",
    "connection_optimization",
    "css",
    "external_api.js",
    "favicon.ico",
    "fonts",
    "fonts.html",
    "head.html",
    "http-bind",
    "images",
    "index.html",
    "interface_config.js",
    "lang",
    "libs",
    "logging_config.js",
    "manifest.json",
    "plugin.head.html",
    "pwa-worker.js",
    "robots.txt",
    "sounds",
    "static",
    "title.html",
    "transcripts",
    "welcome.html",
    "xmpp-websocket",
];

/// First parts of a path below which nginx serves files, or passes everything on to another service.
const FOLDERS: [&str; 18] = [
    "_load-test",
    "about",
    "colibri-relay-ws",
    "colibri-ws",
    "connection_optimization",
    "css",
    "etherpad",
    "fonts",
    "images",
    "lang",
    "libs",
    "load-test",
    "rtc-visualizer",
    "rtcstats-ws",
    "socket.io",
    "sounds",
    "static",
    "transcripts",
];

/// Under a tenant, whatever begins like this is passed on to Prosody or Jicofo.
const SERVICES: [&str; 4] =
    ["_api/room-info", "conference-request/v1", "http-bind", "xmpp-websocket"];

/// The older Debian configuration serves whatever ends like this as a file.
const FILE_TYPES: [&str; 4] = [".js", ".css", ".png", ".ico"];

/// How many slashes a room's name may have. nginx takes off one part after the other, and answers 500 from the tenth
/// internal redirect on; two of them are needed for the page, and one for a tenant (tried with nginx 1.22).
pub(super) const MOST_SLASHES: usize = 7;

/// Whether the web server answers a path itself and does not show a meeting. `path` is decoded, in lower case, and does
/// not begin with a slash.
pub(crate) fn is_used(path: &str) -> bool {
    let mut rest = path;
    loop {
        if SERVICES.iter().any(|service| rest.starts_with(service)) || is_config(rest) {
            return true;
        }
        let Some((first, after)) = rest.split_once('/') else {
            return NAMES.binary_search(&rest).is_ok()
                || FILE_TYPES.iter().any(|end| rest.ends_with(end));
        };
        if FOLDERS.binary_search(&first).is_ok() || is_well_known(first) {
            return true;
        }
        rest = after;
    }
}

/// `config.js` under a tenant. The dot of nginx's pattern stands for any character.
fn is_config(path: &str) -> bool {
    let middle = path.strip_prefix("config").and_then(|rest| rest.strip_suffix("js"));
    middle.is_some_and(|middle| middle.chars().count() == 1)
}

/// `.well-known`, where the dot of the pattern stands for any character, too.
fn is_well_known(first: &str) -> bool {
    first.strip_suffix("well-known").is_some_and(|dot| dot.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_are_sorted() {
        assert!(NAMES.is_sorted());
        assert!(FOLDERS.is_sorted());
    }

    /// Each was tried with nginx 1.22 and both configurations, with and without a tenant.
    #[test]
    fn what_the_web_server_answers_itself_is_used() {
        for path in [
            "static",
            "static/x",
            "sounds/x",
            "a/sounds/x",
            ".well-known/x",
            "xwell-known/x",
            "title.html",
            "x/title.html",
            "x.js",
            "a/b.png",
            "config-js",
            "a/config.js",
            "http-bind",
            "http-bind-2",
            "a/xmpp-websocket/b",
            "_api/room-info",
        ] {
            assert!(is_used(path), "{path}");
        }
        for path in [
            "room",
            "a/b",
            "sounds-x",
            "x/sounds-x",
            "a.html",
            "title.html/x",
            "config.json",
            "my-config.js-talk",
            "well-known/x",
            "x/http",
            "etherpad",
            "",
        ] {
            assert!(!is_used(path), "{path}");
        }
    }
}
