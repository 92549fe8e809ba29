//! docs/templates.md has every variable of templates, and its examples are what messages really contain.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use syn::{Expr, ExprLit, Item, Lit};

use super::page::read;
use crate::support::{Folder, mime_part, repository_path};

/// Depends on today.
const OF_TODAY: &str = "soon";

/// The year of the page, and one with the same days of the week in which the meeting is not over.
const YEARS: [&str; 2] = ["2027", "2038"];

/// The variables in the documentation of the mailer.
fn in_sources() -> BTreeSet<String> {
    let path = repository_path("crates/mailer/src/variables/list.rs");
    let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
    let list = file.items.into_iter().find_map(|item| match item {
        Item::Const(it) if it.ident == "VARIABLES" => Some(it.expr),
        _ => None,
    });
    let Some(Expr::Reference(list)) = list.map(|list| *list) else { panic!("no VARIABLES") };
    let Expr::Array(list) = *list.expr else { panic!("VARIABLES is no array") };
    let name = |element: &Expr| match element {
        Expr::Tuple(pair) => match &pair.elems[0] {
            Expr::Lit(ExprLit { lit: Lit::Str(name), .. }) => name.value(),
            _ => panic!("a name is no text"),
        },
        _ => panic!("VARIABLES has something else than pairs"),
    };
    list.elems.iter().map(name).collect()
}

/// The variables on the page, each with its example; empty where there is none.
fn on_page() -> BTreeMap<String, String> {
    let page = read("docs/templates.md");
    let (_, tables) = page.split_once("## Variables").unwrap();
    let mut found = BTreeMap::new();
    for line in tables.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches(['|', ' ']).split(" | ").collect();
        let example = cells.get(2).copied().unwrap_or_default().trim_matches(['|', ' ', '`']);
        for name in cells[0].split('`').skip(1).step_by(2) {
            assert!(
                found.insert(name.to_owned(), example.to_owned()).is_none(),
                "{name} is there twice"
            );
        }
    }
    found
}

#[test]
fn the_page_has_every_variable_and_no_other() {
    let on_page: BTreeSet<String> = on_page().into_keys().collect();
    assert_eq!(on_page, in_sources());
}

/// The values that a message shows: a line `name=value` for each.
fn values(message: &str) -> BTreeMap<String, String> {
    let text = mime_part(message, "text/plain");
    let lines = text.lines().filter_map(|line| line.trim_end().split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What a person is sent: an invitation, an update, a reminder and a cancellation.
fn sent(person: &str, template: &str) -> Vec<BTreeMap<String, String>> {
    let folder = Folder::meeting(&format!("email,name,role,zone\n{person}"));
    folder.edit_meeting("Town hall", "Autumn meeting");
    folder.edit_meeting("\"town-hall\"", "\"autumn-town-hall\"");
    folder.edit_meeting("2031-03-11 14:00", "2038-03-10 14:00");
    folder.edit_meeting("[mail]", "[mail]\ntemplates = \"templates\"");
    for kind in ["invite", "update", "remind"] {
        folder.write(&format!("templates/{kind}.txt"), template);
    }
    // A cancellation must not show the link.
    let without = template.replace("{{ link }}", "").replace("{% if link %}", "{% if back_on %}");
    folder.write("templates/cancel.txt", without);
    folder.run(["send", "-q"]).exits(0);
    folder.edit_meeting("Autumn meeting", "Autumn town hall");
    folder.edit_meeting("2038-03-10", "2038-03-11");
    for command in ["send", "remind", "cancel"] {
        folder.run([command, "-q"]).exits(0);
    }
    let names = folder.file_names("outbox");
    assert_eq!(names.len(), 4, "{names:?}");
    names.iter().map(|name| values(&folder.read(&format!("outbox/{name}")))).collect()
}

#[test]
fn the_examples_are_what_messages_contain() {
    let examples: BTreeMap<String, String> = on_page()
        .into_iter()
        .filter(|(name, example)| !example.is_empty() && name != OF_TODAY)
        .map(|(name, example)| (name, example.replace(YEARS[0], YEARS[1])))
        .collect();
    assert!(examples.len() > 50, "{} examples", examples.len());
    let mut template = "{{ link }}\n".to_owned();
    for name in examples.keys() {
        // A field of nothing is an error.
        let whole = name.strip_prefix("start.own.").map_or(name.as_str(), |_| "start.own");
        writeln!(
            template,
            "{{% if {whole} %}}{name}={{{{ {name} }}}}{{% else %}}{name}=false{{% endif %}}"
        )
        .unwrap();
    }
    let mut messages = sent("ada@example.org,Ada Lovelace,moderator,\n", &template);
    messages.extend(sent("bob@example.org,Bob,,America/New_York\n", &template));
    for (name, example) in examples {
        let is_it = |value: &String| match example.strip_suffix('…') {
            Some(begin) => value.starts_with(begin),
            None => *value == example,
        };
        let shown: BTreeSet<_> = messages.iter().filter_map(|message| message.get(&name)).collect();
        assert!(
            shown.iter().any(|value| is_it(value)),
            "`{name}` is not `{example}`, but {shown:?}"
        );
    }
}
