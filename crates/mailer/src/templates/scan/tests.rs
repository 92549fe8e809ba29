//! Names and their positions.

use super::*;

#[test]
fn every_name_is_found_at_its_position() {
    #[track_caller]
    fn case(source: &str, expected: &[&str]) {
        let scan = Scan::of(source);
        let mut found: Vec<String> =
            scan.names.iter().map(|name| described(source, name)).collect();
        found.extend(scan.locals.iter().map(|local| format!("local {local}")));
        assert_eq!(found, expected);
    }
    #[track_caller]
    fn described(source: &str, name: &Name<'_>) -> String {
        let (word, description) = match &name.kind {
            NameKind::Variable { path, may_be_absent } => {
                let sign = if *may_be_absent { "?" } else { "" };
                (path[0], format!("{}{sign}", path.join(".")))
            }
            NameKind::Filter(name) => (*name, format!("|{name}")),
            NameKind::Test(name) => (*name, format!("is {name}")),
            NameKind::Function(name) => (*name, format!("{name}()")),
            NameKind::File(name) => (*name, format!("file {name}")),
        };
        let found = source[name.at..].trim_start_matches(['"', '\'']);
        assert!(found.starts_with(word), "{description} is not at {}", name.at);
        description
    }

    case("Hello {name} {{ name }}, {{- start.own.date -}}", &["name", "start.own.date"]);
    // In comments, and between `raw` and `endraw`, tera reads no names.
    case("{# {{ a }} #}{{ b }}", &["b"]);
    case("{% raw %}{{ a }}{% endraw %}{{ b }}", &["b"]);
    case("{{ \"}} a\" ~ 'it\\'s' ~ c }}", &["c"]);
    case(
        "{% if a == 1.5 and not b is defined %}{% elif c %}{% else %}{% endif %}",
        &["a", "b?", "is defined", "c"],
    );
    // `value` is the name of an argument; `b` is a variable.
    case("{{ a | default(value=b) | upper }}", &["a?", "|default", "b", "|upper"]);
    case(
        "{% for k, v in extra %}{{ loop.index }}{{ v }}{% endfor %}",
        &["extra", "loop.index", "v", "local k", "local v"],
    );
    case(
        "{% set x = range(end=3) %}{{ extra[\"a b\"] }}{{ extra?.c }}",
        &["range()", "extra.a b", "extra.c?", "local x"],
    );
    case("{% include \"a.txt\" %}{% extends 'b.txt' %}", &["file a.txt", "file b.txt"]);
    case("{% filter upper %}{{ {\"a\": {\"b\": c}} }}{% endfilter %}", &["|upper", "c"]);
    case("{{ a if b else c }}{{ [x for x in d] }}", &["a", "b", "c", "x", "d", "local x"]);
    case(
        "{% block main %}{% component Box(width, label=\"x\") %}{% endblock %}",
        &["local label", "local width"],
    );
    // Not valid for tera, which has parsed every template before: the scan must only not panic.
    case("é{{ é }} {{ a", &["a"]);
    case("{{", &[]);
}
