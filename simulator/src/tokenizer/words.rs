//! Words that are one token each, whatever stands before and behind them: what answers are made of.

use super::TokenId;
use super::pieces::identifier;

/// A word as a token.
#[derive(Debug)]
pub(super) struct Word {
    /// With a space before it.
    pub(super) text: Box<str>,
    /// With the space, after anything.
    pub(super) spaced: TokenId,
    /// Without the space, at the beginning of a line.
    pub(super) bare: TokenId,
}

/// The words of the default tokens: common ones, each short enough to be one piece with its space.
pub(super) fn english() -> Vec<Word> {
    let word = |text: &str| {
        let spaced = format!(" {text}").into_boxed_str();
        Word { spaced: identifier(&spaced), bare: identifier(text), text: spaced }
    };
    ENGLISH.split_ascii_whitespace().map(word).collect()
}

const ENGLISH: &str = "
the of and to in is that for it as was with be by on not he his but at are this have from or had an they which one you
were all her she there would their we him been has when who will no more if out so up said what its about than into
them can only other time new some could these two may first then do any like my now over such our man me even most
made after also did many off before must well back through years where much your way down should because long each
just state those people too how little good world make very year still see work life men day get here old both own
last being under three between never know same another while might us great go come since against right came take
used himself few house during without again place around however home small found thought went say part once high
general upon school every got united left number course war until always away water though less public put think
almost hand enough far took head yet better set told nothing night end why called eyes find going look asked later
knew point next program city give group toward young days let room word side present several order social given best
face need others model table letter server token block cache queue engine step";
