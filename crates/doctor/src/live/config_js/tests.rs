use super::{ClientConfig, read};

/// The settings that were read, one a line, as `NAME VALUE` or `NAME ?`.
pub(super) fn lines(config: Option<ClientConfig>) -> String {
    let Some(config) = config else { return "none".to_owned() };
    let values = [
        ("domain", config.domain),
        ("muc", config.muc),
        ("focus", config.focus),
        ("guests", config.anonymous_domain),
        ("bosh", config.bosh),
        ("request", config.conference_request),
    ];
    let known = values.into_iter().filter_map(|(name, value)| Some(format!("{name} {}", value?)));
    known.chain(config.unread.iter().map(|name| format!("{name} ?"))).collect::<Vec<_>>().join("\n")
}

/// A file as Debian's package installs it.
pub(super) const DEBIAN: &str = r#"/* eslint-disable no-unused-vars, no-var */

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
pub(super) const DOCKER: &str = r#"// Jitsi Meet configuration.
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
                  bosh /http-bind";
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

/// Each program, and what is read of it for links without a tenant.
const PROGRAMS: [(&str, &str); 75] = [
    // No configuration of Jitsi's.
    ("", "none"),
    ("<!DOCTYPE html>\n<script>var config = { bosh: '/b' };</script>", "none"),
    ("<!-- a comment -->\n\u{feff}<html>", "none"),
    ("404 page not found", "none"),
    ("var config;", "none"),
    ("var config = { theme: 'dark' };", "none"),
    ("var configuration = { bosh: '/b' };", "none"),
    ("{\"bosh\": \"/b\"}", "none"),
    ("// var config = { bosh: '/b' };", "none"),
    ("/* var config = { bosh: '/b' }; ", "none"),
    ("function make() { var config = { bosh: '/b' }; return config; }", "none"),
    ("delete config.bosh;", "none"),
    // Comments.
    ("var config = { /* bosh: '/a', */ bosh: '/b' // , bosh: '/c'\n}", "bosh /b"),
    ("var config = { hosts: {\n// domain: 'a',\ndomain: 'b'\n/**/}, }", "domain b"),
    ("<!-- config.bosh = '/a';\nconfig.bosh = '/b';\n", "bosh /b"),
    ("config.bosh = 'https://b/' /* ' */ + 'x' // ' +\n", "bosh https://b/x"),
    // Strings.
    (r#"config.bosh = "/\x62\u0062\u{62}\'\"\b";"#, "bosh /bbb'\"\u{8}"),
    (r"config.bosh = '\ud83d\ude00\ud83d!\n';", "bosh \u{1f600}\u{fffd}!\n"),
    ("config.bosh = '/b\\\nc\\\r\nd';", "bosh /bcd"),
    (r"config.bosh = '\q\u12\x1\u{110000}\u{}';", "bosh qu12x1u{110000}u{}"),
    ("config.bosh = `/b`;", "bosh /b"),
    ("var d = 'x'; config.bosh = `//${d}/b${'/' + `${d}`}`;", "bosh //x/b/x"),
    ("config.bosh = `/${ f({}) }/b`;", "bosh ?"),
    ("config.bosh = '/b\nconfig.conferenceRequestUrl = '/c';", "request /c\nbosh ?"),
    ("config.bosh = `/b", "bosh ?"),
    // Chains and variables.
    (
        "var a = 'x', b = a + '.y'; config.hosts = { domain: b, muc: ('c.' + (a)) + '.' + b };",
        "domain x.y\nmuc c.x.x.y",
    ),
    ("let domain = 'a'; var config = { hosts: { domain }, };", "domain a"),
    (
        "var hosts = { domain: 'a' }; var config = { hosts }; hosts.muc = 'm.' + config.hosts.domain;",
        "domain a\nmuc m.a",
    ),
    (
        "config.hosts.domain = 'a';\nconfig.hosts.muc = 'm.' + config.hosts.domain",
        "domain a\nmuc m.a",
    ),
    ("config.bosh = '/a'; config.bosh += '/b';", "bosh /a/b"),
    ("config.bosh = '/' + location.host + '/b';", "bosh ?"),
    ("config.bosh = '/a' + 5;", "bosh ?"),
    ("config.bosh = config.websocket;", "bosh ?"),
    // Keys, and ways to assign.
    ("var config = { 'hosts': { \"domain\": 'a', }, ['bosh']: '/b' };", "domain a\nconfig ?"),
    ("config['hosts']['domain'] = 'a'; config[\"bosh\"] = '/b';", "domain a\nbosh /b"),
    ("window.config = { bosh: '/b' };", "bosh /b"),
    ("window['config'].bosh = '/b';", "bosh /b"),
    ("config.hosts?.domain; config.bosh = '/b'", "bosh /b"),
    ("config.bosh = '/a';\nconfig.bosh = '/b';", "bosh /b"),
    ("var config = { bosh: '/a', bosh: '/b' };", "bosh /b"),
    ("config.bosh = '/b',\nconfig.hosts = { domain: 'a' };", "domain a\nbosh /b"),
    ("config.bosh = '/b'\nconfig.hosts = { domain: 'a' }\nvar x", "domain a\nbosh /b"),
    ("config.bosh =\n'/b' +\n'/c'", "bosh /b/c"),
    (
        "config.hosts = config.hosts || {}; config.hosts.domain = 'a'; config.hosts = config.hosts || {};",
        "domain a",
    ),
    ("window.config = window.config || {}; config.bosh ||= '/b'; config.bosh ??= '/c';", "bosh ?"),
    (
        "config.hosts = { anonymousdomain: 'g' }; delete config.hosts.anonymousdomain; config.bosh = '/b'",
        "bosh /b",
    ),
    (
        "var base = { domain: 'a', muc: 'm' }; config.hosts = { ...base, muc: 'n' };",
        "domain a\nmuc n",
    ),
    ("config.hosts = { ...other, muc: 'n' };", "muc n\nhosts ?"),
    (
        "config.bosh = '/a'; Object.assign(config, { bosh: '/b' }, { hosts: { domain: 'a' } });",
        "domain a\nbosh /b",
    ),
    ("config.bosh = '/a'; Object.assign(config, other);", "bosh /a\nconfig ?"),
    // What is falsy is absent.
    (
        "var config = { bosh: '/b', conferenceRequestUrl: '', websocket: undefined, hosts: { anonymousdomain: null } };",
        "bosh /b",
    ),
    // What is no literal.
    ("var config = JSON.parse('{}');", "config ?"),
    ("config.bosh = a || '/b';", "bosh ?"),
    ("config.bosh = a ? '/b' : '/c';\nconfig.hosts = { domain: 'a' };", "domain a\nbosh ?"),
    (
        "var config = { bosh: 'b'.toLowerCase(), hosts: { domain: f('a', 'b'), muc: ['m'], focus: -1 } }",
        "hosts.domain ?\nhosts.muc ?\nhosts.focus ?\nbosh ?",
    ),
    ("config.hosts = getHosts();", "hosts ?"),
    ("var config = { hosts: { domain: 'a' } || x, bosh: '/b' };", "bosh /b\nhosts ?"),
    ("var config = { bosh() { return '/b'; }, hosts: { domain: 'a' } };", "domain a\nbosh ?"),
    (r#"config.bosh = "/<!--# echo var="subdir" default="" -->b";"#, "bosh ?"),
    // Conditions, loops and functions.
    ("config.bosh = '/a'; x ? 0 :\nconfig.bosh = '/b';", "bosh ?"),
    ("var subdir = ''; if (x) subdir = 'y/'; config.bosh = '/' + subdir + 'b';", "bosh ?"),
    ("config.bosh = '/a'; if (x) { config.bosh = '/b'; }", "bosh ?"),
    ("config.bosh = '/a'; if (x) config.bosh = '/b'; else y();", "bosh ?"),
    ("config.bosh = '/a'; if (x) { y(); } else if (z) config['bosh'] = '/b'", "bosh ?"),
    ("config.bosh = '/a'; for (var i = 0; i < 3; i++) config.bosh += i;", "bosh ?"),
    ("config.bosh = '/a'; if (x) config.bosh = '/a';", "bosh /a"),
    ("if (x) { config.bosh = '/b'; }", "bosh ?"),
    ("config.bosh = '/a'; (function () { config.bosh = '/b'; })();", "bosh ?"),
    ("config.bosh = '/a'; (function (config) { config.bosh = '/b'; })({});", "bosh /a"),
    ("config.bosh = '/a'; on(() => { const config = {}; config.bosh = '/b'; });", "bosh /a"),
    ("config.bosh = '/a'; try { delete config.bosh; } catch { }", "bosh ?"),
    ("config.bosh = '/a'; if (x) { Object.assign(config, { bosh: '/b' }); }", "bosh /a\nconfig ?"),
    (
        "if (!config.hasOwnProperty('hosts')) config.hosts = {};\nconfig.hosts.domain = 'a'; if (!config.hosts) { config.hosts = {}; }",
        "domain a",
    ),
    // Regular expressions and division.
    ("var a = /['\"`{]/g, b = x / 2 / y; config.bosh = '/b'; c = [/[/'\"]/];", "bosh /b"),
    ("config.bosh = '/b'; if (/[/ x", "bosh /b"),
];

#[test]
fn programs_are_read_without_running_them() {
    let wrong: Vec<String> = PROGRAMS
        .iter()
        .map(|(text, want)| (text, want, lines(read(text, None))))
        .filter(|(_, want, got)| *want != got)
        .map(|(text, want, got)| format!("{text}\nwant:\n{want}\ngot:\n{got}\n"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tenants_stand_where_the_web_server_puts_them() {
    let old = r#"var config = { hosts: { domain: 'a.org',
        muc: 'conference.<!--# echo var="subdomain" default="" -->a.org' },
        bosh: '//a.org/<!--# echo var="subdir" default="" -->http-bind' };"#;
    assert_eq!(
        lines(read(old, None)),
        "domain a.org\nmuc conference.a.org\nbosh //a.org/http-bind"
    );
    let tenant = "domain a.org\nmuc conference.Sales.a.org\nbosh //a.org/Sales/http-bind";
    assert_eq!(lines(read(old, Some("Sales"))), tenant);
    // Somebody's own variable of that name.
    let own = "var subdomain = 'eu.'; config.hosts = { muc: 'muc.' + subdomain + 'a.org' };";
    assert_eq!(lines(read(own, None)), "muc muc.eu.a.org");
    assert_eq!(lines(read(&own.replace("eu.", ""), Some("Sales"))), "muc muc.sales.a.org");
}
