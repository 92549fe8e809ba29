//! Jicofo's settings: who becomes a moderator, apart from modules of Prosody.

mod hocon;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::known::Known;
use crate::place::{Place, Placed, Position};
use crate::remark::{Refused, Remark, unreadable};
use hocon::Hocon;

/// What Jicofo's files say.
#[derive(Debug)]
pub(crate) struct Jicofo {
    /// Whether there is a file of Jicofo.
    pub(crate) is_given: bool,
    /// `jicofo.conference.enable-auto-owner`.
    pub(crate) auto_owner: Known<bool>,
    /// `jicofo.authentication.enabled`.
    pub(crate) authentication: Known<bool>,
    pub(crate) remarks: Vec<Remark>,
}

impl Jicofo {
    /// No file yet.
    pub(crate) fn new() -> Jicofo {
        Jicofo {
            is_given: false,
            auto_owner: Known::Unset,
            authentication: Known::Unset,
            remarks: Vec::new(),
        }
    }

    /// Adds a `jicofo.conf`.
    ///
    /// # Errors
    /// If it is not HOCON.
    pub(crate) fn add(&mut self, file: &Arc<str>, text: &str) -> Result<(), Refused> {
        let read = hocon::read(text).map_err(|error| {
            let place = Place::new(file, error.at);
            let hint = unreadable("Jicofo", text, error.at);
            Refused::at("not-hocon", &place, format!("not HOCON: {}", error.what), hint)
        })?;
        self.is_given = true;
        for include in &read.includes {
            let message = "another file is included here, and meetmint does not follow it";
            self.remarks.push(Remark::note("include", &Place::new(file, *include), message).hint(
                "if it changes jicofo.conference or jicofo.authentication, give that file as well",
            ));
        }
        let values = &read.values;
        let auto_owner = ["jicofo", "conference", "enable-auto-owner"];
        self.auto_owner = self.switch(file, values, &auto_owner, self.auto_owner.clone());
        let enabled = ["jicofo", "authentication", "enabled"];
        self.authentication = self.switch(file, values, &enabled, self.authentication.clone());
        Ok(())
    }

    /// Adds a `sip-communicator.properties`, which Jicofo read before it had a `jicofo.conf`.
    pub(crate) fn add_properties(&mut self, file: &Arc<str>, text: &str) {
        self.is_given = true;
        for (number, line) in text.lines().enumerate() {
            let Some((name, value)) = line.split_once('=') else { continue };
            let at = Position { line: number + 1, column: 1 };
            let place = Place::new(file, at);
            match name.trim() {
                "org.jitsi.jicofo.auth.URL" => {
                    let value = !value.trim().is_empty();
                    self.authentication = Known::Is(Placed { value, place });
                }
                "org.jitsi.jicofo.DISABLE_AUTO_OWNER" => {
                    let value = !value.trim().eq_ignore_ascii_case("true");
                    self.auto_owner = Known::Is(Placed { value, place });
                }
                _ => {}
            }
        }
    }

    fn switch(
        &mut self,
        file: &Arc<str>,
        values: &BTreeMap<Vec<String>, (Hocon, Position)>,
        path: &[&str],
        before: Known<bool>,
    ) -> Known<bool> {
        let path: Vec<String> = path.iter().map(|part| (*part).to_owned()).collect();
        let Some((value, at)) = values.get(&path) else { return before };
        let place = Place::new(file, *at);
        let value = match value {
            Hocon::Text(text) => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Some(true),
                "false" | "no" | "off" => Some(false),
                _ => None,
            },
            Hocon::Unknown => None,
        };
        match value {
            Some(value) => Known::Is(Placed { value, place }),
            None => {
                let message = format!(
                    "`{}` cannot be read from this line: it is not written as true or false",
                    path.join(".")
                );
                self.remarks.push(
                    Remark::warning("not-literal", &place, message)
                        .hint("who is a moderator depends on it: look up its value on the server"),
                );
                Known::Unknown(place)
            }
        }
    }
}
