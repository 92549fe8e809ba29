//! What a token host's configuration comes to.

use meetmint_core::{ServerKind, quoted};

use super::config::{Config, Host};
use super::hosts::{Login, login};
use super::muc;
use super::options::Options;
use super::plugins::Modules;
use crate::assemble::{Names, Settings};
use crate::facts::{ReadValue, ServerFacts};
use crate::jicofo::Jicofo;
use crate::known::Known;
use crate::lua::Value;
use crate::moderators::{RoleInputs, RolePlugins};
use crate::place::Placed;
use crate::remark::Remark;
use crate::room_modules::{self, VERIFICATION};
use crate::secret::Secret;

const NAMES: Names = Names {
    app_id: "app_id",
    secret: "app_secret",
    key_server: "asap_key_server",
    algorithm: "signature_algorithm",
    issuers: "asap_accepted_issuers",
    audiences: "asap_accepted_audiences",
    subject: "enable_domain_verification",
    guests: "allow_empty_token",
};

/// Options that are read from the VirtualHost alone (`jitsi-tokens` facts, §5).
pub(crate) const OF_HOST: [&str; 10] = [
    "authentication",
    "app_id",
    "app_secret",
    "asap_key_server",
    "cache_keys_url",
    "signature_algorithm",
    "allow_empty_token",
    "enable_domain_verification",
    "asap_accepted_issuers",
    "asap_accepted_audiences",
];

/// The XMPP domain of Docker's images, which is no address, unless `XMPP_DOMAIN` says otherwise.
const DOCKER_DOMAIN: &str = "meet.jitsi";

/// Where Docker's images have Jitsi's plugins.
const DOCKER_PLUGINS: &[u8] = b"/prosody-plugins/";

/// What the configuration says about this host.
pub(crate) fn facts(config: &Config, host: &Host, jicofo: &Jicofo) -> ServerFacts {
    let mut options = Options::of(config, host);
    let app_id = options.text(NAMES.app_id);
    let secret = options.octets(NAMES.secret).map(Secret::new);
    let (key_server, key_server_name) = match options.text(NAMES.key_server) {
        Known::Unset => (options.text("cache_keys_url"), "cache_keys_url"),
        found => (found, NAMES.key_server),
    };
    let algorithm = options.text(NAMES.algorithm);
    let issuers = options.list(NAMES.issuers);
    let audiences = options.list(NAMES.audiences);
    let subject = options.switch(NAMES.subject);
    let guests = options.switch(NAMES.guests);
    let room_required = options.switch("asap_require_room_claim");
    let base = options.text("muc_mapper_domain_base").map(|base| base.to_lowercase());
    let mut remarks = config.own_remarks();
    remarks.extend(options.remarks);
    remarks.extend(unread_files(config));
    if let Known::Is(Placed { value: false, place }) = &room_required {
        let message = "`asap_require_room_claim` is off: a token without a room is accepted, too";
        remarks.push(Remark::note("room-not-required", place, message));
    }
    let domain = base.value().cloned().unwrap_or_else(|| host.name.clone());
    if let Known::Is(Placed { value, place }) = &base
        && *value != host.name
    {
        let message = format!(
            "`muc_mapper_domain_base` is {}, not the VirtualHost {}: the server compares the claim `sub` with it",
            quoted(value),
            quoted(&host.name)
        );
        remarks.push(Remark::warning("other-domain", place, message));
    }
    let is_docker = is_docker(config, host);
    if is_docker {
        let message = "this file is of Docker's images: it does not say at which address people find the server";
        remarks.push(
            Remark::warning("no-url", &host.place, message).hint(
                "it is PUBLIC_URL in the .env of the images: write it as url in meeting.toml",
            ),
        );
    }
    let rooms = muc::main(config, host);
    let room = Rooms::of(config, rooms, host, is_docker, &mut remarks);
    others(config, host, is_docker, &mut remarks);
    let component = rooms.map_or_else(
        || format!("Component \"conference.{domain}\""),
        |rooms| format!("Component \"{}\"", rooms.name),
    );
    // The images switch Jicofo's authentication on together with tokens.
    let authentication = match &jicofo.authentication {
        Known::Unset if is_docker && !jicofo.is_given => {
            Known::Is(Placed { value: true, place: host.place.clone() })
        }
        other => other.clone(),
    };
    let kind = if is_docker { ServerKind::Docker } else { ServerKind::Debian };
    let mut facts = Settings {
        kind,
        url: (!is_docker).then(|| format!("https://{}", host.name)),
        usual_domain: if is_docker { DOCKER_DOMAIN.to_owned() } else { host.name.clone() },
        domain,
        app_id,
        secret,
        key_server,
        algorithm,
        issuers,
        audiences,
        subject,
        guests,
        room: room.checked,
        wildcards: room.wildcards,
        roles: RoleInputs {
            kind,
            plugins: room.plugins,
            auto_owner: jicofo.auto_owner.clone(),
            authentication,
            has_jicofo: jicofo.is_given,
            component,
        },
        names: Names { key_server: key_server_name, ..NAMES },
        place: host.place.clone(),
        read: vec![ReadValue {
            name: "VirtualHost".to_owned(),
            value: quoted(&host.name),
            place: host.place.clone(),
        }],
        remarks,
    }
    .facts();
    if rooms.is_none() {
        facts.moderators.is_certain = false;
    }
    if is_docker {
        // The images always write it; where somebody took it out, the module's own default holds.
        facts.checks_subject.get_or_insert(true);
    }
    facts
}

/// Whether the file is of Docker's images.
fn is_docker(config: &Config, host: &Host) -> bool {
    let is_theirs = |value: &Value| value.text().as_deref() == Some(DOCKER_PLUGINS);
    let has_their_plugins = |paths: &Value| match paths {
        Value::Table(entries) => entries.iter().any(|entry| is_theirs(&entry.value)),
        path => is_theirs(path),
    };
    host.name == DOCKER_DOMAIN
        || config.global("plugin_paths").is_some_and(|paths| has_their_plugins(&paths.value))
}

/// What the component with people's rooms does.
struct Rooms {
    checked: Option<bool>,
    wildcards: bool,
    plugins: RolePlugins,
}

impl Rooms {
    fn of(
        config: &Config,
        rooms: Option<&Host>,
        host: &Host,
        is_docker: bool,
        remarks: &mut Vec<Remark>,
    ) -> Rooms {
        let Some(rooms) = rooms else {
            let message = format!(
                "no Component with the rooms of {} is in these files, so they do not tell whether the room claim is checked, and which modules make moderators",
                quoted(&host.name)
            );
            remarks.push(Remark::warning("no-rooms", &host.place, message).hint(
                "give the file with it as well: `--server-config` can be used several times",
            ));
            let plugins = RolePlugins::default();
            return Rooms { checked: None, wildcards: true, plugins };
        };
        let modules = Modules::of(config, rooms);
        let place = |name: &str| modules.place(name).cloned();
        let mut checked = Some(modules.place(VERIFICATION).is_some());
        if checked == Some(false) {
            if let Some(place) = &modules.unknown {
                checked = None;
                let message = "a module in this list is not written as it is, so the file does not tell whether the room claim is checked";
                remarks.push(Remark::warning("modules-unknown", place, message));
            } else {
                let name = quoted(&rooms.name);
                let (place, list, hint) = match modules.taken_away(VERIFICATION) {
                    Some(place) => (place, "is in modules_disabled", "take it out there"),
                    None => (&rooms.place, "is not in modules_enabled", "add it there"),
                };
                let message = format!(
                    "\"{VERIFICATION}\" {list} of Component {name}: every token opens every room"
                );
                // The images write this file anew whenever they start.
                let hint = if is_docker {
                    format!(
                        "add {VERIFICATION} to XMPP_MUC_MODULES in the .env of the images, and recreate the containers"
                    )
                } else {
                    format!("{hint}, and restart Prosody")
                };
                remarks.push(Remark::warning("room-not-checked", place, message).hint(hint));
            }
        }
        if checked == Some(true) && !reads_settings(config, rooms, host) {
            checked = Some(false);
            let parent = quoted(muc::parent(rooms));
            let message = format!(
                "\"{VERIFICATION}\" of Component {} reads the settings of VirtualHost {parent}, which has no app_id and secret or key server: every token opens every room",
                quoted(&rooms.name)
            );
            let place = modules.place(VERIFICATION).unwrap_or(&rooms.place);
            remarks.push(Remark::warning("room-not-checked", place, message).hint(
                "set app_id and app_secret above the first VirtualHost, so that they hold for all, and restart Prosody",
            ));
        }
        let waits = place("muc_wait_for_host");
        let mut options = Options::of(config, rooms);
        let no_owners = options.switch("wait_for_host_disable_auto_owners");
        remarks.extend(options.remarks);
        remarks.extend(room_modules::unknown(modules.iter()));
        Rooms {
            checked,
            wildcards: modules.place("token_no_wildcard").is_none(),
            plugins: RolePlugins {
                affiliation: place("token_affiliation")
                    .or_else(|| place("token_affiliation_legacy")),
                moderation: place("token_moderation"),
                allowners: place("muc_allowners"),
                wait_for_host: waits.filter(|_| no_owners.value() != Some(&true)),
                unknown: modules.unknown.clone(),
            },
        }
    }
}

/// Whether `token_verification` finds its settings: those of the host that the component is named after.
fn reads_settings(config: &Config, rooms: &Host, host: &Host) -> bool {
    // Whatever is missing there is missing for the login, too, and said.
    if muc::parent(rooms) == host.name {
        return true;
    }
    let is_set = |name: &str| config.option_of(muc::parent(rooms), name).is_some();
    let checks = ["app_secret", "asap_key_server", "cache_keys_url"];
    is_set("app_id") && checks.iter().any(|name| is_set(name))
}

/// Files that are included, and not given.
fn unread_files(config: &Config) -> Option<Remark> {
    let first = config.includes.iter().find(|include| !config.is_given(&include.value))?;
    let message =
        format!("{} is included here, and meetmint does not follow it", quoted(&first.value));
    Some(Remark::note("include", &first.place, message).hint(
        "if those files say something about this server, give them as well: `--server-config` can be used several times",
    ))
}

/// What other hosts and components have to do with tokens.
fn others(config: &Config, host: &Host, is_docker: bool, remarks: &mut Vec<Remark>) {
    let anonymous = config
        .virtual_hosts()
        .find(|other| other.name != host.name && matches!(login(config, other), Login::Anonymous));
    if let Some(guests) = anonymous {
        let message = format!(
            "people without a link can join as guests through {}, once a room is open",
            quoted(&guests.name)
        );
        remarks.push(Remark::note("guests", &guests.place, message));
    }
    for component in config.components() {
        let set = OF_HOST.iter().filter_map(|name| Some((name, component.own(name)?)));
        for (name, value) in set {
            let message = format!(
                "`{name}` has no effect under Component {}: it is read from VirtualHost {}",
                quoted(&component.name),
                quoted(&host.name)
            );
            remarks.push(
                Remark::warning("no-effect", &value.place, message)
                    .hint("move it under the VirtualHost"),
            );
        }
    }
    if let Some(breakout) = muc::breakout(config, host)
        && let Some(place) = Modules::of(config, breakout).place(VERIFICATION)
    {
        let message = format!(
            "\"{VERIFICATION}\" is on Component {}: nobody gets into breakout rooms, whatever their token says",
            quoted(&breakout.name)
        );
        let hint = if is_docker {
            "take it out of XMPP_BREAKOUT_MUC_MODULES in the .env of the images, and recreate the containers"
        } else {
            "take it out of that list, and restart Prosody"
        };
        remarks.push(Remark::warning("breakout-closed", place, message).hint(hint));
    }
    let modules = Modules::of(config, host);
    for (name, place) in modules.iter().filter(|(name, _)| room_modules::KNOWN.contains(name)) {
        let message = format!(
            "{} has no effect here: it belongs to the Component with the rooms",
            quoted(name)
        );
        remarks.push(
            Remark::warning("no-effect", place, message)
                .hint("move it into modules_enabled of that Component"),
        );
    }
}
