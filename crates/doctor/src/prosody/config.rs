//! All files together: the global options, and those of every host and component.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use meetmint_core::quoted;

use crate::lua::{Directive, Entry, Statement, Statements, Unknown, Value};
use crate::place::{Place, Placed};
use crate::remark::Remark;

/// A configuration in which every option can be looked up.
#[derive(Debug, Default)]
pub(crate) struct Config {
    global: Vec<Setting>,
    hosts: Vec<Host>,
    /// The files that were read.
    files: Vec<Arc<str>>,
    /// The hosts by their names.
    by_name: BTreeMap<String, usize>,
    /// Files that it includes: they may say more.
    pub(super) includes: Vec<Placed<String>>,
    /// Parts that only running them would tell.
    programs: Vec<Place>,
    pub(super) remarks: Vec<Remark>,
}

/// A VirtualHost or a component.
#[derive(Debug)]
pub(crate) struct Host {
    /// In lower case, as Prosody compares names.
    pub(super) name: String,
    /// The module of a component; `None` for a VirtualHost.
    pub(super) module: Option<String>,
    /// Where it is declared first.
    pub(super) place: Place,
    settings: Vec<Setting>,
}

/// An option that is set.
#[derive(Debug)]
struct Setting {
    name: String,
    value: Placed<Value>,
}

/// What statements belong to.
#[derive(Clone, Copy)]
enum Scope {
    Global,
    Host(usize),
    /// A host whose name is not known.
    Unknown,
}

impl Config {
    /// Adds what a file says to what the files before it say.
    pub(crate) fn add(&mut self, file: &Arc<str>, statements: Statements) {
        self.files.push(Arc::clone(file));
        let mut scope = Scope::Global;
        let first_of_file = self.hosts.len();
        let mut again: BTreeSet<usize> = BTreeSet::new();
        for statement in statements {
            match statement {
                Statement::Option { name, value, at } => {
                    let value = Placed { value, place: Place::new(file, at) };
                    self.set(scope, name, value);
                }
                Statement::Program { at } => {
                    self.programs.push(Place::new(file, at));
                }
                Statement::Directive { directive, arguments, at } => {
                    let place = Place::new(file, at);
                    if directive == Directive::Include {
                        let text = arguments.first().and_then(Value::text).unwrap_or_default();
                        let value = String::from_utf8_lossy(&text).into_owned();
                        self.includes.push(Placed { value, place });
                        continue;
                    }
                    let host = self.host(directive, &arguments, &place);
                    if let Scope::Host(index) = host
                        && index < first_of_file
                        && again.insert(index)
                    {
                        self.remarks.push(also_there(&self.hosts[index], &place));
                    }
                    scope = self.table(host, &place, arguments);
                }
            }
        }
    }

    /// The host that a directive declares, or declares once more.
    fn host(&mut self, directive: Directive, arguments: &[Value], place: &Place) -> Scope {
        let Some(name) = arguments.first().and_then(Value::text) else {
            let message =
                "the name of this host is not written as it is, so what is set here is not read";
            self.remarks.push(Remark::warning("unknown-host", place, message));
            return Scope::Unknown;
        };
        let name = String::from_utf8_lossy(&name).to_lowercase();
        let module = (directive == Directive::Component).then(|| {
            let module = arguments.get(1).and_then(Value::text).unwrap_or_default();
            String::from_utf8_lossy(&module).into_owned()
        });
        if let Some(&index) = self.by_name.get(&name) {
            let host = &mut self.hosts[index];
            // Prosody keeps the module that is named last.
            if module.as_ref().is_some_and(|module| !module.is_empty()) {
                host.module = module;
            }
            return Scope::Host(index);
        }
        self.by_name.insert(name.clone(), self.hosts.len());
        self.hosts.push(Host { name, module, place: place.clone(), settings: Vec::new() });
        Scope::Host(self.hosts.len() - 1)
    }

    /// Reads the tables of a directive, and says what follows it: after a table, the global part goes on.
    fn table(&mut self, host: Scope, place: &Place, arguments: Vec<Value>) -> Scope {
        let mut scope = host;
        for argument in arguments.into_iter().skip(1) {
            let Value::Table(entries) = argument else { continue };
            for Entry { key, value, at } in entries {
                let Some(key) = key else { continue };
                let name = String::from_utf8_lossy(&key).into_owned();
                let place = Place { line: at.line, column: at.column, ..place.clone() };
                self.set(host, name, Placed { value, place });
            }
            scope = Scope::Global;
        }
        scope
    }

    fn set(&mut self, scope: Scope, name: String, value: Placed<Value>) {
        let setting = Setting { name, value };
        match scope {
            Scope::Global => self.global.push(setting),
            Scope::Host(index) => self.hosts[index].settings.push(setting),
            Scope::Unknown => {}
        }
    }

    /// What is to be said of the files as such.
    pub(super) fn own_remarks(&self) -> Vec<Remark> {
        let mut remarks = self.remarks.clone();
        if let Some(first) = self.programs.first() {
            let more = match self.programs.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let message = format!("this part{more} is a program, which meetmint does not run");
            remarks.push(
                Remark::note("program", first, message)
                    .hint("check by hand that it changes nothing about tokens"),
            );
        }
        remarks
    }

    /// Whether a file that is included is among those that were read: by its name, in which `*` stands for anything.
    pub(super) fn is_given(&self, pattern: &str) -> bool {
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let pattern = name(pattern);
        self.files.iter().any(|file| {
            let file = name(file);
            match pattern.split_once('*') {
                Some((begin, end)) => {
                    file.len() >= begin.len() + end.len()
                        && file.starts_with(begin)
                        && file.ends_with(end)
                }
                None => file == pattern,
            }
        })
    }

    /// Every VirtualHost that is on.
    pub(super) fn virtual_hosts(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(|host| host.module.is_none() && self.switched_off(host).is_none())
    }

    /// Every VirtualHost that is off.
    pub(super) fn disabled_hosts(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(|host| host.module.is_none() && self.switched_off(host).is_some())
    }

    /// All components that are on.
    pub(super) fn components(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(|host| host.module.is_some() && self.switched_off(host).is_none())
    }

    /// Where `enabled = false` stands, with which Prosody loads neither a host nor a component.
    pub(super) fn switched_off<'c>(&'c self, host: &'c Host) -> Option<&'c Place> {
        let enabled = self.option(host, "enabled")?;
        (enabled.value == Value::Bool(false)).then_some(&enabled.place)
    }

    /// What an option comes to for a host: its own value, or else the global one.
    pub(super) fn option<'c>(&'c self, host: &'c Host, name: &str) -> Option<&'c Placed<Value>> {
        host.own(name).or_else(|| self.global(name))
    }

    /// What an option comes to under a name, whether there is such a host or not.
    pub(super) fn option_of(&self, host: &str, name: &str) -> Option<&Placed<Value>> {
        let host = self.by_name.get(host).map(|index| &self.hosts[*index]);
        host.and_then(|host| host.own(name)).or_else(|| self.global(name))
    }

    /// A global option.
    pub(super) fn global(&self, name: &str) -> Option<&Placed<Value>> {
        last(&self.global, name)
    }

    /// Every earlier value of an option that does not count, because it is set again.
    pub(super) fn overridden<'c>(
        &'c self,
        host: &'c Host,
        name: &'c str,
    ) -> impl Iterator<Item = &'c Place> {
        let counts = self.option(host, name).map(|value| &value.place);
        // Above it in the same scope. That a host has another value than the global part is how it is meant.
        let scope = if host.own(name).is_some() { &host.settings } else { &self.global };
        let places =
            scope.iter().filter(move |setting| setting.name == name).map(|set| &set.value.place);
        places.filter(move |place| Some(*place) != counts)
    }
}

impl Host {
    /// Its name, in lower case.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the host itself sets.
    pub(super) fn own(&self, name: &str) -> Option<&Placed<Value>> {
        last(&self.settings, name)
    }

    /// Whether it is a component with this module.
    pub(super) fn is(&self, module: &str) -> bool {
        self.module.as_deref() == Some(module)
    }
}

/// The value that counts: the last one. `nil` unsets an option.
fn last<'s>(settings: &'s [Setting], name: &str) -> Option<&'s Placed<Value>> {
    let setting = settings.iter().rev().find(|setting| setting.name == name)?;
    Some(&setting.value).filter(|value| value.value != Value::Nil)
}

/// The remark that a host is declared in two files.
fn also_there(host: &Host, place: &Place) -> Remark {
    let message = format!(
        "{} is also declared in {}: of each option, the value that is read last counts",
        quoted(&host.name),
        host.place
    );
    Remark::note("host-twice", place, message)
        .hint("name the files in the order in which the server reads them")
}

/// Why a value is not known, or that it is of the wrong type.
pub(super) fn why(value: &Value) -> String {
    match value {
        Value::Unknown(Unknown::Environment { .. }) => {
            format!("{}, which meetmint does not know", unknown(value))
        }
        _ => unknown(value),
    }
}

fn unknown(value: &Value) -> String {
    match value {
        Value::Unknown(unknown) => unknown.to_string(),
        Value::Table(_) => "a table".to_owned(),
        _ => "not of the type that Prosody expects".to_owned(),
    }
}
