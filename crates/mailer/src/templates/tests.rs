//! Folders of templates, and everything that can be wrong with them.

use std::{fs, io};

use tempfile::TempDir;

use super::*;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[track_caller]
fn case(files: &[(&str, &str)], expected: &[&str]) {
    let folder = folder(files);
    let templates = Templates::from_folder(folder.path()).unwrap();
    let columns = ["seat".to_owned(), "dish".to_owned()];
    let found = templates.check(Some(&columns), "meet.example.org").into_iter().map(|problem| {
        let hint = problem.hint.as_deref().map(|hint| format!(" | {hint}")).unwrap_or_default();
        format!("{problem}{hint}")
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

const ALL: &str = "`title`, `room`, `name`, `greeting`, `email`, `id`, `role`, `moderator`, `organizing`, `back_on`, \
                   `reason`, `language`, `link`, `address`, `start`, `end`, `opens`, `closes`, `when`, `link_works`, \
                   `when_there`, `soon`, `duration`, `message`, `organizer`, `contact`, `kind`, `before`, `changed`, `new_link`, \
                   `practice`, `rehearsal`, `extra`";

#[test]
fn the_built_in_templates_have_no_problem() {
    assert_eq!(Templates::built_in().check(Some(&[]), "meet.example.org"), []);
    case(&[], &[]);
    case(&Templates::built_in_files().collect::<Vec<_>>(), &[]);
}

#[test]
fn a_file_in_the_folder_replaces_the_built_in_template() {
    let files = [
        (
            "invite.txt",
            // As editors on Windows save files: with a byte order mark and CRLF. A lone CR is a line end, too.
            "\u{feff}{% include \"foot.txt\" %}\r\n{{ name }}\r{{ link }} {{ extra.seat }}",
        ),
        ("foot.txt", "<{{ organizer.name }}>"),
        ("logo.png", "\u{0}"),
        // Not a template by its name, so it is not parsed.
        ("README.md", "{{"),
    ];
    case(&files, &[]);
    let folder = folder(&files);
    let templates = Templates::from_folder(folder.path()).unwrap();
    let columns = ["seat".to_owned()];
    let sample = crate::variables::Variables::sample(MessageKind::Invite, "L", &columns, true);
    let rendered = templates.render_all(MessageKind::Invite, &sample.context()).unwrap();
    assert_eq!(rendered.text, "<Events team>\nAda Lovelace\nL a cell");
    assert!(rendered.html.starts_with("<!DOCTYPE html>"));
}

#[test]
fn values_are_escaped_in_html_and_nowhere_else() {
    let everywhere = "{{ name }} {% include \"part.txt\" %}{% include \"part.html\" %}";
    let folder = folder(&[
        ("invite.subject", everywhere),
        ("invite.txt", everywhere),
        ("invite.html", everywhere),
        ("part.txt", "{{ name }}"),
        ("part.html", "{{ name }}"),
    ]);
    let templates = Templates::from_folder(folder.path()).unwrap();
    let values = tera::context! { name => "<\"&'>" };
    let rendered = templates.render_all(MessageKind::Invite, &values).unwrap();
    assert_eq!(rendered.subject, "<\"&'> <\"&'><\"&'>");
    assert_eq!(rendered.text, "<\"&'> <\"&'><\"&'>");
    let escaped = "&lt;&quot;&amp;&#39;&gt;";
    assert_eq!(rendered.html, format!("{escaped} {escaped}{escaped}"));
}

#[test]
fn all_problems_are_reported_at_once_with_their_positions() {
    let seat = "did you mean `seat`? Available: `dish`, `seat`";
    let moment = "available: `date`, `short_date`, `time`, `zone`, `abbreviation`, `utc`, `own`, `local`, `iso`";
    case(
        &[
            ("invite.subject", "{{ tilte }}"),
            (
                "invite.txt",
                "{{ link }}\n{% if typo %}x{% endif %}{{ start.dte }}{{ extra.saet }}\n{{ end.xyzzy }}",
            ),
            ("invite.html", "é {{ link\n"),
            (
                "part.txt",
                "{% include \"inviet.txt\" %}{{ name | uper }}{% if 1 is oddd %}{% endif %}{{ rang(end=1) }}",
            ),
        ],
        &[
            "invite.html:1:10: unexpected end of input",
            &format!(
                "invite.subject:1:4: there is no variable `tilte` | did you mean `title`? Available: {ALL}"
            ),
            // Too different from every variable for a suggestion.
            &format!("invite.txt:2:7: there is no variable `typo` | available: {ALL}"),
            "invite.txt:2:29: `start` has no field `dte` | did you mean `date`? Available: `date`, `short_date`, \
             `time`, `zone`, `abbreviation`, `utc`, `own`, `local`, `iso`",
            &format!("invite.txt:2:44: the roster has no column for `extra.saet` | {seat}"),
            &format!("invite.txt:3:4: `end` has no field `xyzzy` | {moment}"),
            // `part.txt` is checked although nothing includes it.
            "part.txt:1:12: there is no template `inviet.txt` | did you mean `invite.txt`?",
            "part.txt:1:37: there is no filter `uper` | did you mean `upper`?",
            "part.txt:1:55: there is no test `oddd` | did you mean `odd`?",
            "part.txt:1:76: there is no function `rang` | did you mean `range`?",
        ],
    );
}

#[test]
fn a_value_that_may_be_absent_has_to_be_tested() {
    let link = "{{ link }}";
    let fine = "{% if extra.table is defined %}{{ extra.table }}{% endif %}{{ extra.note | default(value=\"\") }}\
                {% if start.own %}{{ start.own.time }}{% endif %}{% for key, cell in extra %}{{ loop.index }}{{ cell }}\
                {% endfor %}{% set day = start.date %}{{ day }}{{ link }}";
    case(&[("invite.txt", fine)], &[]);
    case(
        &[("invite.txt", &format!("{link}{{{{ start.own.time }}}}"))],
        &[
            "invite.txt:1:24: field `time` is not defined | this value can be absent: test for it first, as in \
             `{% if start.own %}`",
        ],
    );
    // A variable that no message has is a mistake, even with a default.
    case(
        &[("invite.txt", &format!("{link}{{{{ nmae | default(value=\"\") }}}}"))],
        &[&format!(
            "invite.txt:1:14: there is no variable `nmae` | did you mean `name`? Available: {ALL}"
        )],
    );
}

#[test]
fn a_missing_or_foreign_link_is_reported() {
    let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQm9iIn0.c2lnbmF0dXJl";
    let folder_with = format!("{{{{ link }}}}\n\nhttps://meet.example.org/x?jwt={token}");
    case(
        &[("invite.txt", &folder_with)],
        &[
            "invite.txt:3: the template contains a personal link, which would be sent to everybody | write \
             `{{ link }}` instead: it stands for each person's own link",
        ],
    );
    case(
        &[("invite.txt", "Hello"), ("invite.subject", "{# none #}\n")],
        &[
            "invite.subject: the subject is empty",
            "invite.txt: the template does not show the person's link | write `{{ link }}` where the link should appear",
        ],
    );
    case(
        &[("invite.html", "{{ link | safe }}")],
        &[
            "invite.html:1:11: `safe` would let HTML in a person's name through | remove it, so that the value is escaped",
        ],
    );
}

#[test]
fn templates_of_every_kind_are_checked() {
    let missing = "the template does not show the person's link | write `{{ link }}` where the link should appear";
    let shown = "the template shows the person's link, but this is a cancellation | remove `{{ link }}`, or put it \
                 inside of `{% if kind != \"cancel\" %}`";
    let files = ["invite", "update", "cancel", "remind"].map(|kind| format!("{kind}.txt"));
    let texts = |text| files.each_ref().map(|file| (file.as_str(), text));
    case(
        &texts("Hello"),
        &[
            &format!("invite.txt: {missing}"),
            &format!("remind.txt: {missing}"),
            &format!("update.txt: {missing}"),
        ],
    );
    // Every kind but a cancellation shows the link.
    case(&texts("{{ link }}"), &[&format!("cancel.txt: {shown}")]);
    case(&texts("{% if kind != \"cancel\" %}{{ link }}{% endif %}"), &[]);
    // An included file is reported for the template that includes it.
    case(&[("when.txt", "{{ link }}")], &[&format!("cancel.txt: {shown}")]);
    case(
        &[("frame.html", "{{ title }}{% block link %}{{ link }}{% endblock %}")],
        &[
            "cancel.html:3:11: block `gist` is not defined in any parent template | `cancel.html` is built in and needs \
             this: add it to your own template, or replace `cancel.html` too",
        ],
    );
    case(
        &[("when.html", "\n{{ star.date }}")],
        &[&format!(
            "when.html:2:4: there is no variable `star` | did you mean `start`? Available: {ALL}"
        )],
    );
    case(
        &[("update.html", "{{ link }}{{ before.titel }}{{ changed.times }}")],
        &[
            "update.html:1:14: `before` has no field `titel` | did you mean `title`? Available: `title`, `room`, \
             `when`, `start`, `end`, `role`, `moderator`, `name`",
            "update.html:1:32: `changed` has no field `times` | did you mean `time`? Available: `title`, `time`, \
             `zone`, `room`, `role`, `name`, `link`",
        ],
    );
    let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQm9iIn0.c2lnbmF0dXJl";
    case(
        &[("cancel.txt", token)],
        &[
            "cancel.txt:1: the template contains a personal link, which would be sent to everybody | remove it: a \
             cancellation contains no link",
        ],
    );
}

#[test]
fn a_problem_between_two_files_has_a_position() {
    case(
        &[("invite.txt", "{{ link }}\n{{ <Box /> }}")],
        &["invite.txt:2:4: unknown component `Box`"],
    );
    let files = [
        ("base.txt", "{% block body %}{% endblock %}"),
        ("invite.txt", "{% extends \"base.txt\" %}{% block bdy %}{{ link }}{% endblock %}"),
    ];
    case(&files, &["invite.txt:1:34: block `bdy` is not defined in any parent template"]);
}

#[test]
fn a_misspelled_file_name_is_reported() {
    let unused = "no message uses a file with this name | did you mean";
    case(
        &[
            ("invite.htm", ""),
            ("invit.txt", ""),
            ("Invite.html", ""),
            ("invite.subject.txt", ""),
            ("other.txt", ""),
            ("cancle.html", ""),
            ("update.text", ""),
            ("reminder.txt", ""),
            ("Remind.subject", ""),
            ("frames.html", ""),
        ],
        &[
            &format!("Invite.html: {unused} `invite.html`?"),
            &format!("Remind.subject: {unused} `remind.subject`?"),
            &format!("cancle.html: {unused} `cancel.html`?"),
            &format!("frames.html: {unused} `frame.html`?"),
            &format!("invit.txt: {unused} `invite.txt`?"),
            &format!("invite.htm: {unused} `invite.html`?"),
            &format!("invite.subject.txt: {unused} `invite.subject`?"),
            &format!("reminder.txt: {unused} `remind.txt`?"),
            &format!("update.text: {unused} `update.txt`?"),
        ],
    );
    // Almost the name of a template, but used.
    case(&[("invite2.txt", "{{ link }}"), ("invite.txt", "{% include \"invite2.txt\" %}")], &[]);
}

#[test]
fn a_file_that_is_not_utf8_is_reported() {
    let folder = folder(&[]);
    fs::write(folder.path().join("invite.txt"), b"Gr\n\xfc\xdfe").unwrap();
    let templates = Templates::from_folder(folder.path()).unwrap();
    let found: Vec<String> =
        templates.check(Some(&[]), "meet.example.org").iter().map(ToString::to_string).collect();
    assert_eq!(found, ["invite.txt:2:1: invalid UTF-8"]);
}

#[test]
fn templates_that_do_not_fit_together_cannot_be_rendered() {
    let folder = folder(&[("invite.txt", "{% include \"invite.txt\" %}")]);
    let templates = Templates::from_folder(folder.path()).unwrap();
    let problem = templates.check(Some(&[]), "meet.example.org").remove(0);
    // The rest is tera's wording.
    assert!(problem.message.starts_with("circular include"), "{problem}");
    let sample = crate::variables::Variables::sample(MessageKind::Invite, "L", &[], true);
    let error = templates.render_all(MessageKind::Invite, &sample.context()).err().unwrap();
    assert_eq!(error, RenderError(problem));
}

#[test]
fn an_absent_folder_is_named() {
    let error = Templates::from_folder(Path::new("/nowhere/templates")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the templates `/nowhere/templates`");
    assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
}
