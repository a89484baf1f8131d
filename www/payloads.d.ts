// What crosses from the engine as JSON. This file is written by a test from the Rust types (src/payloads.rs): change them.

/** How scores become probabilities. */
export type Answers = "softmax" | "independent";

/** Order of the colour channels a model was trained with. */
export type Channels = "RGB" | "BGR";

/** A value that a choice offers, and its title. */
export type Choice = {
  /** The value in the command, the reports and links. */
  value: string,
  /** The value's title in a form. */
  title: string,
};

/** The energy and the score at each step of a run. */
export type Curves = {
  /** The energies; none where nothing is minimised. */
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

/** The device of a report. */
export type DeviceUsed = {
  /** `cpu` or `gpu`. */
  kind: string,
  /** The backend or the adapter. */
  name: string,
  /** Why this device was used. */
  reason: string,
};

/** The probabilities of the target (less those it is held against) with nothing and with everything deleted. */
export type Ends = {
  /** The probability in the whole picture. */
  original: number,
  /** The probability in the null image, in which everything is deleted. */
  null: number,
};

/** What an explanation says of one picture. */
export type Finding = {
  /** The region cut at half of the evidence. */
  region: Cut,
  /** The region of the highest level that does it, where the one cut at half does not. */
  sufficient: Cut | null,
  /** What a reader must know before believing it. */
  warnings: Array<string>,
};

/** What the mask is asked for. */
export type Game = "delete" | "preserve" | "dual";

/** The picture of a report. */
export type ImageUsed = {
  /** File name, or `critter:SEED`. */
  name: string,
  /** SHA-256 of the file's bytes (of the pixels, where there is no file), in hexadecimal. */
  sha256: string,
  /** Width, in pixels. */
  width: number,
  /** Height, in pixels. */
  height: number,
};

/** A verdict, and what the explanation took. */
export type Judged = {
  /** How long the explanation took, its pixels put in order included, in seconds. */
  seconds: number,
  /** Areas in pixels that take away 80, 90, 95 and 99 % of the score ([`deletion_game::THRESHOLDS`]); `None` within
   * is a miss. */
  deletion_game: [number | null, number | null, number | null, number | null] | null,
  /** Area under the insertion curve, in [0, 1]; larger is better. */
  insertion: number | null,
  /** Area under the deletion curve, in [0, 1]; smaller is better. */
  deletion: number | null,
  /** Intersection over union with the truth at the best threshold, in [0, 1]. */
  overlap: number | null,
};

/** The way in which a method comes to its map. */
export type Kind = "learned" | "attribution";

/** Class names: listed, or in a file beside the profile. */
export type LabelSource = Array<string> | string;

/** A value for each pixel of a square. */
export type Map = {
  /** Side of the square, in pixels. */
  side: number,
  /** The values row by row, `[S, S]`. */
  values: Array<number>,
};

/** The mask of a report: the grid, 1 keeps and 0 deletes. */
export type MaskLearned = {
  /** Rows of the grid. */
  rows: number,
  /** Columns of the grid. */
  cols: number,
  /** Values row by row. */
  values: Array<number>,
  /** Mean of the mask at the model's size. */
  mean: number,
  /** Share of the picture that is evidence by more than half. */
  area_at_half: number,
};

/** What a model takes to run, in bytes. */
export type Memory = {
  /** Weights and other constants on the device. */
  weights: number,
  /** An estimate of what a step (forward and backward) with one picture keeps of its forward pass. */
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
  /** The way in which it comes to its map. */
  kind: Kind,
  /** The games it plays; none where it plays no game. */
  games: Array<Game>,
  /** The names of the settings it takes. */
  settings: Array<string>,
  /** Every setting's value where nothing else is asked for. */
  preset: Record<string, unknown>,
};

/** What the page and the command show of a model. */
export type ModelInfo = {
  /** Its name. */
  name: string,
  /** Fingerprint of the file. */
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
  /** The same of the outputs. */
  output: Array<string>,
  /** The output that is explained. */
  output_name: string,
  /** What it takes to run it. */
  memory: Memory,
  /** Version of the operator set. */
  opset: number,
  /** What wrote the file. */
  producer: string,
  /** Rectifiers (clipped ones too) among the steps that are run. */
  rectifiers: number,
  /** What was simplified at load. */
  simplified: Simplified,
  /** Whether several pictures run in one pass. */
  batchable: boolean,
  /** How its scores become probabilities. */
  answers: Answers,
  /** How many channels its pictures have: 1 (grey), 3, or 4 (with an alpha that is opaque everywhere). */
  channels: number,
  /** The profile in use. */
  profile: Profile,
  /** Whether the profile was assumed, not given. */
  profile_assumed: boolean,
  /** Where the profile comes from. */
  profile_source: Source,
  /** The name under which the ONNX Model Zoo publishes this file, if it does. */
  known: string | null,
  /** Whether the classes have names, or numbers only. */
  labelled: boolean,
  /** What the user should know. */
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

/** What a model's output stands for. */
export type Output = "logits" | "probabilities" | "sigmoid" | "binary-logit";

/** A class with its score. */
export type Prediction = {
  /** Position in the model's output. */
  index: number,
  /** Its name. */
  label: string,
  /** Its probability, by the softmax or its own sigmoid. */
  probability: number,
  /** Score before that. */
  logit: number,
};

/** A preprocessing profile: `M.json` beside the model `M.onnx`. */
export type Profile = {
  /** The model's name, for reports. */
  name: string,
  /** Side of the square that everything is computed on, in pixels: the model's longer side. */
  size: number,
  /** Rows that the model sees, where that is not `size`. */
  height?: number | null,
  /** Columns that the model sees, where that is not `size`. */
  width?: number | null,
  /** Length the shorter side is resized to before the centre is cropped, in pixels. */
  resize: number,
  /** How a photo of other proportions is brought to the model's. */
  resize_rule?: ResizeRule,
  /** Order of the colour channels. */
  channels: Channels,
  /** The values that black and white have before mean and deviation are applied. */
  range: [number, number],
  /** Subtracted from each channel, in the model's channel order; one value stands for all. */
  mean: Array<number>,
  /** Divides each channel; one value stands for all. */
  std: Array<number>,
  /** What the output stands for. */
  output: Output,
  /** The output that holds the scores, where the file has several; without it the first. */
  output_name?: string | null,
  /** The names of the classes. */
  labels?: LabelSource | null,
};

/** Where a job stands after some steps. */
export type Progress<D> = {
  /** Steps taken. */
  iteration: number,
  /** Steps in all, as far as that is known. */
  total: number,
  /** Whether there are none left, or no more are worth taking. */
  done: boolean,
  /** What is being done, in one word. */
  stage: string, } & D;

/** What one of several regions is among them. */
export type RegionInfo = {
  /** The share of the picture that the region was given, in (0, 1). */
  area: number,
  /** Whether the region is the answer: the smallest that suffices, else the largest. */
  chosen: boolean,
  /** Whether nine tenths of the score hang on the region. */
  sufficient: boolean,
};

/** The registry. */
export type Registry = {
  /** The name of the method that is used where none is named. */
  default: string,
  /** Every method, in the order of lists. */
  methods: Array<MethodInfo>,
  /** Every setting, in the order of forms. */
  settings: Array<SettingInfo>,
};

/** An explanation with its circumstances, as written to `report.json`. */
export type Report = {
  /** Version of this form. */
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
  /** Seed of all that is random. */
  seed: number,
  /** The device. */
  device: DeviceUsed,
  /** Steps taken. */
  iterations: number,
  /** Duration, in seconds, the order's included. */
  seconds: number,
  /** Seconds of these that the order of the pixels took. */
  order_seconds: number,
  /** Scores of the original, null, deleted and preserved picture. */
  scores: Scores,
  /** The learned mask. */
  mask: MaskLearned,
  /** The order of the pixels at the model's size, more important first, where it is finer than the evidence's own. */
  order?: Map | null,
  /** The energy at each step. */
  objective: Array<number>,
  /** The region cut from the evidence, and what deleting and keeping it does. */
  finding?: Finding | null,
  /** The finding in words. */
  sentence: string,
};

/** How a photo of other proportions is brought to those that the model takes. */
export type ResizeRule = "crop" | "stretch" | "pad";

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
  /** The least value, where there is one. */
  low: number | null,
  /** The largest value, where there is one. */
  high: number | null,
  /** The words of a choice; none for other kinds. */
  choices: Array<Choice>,
  /** The unit of its values; empty where they have none. */
  unit: string,
  /** The paper's value. */
  paper: unknown,
};

/** What was simplified while building. */
export type Simplified = {
  /** Primitives whose result was known at load. */
  constants_folded: number,
  /** Batch normalisations that became part of a convolution. */
  batch_norms_folded: number,
  /** Nodes that change nothing (identity, dropout). */
  identities_dropped: number,
  /** Nodes and primitives whose result nobody reads. */
  dead_removed: number,
};

/** Where a model's profile comes from. */
export type Source = "given" | "known" | "file" | "assumed";

/** The figures of a run under way, beside the number of its steps. */
export type Standing = {
  /** Probability of the target in the blended picture at the last step. */
  score: number,
  /** The energy at the last step; not a number (`null` in JSON) where nothing is minimised. */
  objective: number | null,
  /** Mean of the grid of the last step. */
  mask_mean: number,
  /** Share of the picture that counts as evidence (more than half deleted, or kept), by the grid of the last step. */
  area_at_half: number,
  /** How long it has taken so far, in seconds. */
  seconds: number,
};

/** What is known of a run before its first step. */
export type Started = {
  /** Probabilities of the target with nothing and with everything deleted. */
  scores: Ends,
  /** Steps in all, as far as that is known. */
  total: number,
  /** Every setting. */
  settings: { method: string, [setting: string]: unknown },
};

/** The class of a report. */
export type TargetUsed = {
  /** Position in the model's output. */
  index: number,
  /** The class's name. */
  label: string,
};
