//! The words of headings, by language. Each entry has the spellings that contribute the same, separated by commas.

mod english;
mod german;
mod short;

use super::word::Word;

/// The words of one language or of several that are close.
type Table = &'static [(Word, &'static str)];

pub(super) const TABLES: &[Table] = &[english::WORDS, german::WORDS, short::WORDS];

/// Short names for the entries of the tables.
mod names {
    pub(super) use super::super::super::field::Field;
    pub(super) use super::super::word::NameWord;
    pub(super) use super::super::word::Word;

    pub(super) const EMAIL: Word = Word::Field(Field::Email);
    pub(super) const ROLE: Word = Word::Field(Field::Role);
    pub(super) const MODERATOR: Word = Word::Field(Field::Moderator);
    pub(super) const ROOM: Word = Word::Field(Field::Room);
    pub(super) const TITLE: Word = Word::Field(Field::Title);
    pub(super) const START: Word = Word::Field(Field::Start);
    pub(super) const ZONE: Word = Word::Field(Field::Zone);
    pub(super) const DURATION: Word = Word::Field(Field::Duration);
    pub(super) const LANGUAGE: Word = Word::Field(Field::Language);
    pub(super) const AVATAR: Word = Word::Field(Field::Avatar);
    pub(super) const ID: Word = Word::Field(Field::Id);
    pub(super) const STATUS: Word = Word::Field(Field::Status);
    pub(super) const NAME: Word = Word::Name(NameWord::Any);
    pub(super) const WHOLE: Word = Word::Name(NameWord::Whole);
    pub(super) const FIRST: Word = Word::Name(NameWord::First);
    pub(super) const LAST: Word = Word::Name(NameWord::Last);
    pub(super) const MIDDLE: Word = Word::Name(NameWord::Middle);
    pub(super) const PREFIX: Word = Word::Name(NameWord::Prefix);
    pub(super) const NICKNAME: Word = Word::Name(NameWord::Nickname);
    pub(super) const NOM: Word = Word::Name(NameWord::LastOrWhole);
    pub(super) const NOMBRE: Word = Word::Name(NameWord::FirstOrWhole);
    pub(super) const FIRST_OF: Word = Word::Name(NameWord::FirstOf);
    pub(super) const LAST_OF: Word = Word::Name(NameWord::LastOf);
    pub(super) const MIDDLE_OF: Word = Word::Name(NameWord::MiddleOf);
    pub(super) const WHOLE_OF: Word = Word::Name(NameWord::WholeOf);
}
