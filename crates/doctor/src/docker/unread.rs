//! Variables that go into Prosody's configuration as they are, or into another part of it than people expect.

use meetmint_core::quoted;

use super::variables::Variables;
use crate::known::Known;
use crate::place::Placed;
use crate::prosody::OF_HOST;
use crate::remark::Remark;
use crate::room_modules;

/// Lines of Prosody's configuration.
const LINES: [&str; 3] = ["GLOBAL_CONFIG", "XMPP_CONFIGURATION", "XMPP_MUC_CONFIGURATION"];

/// Modules that are not loaded for rooms.
const OTHER_MODULES: [&str; 2] = ["GLOBAL_MODULES", "XMPP_MODULES"];

/// Options that change what is read from the other variables, besides [`OF_HOST`].
const OTHERS: [&str; 6] = [
    "asap_require_room_claim",
    "modules_disabled",
    "modules_enabled",
    "muc_mapper_domain_base",
    "muc_mapper_domain_prefix",
    "wait_for_host_disable_auto_owners",
];

/// Names options that are set where meetmint does not read them.
pub(super) fn options(variables: &mut Variables<'_>) {
    for name in LINES {
        let Known::Is(Placed { value, place }) = variables.text(name) else { continue };
        // The images make lines of these two characters.
        let value = value.replace("\\n", "\n");
        let words = || value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_set = |option: &&&str| words().any(|word| word == **option);
        let set: Vec<String> =
            OF_HOST.iter().chain(&OTHERS).filter(is_set).map(|option| quoted(option)).collect();
        if set.is_empty() {
            continue;
        }
        let message = format!("{name} sets {}, which meetmint does not read there", set.join(", "));
        variables.remarks.push(Remark::warning("options-elsewhere", &place, message).hint(
            "give Prosody's own files instead of the .env: docker compose exec -T prosody cat /config/prosody.cfg.lua /config/conf.d/jitsi-meet.cfg.lua",
        ));
    }
}

/// Names modules of rooms that are loaded elsewhere.
pub(super) fn modules(variables: &mut Variables<'_>) {
    for name in OTHER_MODULES {
        let Known::Is(Placed { value, place }) = variables.list(name) else { continue };
        for module in value.iter().filter(|module| room_modules::KNOWN.contains(&module.trim())) {
            let message = format!(
                "{} has no effect in {name}: it belongs to the rooms",
                quoted(module.trim())
            );
            variables.remarks.push(
                Remark::warning("no-effect", &place, message).hint("move it to XMPP_MUC_MODULES"),
            );
        }
    }
}
