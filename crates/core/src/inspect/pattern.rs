//! Lua's patterns, which a `room` claim may be (`jitsi-tokens` facts, §1.3). Written here, because the crates for them
//! are little used, and because a match needs a limit: patterns of strangers can take for ever.

/// A pattern that Lua refuses, or one that takes too long.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadPattern;

/// How many steps a match may take. The server has no such limit.
const MOST_STEPS: usize = 1_000_000;

/// Lua's own limits (`LUA_MAXCAPTURES`, `MAXCCALLS`).
const MOST_CAPTURES: usize = 32;
const DEEPEST: usize = 200;

#[derive(Clone, Copy)]
enum Capture {
    Open(usize),
    Closed(usize, usize),
    Position(usize),
}

struct Matcher<'p> {
    text: &'p [u8],
    pattern: &'p [u8],
    captures: Vec<Capture>,
    steps: usize,
    depth: usize,
}

type Match = Result<Option<usize>, BadPattern>;

/// What `string.match(text, pattern)` returns: the first capture, or all that matched.
pub(super) fn find(text: &str, pattern: &str) -> Result<Option<String>, BadPattern> {
    let (text, mut pattern) = (text.as_bytes(), pattern.as_bytes());
    let is_anchored = pattern.first() == Some(&b'^');
    if is_anchored {
        pattern = &pattern[1..];
    }
    let mut matcher = Matcher { text, pattern, captures: Vec::new(), steps: 0, depth: 0 };
    for start in 0..=text.len() {
        matcher.captures.clear();
        if let Some(end) = matcher.run(start, 0)? {
            let octets = match matcher.captures.first() {
                None => &text[start..end],
                Some(Capture::Closed(from, to)) => &text[*from..*to],
                // A number: the position, counted from 1.
                Some(Capture::Position(at)) => return Ok(Some((at + 1).to_string())),
                Some(Capture::Open(_)) => return Err(BadPattern),
            };
            return Ok(Some(String::from_utf8_lossy(octets).into_owned()));
        }
        if is_anchored {
            break;
        }
    }
    Ok(None)
}

impl Matcher<'_> {
    fn run(&mut self, at: usize, pattern: usize) -> Match {
        self.depth += 1;
        let result = if self.depth > DEEPEST { Err(BadPattern) } else { self.step(at, pattern) };
        self.depth -= 1;
        result
    }

    fn step(&mut self, mut at: usize, mut pattern: usize) -> Match {
        loop {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err(BadPattern);
            }
            let Some(byte) = self.pattern.get(pattern) else { return Ok(Some(at)) };
            match (byte, self.pattern.get(pattern + 1)) {
                (b'(', Some(b')')) => return self.open(Capture::Position(at), at, pattern + 2),
                (b'(', _) => return self.open(Capture::Open(at), at, pattern + 1),
                (b')', _) => return self.close(at, pattern + 1),
                (b'$', None) => return Ok((at == self.text.len()).then_some(at)),
                (b'%', Some(b'b')) => match self.balance(at, pattern + 2)? {
                    Some(after) => (at, pattern) = (after, pattern + 4),
                    None => return Ok(None),
                },
                (b'%', Some(b'f')) => match self.frontier(at, pattern + 2)? {
                    Some(end) => pattern = end,
                    None => return Ok(None),
                },
                (b'%', Some(digit)) if digit.is_ascii_digit() => match self.back(at, *digit)? {
                    Some(after) => (at, pattern) = (after, pattern + 2),
                    None => return Ok(None),
                },
                _ => {
                    let end = self.class_end(pattern)?;
                    match self.pattern.get(end) {
                        Some(b'?') => {
                            if self.matches(at, pattern, end)
                                && let Some(found) = self.run(at + 1, end + 1)?
                            {
                                return Ok(Some(found));
                            }
                            pattern = end + 1;
                        }
                        Some(b'+') => {
                            return if self.matches(at, pattern, end) {
                                self.longest(at + 1, pattern, end)
                            } else {
                                Ok(None)
                            };
                        }
                        Some(b'*') => return self.longest(at, pattern, end),
                        Some(b'-') => return self.shortest(at, pattern, end),
                        _ if self.matches(at, pattern, end) => (at, pattern) = (at + 1, end),
                        _ => return Ok(None),
                    }
                }
            }
        }
    }

    fn longest(&mut self, at: usize, pattern: usize, end: usize) -> Match {
        let mut count = 0;
        while self.matches(at + count, pattern, end) {
            count += 1;
        }
        for count in (0..=count).rev() {
            if let Some(found) = self.run(at + count, end + 1)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn shortest(&mut self, mut at: usize, pattern: usize, end: usize) -> Match {
        loop {
            if let Some(found) = self.run(at, end + 1)? {
                return Ok(Some(found));
            }
            if !self.matches(at, pattern, end) {
                return Ok(None);
            }
            at += 1;
        }
    }

    fn open(&mut self, capture: Capture, at: usize, pattern: usize) -> Match {
        if self.captures.len() >= MOST_CAPTURES {
            return Err(BadPattern);
        }
        self.captures.push(capture);
        let found = self.run(at, pattern)?;
        if found.is_none() {
            self.captures.pop();
        }
        Ok(found)
    }

    fn close(&mut self, at: usize, pattern: usize) -> Match {
        let open = self.captures.iter().rposition(|capture| matches!(capture, Capture::Open(_)));
        let open = open.ok_or(BadPattern)?;
        let before = self.captures[open];
        if let Capture::Open(start) = before {
            self.captures[open] = Capture::Closed(start, at);
        }
        let found = self.run(at, pattern)?;
        if found.is_none() {
            self.captures[open] = before;
        }
        Ok(found)
    }

    /// `%bxy`: from an `x` to its `y`. `pattern` is where `x` is.
    fn balance(&self, at: usize, pattern: usize) -> Match {
        let (Some(open), Some(close)) = (self.pattern.get(pattern), self.pattern.get(pattern + 1))
        else {
            return Err(BadPattern);
        };
        if self.text.get(at) != Some(open) {
            return Ok(None);
        }
        let mut depth = 1;
        for (offset, byte) in self.text[at + 1..].iter().enumerate() {
            if byte == close {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some(at + 2 + offset));
                }
            } else if byte == open {
                depth += 1;
            }
        }
        Ok(None)
    }

    /// `%f[set]`: where the set begins. Returns where the pattern goes on.
    fn frontier(&self, at: usize, pattern: usize) -> Match {
        if self.pattern.get(pattern) != Some(&b'[') {
            return Err(BadPattern);
        }
        let end = self.class_end(pattern)?;
        let before = if at == 0 { 0 } else { self.text[at - 1] };
        let after = self.text.get(at).copied().unwrap_or(0);
        let set = &self.pattern[pattern..end];
        Ok((!in_set(before, set) && in_set(after, set)).then_some(end))
    }

    /// `%1`: what a capture has matched.
    fn back(&self, at: usize, digit: u8) -> Match {
        let index = usize::from(digit - b'0').checked_sub(1).ok_or(BadPattern)?;
        let Some(Capture::Closed(from, to)) = self.captures.get(index) else {
            return Err(BadPattern);
        };
        let captured = &self.text[*from..*to];
        Ok(self.text[at..].starts_with(captured).then_some(at + captured.len()))
    }

    /// Where the single character class at an index ends.
    fn class_end(&self, pattern: usize) -> Result<usize, BadPattern> {
        match self.pattern[pattern] {
            b'%' if pattern + 1 < self.pattern.len() => Ok(pattern + 2),
            b'%' => Err(BadPattern),
            b'[' => {
                let mut at = pattern + 1;
                if self.pattern.get(at) == Some(&b'^') {
                    at += 1;
                }
                let first = at;
                loop {
                    match self.pattern.get(at).ok_or(BadPattern)? {
                        // At the beginning of a set, a bracket is a character.
                        b']' if at > first => return Ok(at + 1),
                        b'%' => at += 2,
                        _ => at += 1,
                    }
                }
            }
            _ => Ok(pattern + 1),
        }
    }

    fn matches(&self, at: usize, pattern: usize, end: usize) -> bool {
        let Some(byte) = self.text.get(at) else { return false };
        match self.pattern[pattern] {
            b'.' => true,
            b'%' => in_class(*byte, self.pattern[pattern + 1]),
            b'[' => in_set(*byte, &self.pattern[pattern..end]),
            literal => literal == *byte,
        }
    }
}

/// Whether an octet is in a set with its brackets.
fn in_set(byte: u8, set: &[u8]) -> bool {
    let inner = &set[1..set.len() - 1];
    let (is_negated, mut inner) = match inner.strip_prefix(b"^") {
        Some(rest) => (true, rest),
        None => (false, inner),
    };
    while let Some((first, rest)) = inner.split_first() {
        let (is_in, after) = match (first, rest) {
            (b'%', [class, after @ ..]) => (in_class(byte, *class), after),
            (low, [b'-', high, after @ ..]) => ((*low..=*high).contains(&byte), after),
            (single, after) => (*single == byte, after),
        };
        if is_in {
            return !is_negated;
        }
        inner = after;
    }
    is_negated
}

/// Whether an octet is in a class such as `%d`; in upper case, whether it is not.
fn in_class(byte: u8, class: u8) -> bool {
    let is_in = match class.to_ascii_lowercase() {
        b'a' => byte.is_ascii_alphabetic(),
        b'c' => byte.is_ascii_control(),
        b'd' => byte.is_ascii_digit(),
        b'g' => byte.is_ascii_graphic(),
        b'l' => byte.is_ascii_lowercase(),
        b'p' => byte.is_ascii_punctuation(),
        b's' => byte.is_ascii_whitespace() || byte == 0x0b,
        b'u' => byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'x' => byte.is_ascii_hexdigit(),
        _ => return class == byte,
    };
    is_in != class.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Lua 5.4 returns.
    #[test]
    fn patterns_match_as_in_lua() {
        #[track_caller]
        fn case(text: &str, pattern: &str, expected: Option<&str>) {
            assert_eq!(find(text, pattern), Ok(expected.map(str::to_owned)), "{text} {pattern}");
        }

        case("standup", "stand.*", Some("standup"));
        case("standup", "up", Some("up"));
        case("standup", "^up", None);
        case("team-7", "team%-%d", Some("team-7"));
        case("team-7", "team-7", None);
        case("team7", "tea-m7", Some("team7"));
        case("team-77", "team%-%d$", None);
        case("team-77", "team%-%d+$", Some("team-77"));
        case("abc", "(a)(b)", Some("a"));
        case("abc", "()b", Some("2"));
        case("abcabc", "^(abc)%1$", Some("abc"));
        case("a(b(c))d", "%b()", Some("(b(c))"));
        case("the cat", "%f[%a]%a+$", Some("cat"));
        case("x]y", "[]]", Some("]"));
        case("x-y", "[a-]", Some("-"));
        case("xyz", "[^x-y]", Some("z"));
        case("colour", "colou?r", Some("colour"));
        case("color", "colou?r", Some("color"));
        case("100%25", "100%%25", Some("100%25"));
        case("a$b", "a$b", Some("a$b"));
        case("", "", Some(""));
        case("abc", "", Some(""));
        case("room_1", "[%w_]+", Some("room_1"));
        case("é", "%W+", Some("é"));
    }

    #[test]
    fn broken_patterns_are_known() {
        for pattern in
            ["[", "[a", "%", "(", "a)", "(a", "%b", "%bx", "%f", "%fa", "%1", "[%", "()%1"]
        {
            assert_eq!(find("aaa", pattern), Err(BadPattern), "{pattern}");
        }
        assert_eq!(find(&"a".repeat(200), &"a*".repeat(60)), Ok(Some("a".repeat(200))));
        assert_eq!(find(&"a".repeat(2000), &format!("{}b", "a-".repeat(60))), Err(BadPattern));
    }

    proptest::proptest! {
        #[test]
        fn any_pattern_is_tried_or_refused(text in "[a-c()%.-]{0,12}", pattern in "[a-c()%.*+?^$\\[\\]bf1-]{0,14}") {
            let _ = find(&text, &pattern);
        }
    }
}
