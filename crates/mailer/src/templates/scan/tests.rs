//! Names and their places.

use super::*;

#[test]
fn what_a_template_names_is_found_with_its_place() {
    #[track_caller]
    fn case(source: &str, expected: &[&str]) {
        let scan = Scan::of(source);
        let mut found: Vec<String> = scan.names.iter().map(|name| told(source, name)).collect();
        found.extend(scan.locals.iter().map(|local| format!("local {local}")));
        assert_eq!(found, expected);
    }
    #[track_caller]
    fn told(source: &str, name: &Name<'_>) -> String {
        let (place, told) = match &name.what {
            What::Variable { path, guarded } => {
                let sign = if *guarded { "?" } else { "" };
                (path[0], format!("{}{sign}", path.join(".")))
            }
            What::Filter(name) => (*name, format!("|{name}")),
            What::Test(name) => (*name, format!("is {name}")),
            What::Function(name) => (*name, format!("{name}()")),
            What::File(name) => (*name, format!("file {name}")),
        };
        let there = source[name.at..].trim_start_matches(['"', '\'']);
        assert!(there.starts_with(place), "{told} is not at {}", name.at);
        told
    }

    case("Hello {name} {{ name }}, {{- start.own.date -}}", &["name", "start.own.date"]);
    case("{# {{ a }} #}{{ b }}", &["b"]);
    case("{% raw %}{{ a }}{% endraw %}{{ b }}", &["b"]);
    case("{{ \"}} a\" ~ 'it\\'s' ~ c }}", &["c"]);
    case(
        "{% if a == 1.5 and not b is defined %}{% elif c %}{% else %}{% endif %}",
        &["a", "b?", "is defined", "c"],
    );
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
    case("é{{ é }} {{ a", &["a"]);
    case("{{", &[]);
}
