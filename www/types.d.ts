/** The shapes that cross the worker's border: JSON of the engine, messages of the worker. */

export interface Device {
  kind: "cpu" | "gpu";
  name: string;
  reason: string;
}

/** How a picture becomes the model's input. */
export interface Profile {
  name?: string;
  size: number;
  resize: number;
  channels: string;
  range: [number, number];
  mean: number[];
  std: number[];
  output: string;
  /** Which output holds the scores, where the file has several. */
  output_name?: string;
  labels?: string[] | string;
}

export interface ModelInfo {
  name: string;
  sha256: string;
  /** Bytes of the file. */
  size: number;
  classes: number;
  /** How often each operator occurs. */
  operators: Record<string, number>;
  parameters: number;
  input: string | string[];
  output: string | string[];
  /** The output that is explained. */
  output_name?: string;
  opset?: number;
  producer?: string;
  profile: Profile;
  profile_assumed: boolean;
  /** Where the profile comes from. */
  profile_source: "given" | "known" | "file" | "assumed";
  /** The name of a known public file. */
  known: string | null;
  /** The classes have names. */
  labelled: boolean;
  /** How often what was simplified at load. */
  simplified?: Record<string, number>;
  /** Memory of the parts of an opened model, in bytes. */
  memory?: Record<string, number>;
  warnings: string[];
}

/** A model that is open. */
export interface OpenModel {
  info: ModelInfo;
  labels: string[];
  /** The labels are ImageNet's, for want of others. */
  assumedLabels: boolean;
}

export interface PictureInfo {
  name: string;
  width: number;
  height: number;
  sha256: string;
  caption?: string;
  label?: string;
}

export interface Sample {
  seed: number;
  caption: string;
  title: string;
}

export interface Answer {
  index: number;
  label: string;
  probability: number;
  logit: number;
}

/** What a run is started with; a missing one takes the preset's value. */
export interface Settings {
  method: string;
  /** Any setting of the registry that the method takes. */
  [setting: string]: unknown;
  /** Classes summed with the target, and those held against it. */
  with?: number[];
  against?: number[];
  target?: { index: number } | "top";
}

export interface Started {
  scores: { original: number; null: number };
  total: number;
  settings: Settings;
}

export interface Progress {
  iteration: number;
  total: number;
  done: boolean;
  score: number;
  /** null where nothing is minimised. */
  objective: number | null;
  mask_mean: number;
  area_at_half: number;
  seconds: number;
  /** What is being done: the mask is learned, or the pixels are put in order. */
  stage?: "learn" | "order";
}

export interface Curves {
  objective: number[];
  score: number[];
}

export interface Scores {
  original: number;
  null: number;
  deleted: number;
  preserved: number;
  normalised: number;
}

/** Values row by row; 1 keeps, 0 deletes. */
export interface Grid {
  rows: number;
  cols: number;
  values: number[];
  mean: number;
  area_at_half: number;
}

/** The versioned report.json, the same object as the command's. */
export interface Report {
  version: number;
  tool?: string;
  model: { name: string; sha256: string; profile?: Profile; profile_assumed?: boolean };
  image: { name: string; sha256: string; width: number; height: number };
  target: { index: number; label: string };
  method: string;
  settings: Record<string, unknown>;
  seed?: number;
  device?: Device;
  iterations: number;
  seconds?: number;
  /** What of them went into the order of the pixels. */
  order_seconds?: number;
  scores: Scores;
  mask: Grid;
  /** The finer order of the pixels, where one was computed. */
  order?: { side: number; values: number[] };
  objective: number[];
  /** What the sentence says, in figures, and what a reader must know before believing it. */
  finding?: { warnings: string[] };
  sentence: string;
}

/** What the model sees and what became of it; RGBA, row by row, width × height × 4. */
export interface Pictures {
  width: number;
  height: number;
  original: Uint8Array;
  deleted: Uint8Array;
  preserved: Uint8Array;
  /** width × height, row by row; 1 keeps, 0 deletes. */
  mask: Float32Array;
  /** How much each pixel is evidence, in the same order: 0 none, 1 all. */
  evidence: Float32Array;
  /** The finer order of the pixels, higher is earlier; empty where none was computed. */
  order: Float32Array;
}

/** What the model sees of the picture. */
export type Seen = Pick<Pictures, "width" | "height" | "original">;

/** The best region of one area, of several learned at once. */
export interface Region {
  area: number;
  /** It is the answer: the smallest that suffices, else the largest. */
  chosen: boolean;
  sufficient: boolean;
  report: string;
  pictures: Pictures;
}

/** What the judges say of a result; null where they cannot know. */
export interface Verdict {
  /** Areas in pixels that suppress 80, 90, 95 and 99 % of the score; null within is a miss. */
  deletion_game: (number | null)[] | null;
  insertion: number | null;
  deletion: number | null;
  overlap: number | null;
  /** What the run took, its pixels put in order included. */
  seconds: number;
}

/** One look at a running explanation. */
export interface Tick {
  progress: Progress;
  curves: Curves;
  pictures: Pictures;
  /** Iterations per second. */
  rate: number;
}

export interface Finished {
  last: Tick | null;
  started: Started;
  /** The complete report.json, or null where the engine could not prove the result any more. */
  report: string | null;
  /** The regions of all areas, smallest first, where there are several. */
  regions: Region[];
  /** Where it was asked for. */
  verdict: Verdict | null;
  end: "done" | "cancelled" | "replaced";
}

export interface Loading {
  stage: "engine" | "device" | "model" | "read" | "parse" | "classify" | "start" | "order" | "proof" | "judge";
  done?: number;
  total?: number;
  name?: string;
}

/** A failure in words for the user; kind "panic" is a bug of ours. */
export interface Fault {
  kind: string;
  message: string;
}

// -------- The registry of methods and settings

export interface MethodInfo {
  name: string;
  title: string;
  summary: string;
  kind: "learned" | "attribution";
  games: string[];
  /** Settings it takes, by name. */
  settings: string[];
  /** Every setting's value where nothing else is asked for. */
  preset: Record<string, unknown>;
}

export interface SettingInfo {
  name: string;
  title: string;
  hint: string;
  kind: "number" | "integer" | "flag" | "choice" | "numbers" | "words" | "text" | "classes";
  low: number | null;
  high: number | null;
  /** Empty for other kinds. */
  choices: { value: string; title: string }[];
  /** Empty where its values have none. */
  unit: string;
  /** The value of the paper. */
  paper?: unknown;
}

export interface Registry {
  /** The name of the method that is used where none is named. */
  default: string;
  methods: MethodInfo[];
  settings: SettingInfo[];
}

// -------- What the worker answers

export interface Booted {
  version: string;
  device: Device;
  registry: Registry;
}

/** A model kept between visits. */
export interface Kept {
  id: string;
  name: string;
  /** Bytes of the file. */
  size: number;
}

export interface Imported {
  report: Report;
  /** None where its picture or model is not open. */
  pictures: Pictures | null;
}

// -------- What a view is, and what it is given

export type ViewEvent = { type: "change"; names: import("./app/store.js").Names } | { type: "reveal" };

export interface View {
  id: string;
  title: string;
  mount(root: HTMLElement, context: Context): void;
  unmount(): void;
  onEvent(event: ViewEvent): void;
}

export interface Context {
  store: import("./app/store.js").Store;
  jobs: import("./app/jobs.js").Jobs;
  opening: import("./app/opening.js").Opening;
  voice: import("./app/opening.js").Voice;
  /** Asks the engine. */
  call: import("./app/client.js").EngineClient["call"];
  /** Says what went wrong, or mends it. */
  handle(error: unknown): void;
  /** Changes what the link holds. */
  set(change: Partial<import("./core/link.js").State>): void;
  /** Opens a view. */
  go(view: string): void;
  /** Brings the result that is shown into sight. */
  reveal(): void;
  /** Opens a file dialog. */
  choose(what: "picture" | "model" | "report"): void;
  /** Opens what is on the clipboard. */
  paste(): Promise<void>;
}
