//! The kind of outbox, and the address and the security of the mail server.

use super::{refused, remote};

const ELSEWHERE: &str = "write security = \"starttls\" or \"tls\"; on a network of your own, cleartext = true allows it";

#[test]
fn kind_decides_which_keys_apply() {
    refused(
        "kind = \"smpt\"\nhost = \"localhost\"\n",
        &[(1, "bad-value", "`smpt`: unknown kind of outbox", "did you mean `smtp`?")],
    );
    refused(
        "kind = \"pigeon\"\n",
        &[(1, "bad-value", "`pigeon`: unknown kind of outbox", "use one of `folder`, `smtp`")],
    );
    refused(
        "preset = \"gmail\"\n",
        &[(
            1,
            "missing-key",
            "`kind` is missing: without it, messages go to a folder and `preset` does not apply",
            "add kind = \"smtp\" under [outbox] to send through a mail server",
        )],
    );
    refused(
        "kind = \"folder\"\nhost = \"localhost\"\npassword = \"hunter2\"\n",
        &[
            (
                2,
                "other-kind",
                "`host` does not apply to kind = \"folder\"",
                "remove `host`, or write kind = \"smtp\"",
            ),
            (
                3,
                "other-kind",
                "`password` does not apply to kind = \"folder\"",
                "remove `password`, or write kind = \"smtp\"",
            ),
        ],
    );
    refused(
        "kind = \"smtp\"\nhost = \"localhost\"\ndir = \"mail\"\n",
        &[(
            3,
            "other-kind",
            "`dir` does not apply to kind = \"smtp\"",
            "remove `dir`, or write kind = \"folder\"",
        )],
    );
    remote(
        "conections = 2\n",
        &[(
            3,
            "unknown-key",
            "unknown key `conections` in [outbox]",
            "did you mean `connections`?",
        )],
    );
}

#[test]
fn the_host_is_set_directly_or_by_a_preset() {
    refused(
        "kind = \"smtp\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing",
            "add your mail server under [outbox], for example host = \"mail.example.org\", or a provider, for example preset = \"gmail\"",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"gmial\"\n",
        &[(
            2,
            "unknown-preset",
            "`gmial`: unknown preset",
            "did you mean `gmail`? For a provider without a preset, set `host`",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"ses\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: with ses, each account has its own mail server",
            "add its name under [outbox], for example host = \"email-smtp.eu-central-1.amazonaws.com\"",
        )],
    );
    refused(
        "kind = \"smtp\"\npreset = \"hosting\"\n",
        &[(
            0,
            "missing-key",
            "`host` is missing: with hosting, each account has its own mail server",
            "add its name under [outbox], for example host = \"mail.example.org\"",
        )],
    );
    for (host, message, hint) in [
        (
            " ",
            "`host` is empty",
            "write the name of your mail server, for example host = \"mail.example.org\"",
        ),
        (
            "smtp://ada:hunter2@mail.example.org",
            "`host` must be the name of a mail server, not a URL or an email address",
            "write the name alone, like mail.example.org; `port`, `user` and `password` are keys of their own",
        ),
        (
            "mail.example.org:587",
            "`mail.example.org:587` is not the name of a mail server",
            "write the port as a key of its own: port = 587",
        ),
        (
            "[::1]",
            "`[::1]` is not the name of a mail server",
            "write an IPv6 address without brackets, and set the port with `port`",
        ),
        (
            "mail.müller.example",
            "`mail.müller.example` is not the name of a mail server",
            "write its ASCII form, like xn--mller-kva.example",
        ),
        (
            "mail..example",
            "`mail..example` is not the name of a mail server",
            "write it like mail.example.org",
        ),
    ] {
        let code = if host == " " { "empty-value" } else { "bad-host" };
        refused(&format!("kind = \"smtp\"\nhost = \"{host}\"\n"), &[(2, code, message, hint)]);
    }
}

#[test]
fn port_and_security_must_match() {
    remote(
        "security = \"ssl\"\n",
        &[(
            3,
            "bad-value",
            "`ssl`: unknown kind of security",
            "use one of `starttls`, `tls`, `none`",
        )],
    );
    remote(
        "port = 0\n",
        &[(
            3,
            "bad-value",
            "`port` must be from 1 to 65535",
            "write the port of your mail server, or remove `port` to use 587",
        )],
    );
    remote(
        "security = \"tls\"\nport = 70000\n",
        &[(
            4,
            "bad-value",
            "`port` must be from 1 to 65535",
            "write the port of your mail server, or remove `port` to use 465",
        )],
    );
    remote(
        "port = \"587\"\n",
        &[(
            3,
            "wrong-type",
            "`port` must be a whole number, not a string",
            "write digits, without quotes",
        )],
    );
    for lines in ["port = 465\n", "port = 465\nsecurity = \"starttls\"\n"] {
        remote(
            lines,
            &[(
                3,
                "bad-port",
                "servers use TLS from the start on port 465, not STARTTLS",
                "write security = \"tls\", or port = 587 for STARTTLS",
            )],
        );
    }
    remote(
        "port = 587\nsecurity = \"tls\"\n",
        &[(
            3,
            "bad-port",
            "servers do not use TLS from the start on port 587",
            "remove `port` to use 465, or write security = \"starttls\"",
        )],
    );
    remote(
        "security = \"none\"\n",
        &[(
            3,
            "cleartext",
            "messages would go to `mail.example.org` without encryption: anybody on the network could read the links",
            ELSEWHERE,
        )],
    );
    remote(
        "security = \"tls\"\ncleartext = true\n",
        &[(
            4,
            "cleartext",
            "`cleartext` has no effect unless security = \"none\"",
            "remove `cleartext`",
        )],
    );
    remote(
        "cleartext = true\n",
        &[(
            3,
            "cleartext",
            "`cleartext` has no effect unless security = \"none\"",
            "remove `cleartext`",
        )],
    );
}

#[test]
fn certificates_need_tls_and_a_file() {
    remote(
        "security = \"none\"\ncleartext = true\nca = \"ca.pem\"\n",
        &[(
            5,
            "no-tls",
            "`ca` has no effect with security = \"none\"",
            "remove `ca`, or write security = \"starttls\" or \"tls\"",
        )],
    );
    remote(
        "ca = \"\"\n",
        &[(
            3,
            "empty-value",
            "`ca` is empty",
            "name a file with certificates, or remove `ca` to trust those of this machine",
        )],
    );
}

#[test]
fn the_name_in_ehlo_is_a_host_name_or_an_address_in_brackets() {
    const HINT: &str = "write the full name of this machine like `host.example.org`, or its address like `[192.0.2.1]` or `[IPv6:2001:db8::1]`";
    for (hello, shown) in [
        ("", "``"),
        ("two words", "`two words`"),
        ("192.0.2.1", "`192.0.2.1`"),
        ("a.example.org\\r\\nMAIL", "`a.example.org\u{fffd}\u{fffd}MAIL`"),
    ] {
        let message = format!("{shown}: not a host name or an address in brackets");
        let message: &'static str = Box::leak(message.into_boxed_str());
        remote(&format!("hello = \"{hello}\"\n"), &[(3, "bad-value", message, HINT)]);
    }
    refused(
        "kind = \"folder\"\nhello = \"host.example.org\"\n",
        &[(
            2,
            "other-kind",
            "`hello` does not apply to kind = \"folder\"",
            "remove `hello`, or write kind = \"smtp\"",
        )],
    );
}
