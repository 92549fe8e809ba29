//! Folders of templates, and everything that can be wrong with them.

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
    let told = templates.check(&columns).into_iter().map(|problem| {
        let hint = problem.hint.as_deref().map(|hint| format!(" | {hint}")).unwrap_or_default();
        format!("{problem}{hint}")
    });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

const ALL: &str = "`title`, `room`, `name`, `email`, `id`, `role`, `moderator`, `organizing`, `language`, `link`, \
                   `address`, `start`, `end`, `opens`, `closes`, `duration`, `organizer`, `kind`, `before`, \
                   `changed`, `practice`, `rehearsal`, `extra`";

#[test]
fn what_ships_is_sound() {
    assert_eq!(Templates::shipped().check(&[]), []);
    case(&[], &[]);
    case(&Templates::shipped_files().collect::<Vec<_>>(), &[]);
}

#[test]
fn a_folder_takes_the_place_of_what_it_has() {
    let files = [
        (
            "invite.txt",
            "\u{feff}{% include \"foot.txt\" %}\r\n{{ name }}\r{{ link }} {{ extra.seat }}",
        ),
        ("foot.txt", "<{{ organizer.name }}>"),
        ("logo.png", "\u{0}"),
        ("README.md", "{{"),
    ];
    case(&files, &[]);
    let folder = folder(&files);
    let templates = Templates::from_folder(folder.path()).unwrap();
    let columns = ["seat".to_owned()];
    let sample = crate::variables::Variables::sample(MessageKind::Invite, "L", &columns, true);
    let rendered = templates.render_all(MessageKind::Invite, &sample).unwrap();
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
    let values = std::collections::BTreeMap::from([("name", "<\"&'>")]);
    let rendered = templates.render_all(MessageKind::Invite, &values).unwrap();
    assert_eq!(rendered.subject, "<\"&'> <\"&'><\"&'>");
    assert_eq!(rendered.text, "<\"&'> <\"&'><\"&'>");
    let escaped = "&lt;&quot;&amp;&#39;&gt;";
    assert_eq!(rendered.html, format!("{escaped} {escaped}{escaped}"));
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let seat = "did you mean `seat`? There are `dish`, `seat`";
    let moment =
        "there are `date`, `short_date`, `time`, `zone`, `abbreviation`, `utc`, `own`, `iso`";
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
                "invite.subject:1:4: there is no variable `tilte` | did you mean `title`? There are {ALL}"
            ),
            &format!("invite.txt:2:7: there is no variable `typo` | there are {ALL}"),
            "invite.txt:2:29: `start` has no field `dte` | did you mean `date`? There are `date`, `short_date`, \
             `time`, `zone`, `abbreviation`, `utc`, `own`, `iso`",
            &format!("invite.txt:2:44: the roster has no column for `extra.saet` | {seat}"),
            &format!("invite.txt:3:4: `end` has no field `xyzzy` | {moment}"),
            "part.txt:1:12: there is no template `inviet.txt` | did you mean `invite.txt`?",
            "part.txt:1:37: there is no filter `uper` | did you mean `upper`?",
            "part.txt:1:55: there is no test `oddd` | did you mean `odd`?",
            "part.txt:1:76: there is no function `rang` | did you mean `range`?",
        ],
    );
}

#[test]
fn what_may_be_absent_is_asked_for() {
    let link = "{{ link }}";
    let fine = "{% if extra.table is defined %}{{ extra.table }}{% endif %}{{ extra.note | default(value=\"\") }}\
                {% if start.own %}{{ start.own.time }}{% endif %}{% for key, cell in extra %}{{ loop.index }}{{ cell }}\
                {% endfor %}{% set day = start.date %}{{ day }}{{ link }}";
    case(&[("invite.txt", fine)], &[]);
    case(
        &[("invite.txt", &format!("{link}{{{{ start.own.time }}}}"))],
        &[
            "invite.txt:1:24: field `time` is not defined | not everybody has it: ask with `{% if … %}` before, as \
           in `{% if start.own %}`",
        ],
    );
    // A variable that no message has is never right, whatever its default.
    case(
        &[("invite.txt", &format!("{link}{{{{ nmae | default(value=\"\") }}}}"))],
        &[&format!(
            "invite.txt:1:14: there is no variable `nmae` | did you mean `name`? There are {ALL}"
        )],
    );
}

#[test]
fn a_message_without_its_link_or_with_anothers_is_told() {
    let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQm9iIn0.c2lnbmF0dXJl";
    let folder_with = format!("{{{{ link }}}}\n\nhttps://meet.example.org/x?jwt={token}");
    case(
        &[("invite.txt", &folder_with)],
        &[
            "invite.txt:3: it holds somebody's link, and everybody would get it | write `{{ link }}`: it stands for \
         each person's own",
        ],
    );
    case(
        &[("invite.txt", "Hello"), ("invite.subject", "{# none #}\n")],
        &[
            "invite.subject: it makes an empty subject",
            "invite.txt: it does not show the person's link | write `{{ link }}` where it should stand",
        ],
    );
    case(
        &[("invite.html", "{{ link | safe }}")],
        &[
            "invite.html:1:11: `safe` would let a name become HTML | leave it out: values are escaped so that no name \
         becomes HTML",
        ],
    );
}

#[test]
fn every_kind_is_looked_into() {
    let never = "it does not show the person's link | write `{{ link }}` where it should stand";
    let shown = "it shows the person's link, and a cancellation has none | take `{{ link }}` out, or ask with \
                 `{% if kind != \"cancel\" %}` before";
    let files = ["invite", "update", "cancel", "remind"].map(|kind| format!("{kind}.txt"));
    let texts = |text| files.each_ref().map(|file| (file.as_str(), text));
    case(
        &texts("Hello"),
        &[
            &format!("invite.txt: {never}"),
            &format!("remind.txt: {never}"),
            &format!("update.txt: {never}"),
        ],
    );
    case(&texts("{{ link }}"), &[&format!("cancel.txt: {shown}")]);
    case(&texts("{% if kind != \"cancel\" %}{{ link }}{% endif %}"), &[]);
    // Of a part that all have in common.
    case(&[("when.txt", "{{ link }}")], &[&format!("cancel.txt: {shown}")]);
    case(
        &[("frame.html", "{{ title }}{% block link %}{{ link }}{% endblock %}")],
        &[
            "cancel.html:3:11: block `gist` is not defined in any parent template | `cancel.html` is the one that ships: \
         keep what it needs, or write one of your own",
        ],
    );
    case(
        &[("when.html", "\n{{ star.date }}")],
        &[&format!(
            "when.html:2:4: there is no variable `star` | did you mean `start`? There are {ALL}"
        )],
    );
    case(
        &[("update.html", "{{ link }}{{ before.titel }}{{ changed.times }}")],
        &[
            "update.html:1:14: `before` has no field `titel` | did you mean `title`? There are `title`, `room`, \
             `start`, `end`, `role`, `moderator`, `name`",
            "update.html:1:32: `changed` has no field `times` | did you mean `time`? There are `title`, `time`, \
             `room`, `role`, `name`, `link`",
        ],
    );
    let token = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQm9iIn0.c2lnbmF0dXJl";
    case(
        &[("cancel.txt", token)],
        &[
            "cancel.txt:1: it holds somebody's link, and everybody would get it | take it out: a cancellation has no link",
        ],
    );
}

#[test]
fn what_only_the_whole_set_shows_is_told_with_its_place() {
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
fn a_misspelt_file_name_is_told() {
    let never = "no message is made of a file of this name | did you mean";
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
            &format!("Invite.html: {never} `invite.html`?"),
            &format!("Remind.subject: {never} `remind.subject`?"),
            &format!("cancle.html: {never} `cancel.html`?"),
            &format!("frames.html: {never} `frame.html`?"),
            &format!("invit.txt: {never} `invite.txt`?"),
            &format!("invite.htm: {never} `invite.html`?"),
            &format!("invite.subject.txt: {never} `invite.subject`?"),
            &format!("reminder.txt: {never} `remind.txt`?"),
            &format!("update.text: {never} `update.txt`?"),
        ],
    );
    // Nearly a template's name, but used.
    case(&[("invite2.txt", "{{ link }}"), ("invite.txt", "{% include \"invite2.txt\" %}")], &[]);
}

#[test]
fn what_is_no_text_is_told() {
    let folder = folder(&[]);
    fs::write(folder.path().join("invite.txt"), b"Gr\n\xfc\xdfe").unwrap();
    let templates = Templates::from_folder(folder.path()).unwrap();
    let told: Vec<String> = templates.check(&[]).iter().map(ToString::to_string).collect();
    assert_eq!(told, ["invite.txt:2:1: it is not UTF-8 from here on"]);
}

#[test]
fn templates_that_do_not_fit_together_make_no_message() {
    let folder = folder(&[("invite.txt", "{% include \"invite.txt\" %}")]);
    let templates = Templates::from_folder(folder.path()).unwrap();
    let problem = templates.check(&[]).remove(0);
    assert!(problem.message.starts_with("circular include"), "{problem}");
    let sample = crate::variables::Variables::sample(MessageKind::Invite, "L", &[], true);
    assert!(templates.render_all(MessageKind::Invite, &sample).is_err());
}

#[test]
fn an_absent_folder_is_named() {
    let error = Templates::from_folder(Path::new("/nowhere/templates")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the templates `/nowhere/templates`");
    assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
}

proptest::proptest! {
    #[test]
    fn a_value_is_escaped_as_tera_does_it(text in "(?s)([&<>\"'/`]|[a-z=]|\\PC|.){0,40}") {
        let (mut found, mut expected) = (Vec::new(), Vec::new());
        escape_html(&text, &mut found).unwrap();
        tera::escape_html(&text, &mut expected).unwrap();
        assert_eq!(String::from_utf8(found), String::from_utf8(expected));
    }
}
