//! Variables in the types that the images read them as.

use std::sync::Arc;

use crate::env::{EnvFile, NotKnown};
use crate::known::Known;
use crate::lua;
use crate::place::{Place, Placed, Position};
use crate::remark::{Remark, look_up};

/// Looks up variables, and collects what cannot be read.
pub(super) struct Variables<'e> {
    pub(super) file: &'e Arc<str>,
    pub(super) env: &'e EnvFile,
    pub(super) remarks: Vec<Remark>,
}

impl Variables<'_> {
    pub(super) fn start(&self) -> Place {
        Place::new(self.file, Position::START)
    }

    /// The variables about tokens that are set twice.
    pub(super) fn again(&self) -> Vec<(String, Place)> {
        let is_ours =
            |name: &str| name.starts_with("JWT_") || name.contains("AUTH") || name == "PUBLIC_URL";
        let again = self.env.again.iter().filter(|(name, _)| is_ours(name)).take(10);
        again.map(|(name, at)| (name.clone(), Place::new(self.file, *at))).collect()
    }

    /// A text. The images take an empty one for none.
    pub(super) fn text(&mut self, name: &str) -> Known<String> {
        let Some(value) = self.env.values.get(name) else { return Known::Unset };
        let place = Place::new(self.file, value.at);
        if value.has_default {
            let message = format!(
                "{name} has the default that stands beside a variable, unless the shell's environment sets that variable"
            );
            self.remarks.push(Remark::note("default-of-variable", &place, message));
        }
        match &value.text {
            Ok(text) if text.is_empty() => Known::Unset,
            Ok(text) => Known::Is(Placed { value: text.clone(), place }),
            Err(why) => {
                self.remarks.push(not_read(name, *why, &place));
                Known::Unknown(place)
            }
        }
    }

    /// Whether something is on.
    pub(super) fn switch(&mut self, name: &str) -> Known<bool> {
        self.text(name).map(|text| {
            !matches!(text.to_lowercase().as_str(), "0" | "false" | "no" | "off" | "f" | "n")
        })
    }

    /// A list with commas. The images leave empty items out, and keep blanks.
    pub(super) fn list(&mut self, name: &str) -> Known<Vec<String>> {
        self.text(name).map(|text| {
            let items = text.split(',').filter(|item| !item.is_empty());
            items.map(str::to_owned).collect()
        })
    }

    /// A text that the images put between quotation marks in Prosody's configuration, without changing it: what Lua makes
    /// of it (`jitsi-tokens` facts, §5).
    pub(super) fn pasted(&mut self, name: &str) -> Known<Vec<u8>> {
        let Known::Is(Placed { value, place }) = self.text(name) else {
            return match self.env.values.get(name) {
                Some(value) if value.text.is_err() => {
                    Known::Unknown(Place::new(self.file, value.at))
                }
                _ => Known::Unset,
            };
        };
        let Some(octets) = lua::as_string(value.as_bytes()) else {
            let what = if value.contains('"') {
                "a quotation mark"
            } else if value.contains(['\n', '\r']) {
                "a line break"
            } else {
                "a backslash"
            };
            let message = format!(
                "{name} has {what} in it: Prosody cannot read its configuration then, and does not start"
            );
            let hint = if value.contains("-----BEGIN ") {
                "write the public key on one line, with `\\n` for each line break, or let the server fetch it (JWT_ASAP_KEYSERVER)"
            } else {
                "use letters and digits alone, for example what `openssl rand -hex 32` prints"
            };
            self.remarks.push(Remark::warning("breaks-prosody", &place, message).hint(hint));
            return Known::Unknown(place);
        };
        if octets != value.as_bytes() {
            let message = format!(
                "{name} has a backslash in it, which Prosody reads as an escape: what the server uses differs from what is written here, and meetmint takes what the server uses"
            );
            self.remarks.push(Remark::warning("backslash", &place, message));
        }
        Known::Is(Placed { value: octets, place })
    }
}

/// The remark that a variable is not known.
fn not_read(name: &str, why: NotKnown, place: &Place) -> Remark {
    let (message, hint) = match why {
        NotKnown::Variable => (
            format!(
                "{name} cannot be read from this line: it takes a variable that this file does not set above"
            ),
            look_up(name),
        ),
        NotKnown::Dollar => (
            format!(
                "{name} cannot be read from this line: Docker Compose does not accept a `$` that begins no variable"
            ),
            "write `$$` for a dollar sign, or put the value into single quotation marks",
        ),
        NotKnown::TooLarge => (
            format!("{name} cannot be read from this line: it is too long, or nested too deep"),
            "write the value as it is",
        ),
    };
    Remark::warning("not-literal", place, message).hint(hint)
}
