//! Rules of the form: the model says c when the picture contains k.

use serde_json::json;
use vanish::critters::World;
use vanish::number::minus;
use vanish::rules::concept::{Annotated, ConceptRules, Effect, Finding, PICTURES, TESTED, Verdict};
use vanish::rules::statistics;
use vanish::study::{AnnotatedSet, CritterSet, pictures};

use super::{Asked, Told};
use crate::files;
use crate::progress::drive;

impl Asked<'_> {
    pub(super) fn concepts(&self) -> Told {
        if self.args.what == "critters" {
            return self.concepts_in(CritterSet::new(self.args.first.seed(), self.limit(600), World::clean()));
        }
        let set = AnnotatedSet::open(self.set()?, self.limit(usize::MAX), self.model.labels())?.labelled()?;
        files::say_left_out(&set);
        self.concepts_in(set)
    }

    fn concepts_in(&self, set: impl Annotated) -> Told {
        let tested = self.args.tested.unwrap_or(TESTED);
        let found = drive(&mut ConceptRules::new(self.model.clone(), set, tested, self.settings.seed))?;
        let mut sentences: Vec<String> = found.rules.iter().map(|rule| self.said(rule)).collect();
        sentences.push(found.sentence());
        Ok((sentences, json!({ "pictures_a_trial": PICTURES, "concepts": found })))
    }

    /// Returns a line about one rule.
    fn said(&self, rule: &Finding) -> String {
        let class = self.model.labels().short(rule.candidate.class);
        let verdict = match rule.verdict {
            Verdict::ReliesOn => "relies on",
            Verdict::GoesWith => "goes with",
            Verdict::Unconfirmed => "unconfirmed",
        };
        let effect = |e: &Effect, of: &str| {
            if e.n == 0 {
                return "not tried".to_owned();
            }
            let span = e
                .interval
                .map_or_else(|| "too few".to_owned(), |i| format!("{:+.2} to {:+.2}", minus(i.low), minus(i.high)));
            let net = e.net.map_or_else(String::new, |i| {
                let [net, low, high] = [i.estimate, i.low, i.high].map(minus);
                format!(", net {net:.2} [{low:.2}, {high:.2}]")
            });
            let exact = e.exact.map_or_else(String::new, |exact| format!(", exact {exact:.2}"));
            let of = if e.n == 1 { of.trim_end_matches('s') } else { of };
            let tried = if e.trials == e.n { String::new() } else { format!(", {}", pictures(e.trials)) };
            let n = format!("n {}{of}{tried}", e.n);
            format!("{:+.2} ({span}{net}{exact}, {n})", minus(e.difference()))
        };
        format!(
            "{class:8} {verdict:11} {:16} z {:5.1} rank {}; necessity {}; sufficiency {}; {}",
            rule.concept.name,
            rule.candidate.z,
            rule.candidate.rank,
            effect(&rule.necessity, ""),
            effect(&rule.sufficiency, " donors"),
            statistics::p_words(rule.p)
        )
    }
}
