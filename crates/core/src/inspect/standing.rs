//! Who becomes a moderator, for each way in which a server may decide it (`jitsi-tokens` facts, §3).

use serde_json::Value;

use super::judgement::Standing;
use super::parts::{is_true, member};
use crate::RoleRule;

/// What a token's claims say about the rights of its bearer.
pub(super) struct Claimed {
    /// Top-level `moderator` is the boolean true.
    top: bool,
    /// `context.user.moderator` is true or `"true"`.
    user: bool,
    /// `context.user.affiliation` is one that grants rights, in this case.
    affiliation: bool,
}

impl Claimed {
    pub(super) fn of(claims: &Value) -> Claimed {
        let user = member(claims, "context").and_then(|context| member(context, "user"));
        let user_member = |name| user.and_then(|user| member(user, name));
        let affiliation = user_member("affiliation").and_then(Value::as_str);
        Claimed {
            top: member(claims, "moderator") == Some(&Value::Bool(true)),
            user: user_member("moderator").is_some_and(is_true),
            affiliation: matches!(affiliation, Some("owner" | "moderator" | "teacher")),
        }
    }

    /// Whether it claims the rights in any form.
    pub(super) fn any(&self) -> bool {
        self.top || self.user || self.affiliation
    }

    /// By one rule alone.
    pub(super) fn by(&self, rule: RoleRule) -> Standing {
        let is_moderator = match rule {
            RoleRule::First | RoleRule::Everybody => true,
            RoleRule::TokenAffiliation => self.user || self.affiliation,
            RoleRule::TokenModeration => self.top,
            RoleRule::Jaas => self.user,
        };
        if is_moderator { Standing::Moderator } else { Standing::Participant }
    }

    /// By all rules of a server. One that grants the rights is enough; but with `token_moderation` nobody else can get
    /// them by being the first.
    pub(super) fn by_all(&self, rules: &[RoleRule]) -> Standing {
        let is_exclusive = rules.contains(&RoleRule::TokenModeration);
        let grants = |rule: &&RoleRule| {
            !(is_exclusive && **rule == RoleRule::First) && self.by(**rule) == Standing::Moderator
        };
        if rules.iter().any(|rule| grants(&rule)) {
            Standing::Moderator
        } else {
            Standing::Participant
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The table of what was observed.
    #[test]
    fn rights_are_those_of_each_plugin() {
        #[track_caller]
        fn case(claims: &Value, expected: [bool; 3]) {
            let claimed = Claimed::of(claims);
            let rules = [RoleRule::TokenAffiliation, RoleRule::TokenModeration, RoleRule::Jaas];
            let found = rules.map(|rule| claimed.by(rule) == Standing::Moderator);
            assert_eq!(found, expected, "{claims}");
        }

        let user = |user: Value| json!({ "context": { "user": user } });
        case(&json!({ "moderator": true }), [false, true, false]);
        case(&json!({ "moderator": "true" }), [false; 3]);
        case(&user(json!({ "moderator": true })), [true, false, true]);
        case(&user(json!({ "moderator": "true" })), [true, false, true]);
        case(&user(json!({ "affiliation": "owner" })), [true, false, false]);
        case(&user(json!({ "affiliation": "teacher" })), [true, false, false]);
        case(&user(json!({ "affiliation": "Owner", "role": "owner" })), [false; 3]);
        case(&user(json!({ "moderator": false })), [false; 3]);
        case(&json!("text"), [false; 3]);
    }

    #[test]
    fn rules_add_up_but_for_the_exclusive_one() {
        use RoleRule::{Everybody, First, TokenAffiliation, TokenModeration};
        let nobody = Claimed::of(&json!({}));
        let by = |rules: &[RoleRule]| nobody.by_all(rules);
        assert_eq!(by(&[]), Standing::Participant);
        assert_eq!(by(&[First]), Standing::Moderator);
        assert_eq!(by(&[TokenAffiliation, First]), Standing::Moderator);
        assert_eq!(by(&[TokenModeration, First]), Standing::Participant);
        assert_eq!(by(&[TokenModeration, Everybody]), Standing::Moderator);
        assert_eq!(by(&[TokenAffiliation]), Standing::Participant);
    }
}
