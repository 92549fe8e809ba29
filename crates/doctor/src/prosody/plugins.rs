//! Which modules a host or a component loads.

use std::collections::BTreeSet;

use super::config::{Config, Host};
use crate::lua::Value;
use crate::place::Place;

/// The modules of a host, and whether these are all.
#[derive(Default)]
pub(super) struct Modules {
    loaded: Vec<(String, Place)>,
    /// Where a module is taken away that the list has.
    disabled: Vec<(String, Place)>,
    /// Where something in the list is not written as it is.
    pub(super) unknown: Option<Place>,
}

impl Modules {
    /// What a host or component loads. A component does not load the global modules (Prosody's `modulemanager`).
    pub(super) fn of(config: &Config, host: &Host) -> Modules {
        let mut modules = Modules::default();
        let is_component = host.module.is_some();
        let global = |name| config.global(name).filter(|_| !is_component);
        for enabled in
            [global("modules_enabled"), host.own("modules_enabled")].into_iter().flatten()
        {
            modules.add(&enabled.value, &enabled.place);
        }
        for disabled in
            [global("modules_disabled"), host.own("modules_disabled")].into_iter().flatten()
        {
            let mut off = Modules::default();
            off.add(&disabled.value, &disabled.place);
            let names: BTreeSet<&str> = off.iter().map(|(name, _)| name).collect();
            modules.loaded.retain(|(name, _)| !names.contains(name.as_str()));
            modules.unknown = modules.unknown.or(off.unknown);
            modules.disabled.extend(off.loaded);
        }
        modules
    }

    fn add(&mut self, value: &Value, place: &Place) {
        match value {
            Value::Table(entries) => {
                for entry in entries.iter().filter(|entry| entry.key.is_none()) {
                    let (line, column) = (entry.at.line, entry.at.column);
                    self.add_one(&entry.value, &Place { line, column, ..place.clone() });
                }
            }
            value => self.add_one(value, place),
        }
    }

    fn add_one(&mut self, value: &Value, place: &Place) {
        match value.text().map(String::from_utf8) {
            Some(Ok(name)) => self.loaded.push((name, place.clone())),
            _ => self.unknown = Some(place.clone()),
        }
    }

    /// Where a module is named; `None` if it is not loaded.
    pub(super) fn place(&self, name: &str) -> Option<&Place> {
        self.loaded.iter().find(|(loaded, _)| loaded == name).map(|(_, place)| place)
    }

    /// Where a module is taken away.
    pub(super) fn taken_away(&self, name: &str) -> Option<&Place> {
        self.disabled.iter().find(|(off, _)| off == name).map(|(_, place)| place)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.loaded.iter().map(|(name, place)| (name.as_str(), place))
    }
}
