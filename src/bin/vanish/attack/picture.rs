//! Attacks one picture, and shows the clean and the attacked picture side by side.

use std::path::Path;
use std::rc::Rc;

use serde_json::{Value, json};
use vanish::attack::ensemble::{VIEWS, agreed};
use vanish::attack::recover::{Masked, vote};
use vanish::attack::{Answer, AsIs, Attack, Attacked, Found, Reading, Trial, detect};
use vanish::classifier::OnnxClassifier;
use vanish::picture::RgbImage;
use vanish::render::{ColourMap, OPACITY, heatmap};
use vanish::{Error, ErrorKind, Result};

use super::super::files::plain;
use super::super::progress::drive;
use super::super::results;
use super::arguments::Args;
use super::files;

/// Factor by which a change of 1/255 is amplified in a drawing. Larger changes are amplified less.
const GAIN: f32 = 64.0;

/// What was found for one picture: for the clean and for the attacked version.
struct Pair {
    clean: Found,
    attacked: Found,
}

pub fn run(args: &Args) -> Result<()> {
    let picture = super::super::files::picture(&args.input)?;
    let (device, _) = args.device.open()?;
    let model = Rc::new(super::super::files::model(&args.model[0], args.profile.as_deref(), None, &device)?);
    let pixels = AsIs::frame(model.as_ref(), &picture.pixels);
    let trial = |attack: Option<Attack>| {
        let recipes = args.recipes(attack.as_ref());
        drive(&mut Trial::new(model.clone(), &pixels, attack, &recipes))
    };
    // If the folder cannot be made, this is known before the work is done.
    args.out.as_deref().map_or(Ok(()), super::super::files::folder)?;
    let clean = trial(None)?;
    let mut reports = vec![];
    for attack in args.attacks()? {
        let pair = Pair { clean: clean.clone(), attacked: trial(Some(attack))? };
        if let Some(folder) = &args.out {
            write(folder, &model, &pixels, &pair)?;
        }
        if !args.json {
            say(args, &model, &pair)?;
        }
        reports.push(report(&model, &pair));
    }
    let whole = results::headed(json!({
        "image": picture.name,
        "model": results::model(&model),
        "clean": seen(&model, &clean),
        "attacks": reports,
    }));
    if let Some(folder) = &args.out {
        super::super::files::folder(folder)?;
        super::super::files::write(&folder.join("attack.json"), super::super::files::to_json(&whole)?.as_bytes())?;
    }
    if args.json { super::super::files::print(&whole.to_string()) } else { Ok(()) }
}

fn write(folder: &Path, model: &OnnxClassifier, clean: &RgbImage, pair: &Pair) -> Result<()> {
    super::super::files::folder(folder)?;
    files::write(folder, "clean.png", clean)?;
    files::write_profile(folder, "profile.json", model)?;
    masks(folder, "clean", clean, &pair.clean.masks)?;
    let Some(attacked) = &pair.attacked.attacked else { return Ok(()) };
    let name = plain(&attacked.attack.name());
    files::write(folder, &format!("{name}.png"), &attacked.picture)?;
    let gain = GAIN / attacked.l_inf.max(1.0);
    files::write(folder, &format!("{name}-change.png"), &attacked.difference(gain))?;
    masks(folder, &name, &attacked.picture, &pair.attacked.masks)
}

fn masks(folder: &Path, name: &str, picture: &RgbImage, masks: &[Masked]) -> Result<()> {
    for masked in masks {
        let over = heatmap(picture, &masked.mask.complement(), ColourMap::Viridis, OPACITY);
        files::write(folder, &format!("{name}-mask-{}.png", masked.recipe.name()), &over)?;
    }
    Ok(())
}

fn say(args: &Args, model: &OnnxClassifier, pair: &Pair) -> Result<()> {
    let (Some(attacked), Some(clean), Some(seen)) =
        (&pair.attacked.attacked, &pair.clean.reading, &pair.attacked.reading)
    else {
        return Err(Error::new(ErrorKind::Settings, "the attack was stopped before it had an answer"));
    };
    let mut lines = vec![headline(model, attacked)];
    let (detects, recovers) = args.shown();
    if detects {
        lines.push(detection(clean, seen));
    }
    if recovers && attacked.succeeded() {
        lines.extend(recovery(model, attacked, clean, pair));
    }
    super::super::files::print(&lines.join("\n"))
}

fn headline(model: &OnnxClassifier, attacked: &Attacked) -> String {
    let shown = |answer: Answer| format!("{} ({:.2})", model.labels().short(answer.class), answer.probability);
    let noise = if attacked.noise.class == attacked.before.class { "keeps the answer" } else { "changes it too" };
    let outcome = if attacked.succeeded() {
        format!("makes {} into {}", shown(attacked.before), shown(attacked.after))
    } else {
        format!("fails: {} stays, at {:.2} now", shown(attacked.before), attacked.after.probability)
    };
    let zero = if attacked.zero_gradients > 0.0 {
        format!(" In {:.0} % of the steps the gradient was 0.", 100.0 * attacked.zero_gradients)
    } else {
        String::new()
    };
    format!(
        "{} {outcome}; largest change {}/255, norm {:.2}. Noise of equal norm {noise}.{zero}",
        attacked.attack.name(),
        attacked.l_inf,
        attacked.l2
    )
}

fn detection(clean: &Reading, attacked: &Reading) -> String {
    format!(
        "The rule f(x) = f(Tx): the answer changes by {:.2} of 2 under light edits, and by {:.2} before the attack; \
         the highest probability is {:.2}, and was {:.2}. A threshold takes a set.",
        detect::rule(attacked),
        detect::rule(clean),
        attacked.answer().probability,
        clean.answer().probability
    )
}

/// Describes what each way answers to the attacked picture, and whether that is the clean answer.
fn recovery(model: &OnnxClassifier, attacked: &Attacked, clean: &Reading, pair: &Pair) -> Vec<String> {
    let wanted = clean.answer().class;
    let verdict = |class: usize| {
        let back = if class == wanted { "the clean answer again" } else { "not the clean answer" };
        format!("{}, {back}", model.labels().short(class))
    };
    let mut lines = vec![];
    if let Some(reading) = &pair.attacked.reading {
        lines.push(format!("A vote of fifteen light edits says {}.", verdict(vote(reading))));
        let views = [(None, "agree on"), (Some(attacked.after.class), "without the attacked answer agree on")];
        for (excluded, words) in views {
            let class = agreed(&reading.ensemble, excluded);
            lines.extend(class.map(|class| format!("{VIEWS} strong random edits {words} {}.", verdict(class))));
        }
    }
    for masked in &pair.attacked.masks {
        let of = masked.recipe.name();
        lines.push(match &masked.refused {
            Some(reason) => format!("No {of} mask: {reason}."),
            None => format!(
                "Blurring what the {of} mask deletes ({:.1} % of the picture) says {}; the mask turned by half says \
                 {}, a random one of the same values {}.",
                100.0 * masked.statistics[0],
                verdict(masked.deleted.class),
                verdict(masked.rotated.class),
                verdict(masked.random.class)
            ),
        });
    }
    lines
}

fn report(model: &OnnxClassifier, pair: &Pair) -> Value {
    let attacked = pair.attacked.attacked.as_ref();
    json!({
        "attack": attacked.map(|a| &a.attack),
        "succeeded": attacked.map(Attacked::succeeded),
        "before": attacked.map(|a| answer(model, a.before)),
        "after": attacked.map(|a| answer(model, a.after)),
        "noise": attacked.map(|a| answer(model, a.noise)),
        "l_inf": attacked.map(|a| a.l_inf),
        "l2": attacked.map(|a| a.l2),
        "zero_gradients": attacked.map(|a| a.zero_gradients),
        "losses": attacked.map(|a| &a.losses),
        "seconds": attacked.map(|a| a.seconds),
        "attacked": seen(model, &pair.attacked),
    })
}

fn answer(model: &OnnxClassifier, answer: Answer) -> Value {
    json!({ "class": answer.class, "label": model.labels().short(answer.class), "probability": answer.probability })
}

fn seen(model: &OnnxClassifier, found: &Found) -> Value {
    let of_mask = |masked: &Masked| {
        json!({
            "recipe": masked.recipe,
            "statistics": detect::STATISTICS
                .iter()
                .zip(masked.statistics)
                .collect::<std::collections::BTreeMap<_, _>>(),
            "deleted": answer(model, masked.deleted),
            "rotated": answer(model, masked.rotated),
            "random": answer(model, masked.random),
            "refused": masked.refused,
        })
    };
    json!({
        "rule": found.reading.as_ref().map(detect::rule),
        "vote": found.reading.as_ref().map(vote),
        "reading": found.reading,
        "masks": found.masks.iter().map(of_mask).collect::<Vec<_>>(),
    })
}
