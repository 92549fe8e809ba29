use super::{ClientConfig, read};

/// The settings that were read, one a line, as `NAME VALUE` or `NAME ?`.
fn lines(config: Option<ClientConfig>) -> String {
    let Some(config) = config else { return "none".to_owned() };
    let values = [
        ("domain", config.domain),
        ("muc", config.muc),
        ("focus", config.focus),
        ("guests", config.anonymous_domain),
        ("user", config.focus_user),
        ("bosh", config.bosh),
        ("request", config.conference_request),
    ];
    let known = values.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?)));
    known.chain(config.unread.iter().map(|name| format!("{name} ?"))).collect::<Vec<_>>().join("\n")
}

/// A file as Debian's package installs it.
const DEBIAN: &str = r#"/* eslint-disable no-unused-vars, no-var */

// Before anything else: read the handbook's page about this file.
var subdir = '<!--# echo var="subdir" default="" -->';
var subdomain = '<!--# echo var="subdomain" default="" -->';

if (subdomain) {
    subdomain = subdomain.substr(0, subdomain.length - 1).split('.')
        .join('_')
        .toLowerCase() + '.';
}

if (subdir.startsWith('<!--')) {
    subdir = '';
}
if (subdomain.startsWith('<!--')) {
    subdomain = '';
}

var enableJaaS = false;

var config = {
    // Connection
    hosts: {
        // XMPP domain.
        domain: 'meet.example.org',

        // For guests.
        // anonymousdomain: 'guest.example.com',

        // focus: 'focus.meet.example.org',
        muc: 'conference.' + subdomain + 'meet.example.org',
    },

    bosh: 'https://meet.example.org/' + subdir + 'http-bind',

    // websocket: 'wss://meet.example.org/' + subdir + 'xmpp-websocket',
    // focusUserJid: 'focus@auth.meet.example.org',
    // conferenceRequestUrl:
    //   'https://<!--# echo var="http_host" default="x" -->/' + subdir + 'conference-request/v1',

    bridgeChannel: {
        // ignoreDomain: 'example.com',
    },
    enableNoAudioDetection: true,
    p2p: {
        enabled: true,
        stunServers: [
            // { urls: 'stun:meet.example.org:3478' },
            { urls: 'stun:stun.example.net:443' },
        ],
    },
    remoteVideoMenu: { disableKick: !false, },
    validator: /^(?:[a-z'"]{4}(?:-(?!$)|$)){4}/,
    onClick: function (event) { return event || {}; },
};

config.flags = config.flags || {};
config.flags.sourceNameSignaling = true;

if (enableJaaS) {
    config.dialInNumbersUrl = 'https://conference-mapper.example.net/v1/access/dids';
}
"#;

/// A file as Docker's image writes it, with a blank that one version has.
const DOCKER: &str = r#"// Jitsi Meet configuration.
var config = {};

if (!config.hasOwnProperty('hosts')) config.hosts = {};

config.hosts.domain = 'meet.jitsi';
config.focusUserJid = 'focus@auth.meet.jitsi';

var subdir = '<!--# echo var="subdir" default="" -->';
var subdomain = "<!--# echo var="subdomain" default="" -->";
if (subdir.startsWith('<!--')) {
    subdir = '';
}
if (subdomain) {
    subdomain = subdomain.substr(0,subdomain.length-1).split('.').join('_').toLowerCase() + '.';
}
config.hosts.muc = 'muc. ' + subdomain + 'meet.jitsi';
// When using authentication, domain for guest users.
config.hosts.anonymousdomain = 'guest.meet.jitsi';
config.hosts.authdomain = 'meet.jitsi';
config.bosh = '/' + subdir + 'http-bind';
config.websocket = 'wss://meet.example.org/' + subdir + 'xmpp-websocket';
if (!config.hasOwnProperty('constraints')) config.constraints = {};
if (!config.constraints.hasOwnProperty('video')) config.constraints.video = {};
config.constraints.video.height = { ideal: 720, max: 720, min: 180 };
config.flags = {
    sourceNameSignaling: true
};
"#;

#[test]
fn the_stock_files_are_read() {
    let debian = "domain meet.example.org\nmuc conference.meet.example.org\nbosh https://meet.example.org/http-bind";
    let docker = "domain meet.jitsi\nmuc muc. meet.jitsi\nguests guest.meet.jitsi\n\
                  user focus@auth.meet.jitsi\nbosh /http-bind";
    assert_eq!(lines(read(DEBIAN, None)), debian);
    assert_eq!(lines(read(DOCKER, None)), docker);
    // What the web server puts in changes nothing.
    for (directory, domain) in [("", ""), ("Sales.EU/", "Sales.EU.")] {
        for stock in [DEBIAN, DOCKER] {
            let filled = stock
                .replace(r#"<!--# echo var="subdir" default="" -->"#, directory)
                .replace(r#"<!--# echo var="subdomain" default="" -->"#, domain);
            assert_ne!(filled, stock);
            assert_eq!(read(&filled, Some("Sales.EU")), read(stock, Some("Sales.EU")));
        }
    }
    let tenant = read(DEBIAN, Some("Sales.EU")).unwrap();
    assert_eq!(tenant.muc.as_deref(), Some("conference.sales_eu.meet.example.org"));
    assert_eq!(tenant.bosh.as_deref(), Some("https://meet.example.org/Sales.EU/http-bind"));
}
