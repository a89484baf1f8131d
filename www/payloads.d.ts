// What crosses from the engine as JSON, written by a test from the Rust types (src/payloads.rs): change those.

/** How scores become probabilities. */
export type Answers = "softmax" | "independent";

/** Which values are good. */
export type Better = "higher" | "lower" | "neither";

/** A concept and a class that go together on the discovery half. */
export type Candidate = {
  /** Number of the concept. */
  concept: number,
  /** Position of the class in the model's output. */
  class: number,
  /** The standardised excess of this answer among pictures with the concept. */
  z: number,
  /** The rank of the concept for its class: 1 for the strongest association, 2 for the next, and so on. */
  rank: number,
};

/** One kind of change, with its names for people. */
export type ChangeCurve = {
  /** The kind of change. */
  kind: ChangeKind,
  /** Its name for people. */
  title: string,
  /** The unit of its strengths, written after a number. */
  unit: string,
  /** What the answer survives, in words. */
  words: string,
  /** The range of strengths around the unchanged picture in which the answer stays without a break. */
  range: [number, number],
  /** The points from the strongest change in one direction to the strongest in the other. */
  points: Array<ChangePoint>,
};

/** A kind of change. */
export type ChangeKind = "rotation" | "scale" | "shift-across" | "shift-down" | "mirror" | "brightness" | "contrast" | "gamma" | "hue" | "blur" | "noise" | "jpeg";

/** The picture under one strength of a change. */
export type ChangePoint = {
  /** The strength in the kind's unit; negative in the other direction, 0 for the unchanged picture. */
  strength: number,
  /** Probability of the picture's own answer. */
  score: number,
  /** Whether that is still the most probable class. */
  kept: boolean,
  /** Whether the most probable class is the true one; `None` if the true class is not known. */
  right: boolean | null,
  /** Total variation between the probabilities of all classes before and after, in [0, 1]. */
  variation: number,
};

/** Order of the colour channels with which a model was trained. */
export type Channels = "RGB" | "BGR";

/** A value that a choice offers, and its title. */
export type Choice = {
  /** The value in the command, the reports and links. */
  value: string,
  /** The value's title in a form. */
  title: string,
};

/** Something that a picture may contain. */
export type Concept = {
  /** The concept's name for people. */
  name: string,
  /** Whether the concept covers most of a picture, so that it is exchanged for another instead of being blurred. */
  wide: boolean,
  /** Whether the classes truly differ in this part, so that a model may rightly rely on it. */
  own: boolean,
};

/** A rule that was tested. */
export type ConceptRule = {
  /** The concept. */
  concept: Concept,
  /** The pair, with its z and its rank for the class on the pictures of discovery. */
  candidate: Candidate,
  /** The association on the pictures of confirmation, with its interval. */
  association: Interval | null,
  /** Answers that flip when the concept is deleted. */
  necessity: Effect,
  /** Answers that become this class when the concept is pasted. */
  sufficiency: Effect,
  /** The pictures in which it was deleted. */
  deleted: Array<ConceptTrial>,
  /** The pictures into which it was pasted. */
  pasted: Array<ConceptTrial>,
  /** The p of the rule: the better of the two effects, corrected for two effects and by Holm over all tested rules. */
  p: number,
  /** The verdict. */
  verdict: ConceptVerdict,
};

/** All rules, with the names of their classes. */
export type ConceptTest = {
  /** A sentence that says how many rules were screened, tested and confirmed. */
  sentence: string,
  /** The rules that are confirmed by intervention. */
  confirmed: number,
  /** Pairs of concept and class that go together on the discovery half; `None` until all of its pictures are
   * classified. */
  screened: number | null,
  /** The name of the class of each rule. */
  classes: Array<string>,
  /** The rules that were tested, strongest on discovery first. */
  rules: Array<ConceptRule>,
};

/** The outcome of one picture of the set. */
export type ConceptTrial = {
  /** Number of the picture in the set. */
  number: number,
  /** Whether the answer flipped. */
  changed: boolean,
  /** Whether it flipped under the control. */
  control: boolean,
  /** Whether the answer flipped when the picture was drawn again; `None` if that is not known. */
  exact: boolean | null,
};

/** The verdict on a rule. */
export type ConceptVerdict = "relies-on" | "goes-with" | "unconfirmed";

/** A cue that was tested on unseen pictures. */
export type Cue = {
  /** Position of the answer in the model's output. */
  class: number,
  /** Pictures of the discovery half that show it. */
  members: number,
  /** The mean Jaccard index of the group when its pictures are drawn again, in [0, 1]. */
  stability: number,
  /** Mean share of the picture that it covers, in [0, 1]. */
  area: number,
  /** The share of its area outside annotated objects, in [0, 1]; `None` if no objects are annotated. */
  outside: number | null,
  /** Necessity plus sufficiency on the discovery half, by which it was chosen. */
  rank: number,
  /** Unseen pictures with this answer that could be explained. */
  called: number,
  /** How many of them show the cue. */
  shown: number,
  /** Unseen answers that flip when the cue is deleted. */
  necessity: Effect,
  /** Unseen answers that become this one when the cue is pasted. */
  sufficiency: Effect,
  /** The p of the cue: the better of the two effects, corrected for two effects and by Holm over all tested cues. */
  p: number,
  /** Whether the model relies on it. */
  confirmed: boolean,
  /** The most typical pictures. */
  exemplars: Array<Exemplar>,
  /** The interventions that both effects count. */
  trials: Array<CueTrial>,
};

/** How many pictures there were. */
export type CueCounts = {
  /** Pictures that were looked at. */
  looked: number,
  /** How many of them are on the discovery half. */
  discovery: number,
  /** How many look like another and were put into its half. */
  alike: number,
  /** Pictures that were explained, on both halves. */
  explained: number,
  /** Pictures whose answer stays when everything is deleted, or could not be explained for another reason. */
  refused: number,
};

/** The outcome of one intervention on an unseen picture. */
export type CueTrial = {
  /** Its number among all interventions of the search. */
  number: number,
  /** Number of the picture in the set. */
  picture: number,
  /** The picture that lends the cue, if it is pasted; `None` if it is deleted. */
  donor: number | null,
  /** Whether the answer flips. */
  changed: boolean,
  /** Whether it flips under the control. */
  control: boolean,
};

/** All cues, with the names of their answers. */
export type CuesTold = {
  /** A sentence that says how many candidates were found, tested and confirmed. */
  sentence: string,
  /** How many pictures there were. */
  pictures: CueCounts,
  /** The cues that were tested, the strongest on discovery first. */
  cues: Array<ToldCue>,
  /** A sentence about each class whose answers no region carries. */
  everywhere: Array<string>,
};

/** The energy and the score at each step of a run. */
export type Curves = {
  /** The energies. Empty if nothing is minimised. */
  objective: Array<number>,
  /** Probabilities of the target in the blended picture. */
  score: Array<number>,
};

/** A region, cut from the evidence at a level, and what it does. */
export type Cut = {
  /** The evidence, in [0, 1], above which a pixel belongs to the region. */
  level: number,
  /** The region's share of the picture, in [0, 1]. */
  area: number,
  /** The target's probability with the region deleted. */
  deleted: number,
  /** The target's probability with everything but the region deleted. */
  preserved: number,
};

/** One deletion of the distribution, without its region. */
export type Deletion = {
  /** What deleted pixels become. */
  family: DeletionFamily,
  /** σ of a blur at the model's size, in pixels; 0 for other families. */
  sigma_px: number,
  /** Shift of the picture under the region, in pixels (down, right). */
  shift_px: [number, number],
  /** Whether picture and region are mirrored. */
  mirrored: boolean,
  /** What is added to every value of the picture, in [−.1, .1]. */
  brightness: number,
  /** Seed of the noise, and the number of the other picture. */
  seed: number,
};

/** A family of null images, which says what deleted pixels become. */
export type DeletionFamily = "other-blur" | "mean" | "noise" | "imputed" | "other-picture";

/** A detector that tells an attacked picture from a clean one without having seen an attack. */
export type Detector = "rule" | "wide";

/** The device of a report. */
export type DeviceUsed = {
  /** `cpu` or `gpu`. */
  kind: string,
  /** The backend or the adapter. */
  name: string,
  /** Why this device was used. */
  reason: string,
};

/** A picture and its attacked version. A value that is not known yet is `null`. */
export type DuelTold = {
  /** The attack and its effects. */
  attack: ToldAttack | null,
  /** The picture as it was. */
  clean: ToldSide | null,
  /** The attacked one. */
  attacked: ToldSide | null,
  /** The detectors: first the rule f(x) = f(Tx), then the wide rule. */
  detectors: Array<ToldDetector>,
  /** The largest chance with which a threshold flags a further clean picture. */
  false_positives: number,
};

/** How many answers an intervention flips. */
export type Effect = {
  /** Independent trials: pictures from which something was deleted, or donors from which it was pasted. */
  n: number,
  /** Pictures on which the intervention was tried: `n`, or more if a donor lends to several. */
  trials: number,
  /** Answers that flip. */
  flips: number,
  /** Answers that flip under the control. */
  control_flips: number,
  /** The share of answers that flip, in [0, 1]: the mean over independent trials; 0 without any. */
  changed: number,
  /** The share that flips under the control. */
  control: number,
  /** The interval of the difference, at 1 − .05 / (rules tested); `None` if `n` is below 20. */
  interval: Interval | null,
  /** The interval of (changed − control) / (1 − control), the share that flips because of the cue alone; `None` if
   * `n` is below 20, or if the control flips every answer. */
  net: Interval | null,
  /** The exact one-sided p of the sign test over the independent trials in which one of the two flips more than the
   * other. */
  p: number,
  /** The share that flips when the picture is drawn again with only the concept changed; `None` if that is not known. */
  exact: number | null,
};

/** The probabilities of the target (less those it is held against) with nothing and with everything deleted. */
export type Ends = {
  /** The probability in the whole picture. */
  original: number,
  /** The probability in the null image, in which everything is deleted. */
  null: number,
};

/** A figure of one row. */
export type EvaluationCell = {
  /** Pictures with a value. */
  n: number,
  /** The mean over those. */
  mean: number | null,
  /** Its interval of 95 %. */
  interval: [number, number] | null,
  /** The mean over classes of each class's mean. */
  class_mean: number | null,
  /** The mean over the pictures that every method has. */
  common: number | null,
  /** The share of the possible gain over the centre control that the method achieves, on the pictures that both have. */
  skill_over_centre: number | null,
  /** The rank among the methods on the common pictures, and the ranks between which 95 % of bootstrap draws lie. */
  rank: [number, number, number] | null,
  /** The comparison with the best. */
  difference: EvaluationDifference | null,
  /** Each picture's value, in the order of the pictures that count. */
  values: Array<number | null>,
};

/** A figure of all rows. */
export type EvaluationColumn = {
  /** Its name. */
  name: string,
  /** What it says. */
  meaning: string,
  /** Which values are good. */
  better: Better,
  /** Digits after the point. */
  digits: number,
  /** Pictures that every method with this figure has a value of. */
  common: number,
  /** The row of the method that is best on those; controls do not count, and some figures have no best. */
  best: number | null,
  /** One for each row. */
  cells: Array<EvaluationCell>,
};

/** How a row differs from the best on the common pictures; positive is larger. */
export type EvaluationDifference = {
  /** The mean difference. */
  estimate: number,
  /** Its 95 % interval; `None` below 20 pictures. */
  interval: [number, number] | null,
  /** The two-sided p of the sign test, adjusted by Holm over all pairs of methods; for a control, over the rows
   * compared with the best. */
  p: number,
  /** The smallest difference that this number of pictures shows in four of five studies. */
  detectable: number | null,
  /** Whether the row is told apart from the best: p is at most .05, the interval does not contain 0, and both point
   * in the same direction. */
  told_apart: boolean,
};

/** Counts of pictures; each count is among the pictures of the one before. */
export type EvaluationFlow = {
  /** Pictures that were seen. */
  given: number,
  /** Those that can be read. */
  readable: number,
  /** Those whose answer is above .5. */
  confident: number,
  /** Those whose answer falls below half when everything is deleted. */
  falls: number,
  /** Those on which some method has a result. */
  judged: number,
  /** Those on which every method has one. */
  common: number,
};

/** A row of the table. */
export type EvaluationRow = {
  /** The name of the method, of its order, or of the control. */
  name: string,
  /** Whether it is a control map, which ignores the model. */
  control: boolean,
  /** Pictures with a result. */
  judged: number,
  /** Pictures that the method refused. */
  refused: number,
  /** The reason for the first refusal. */
  reason: string | null,
};

/** The table of an evaluation. */
export type EvaluationTable = {
  /** The numbers of pictures at each stage. */
  flow: EvaluationFlow,
  /** The methods, and the controls after them. */
  rows: Array<EvaluationRow>,
  /** The figures that were measured. */
  columns: Array<EvaluationColumn>,
  /** Whether the ranking of methods depends on the null image. */
  agreements: Array<NullAgreement>,
};

/** The table of an evaluation with the names of its pictures. */
export type EvaluationTold = {
  /** The numbers of pictures at each stage, in a sentence. */
  sentence: string,
  /** The table. */
  summary: EvaluationTable,
  /** The pictures that count, in the order of the values in the table. */
  pictures: Array<ToldPicture>,
  /** The pictures that do not count, each with the reason. */
  left_out: Array<string>,
};

/** A picture that shows a cue, and the cue's place. */
export type Exemplar = {
  /** The picture's number. */
  picture: number,
  /** The tight box around the evidence, in pixels of the model's input. */
  place: PixelBox,
};

/** The results of a rule in one family, with the family's name for people. */
export type FamilyShare = {
  /** What deleted pixels become. */
  title: string,
  /** The family. */
  family: DeletionFamily,
  /** The share of its trials in which the rule held, in [0, 1]. */
  held: number,
  /** The same share for the control; `None` if the region has none. */
  control: number | null,
  /** Its trials, without the control's. */
  trials: number,
  /** Its deletions, each of which was tried at every level. */
  deletions: number,
  /** The interval of `held` over deletions like these, at 1 − .05 / (families), because the worst family is chosen
   * after all were seen. `None` below two deletions. */
  interval: Interval | null,
};

/** The finding about one picture. */
export type Finding = {
  /** The region cut at half of the evidence. */
  region: Cut,
  /** The region at the highest lower level that holds, if the region cut at half does not. */
  sufficient: Cut | null,
  /** What a reader must know before believing the finding, in sentences. */
  warnings: Array<string>,
};

/** What the mask is asked for. */
export type Game = "delete" | "preserve" | "dual";

/** The picture of a report. */
export type ImageUsed = {
  /** File name, or `critter:SEED`. */
  name: string,
  /** SHA-256 of the file's bytes, or of the pixels if there is no file, in hexadecimal. */
  sha256: string,
  /** Width, in pixels. */
  width: number,
  /** Height, in pixels. */
  height: number,
};

/** Holds an estimate with its confidence interval. */
export type Interval = {
  /** The lower end. */
  low: number,
  /** The estimate itself. */
  estimate: number,
  /** The upper end. */
  high: number,
  /** How many pictures carry the estimate. */
  n: number,
  /** The effective number of independent observations: at least `n` if each picture was tried several times. */
  effective_n: number,
};

/** Every kind of change on one picture, in words and figures. */
export type InvarianceTest = {
  /** The ranges in one sentence. */
  sentence: string,
  /** The name of the picture's own answer. */
  label: string,
  /** The answer's probability. */
  score: number,
  /** A curve for each kind. */
  curves: Array<ChangeCurve>,
  /** The deletion of the evidence; `null` if no evidence was given. */
  must_change: MustChange | null,
};

/** A verdict, and the time of the explanation. */
export type Judged = {
  /** The time of the explanation, including the order of its pixels, in seconds. */
  seconds: number,
  /** Areas, in pixels, whose deletion suppresses 80, 90, 95 and 99 % of the score ([`deletion_game::THRESHOLDS`]); an
   * inner `None` is a miss. */
  deletion_game: [number | null, number | null, number | null, number | null] | null,
  /** Area under the insertion curve, in [0, 1]; larger is better. */
  insertion: number | null,
  /** Area under the deletion curve, in [0, 1]; smaller is better. */
  deletion: number | null,
  /** Intersection over union with the truth at the best threshold, in [0, 1]. */
  overlap: number | null,
};

/** How a method makes its map. */
export type Kind = "learned" | "attribution";

/** Class names: a list (in JSON also an object by index), or the path of a file beside the profile. */
export type LabelSource = Array<string> | string;

/** A value for each pixel of a square. */
export type Map = {
  /** Side of the square, in pixels. */
  side: number,
  /** The values row by row, `[S, S]`. */
  values: Array<number>,
};

/** The mask of a report. In its grid, 1 keeps and 0 deletes. */
export type MaskLearned = {
  /** Rows of the grid. */
  rows: number,
  /** Columns of the grid. */
  cols: number,
  /** Values row by row. */
  values: Array<number>,
  /** Mean of the mask at the model's size. */
  mean: number,
  /** Share of the picture whose evidence exceeds one half. */
  area_at_half: number,
};

/** Memory that a model takes to run, in bytes. */
export type Memory = {
  /** Weights and other constants on the device. */
  weights: number,
  /** Estimate of what a step (forward and backward) with one picture keeps of its forward pass. */
  activations: number,
};

/** A method of the registry. */
export type MethodInfo = {
  /** Its name in the command, the reports and links. */
  name: string,
  /** Its name for people. */
  title: string,
  /** What it does, in one sentence. */
  summary: string,
  /** How the method makes its map. */
  kind: Kind,
  /** The games that the method plays; empty if it plays none. */
  games: Array<Game>,
  /** The names of the settings it takes. */
  settings: Array<string>,
  /** The method's default value of every setting. */
  preset: Record<string, unknown>,
};

/** The facts about a model that the page and the command show. */
export type ModelInfo = {
  /** The model's name. */
  name: string,
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string,
  /** Size of the file, in bytes. */
  size: number,
  /** Number of classes. */
  classes: number,
  /** Number of trained values. */
  parameters: number,
  /** How often each operator occurs. */
  operators: Record<string, number>,
  /** Name and dimensions of each input, as the file gives them. */
  input: Array<string>,
  /** Name and dimensions of each output, as the file gives them. */
  output: Array<string>,
  /** Name of the output that is explained. */
  output_name: string,
  /** Memory that it takes to run, in bytes. */
  memory: Memory,
  /** Version of the operator set. */
  opset: number,
  /** The program that wrote the file. */
  producer: string,
  /** Number of rectifiers, clipped ones included, among the steps that are run. */
  rectifiers: number,
  /** Counts of what was simplified at load. */
  simplified: Simplified,
  /** Whether several pictures run in one pass. */
  batchable: boolean,
  /** How its scores become probabilities. */
  answers: Answers,
  /** Channels of its pictures: 1 (grey), 3, or 4 (with an alpha channel that is opaque everywhere). */
  channels: number,
  /** The profile in use. */
  profile: Profile,
  /** Whether the profile was assumed rather than given. */
  profile_assumed: boolean,
  /** Where the profile comes from. */
  profile_source: Source,
  /** Name under which the ONNX Model Zoo publishes this file, if it does. */
  known: string | null,
  /** Whether the classes have names rather than only numbers. */
  labelled: boolean,
  /** Warnings for the user. */
  warnings: Array<string>,
};

/** The model of a report. */
export type ModelUsed = {
  /** The model's name. */
  name: string,
  /** SHA-256 of the model's file, in hexadecimal. */
  sha256: string,
  /** How pictures were preprocessed. */
  profile: Profile,
  /** Whether the profile was assumed. */
  profile_assumed: boolean,
};

/** The result of a change that must matter. */
export type MustChange = {
  /** Share of the picture that was deleted, in [0, 1]. */
  area: number,
  /** Probability of the picture's own answer afterwards. */
  score: number,
  /** Whether another class is now the most probable. */
  changed: boolean,
};

/** A class by its name. */
export type Named = {
  /** Position in the model's output. */
  class: number,
  /** Its name. */
  label: string,
  /** Its probability; `null` for a vote. */
  probability: number | null,
};

/** Kendall's τ_b between the rankings of methods by two figures. */
export type NullAgreement = {
  /** The names of both figures. */
  between: [string, string],
  /** From −1, reversed, to 1, alike. */
  tau: number,
  /** Methods that have both. */
  methods: number,
};

/** The meaning of a model's output. */
export type Output = "logits" | "probabilities" | "sigmoid" | "binary-logit";

/** Two parts, class by class. */
export type PartComparison = {
  /** Classes with pictures that show both. */
  classes: number,
  /** The number of classes in which the first part carries more, and the p of the sign test. */
  test: SignTest,
  /** The mean difference over classes. */
  difference: number,
  /** The interval of the difference over pictures; `None` below 20. */
  interval: Interval | null,
};

/** One part over all pictures. */
export type PartOutcome = {
  /** The part's name. */
  name: string,
  /** Pictures that show it. */
  n: number,
  /** I_p by class, averaged over classes; not a number without pictures. */
  importance: number,
  /** The bootstrap interval of the importance over pictures; `None` below 20. */
  interval: Interval | null,
  /** I_p of each class that shows it. */
  classes: Array<[number, number]>,
  /** Mean density of the map; `None` if no map was asked for. */
  density: number | null,
};

/** The parts, and whether one carries more than another. */
export type PartsTest = {
  /** The counted statement; empty if no class shows both parts. */
  sentence: string,
  /** Pictures that were classified. */
  looked: number,
  /** Pictures that were measured, because their true class has a probability above .5. */
  right: number,
  /** Each part. */
  parts: Array<PartOutcome>,
  /** Faces against feet, class by class. */
  faces_over_feet: PartComparison | null,
};

/** A box in pixels. Its right and bottom edges are exclusive. */
export type PixelBox = {
  /** First column. */
  left: number,
  /** First row. */
  top: number,
  /** Column after the last. */
  right: number,
  /** Row after the last. */
  bottom: number,
};

/** A class with its score. */
export type Prediction = {
  /** The class's index in the model's output. */
  index: number,
  /** The class's name. */
  label: string,
  /** The class's probability, from the softmax or from its own sigmoid. */
  probability: number,
  /** The score from which the probability is computed. */
  logit: number,
};

/** A preprocessing profile: `M.json` beside the model `M.onnx`. */
export type Profile = {
  /** The model's name, for reports. */
  name: string,
  /** Side of the square on which everything is computed, in pixels. It is the model's longer side. */
  size: number,
  /** Number of rows that the model sees, if it differs from `size`. */
  height?: number | null,
  /** Number of columns that the model sees, if it differs from `size`. */
  width?: number | null,
  /** Length in pixels to which the shorter side is resized before the centre is cropped. */
  resize: number,
  /** How a photo of other proportions is fitted to the model's. */
  resize_rule?: ResizeRule,
  /** Order of the colour channels. */
  channels: Channels,
  /** Values of black and white before mean and deviation are applied. */
  range: [number, number],
  /** Value subtracted from each channel, in the model's channel order. A single value applies to all channels. */
  mean: Array<number>,
  /** Value by which each channel is divided. A single value applies to all channels. */
  std: Array<number>,
  /** Meaning of the output. If it is left out, the end of the file's graph decides, and the result is put here at
   * load. */
  output: Output,
  /** Name of the output that holds the scores, if the file has several. Without it, the first output of floats is
   * taken. */
  output_name?: string | null,
  /** The names of the classes. */
  labels?: LabelSource | null,
};

/** The progress of a job after some steps. */
export type Progress<D> = {
  /** Number of steps taken. */
  iteration: number,
  /** Total number of steps, as far as it is known. */
  total: number,
  /** Whether no steps are left, or no more are worth taking. */
  done: boolean,
  /** The present work, in one word. */
  stage: string, } & D;

/** The recipe of a mask that may recover an answer. */
export type Recipe = "log-odds" | "paper";

/** The place of one region among several. */
export type RegionInfo = {
  /** The share of the picture that the region was given, in (0, 1). */
  area: number,
  /** Whether the region is the answer: the smallest that suffices, or the largest if none does. */
  chosen: boolean,
  /** Whether nine tenths of the score depend on the region. */
  sufficient: boolean,
};

/** The registry. */
export type Registry = {
  /** The name of the default method. */
  default: string,
  /** Every method, in the order of lists. */
  methods: Array<MethodInfo>,
  /** Every setting, in the order of forms. */
  settings: Array<SettingInfo>,
};

/** An explanation with its circumstances, as written to `report.json`. */
export type Report = {
  /** Version of the report's format. */
  version: number,
  /** The program and its version. */
  tool: string,
  /** The model. */
  model: ModelUsed,
  /** The picture. */
  image: ImageUsed,
  /** The class explained. */
  target: TargetUsed,
  /** Name of the method. */
  method: string,
  /** Every setting. */
  settings: Record<string, unknown>,
  /** Seed of everything random. */
  seed: number,
  /** The device. */
  device: DeviceUsed,
  /** Steps taken. */
  iterations: number,
  /** Duration in seconds, including the order's. */
  seconds: number,
  /** Seconds of the duration that the order of the pixels took. */
  order_seconds: number,
  /** Scores of the original, null, deleted and preserved picture. */
  scores: Scores,
  /** The learned mask. */
  mask: MaskLearned,
  /** The order of the pixels at the model's size, the more important the larger, if it is finer than the evidence's
   * own. */
  order?: Map | null,
  /** The energy at each step. Empty if nothing is minimised. */
  objective: Array<number>,
  /** The region cut from the evidence, and what deleting and keeping it does. */
  finding?: Finding | null,
  /** The finding in words. */
  sentence: string,
};

/** How a photo of other proportions is fitted to the model's input. */
export type ResizeRule = "crop" | "stretch" | "pad";

/** The figures of a local rule under test. Shares are in [0, 1], and a figure that is not known is `null`. */
export type RuleTest = {
  /** The rule and how well it holds. */
  sentence: string,
  /** The share of trials in which the rule held. */
  held: number | null,
  /** The interval of `held` over deletions like these. */
  held_interval: Interval | null,
  /** The share of trials in which the control held. */
  control: number | null,
  /** The lift: held minus control. */
  lift: number | null,
  /** The interval of the lift. */
  lift_interval: Interval | null,
  /** The skill: the lift as a share of what the control leaves open. */
  skill: number | null,
  /** The region's share of the picture at the middle level, or at the next smaller region if that was left out. */
  area: number,
  /** The least and the largest share of the picture that a tested region covers. */
  areas: [number, number],
  /** The shares of the regions that were left out because they are too large to be moved, while others could be. */
  unmoved: Array<number>,
  /** Whether the rule is about keeping the region. */
  preserves: boolean,
  /** Deletions that could tell nothing. */
  void: number,
  /** The results of the rule in each family. */
  families: Array<FamilyShare>,
  /** The deletions that were tried. */
  deletions: Array<Deletion>,
  /** Every trial of the rule and of its control. */
  trials: Array<RuleTrial>,
};

/** One trial of a rule or of its control, with its result. */
export type RuleTrial = {
  /** Number of the deletion among those of the test. */
  deletion: number,
  /** Level of the evidence's range at which the region was cut. */
  level: number,
  /** Whether this is the region moved elsewhere. */
  control: boolean,
  /** The score, normalised by the scores of the original and the fully deleted picture under this deletion. */
  normalised: number,
  /** Whether the rule held. */
  holds: boolean,
};

/** The progress of a job of any kind, in words. */
export type Said = {
  /** Number of steps taken. */
  iteration: number,
  /** Total number of steps, as far as it is known. */
  total: number,
  /** Whether no steps are left, or no more are worth taking. */
  done: boolean,
  /** The present work, in one word. */
  stage: string,
  /** The job's own figures, in words. */
  words: string,
};

/** A chosen picture: draw its seed in the clean world. */
export type Sample = { seed: number, title: string, caption: string,
};

/** Probabilities of the target (less those it is held against) in the pictures that matter. */
export type Scores = {
  /** The probability in the whole picture. */
  original: number,
  /** The probability in the null image, in which everything is deleted. */
  null: number,
  /** The probability with the evidence deleted. */
  deleted: number,
  /** The probability with everything but the evidence deleted. */
  preserved: number,
  /** The deleted picture's, normalised: 1 if deletion changes nothing, 0 if it does what deleting everything does. */
  normalised: number,
};

/** A setting of the registry. */
export type SettingInfo = {
  /** Its name in the command, the reports and links. */
  name: string,
  /** Its title in a form. */
  title: string,
  /** What it does, in one sentence. */
  hint: string,
  /** The kind of its field. */
  kind: "number" | "integer" | "flag" | "choice" | "numbers" | "words" | "text" | "classes",
  /** The least value, if the setting has one. */
  low: number | null,
  /** The largest value, if the setting has one. */
  high: number | null,
  /** The words of a choice; empty for other kinds. */
  choices: Array<Choice>,
  /** The unit of the values; empty if they have none. */
  unit: string,
  /** The value of meaningful perturbation in its paper; null if that method does not take the setting. */
  paper: unknown,
};

/** Says what the sign test found. */
export type SignTest = {
  /** Pairs that went the way the rule says. */
  wins: number,
  /** Pairs that went the other way. */
  losses: number,
  /** The chance of so many wins or more if either way were as likely. */
  p_one_sided: number,
  /** The chance of so uneven a count in either direction. */
  p_two_sided: number,
};

/** Counts of what was simplified while the graph was built. */
export type Simplified = {
  /** Primitives whose result was known at load. */
  constants_folded: number,
  /** Batch normalisations that became part of a convolution. */
  batch_norms_folded: number,
  /** Nodes that change nothing (identity, dropout). */
  identities_dropped: number,
  /** Nodes and primitives whose result is never read. */
  dead_removed: number,
};

/** Where a model's profile comes from. */
export type Source = "given" | "known" | "file" | "assumed";

/** The figures of a run in progress, besides the number of its steps. */
export type Standing = {
  /** Probability of the target in the blended picture at the last step. */
  score: number,
  /** The energy at the last step. NaN (`null` in JSON) if nothing is minimised. */
  objective: number | null,
  /** Mean of the grid after the last step. */
  mask_mean: number,
  /** Share of the grid that is evidence by more than half (deleted, or kept) after the last step. */
  area_at_half: number,
  /** Largest number of steps in which the mask is learned, or the number taken once it has been learned. The steps
   * for the order of the pixels come after them. */
  steps: number,
  /** Time taken so far, in seconds. */
  seconds: number,
};

/** The facts known about a run before its first step. */
export type Started = {
  /** Probabilities of the target with nothing deleted and with everything deleted. */
  scores: Ends,
  /** Total number of steps, as far as it is known. */
  total: number,
  /** Every setting. */
  settings: { method: string, [setting: string]: unknown },
};

/** A detector's judgement of a picture. */
export type Suspicion = {
  /** Its score. */
  score: number,
  /** Whether it flags the picture; `null` without a threshold. */
  flagged: boolean | null,
};

/** The class of a report. */
export type TargetUsed = {
  /** The class's index in the model's output. */
  index: number,
  /** The class's name. */
  label: string,
};

/** The effects of an attack. */
export type ToldAttack = {
  /** Its kind and size. */
  name: string,
  /** Whether the answer changed. */
  succeeded: boolean,
  /** The answer to the clean picture. */
  before: Named,
  /** The answer to the attacked picture, written and read back. */
  after: Named,
  /** The answer to the clean picture under noise of equal norm. */
  noise: Named,
  /** The class towards which the attack moves, if it has one. */
  goal: string | null,
  /** The largest change of a value, in 1/255. */
  l_inf: number,
  /** The Euclidean norm of the change, values in [0, 1]. */
  l2: number,
  /** The share of all gradients that were 0 or not finite. */
  zero_gradients: number,
  /** The loss of the best start before each step and at the end. */
  losses: Array<number>,
  /** The duration, in seconds. */
  seconds: number,
};

/** A cue in words and figures. */
export type ToldCue = {
  /** The name of the answer. */
  label: string,
  /** The finding in a sentence. */
  sentence: string,
  /** Whether the cue is confirmed although it lies mostly outside the annotated objects. */
  wrongly_learned: boolean,
  /** The figures. */
  cue: Cue,
};

/** A calibrated detector, and its judgement of the two pictures. */
export type ToldDetector = {
  /** Which one. */
  detector: Detector,
  /** The score above which it flags a picture; `null` if there are too few clean pictures. */
  threshold: number | null,
  /** How many more clean pictures it needs for a threshold. */
  lacking: number,
  /** Its scores of the clean pictures so far. */
  scores: Array<number>,
  /** The number of clean pictures planned for its calibration. */
  planned: number,
  /** Its judgement of the clean picture; `null` if it has no score. */
  clean: Suspicion | null,
  /** Its judgement of the attacked picture. */
  attacked: Suspicion | null,
};

/** The answer to a light edit. */
export type ToldLook = {
  /** The edit. */
  title: string,
  /** The most probable class. */
  answer: Named,
  /** The L1 change of the probabilities, in [0, 2]. */
  change: number,
};

/** A mask, and the answers under it. */
export type ToldMask = {
  /** How it was learned. */
  recipe: Recipe,
  /** The share of the picture that it deletes. */
  area: number,
  /** The answer under it. */
  deleted: Named,
  /** The answer under the mask after a half turn. */
  rotated: Named,
  /** The answer under a random mask of the same values. */
  random: Named,
  /** The answer to the whole picture, blurred with the same σ; `null` if that was not asked. */
  blurred: Named | null,
  /** The reason why there is no mask, if there is none. */
  refused: string | null,
};

/** A picture that counts. */
export type ToldPicture = {
  /** Its number in the set. */
  number: number,
  /** Its name. */
  name: string,
  /** The name of the class that is explained. */
  label: string,
};

/** The answers to one of the two pictures. */
export type ToldSide = {
  /** The most probable classes. */
  top: Array<Named>,
  /** The answers to light edits. */
  looks: Array<ToldLook>,
  /** The answer by all votes. */
  vote: Named,
  /** The class that many random views agree on; `null` before they are asked. */
  ensemble: Named | null,
  /** The answer of the policy “keep the answer unless the wide rule flags it; then take the best other answer of all
   * edits”; `null` if that rule has no threshold, and before all edits are asked. */
  settled: Named | null,
  /** Its masks, and the answers under them. */
  masks: Array<ToldMask>,
};
