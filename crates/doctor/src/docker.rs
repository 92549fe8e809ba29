//! The `.env` of Docker's images: what it makes of Prosody's and Jicofo's configuration.

mod unread;
mod variables;

use std::sync::Arc;

use meetmint_core::{ServerKind, quoted};

use self::variables::Variables;
use crate::assemble::{Names, Settings};
use crate::env::EnvFile;
use crate::facts::{ReadValue, ServerFacts};
use crate::jicofo::Jicofo;
use crate::known::Known;
use crate::moderators::{RoleInputs, RolePlugins};
use crate::place::{Place, Placed, Position};
use crate::remark::{Refused, Remark};
use crate::room_modules::{self, VERIFICATION};
use crate::secret::Secret;

const NAMES: Names = Names {
    app_id: "JWT_APP_ID",
    secret: "JWT_APP_SECRET",
    key_server: "JWT_ASAP_KEYSERVER",
    algorithm: "JWT_SIGN_TYPE",
    issuers: "JWT_ACCEPTED_ISSUERS",
    audiences: "JWT_ACCEPTED_AUDIENCES",
    subject: "JWT_ENABLE_DOMAIN_VERIFICATION",
    guests: "JWT_ALLOW_EMPTY",
};

/// The XMPP domain unless `XMPP_DOMAIN` says otherwise.
const DOMAIN: &str = "meet.jitsi";

/// What a `.env` comes to.
///
/// # Errors
/// If tokens are off.
pub(crate) fn facts(
    file: &Arc<str>,
    env: &EnvFile,
    jicofo: &Jicofo,
) -> Result<ServerFacts, Refused> {
    let mut variables = Variables { file, env, remarks: Vec::new() };
    let mut read = Vec::new();
    let sign_in = variables.text("AUTH_TYPE");
    let kind = match variables.text("PROSODY_AUTH_TYPE") {
        Known::Unset => sign_in,
        found => found,
    };
    let enabled = variables.switch("ENABLE_AUTH");
    is_on(file, &enabled, &kind, &variables.text("JWT_AUTH_TYPE"))?;
    for (name, known) in
        [("ENABLE_AUTH", enabled.clone().map(|on| on.to_string())), ("AUTH_TYPE", kind.clone())]
    {
        if let Known::Is(Placed { value, place }) = known {
            read.push(ReadValue { name: name.to_owned(), value: quoted(&value), place });
        }
    }
    let url = variables.text("PUBLIC_URL");
    if url.is_unset() {
        let place = variables.start();
        variables.remarks.push(
            Remark::warning(
                "no-url",
                &place,
                "PUBLIC_URL is not set: the images then take https://localhost:8443",
            )
            .hint("set it to the address under which people find the server, and write the same as url in meeting.toml"),
        );
    }
    let domain = variables.text("XMPP_DOMAIN");
    for (name, known) in [("PUBLIC_URL", &url), ("XMPP_DOMAIN", &domain)] {
        if let Known::Is(Placed { value, place }) = known {
            let (name, value) = (name.to_owned(), quoted(value));
            read.push(ReadValue { name, value, place: place.clone() });
        }
    }
    let url = url.value().map(|url| address(url));
    let plugins = plugins(&mut variables);
    let room = room(&mut variables);
    let app_id = variables.pasted("JWT_APP_ID").map(|id| String::from_utf8_lossy(&id).into_owned());
    let secret = variables.pasted("JWT_APP_SECRET").map(Secret::new);
    // The images leave them out for the hybrid form.
    let [key_server, algorithm] = match kind.value().map(String::as_str) {
        Some("jwt") => ["JWT_ASAP_KEYSERVER", "JWT_SIGN_TYPE"].map(|name| variables.text(name)),
        _ => [Known::Unset, Known::Unset],
    };
    let [issuers, audiences] =
        ["JWT_ACCEPTED_ISSUERS", "JWT_ACCEPTED_AUDIENCES"].map(|name| variables.list(name));
    let (subject, guests) =
        (variables.switch("JWT_ENABLE_DOMAIN_VERIFICATION"), variables.switch("JWT_ALLOW_EMPTY"));
    let auto_owner = match variables.switch("ENABLE_AUTO_OWNER") {
        Known::Unset => jicofo.auto_owner.clone(),
        found => found,
    };
    // The images switch it on together with ENABLE_AUTH.
    let authentication = match variables.switch("JICOFO_ENABLE_AUTH") {
        Known::Unset if jicofo.authentication.is_unset() => enabled,
        Known::Unset => jicofo.authentication.clone(),
        found => found,
    };
    if let Known::Is(Placed { value: true, place }) = variables.switch("ENABLE_GUESTS") {
        let message =
            "people without a link can join as guests, once a room is open (ENABLE_GUESTS)";
        variables.remarks.push(Remark::note("guests", &place, message));
    }
    unread::options(&mut variables);
    unread::modules(&mut variables);
    for (name, place) in variables.again() {
        let message = format!("{name} is set again further down, and the last value counts");
        variables.remarks.push(Remark::warning("set-twice", &place, message));
    }
    let place = variables.start();
    let settings = Settings {
        kind: ServerKind::Docker,
        url,
        usual_domain: DOMAIN.to_owned(),
        domain: domain.value().cloned().unwrap_or_else(|| DOMAIN.to_owned()),
        app_id,
        secret,
        key_server,
        algorithm,
        issuers,
        audiences,
        subject,
        guests,
        room,
        wildcards: plugins.1,
        roles: RoleInputs {
            kind: ServerKind::Docker,
            plugins: plugins.0,
            auto_owner,
            authentication,
            has_jicofo: true,
            component: String::new(),
        },
        names: NAMES,
        place,
        read,
        remarks: variables.remarks,
    };
    Ok(settings.facts())
}

/// Refuses a server that checks no tokens.
fn is_on(
    file: &Arc<str>,
    enabled: &Known<bool>,
    kind: &Known<String>,
    module: &Known<String>,
) -> Result<(), Refused> {
    let start = Place::new(file, Position::START);
    let hint = "set ENABLE_AUTH=1, AUTH_TYPE=jwt, JWT_APP_ID and JWT_APP_SECRET in the .env, recreate the containers, and run this command again";
    let off = |place: Option<&Place>, why: String| {
        Refused::at("tokens-off", place.unwrap_or(&start), format!("tokens are off: {why}"), hint)
    };
    match enabled {
        Known::Is(Placed { value: true, .. }) | Known::Unknown(_) => {}
        Known::Is(Placed { place, .. }) => {
            return Err(off(Some(place), "ENABLE_AUTH is not on".to_owned()));
        }
        Known::Unset => return Err(off(None, "ENABLE_AUTH is not set".to_owned())),
    }
    if let (Some("jwt"), Known::Is(Placed { value, place })) =
        (kind.value().map(String::as_str), module)
        && value != "token"
    {
        let message = format!("tokens are off: JWT_AUTH_TYPE is {}", quoted(value));
        let hint = "remove JWT_AUTH_TYPE from the .env, recreate the containers, and run this command again";
        return Err(Refused::at("tokens-off", place, message, hint));
    }
    match kind {
        Known::Is(Placed { value, .. }) if value == "jwt" || value == "hybrid_matrix_token" => {
            Ok(())
        }
        Known::Is(Placed { value, place }) => {
            Err(off(Some(place), format!("people log in with {}", quoted(value))))
        }
        Known::Unset => Err(off(enabled.place(), "AUTH_TYPE is not set".to_owned())),
        Known::Unknown(_) => Ok(()),
    }
}

/// What `XMPP_MUC_MODULES` loads, and whether `*` is accepted.
fn plugins(variables: &mut Variables<'_>) -> (RolePlugins, bool) {
    let modules = variables.list("XMPP_MUC_MODULES");
    let no_owners = variables.switch("WAIT_FOR_HOST_DISABLE_AUTO_OWNERS");
    let (names, place) = match &modules {
        Known::Is(Placed { value, place }) => (value.as_slice(), Some(place.clone())),
        _ => (&[][..], None),
    };
    if let (Some(odd), Some(place)) = (names.iter().find(|name| name.trim() != *name), &place) {
        let message = format!(
            "XMPP_MUC_MODULES has a blank beside {}: Prosody finds no such module",
            quoted(odd.trim())
        );
        variables.remarks.push(
            Remark::warning("blank-in-list", place, message)
                .hint("write the names with commas alone"),
        );
    }
    if let Some(place) = &place {
        let names = names.iter().filter(|name| name.trim() == *name);
        let names = names.map(|name| (name.as_str(), place));
        variables.remarks.extend(room_modules::unknown(names));
    }
    let has = |name: &str| place.clone().filter(|_| names.iter().any(|found| found == name));
    let plugins = RolePlugins {
        affiliation: has("token_affiliation").or_else(|| has("token_affiliation_legacy")),
        moderation: has("token_moderation"),
        allowners: has("muc_allowners"),
        wait_for_host: has("muc_wait_for_host").filter(|_| no_owners.value() != Some(&true)),
        unknown: match &modules {
            Known::Unknown(place) => Some(place.clone()),
            _ => None,
        },
    };
    (plugins, has("token_no_wildcard").is_none())
}

/// Whether the room claim is checked. Another module than the usual one may or may not do it.
fn room(variables: &mut Variables<'_>) -> Option<bool> {
    let breakout = variables.list("XMPP_BREAKOUT_MUC_MODULES");
    if let Known::Is(Placed { value, place }) = &breakout
        && value.iter().any(|name| name == VERIFICATION)
    {
        let message = "token_verification is on the component with breakout rooms: nobody gets into them, whatever their token says";
        variables.remarks.push(
            Remark::warning("breakout-closed", place, message)
                .hint("take it out of XMPP_BREAKOUT_MUC_MODULES"),
        );
    }
    match variables.text("JWT_TOKEN_AUTH_MODULE") {
        Known::Unset => Some(true),
        Known::Is(Placed { value, .. }) if value == VERIFICATION => Some(true),
        Known::Is(Placed { value, place }) => {
            let message = format!(
                "the module {} checks rooms in place of {VERIFICATION}: meetmint does not know what it accepts",
                quoted(&value)
            );
            variables.remarks.push(Remark::warning("other-module", &place, message));
            None
        }
        Known::Unknown(_) => None,
    }
}

/// `PUBLIC_URL` as an address: the images accept it without `https://`, and with a slash at the end.
fn address(url: &str) -> String {
    let (scheme, rest) = url.trim().split_once("://").unwrap_or(("https", url.trim()));
    format!("{scheme}://{}", rest.trim_end_matches('/'))
}
