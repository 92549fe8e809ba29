//! Inputs with mistakes, made from others. The same seed makes the same input from the same corpus.

/// A generator of random numbers (`SplitMix64`).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// A generator that begins with `seed`.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0xD134_2543_DE82_EF95) ^ 0x6A09_E667_F3BC_C908)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let below = self.next() % u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(below).unwrap_or_default()
    }
}

/// The greatest length of an input, in octets.
const LONGEST: usize = 1 << 16;

/// What parsers stumble over.
const PIECES: [&str; 28] = [
    "\"",
    "'",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "@",
    "=",
    "=\n",
    "%25",
    "&#46;",
    "<!--",
    "-->",
    "{{",
    "}}",
    "{%",
    "%}",
    "[[",
    "\\",
    "\u{202e}",
    "\u{200b}",
    "-1",
    "99999999999999999999",
    "eyJ",
    "jwt=",
];

/// An input of the corpus, changed in one to five places; parts can come from another one. Empty if the corpus is.
pub fn mutant(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    if corpus.is_empty() {
        return Vec::new();
    }
    let mut octets = corpus[random.below(corpus.len())].clone();
    let other = &corpus[random.below(corpus.len())];
    for _ in 0..=random.below(5) {
        change(random, &mut octets, other);
        octets.truncate(LONGEST);
    }
    octets
}

fn change(random: &mut Random, octets: &mut Vec<u8>, other: &[u8]) {
    let at = random.below(octets.len() + 1);
    let end = (at + random.below(100)).min(octets.len());
    match random.below(8) {
        0 => {
            if let Some(octet) = octets.get_mut(at) {
                *octet ^= 1 << random.below(8);
            }
        }
        1 => {
            if let Some(octet) = octets.get_mut(at) {
                *octet = u8::try_from(random.below(256)).unwrap_or_default();
            }
        }
        2 => octets.truncate(at),
        3 => {
            octets.drain(at..end);
        }
        4 => {
            let part = octets[at..end].to_vec();
            let times = 1 + random.below(20);
            octets.splice(at..at, part.repeat(times));
        }
        5 => {
            let from = random.below(other.len() + 1);
            let to = (from + random.below(200)).min(other.len());
            octets.splice(at..end, other[from..to].iter().copied());
        }
        _ => {
            let piece = PIECES[random.below(PIECES.len())];
            octets.splice(at..at, piece.bytes());
        }
    }
}
