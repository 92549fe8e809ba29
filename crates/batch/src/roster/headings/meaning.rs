//! What the words of a heading mean together.

use super::super::field::Field;
use super::guess::{HeadingGuess, HeadingKind, Whose};
use super::word::{NameWord, Word};

/// The most addresses or names that a table has for one person, as in `E-mail 12`. A larger number is a year or a code.
const MOST_OF_ONE: u32 = 20;

const NAME: HeadingKind = HeadingKind::Field(Field::Name);
const FIRST: HeadingKind = HeadingKind::Field(Field::FirstName);
const LAST: HeadingKind = HeadingKind::Field(Field::LastName);
const EMAIL: HeadingKind = HeadingKind::Field(Field::Email);

/// What the words mean together; nothing if they contradict each other.
pub(super) fn of(words: &[Word]) -> Vec<HeadingGuess> {
    let Some(further) = is_further(words) else { return Vec::new() };
    if words.contains(&Word::About) {
        return Vec::new();
    }
    let mut fields = Vec::new();
    let mut names = Vec::new();
    for word in words {
        match word {
            Word::Field(field) if !fields.contains(field) => fields.push(*field),
            Word::Name(name) => names.push(*name),
            _ => {}
        }
    }
    match (fields.as_slice(), names.as_slice()) {
        ([Field::Email], []) => {
            vec![HeadingGuess { kind: EMAIL, whose: whose_address(words, further) }]
        }
        ([], []) => without_core(words, further),
        ([], names) => {
            let kinds = name(names, words).unwrap_or_default();
            if is_name_of_thing(words, kinds.len() > 1) {
                return Vec::new();
            }
            let whose = whose(words, further);
            kinds.into_iter().map(|kind| HeadingGuess { kind, whose }).collect()
        }
        ([field], []) => field_of(*field, words, further),
        // `Room name`.
        ([field @ (Field::Room | Field::Role)], [NameWord::Any]) => {
            field_of(*field, words, further)
        }
        _ => Vec::new(),
    }
}

fn has_any(words: &[Word], any: &[Word]) -> bool {
    words.iter().any(|word| any.contains(word))
}

/// Whose address or name it is.
fn whose(words: &[Word], further: bool) -> Whose {
    if has_any(words, &[Word::Somebody, Word::Deal]) {
        Whose::Other
    } else if further {
        Whose::Secondary
    } else if has_any(words, &[Word::Person, Word::Own, Word::Ticket]) {
        Whose::Own
    } else {
        Whose::Plain
    }
}

fn whose_address(words: &[Word], further: bool) -> Whose {
    match whose(words, further) {
        _ if has_any(words, &[Word::Thing, Word::Event]) => Whose::Other,
        Whose::Plain | Whose::Own if words.contains(&Word::Private) => Whose::Secondary,
        whose => whose,
    }
}

/// Whether a name is that of a company, an event or a ticket, or may be.
fn is_name_of_thing(words: &[Word], may_be: bool) -> bool {
    let thing = has_any(words, &[Word::Thing, Word::School, Word::WeakAddress, Word::Private]);
    let event = words.contains(&Word::Event) || (may_be && words.contains(&Word::Ticket));
    thing || (event && !has_any(words, &[Word::Person, Word::Somebody]))
}

/// Whether the heading is about a second or third one; nothing if a number makes no sense.
fn is_further(words: &[Word]) -> Option<bool> {
    let mut further = words.contains(&Word::Further);
    for (at, word) in words.iter().enumerate() {
        let Word::Number(number) = word else { continue };
        let is_question = at == 0 && (words.contains(&Word::Asks) || words.contains(&Word::Own));
        if *number > MOST_OF_ONE && !is_question {
            return None;
        }
        further |= *number > 1 && !is_question;
    }
    Some(further)
}

/// A heading that names nothing but people or things.
fn without_core(words: &[Word], further: bool) -> Vec<HeadingGuess> {
    let has = |word: Word| words.contains(&word);
    let one = |kind, whose| HeadingGuess { kind, whose };
    if has_any(words, &[Word::Thing, Word::Event, Word::School, Word::Private, Word::Ticket]) {
        return Vec::new();
    }
    if has(Word::WeakAddress) {
        // `Home address` and `Billing address` are where somebody lives.
        let is_postal = has_any(words, &[Word::Note, Word::Somebody, Word::Deal]) || further;
        return if is_postal { Vec::new() } else { vec![one(EMAIL, Whose::Weak)] };
    }
    // `Kundendienst` and `Parent home` are no people.
    if has(Word::Note) {
        return Vec::new();
    }
    if has(Word::Somebody) {
        return vec![one(NAME, Whose::Other), one(EMAIL, Whose::Other)];
    }
    if has(Word::Person) && !has(Word::Contact) {
        return vec![one(NAME, if further { Whose::Secondary } else { Whose::Own })];
    }
    if has(Word::Contact) && !further {
        return vec![one(EMAIL, Whose::Weak), one(NAME, Whose::Weak)];
    }
    Vec::new()
}

/// A field that is neither address nor name: only with words that leave it what it is.
fn field_of(field: Field, words: &[Word], further: bool) -> Vec<HeadingGuess> {
    let has = |word: Word| words.contains(&word);
    let of_meeting =
        matches!(field, Field::Title | Field::Room | Field::Start | Field::Zone | Field::Duration);
    let others = [
        Word::Somebody,
        Word::Deal,
        Word::WeakAddress,
        Word::Private,
        Word::Ticket,
        Word::Thing,
        Word::School,
    ];
    let is_other = has_any(words, &others) || (has(Word::Event) && !of_meeting) || further;
    if is_other {
        return Vec::new();
    }
    let own = has(Word::Person) || has(Word::Own);
    vec![HeadingGuess {
        kind: HeadingKind::Field(field),
        whose: if own { Whose::Own } else { Whose::Plain },
    }]
}

/// Which name the words for names mean; nothing if they contradict each other.
fn name(names: &[NameWord], words: &[Word]) -> Option<Vec<HeadingKind>> {
    let has = |name: NameWord| names.contains(&name);
    let any_noun = names.iter().any(|name| !is_adjective(*name));
    if !any_noun && !stands_as_noun(names, words) {
        return None;
    }
    let (any, whole) = (has(NameWord::Any), has(NameWord::Whole) || has(NameWord::WholeOf));
    let (nom, nombre) = (has(NameWord::LastOrWhole), has(NameWord::FirstOrWhole));
    let (first, last) = (
        has(NameWord::First) || has(NameWord::FirstOf),
        has(NameWord::Last) || has(NameWord::LastOf),
    );
    let middle = has(NameWord::Middle) || has(NameWord::MiddleOf);
    if has(NameWord::Nickname) {
        // `Nickname / Display name`.
        return (!first && !last && !middle).then(|| vec![HeadingKind::Nickname]);
    }
    if has(NameWord::Prefix) {
        return if last || nom {
            Some(vec![LAST])
        } else if first || middle || whole || nombre {
            None
        } else {
            Some(vec![HeadingKind::NamePrefix])
        };
    }
    Some(if whole || (first && last) || (first && nom) || (last && nombre) || (nom && nombre) {
        vec![NAME]
    } else if first {
        // `Name (First)` is a part, `Name, Vorname` may be both.
        if any && has(NameWord::First) { vec![NAME, FIRST] } else { vec![FIRST] }
    } else if last {
        if any && has(NameWord::Last) { vec![NAME, LAST] } else { vec![LAST] }
    } else if middle {
        if nom || nombre {
            return None;
        }
        vec![HeadingKind::MiddleName]
    } else if nom {
        vec![LAST, NAME]
    } else if nombre {
        vec![FIRST, NAME]
    } else {
        vec![NAME, LAST, FIRST]
    })
}

fn is_adjective(name: NameWord) -> bool {
    matches!(name, NameWord::FirstOf | NameWord::LastOf | NameWord::MiddleOf | NameWord::WholeOf)
}

/// Whether a heading such as `First`, `Last, First` or `Student First` means a name. `Last contact` does not.
fn stands_as_noun(names: &[NameWord], words: &[Word]) -> bool {
    let first_name = words.iter().position(|word| matches!(word, Word::Name(_))).unwrap_or(0);
    let is_person =
        |word: &Word| matches!(word, Word::Person | Word::Ticket | Word::Somebody | Word::Deal);
    !names.contains(&NameWord::WholeOf)
        && words[..first_name].iter().all(is_person)
        && words[first_name..].iter().all(|word| matches!(word, Word::Name(_)))
}
