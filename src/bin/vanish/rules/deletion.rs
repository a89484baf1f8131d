//! The local rule: deleting the region takes the answer away.

use std::rc::Rc;

use serde_json::{Value, json};
use vanish::classifier::OnnxClassifier;
use vanish::critters::strangers;
use vanish::explain::{Explanation, Run};
use vanish::number::minus;
use vanish::rules::{generalise, statistics};
use vanish::study::each::Begin;
use vanish::study::{Each, Explained};

use super::{Asked, Told};
use crate::progress::drive;

impl Asked<'_> {
    pub(super) fn deletion(&self) -> Told {
        let explanation = drive(&mut self.run(&self.subject()?.0)?)?;
        let found = drive(&mut test(self.model.clone(), &explanation, &self.args.families))?;
        let interval = |name: &str, value: Option<f64>, interval: Option<statistics::Interval>| {
            let span = interval
                .map_or_else(String::new, |i| format!(" (95 % interval {:.2} to {:.2})", minus(i.low), minus(i.high)));
            value.map(|value| format!("{name} {:.2}{span}", minus(value)))
        };
        let figures = [
            interval("lift", found.lift(), found.lift_interval()),
            interval("skill", found.skill(), None),
            (found.void > 0).then(|| format!("{} deletions could tell nothing and were drawn again", found.void)),
        ];
        let figures: Vec<String> = figures.into_iter().flatten().collect();
        let report = json!({
            "held": found.held(), "held_interval": found.held_interval(), "control": found.control(),
            "lift": found.lift(), "lift_interval": found.lift_interval(), "skill": found.skill(),
            "families": found.families(), "worst": found.worst(), "test": found,
        });
        Ok((vec![found.sentence(), figures.join("; ")], report))
    }

    pub(super) fn deletions(&self) -> Told {
        let (model, settings, families) = (self.model.clone(), self.settings.clone(), self.args.families.clone());
        let begin: Begin<Explained<generalise::Test>> = Box::new(move |case| {
            let (model, settings, families) = (model.clone(), settings.clone(), families.clone());
            Box::pin(async move {
                let run = Run::new(model.clone(), case.subject.clone(), settings).await?;
                Ok(Explained::new(run, move |explanation| test(model.clone(), &explanation, &families)))
            })
        });
        let found = drive(&mut Each::new(self.model.clone(), self.set()?, self.limit(20), begin))?;
        let all: Vec<_> = found.all.iter().map(|(_, outcome)| outcome.clone()).collect();
        let pooled = generalise::Pooled::new(&all);
        let pictures: Vec<Value> = found.all.iter().map(|(name, o)| json!({ "picture": name, "test": o })).collect();
        let report =
            json!({ "pooled": pooled, "pictures": pictures, "left_out": found.left_out, "refused": found.refused });
        Ok((self.with_exclusions(vec![pooled.sentence()], &found)?, report))
    }
}

/// Returns the test of an explanation on these families of deletions, or on all that it has not seen.
fn test(model: Rc<OnnxClassifier>, explanation: &Explanation, families: &[generalise::Family]) -> generalise::Test {
    let others = strangers();
    if families.is_empty() {
        return generalise::Test::new(model, explanation, others);
    }
    generalise::Test::on(model, explanation, others, families.to_vec())
}
