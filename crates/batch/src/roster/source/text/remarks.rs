//! What the encoding of a file is said to be, and why a file is refused for it.

use std::io::{self, Read as _};

use meetmint_core::quoted;

use super::super::file::RosterFile;
use super::super::format::EXPORT;
use super::super::lines::line_of;
use super::encoding::TextEncoding;
use super::guess::Guess;
use super::scan::Scan;
use crate::problem::Problem;
use crate::remark::Remark;

/// The encoding was guessed.
pub(super) fn guessed(guess: &Guess) -> Remark {
    let name = guess.encoding.name();
    let words: Vec<String> = guess.examples.iter().map(|word| quoted(word)).collect();
    let examples = match words.as_slice() {
        [] => String::new(),
        words => format!(": {}", words.join(", ")),
    };
    let message = format!("the roster is not UTF-8, and was read as {name}{examples}");
    let (remark, hint) = if let Some((here, other, there)) = &guess.doubted {
        let message = format!(
            "the roster is not UTF-8, and was read as {name}: {} could be {}",
            quoted(here),
            quoted(there)
        );
        let hint = format!(
            "if {} is right, set `encoding = \"{}\"` under [roster] in meeting.toml; if {} is right, set `encoding = \"{name}\"`",
            quoted(there),
            other.name(),
            quoted(here)
        );
        (Remark::warning("encoding", message), hint)
    } else if guess.is_unsure {
        // Nothing but the words tells the code pages of Europe apart.
        let hint = format!(
            "check how names are spelled; if they are right, set `encoding = \"{name}\"` under [roster] in meeting.toml, else another encoding{}",
            other_than(guess.encoding)
        );
        (Remark::warning("encoding", message), hint)
    } else {
        let hint = format!(
            "if the words are right, `encoding = \"{name}\"` under [roster] in meeting.toml says so for good"
        );
        (Remark::note("encoding", message), hint)
    };
    remark.hint(hint)
}

fn other_than(encoding: TextEncoding) -> String {
    let others: Vec<String> =
        ["windows-1252", "windows-1250", "windows-1251", "macintosh", "cp850"]
            .into_iter()
            .filter(|name| *name != encoding.name())
            .map(|name| format!("`{name}`"))
            .take(3)
            .collect();
    format!(" such as {}", others.join(", "))
}

/// UTF-16 without its mark was recognized.
pub(super) fn without_mark(encoding: TextEncoding) -> Remark {
    let name = encoding.name();
    let message = format!("the roster has no byte-order mark, and was read as {name}");
    Remark::note("encoding", message)
        .hint(format!("`encoding = \"{name}\"` under [roster] in meeting.toml says so for good"))
}

/// Words were garbled before. `count` is how many.
pub(super) fn garbled(line: u64, word: &str, count: u64) -> Remark {
    let more = match count {
        ..=1 => String::new(),
        2 => ", and one more does".to_owned(),
        _ => format!(", and {} more do", count - 1),
    };
    let message = format!("line {line}: {} looks garbled{more}", quoted(word));
    Remark::warning("garbled", message).hint(
        "another program read UTF-8 as a code page: correct the words in the roster, or export it again",
    )
}

/// Letters were lost before. `count` is how many.
pub(super) fn lost(line: u64, count: u64) -> Remark {
    let more = match count {
        ..=1 => String::new(),
        _ => format!(", and {} more", count - 1),
    };
    let message = format!("line {line}: `\u{fffd}` stands for a letter that was lost before{more}");
    Remark::warning("lost-letters", message)
        .hint("correct the words in the roster, or export it again")
}

/// Many words look odd in the encoding that is the most likely, and better in others.
pub(super) fn undecided(file: &RosterFile, guess: &Guess) -> Problem {
    let mut choices: Vec<(TextEncoding, String)> = guess.better.clone();
    if let Some(word) = guess.examples.first() {
        choices.push((guess.encoding, word.clone()));
    }
    let words: Vec<String> = choices
        .iter()
        .map(|(encoding, word)| format!("{} ({})", quoted(word), encoding.name()))
        .collect();
    let message = format!(
        "the roster is not UTF-8, and its encoding is not clear: a word in it would be {}",
        words.join(" or ")
    );
    let lines: Vec<String> = choices
        .iter()
        .map(|(encoding, _)| format!("`encoding = \"{}\"`", encoding.name()))
        .collect();
    let hint = format!(
        "write the line of the right spelling under [roster] in meeting.toml: {}",
        lines.join(" or ")
    );
    Problem::of_file("unclear-encoding", file.shown(), message).hint(hint)
}

/// The user's encoding is unknown.
pub(super) fn unknown_label(file: &RosterFile, label: &str) -> Problem {
    let message = format!("`encoding` is {}, and no such encoding is known", quoted(label));
    Problem::of_file("unknown-encoding", file.shown(), message).hint(
        "use the usual name, such as `utf-8`, `utf-16`, `windows-1252`, `windows-1250`, `windows-1251`, `macintosh`, `cp850`, `shift_jis`, `gbk`, `big5`, `euc-kr`, `koi8-r`; or delete `encoding` to have it recognized",
    )
}

/// Something in the file is not valid in its encoding.
pub(super) fn undecodable(file: &RosterFile, encoding: TextEncoding, line: u64) -> Problem {
    let message = format!("this line is not valid {}", encoding.name());
    Problem::of_file("not-decodable", file.shown(), message).at(line).hint(
        "set the right `encoding` under [roster] in meeting.toml, or export the list as `CSV UTF-8`",
    )
}

/// The file is UTF-8 except in some places. Reading it as something else would garble all the rest.
pub(super) fn damaged(
    file: &RosterFile,
    skip: u64,
    scan: &Scan,
    is_certain: bool,
) -> Result<Problem, Problem> {
    let unreadable = |error: &io::Error| file.unreadable(error);
    let at = scan.first_invalid.unwrap_or_default();
    let line = line_of(file.reopen(skip)?, at).map_err(|error| unreadable(&error))?;
    let before = at.min(40);
    let mut context = Vec::new();
    let part = file.reopen(skip + at - before)?;
    part.take(before + 1).read_to_end(&mut context).map_err(|error| unreadable(&error))?;
    let octet = context.pop().unwrap_or_default();
    let text = String::from_utf8_lossy(&context);
    let text = text.rsplit(['\n', '\r']).next().unwrap_or_default();
    let place = match text.trim_start_matches(char::REPLACEMENT_CHARACTER) {
        "" => "at its beginning".to_owned(),
        text => format!("after {}", quoted(text)),
    };
    let others = match scan.invalid {
        ..=1 => String::new(),
        count => format!("; there are {count} such places"),
    };
    let message = format!("this line is not valid UTF-8: octet 0x{octet:02X} {place}{others}");
    let hint = if is_certain {
        EXPORT
    } else {
        "most of the file is UTF-8: correct this line, and save the file as UTF-8; only if all of it is in another encoding, name that under [roster] in meeting.toml, for example `encoding = \"windows-1252\"`"
    };
    Ok(Problem::of_file("not-utf8", file.shown(), message).at(line).hint(hint))
}

/// The copy in UTF-8 cannot be written.
pub(super) fn no_copy(file: &RosterFile, error: &io::Error) -> Problem {
    let message = format!("the roster cannot be decoded into a temporary file: {error}");
    Problem::of_file("no-temporary-file", file.shown(), message)
        .hint("make room where temporary files are kept, or export the list as `CSV UTF-8`")
}
