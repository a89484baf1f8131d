//! The engine the worker drives: one model, one picture, one run.

use std::rc::Rc;

use burn::tensor::Device;
use serde::Serialize;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::wasm_bindgen;

use super::device;
use crate::classifier::{self, Classifier, Labels, OnnxClassifier, Profile, hex};
use crate::critters;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{DeviceUsed, Explanation, ImageUsed, Region, Report, Run};
use crate::judge::{Asked, Trial, common_scene};
use crate::methods::Settings;
use crate::picture::{RgbImage, check_size, from_rgba, resize_and_crop, to_float, to_png};
use crate::question::Subject;
use crate::render::{ColourMap, heatmap, mask_picture};

/// A picture with where it came from.
struct Photo {
    pixels: RgbImage,
    used: ImageUsed,
    /// The name of what it shows and the pixels that tell it, where that is known.
    truth: Option<(&'static str, Vec<bool>)>,
}

/// One model, one picture, one run.
#[wasm_bindgen]
pub struct Engine {
    device: Device,
    used: DeviceUsed,
    model: Option<Rc<OnnxClassifier>>,
    photo: Option<Photo>,
    run: Option<Run>,
    /// What the pictures below show: the run as it stands, its end, or an imported report.
    shown: Option<Explanation>,
    /// The regions of all areas, where the run learned several.
    regions: Vec<Region>,
    milliseconds: f64,
    /// The bytes of a model that is being read.
    incoming: Vec<u8>,
}

#[wasm_bindgen]
impl Engine {
    /// Opens a device: `auto`, `cpu` or `gpu`.
    pub async fn create(preference: String) -> Result<Engine> {
        let (device, used) = device::open(&preference).await?;
        let (regions, incoming) = (vec![], vec![]);
        Ok(Self {
            device,
            used,
            model: None,
            photo: None,
            run: None,
            shown: None,
            regions,
            milliseconds: 0.0,
            incoming,
        })
    }

    /// The device in use, as JSON.
    pub fn device(&self) -> Result<String> {
        json(&self.used)
    }

    /// Makes room for a model of this many bytes, which [`Engine::append_model`] then takes piece by piece: a large
    /// file is never whole in JavaScript's memory.
    #[wasm_bindgen(js_name = reserveModel)]
    pub fn reserve_model(&mut self, length: f64) -> Result<()> {
        self.incoming = vec![];
        self.incoming = room_for(length as usize)?;
        Ok(())
    }

    /// The next bytes of the model.
    #[wasm_bindgen(js_name = appendModel)]
    pub fn append_model(&mut self, piece: &[u8]) {
        self.incoming.extend_from_slice(piece);
    }

    /// Loads the model that was read; the present one stays if this fails. Answers what there is to show of it, as JSON.
    #[wasm_bindgen(js_name = loadModel)]
    pub async fn load_model(
        &mut self,
        name: String,
        profile: Option<String>,
        labels: Option<String>,
    ) -> Result<String> {
        let profile = profile.map(|text| Profile::from_json(&text)).transpose()?;
        let labels = labels.map(|text| Labels::parse(&text)).transpose()?;
        let bytes = std::mem::take(&mut self.incoming);
        let model = OnnxClassifier::from_bytes(&name, &bytes, profile, labels, &self.device)?;
        self.adopt(model)
    }

    /// Sets another profile for the model.
    #[wasm_bindgen(js_name = setProfile)]
    pub fn set_profile(&mut self, profile: String, labels: Option<String>) -> Result<String> {
        let labels = labels.map(|text| Labels::parse(&text)).transpose()?;
        let model = self.model()?.with_profile(Profile::from_json(&profile)?, labels)?;
        self.adopt(model)
    }

    /// The names of all classes, as a JSON list.
    pub fn labels(&self) -> Result<String> {
        json(self.model()?.labels().all())
    }

    /// Takes a picture from RGBA bytes.
    #[wasm_bindgen(js_name = setImage)]
    pub fn set_image(&mut self, name: String, rgba: Vec<u8>, width: u32, height: u32) -> Result<String> {
        check_size(width, height)?;
        if rgba.len() as u64 != 4 * u64::from(width) * u64::from(height) {
            return Err(Error::new(
                ErrorKind::Image,
                format!("{} bytes are no {width} × {height} picture", rgba.len()),
            ));
        }
        let sha256 = hex(&Sha256::digest(&rgba));
        let pixels = from_rgba(&rgba, width, height);
        self.take_photo(Photo { pixels, used: ImageUsed { name, sha256, width, height }, truth: None })
    }

    /// Draws a picture of the built-in world and takes it.
    #[wasm_bindgen(js_name = setCritter)]
    pub fn set_critter(&mut self, seed: f64) -> Result<String> {
        let drawn = critters::draw(seed as u64, &critters::World::clean());
        let sha256 = hex(&Sha256::digest(drawn.picture.as_raw()));
        let (width, height) = drawn.picture.dimensions();
        let used = ImageUsed { name: format!("critter:{}", seed as u64), sha256, width, height };
        let truth = Some((drawn.kind.name(), drawn.evidence().pixels()));
        self.take_photo(Photo { pixels: drawn.picture, used, truth })
    }

    /// The picture's RGBA bytes at its own size.
    pub fn photo(&self) -> Result<Vec<u8>> {
        Ok(rgba(&self.picture_in_use()?.pixels))
    }

    /// The built-in samples, as JSON.
    pub fn gallery(&self) -> Result<String> {
        let samples: Vec<_> = critters::gallery()
            .into_iter()
            .map(|s| serde_json::json!({ "seed": s.seed, "title": s.title, "caption": s.caption }))
            .collect();
        json(&samples)
    }

    /// A drawing of the built-in world, RGBA.
    #[wasm_bindgen(js_name = critterPicture)]
    pub fn critter_picture(&self, seed: f64) -> Vec<u8> {
        rgba(&critters::draw(seed as u64, &critters::World::clean()).picture)
    }

    /// The picture's most probable classes, as JSON.
    pub async fn classify(&self, count: usize) -> Result<String> {
        let model = self.model()?;
        json(&classifier::top(&self.logits().await?, model.labels(), count))
    }

    /// The most probable class of a drawing of the built-in world, as JSON; the picture in use stays.
    #[wasm_bindgen(js_name = classifyCritter)]
    pub async fn classify_critter(&self, seed: f64) -> Result<String> {
        let drawn = critters::draw(seed as u64, &critters::World::clean()).picture;
        json(&classifier::top(&self.logits_of(&drawn).await?, self.model()?.labels(), 1))
    }

    /// Prepares a run of these settings (JSON; `target` is `{"index": K}` or `"top"`).
    pub async fn start(&mut self, settings: String) -> Result<String> {
        let (settings, target) = split_target(&settings)?;
        let settings = Settings::from_json(&settings)?;
        let model = self.model()?;
        let index = match target {
            Some(index) => index,
            None => classifier::top(&self.logits().await?, model.labels(), 1).first().map_or(0, |p| p.index),
        };
        let subject = Subject::new(
            self.picture_in_use()?.pixels.clone(),
            index,
            model.labels(),
            &settings.with,
            &settings.against,
        );
        let started = js_sys::Date::now();
        let resize = model.profile().resize;
        let run = Run::new(model, subject, resize, settings).await?;
        let answer = json(&serde_json::json!({
            "scores": run.scores(), "total": run.settings().iterations, "settings": run.settings(), "warnings": [],
        }))?;
        self.shown = Some(run.preview().await?);
        self.run = Some(run);
        self.milliseconds = js_sys::Date::now() - started;
        Ok(answer)
    }

    /// Takes some steps; answers where the run stands, as JSON.
    pub async fn step(&mut self, count: usize) -> Result<String> {
        let started = js_sys::Date::now();
        let run = self.run.as_mut().ok_or_else(nothing_runs)?;
        let progress = run.step(count).await?;
        self.shown = Some(run.preview().await?);
        self.milliseconds += js_sys::Date::now() - started;
        let mut answer = serde_json::to_value(&progress).map_err(conversion)?;
        answer["seconds"] = (self.milliseconds / 1000.0).into();
        json(&answer)
    }

    /// The energy and the score at each step so far, as JSON.
    pub fn curves(&self) -> Result<String> {
        let run = self.run.as_ref().ok_or_else(nothing_runs)?;
        json(&serde_json::json!({ "objective": run.energies(), "score": run.score_curve() }))
    }

    /// Width and height of the pictures below.
    #[wasm_bindgen(js_name = modelSize)]
    pub fn model_size(&self) -> Result<Vec<u32>> {
        let side = self.model()?.size() as u32;
        Ok(vec![side, side])
    }

    /// A picture at the model's size, RGBA: `original`, `deleted` or `preserved`.
    pub fn picture(&self, kind: &str) -> Result<Vec<u8>> {
        let drawn = match kind {
            "original" => self.original()?,
            "deleted" => self.shown()?.deleted(),
            "preserved" => self.shown()?.preserved(),
            other => return Err(unknown("picture", other)),
        };
        Ok(rgba(&drawn))
    }

    /// The evidence over the picture, RGBA.
    pub fn heatmap(&self, map: &str, opacity: f32) -> Result<Vec<u8>> {
        Ok(rgba(&self.draw_heatmap(map, opacity)?))
    }

    /// The mask at the model's size, row by row: 1 keeps, 0 deletes.
    #[wasm_bindgen(js_name = smoothMask)]
    pub fn smooth_mask(&self) -> Result<Vec<f32>> {
        Ok(self.shown()?.mask.clone())
    }

    /// How much each pixel is evidence, at the model's size, row by row: 0 none, 1 all.
    pub fn evidence(&self) -> Result<Vec<f32>> {
        Ok(self.shown()?.evidence())
    }

    /// The report of the run as it stands, as JSON.
    pub async fn finish(&mut self) -> Result<String> {
        let run = self.run.as_ref().ok_or_else(nothing_runs)?;
        let explanation = run.finish().await?;
        self.show(explanation)
    }

    /// The areas whose regions the run learned at once, as JSON: `[{"area", "chosen", "sufficient"}]`, smallest first.
    pub async fn regions(&mut self) -> Result<String> {
        self.regions = self.run.as_ref().ok_or_else(nothing_runs)?.regions().await?;
        let entry = |r: &Region| serde_json::json!({ "area": r.area, "chosen": r.chosen, "sufficient": r.sufficient });
        json(&self.regions.iter().map(entry).collect::<Vec<_>>())
    }

    /// Shows the region of a number in that list; answers its report.
    #[wasm_bindgen(js_name = showRegion)]
    pub fn show_region(&mut self, number: usize) -> Result<String> {
        let explanation = self.regions.get(number).ok_or_else(nothing_runs)?.explanation.clone();
        self.show(explanation)
    }

    /// What the judges say of what is shown, as JSON, and `seconds`: the run's, now that its pixels are in order. On the common
    /// ground of all methods.
    pub async fn judge(&mut self) -> Result<String> {
        let started = js_sys::Date::now();
        if let (Some(run), Some(shown)) = (&self.run, &mut self.shown) {
            run.rank(shown).await?;
            self.milliseconds += js_sys::Date::now() - started;
        }
        let (shown, model) = (self.shown()?, self.model()?);
        let scene = common_scene(&self.picture_in_use()?.pixels, model.profile().resize, model.size());
        let class = shown.subject.target;
        let truth = self.known_truth(class)?;
        let trial = Trial { classifier: model.as_ref(), scene: &scene, class, truth };
        let mut answer = serde_json::to_value(trial.judge(&shown.ranking(), Asked::ALL).await?).map_err(conversion)?;
        answer["seconds"] = (self.milliseconds / 1000.0).into();
        json(&answer)
    }

    /// The true evidence for a class, row by row: 1 where it is. Empty where it is not known.
    pub fn truth(&self, class: usize) -> Result<Vec<f32>> {
        let truth = self.known_truth(class)?.unwrap_or_default();
        Ok(truth.iter().map(|&inside| f32::from(u8::from(inside))).collect())
    }

    /// Shows a report; the pictures need the report's picture and model to be in use.
    #[wasm_bindgen(js_name = importReport)]
    pub async fn import_report(&mut self, text: String) -> Result<String> {
        let report = Report::from_json(&text)?;
        if let (Some(photo), Some(model)) = (&self.photo, &self.model)
            && photo.used.sha256 == report.image.sha256
        {
            let explanation = report.explanation(&photo.pixels, model.as_ref(), model.profile().resize).await?;
            self.run = None;
            self.shown = Some(explanation);
        }
        json(&report)
    }

    /// A picture as PNG: `mask`, `heatmap`, `deleted` or `preserved`.
    pub fn png(&self, kind: &str, map: &str, opacity: f32) -> Result<Vec<u8>> {
        let shown = self.shown()?;
        to_png(&match kind {
            "mask" => mask_picture(&shown.mask, shown.side),
            "heatmap" => self.draw_heatmap(map, opacity)?,
            "deleted" => shown.deleted(),
            "preserved" => shown.preserved(),
            other => return Err(unknown("picture", other)),
        })
    }
}

impl Engine {
    /// Lets go of a run that another model or picture has overtaken.
    fn forget(&mut self) {
        (self.run, self.shown) = (None, None);
        self.regions.clear();
    }

    /// Which pixels tell a class, where the picture is one of that class and the model sees all of it.
    fn known_truth(&self, class: usize) -> Result<Option<&[bool]>> {
        let (photo, model) = (self.picture_in_use()?, self.model()?);
        let side = if model.profile().resize == model.size() { model.size() } else { 0 };
        let fits =
            |(name, truth): &&(&str, Vec<bool>)| truth.len() == side * side && model.labels().short(class) == *name;
        Ok(photo.truth.as_ref().filter(fits).map(|(_, truth)| truth.as_slice()))
    }

    /// Shows an explanation of the run; answers its report.
    fn show(&mut self, explanation: Explanation) -> Result<String> {
        let image = self.picture_in_use()?.used.clone();
        let report = Report::new(&explanation, &*self.model()?, image, self.used.clone(), self.milliseconds / 1000.0);
        self.shown = Some(explanation);
        json(&report)
    }

    fn adopt(&mut self, model: OnnxClassifier) -> Result<String> {
        let info = json(&model.info())?;
        self.forget();
        self.model = Some(Rc::new(model));
        Ok(info)
    }

    fn take_photo(&mut self, photo: Photo) -> Result<String> {
        let answer = json(&photo.used)?;
        self.forget();
        self.photo = Some(photo);
        Ok(answer)
    }

    fn model(&self) -> Result<Rc<OnnxClassifier>> {
        self.model.clone().ok_or_else(|| Error::new(ErrorKind::Model, "no model is loaded yet; choose one first"))
    }

    fn picture_in_use(&self) -> Result<&Photo> {
        self.photo.as_ref().ok_or_else(|| Error::new(ErrorKind::Image, "there is no picture yet; choose one first"))
    }

    fn shown(&self) -> Result<&Explanation> {
        self.shown.as_ref().ok_or_else(nothing_runs)
    }

    fn original(&self) -> Result<RgbImage> {
        if let Some(shown) = &self.shown {
            return Ok(shown.scene.photo.to_picture());
        }
        let model = self.model()?;
        let photo = to_float(&self.picture_in_use()?.pixels);
        Ok(resize_and_crop(&photo, model.profile().resize, model.size()).to_picture())
    }

    fn draw_heatmap(&self, map: &str, opacity: f32) -> Result<RgbImage> {
        let shown = self.shown()?;
        let map = ColourMap::named(map).ok_or_else(|| unknown("colour map", map))?;
        Ok(heatmap(&shown.scene.photo.to_picture(), &shown.evidence(), map, opacity.clamp(0.0, 1.0)))
    }

    async fn logits(&self) -> Result<Vec<f32>> {
        self.logits_of(&self.picture_in_use()?.pixels).await
    }

    async fn logits_of(&self, picture: &RgbImage) -> Result<Vec<f32>> {
        self.model()?.logits_of(picture).await
    }
}

/// What opening a model takes at most, as a multiple of its file: the bytes, the weights read from them, and those on
/// the device. Measured on the command: 3.0 for the 507 MB of VGG-11 (docs/models.md).
const COPIES: usize = 3;

/// Room for a file of this length, after a look whether what opening it takes can be had at all: once weights are
/// being allocated one by one, running out of memory can only be a crash.
fn room_for(length: usize) -> Result<Vec<u8>> {
    let refused = || {
        let (file, needed) = (length as f64 / 1e6, (length * COPIES) as f64 / 1e6);
        let sentence = format!(
            "the file has {file:.0} MB, and opening it takes about {needed:.0} MB of memory, which the browser does not give this page; close other tabs, or open it with the vanish command"
        );
        Error::new(ErrorKind::Model, sentence)
    };
    let mut blocks: Vec<Vec<u8>> = vec![];
    for _ in 0..COPIES {
        let mut block = vec![];
        block.try_reserve_exact(length).map_err(|_| refused())?;
        blocks.push(block);
    }
    Ok(blocks.swap_remove(0))
}

/// Takes the target out of the settings: `None` is the most probable class.
fn split_target(settings: &str) -> Result<(String, Option<usize>)> {
    let mut value: serde_json::Value = serde_json::from_str(settings).map_err(conversion)?;
    let target = value.as_object_mut().and_then(|map| map.remove("target"));
    let index = target.and_then(|t| t.get("index").and_then(serde_json::Value::as_u64)).map(|i| i as usize);
    Ok((value.to_string(), index))
}

fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(conversion)
}

fn conversion(cause: serde_json::Error) -> Error {
    Error::new(ErrorKind::Settings, format!("a value could not be read or written as JSON ({cause})"))
}

fn nothing_runs() -> Error {
    Error::new(ErrorKind::Settings, "there is no result yet; press Run first")
}

fn unknown(what: &str, name: &str) -> Error {
    Error::new(ErrorKind::Settings, format!("there is no {what} called \"{name}\""))
}

fn rgba(picture: &RgbImage) -> Vec<u8> {
    picture.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 255]).collect()
}
