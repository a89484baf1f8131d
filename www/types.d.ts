/** The shapes that cross the worker's border. What the engine says as JSON is in payloads.d.ts, written from Rust. */

import type { Pictures } from "./pictures.js";
import type {
  Curves,
  DeviceUsed,
  Judged,
  ModelInfo,
  Prediction,
  Progress as ProgressOf,
  RegionInfo,
  Registry,
  Report,
  Said,
  Standing,
  Started,
} from "./payloads.js";

export type { Pictures };
export type {
  ChangeCurve,
  ConceptRule,
  ConceptTest,
  CueTrial,
  CuesTold,
  Curves,
  Cut,
  DuelTold,
  Effect,
  EvaluationCell,
  EvaluationColumn,
  EvaluationTold,
  Interval,
  InvarianceTest,
  MaskLearned,
  MethodInfo,
  ModelInfo,
  Named,
  PartsTest,
  Profile,
  Registry,
  Report,
  RuleTest,
  Sample,
  Scores,
  SettingInfo,
  Started,
  ToldCue,
  ToldDetector,
  ToldMask,
  ToldSide,
} from "./payloads.js";
export type {
  Said as TaskProgress,
  DeviceUsed as Device,
  Judged as Verdict,
  Prediction as Answer,
} from "./payloads.js";

/** Where an explanation stands. */
export type Progress = ProgressOf<Standing>;

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

/** What the model sees of the picture. */
export type Seen = Pick<Pictures, "width" | "height" | "original">;

/** The best region of one area, of several learned at once. */
export interface Region extends RegionInfo {
  report: string;
  pictures: Pictures;
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
  verdict: Judged | null;
  end: "done" | "cancelled" | "replaced";
}

/** One look at a running task; what it has found comes now and then. */
export interface TaskTick {
  progress: Said;
  task: number;
  found: any | null;
  rate: number;
}

export interface TaskFinished {
  /** Under which the worker keeps it. */
  task: number;
  found: any;
  end: "done" | "cancelled" | "replaced";
}

/** A picture at its own size. */
export interface Rgba {
  width: number;
  height: number;
  rgba: Uint8Array;
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

// -------- What the worker answers

export interface Booted {
  version: string;
  device: DeviceUsed;
  registry: Registry;
}

/** The text of a worker, and what it is asked to start with. */
export interface EngineUsed {
  script: string;
  asked: { module: WebAssembly.Module; preference: string; noAdapter?: string };
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
  /** Takes what was dropped on the page, if it can use it; else it is opened. */
  take?(files: File[], entries: (FileSystemEntry | null)[]): boolean;
}

export interface Context {
  store: import("./app/store.js").Store;
  jobs: import("./app/jobs.js").Jobs;
  opening: import("./app/opening.js").Opening;
  voice: import("./app/opening.js").Voice;
  /** Asks the engine. */
  call: import("./app/client.js").EngineClient["call"];
  /** The worker that is asked so. */
  client: import("./app/client.js").EngineClient;
  /** What that worker was started from, for others; null before. */
  engine(): EngineUsed | null;
  /** Says what went wrong, or mends it. */
  handle(error: unknown): void;
  /** Changes what the link holds. */
  set(change: Partial<import("./core/link.js").State>): void;
  /** Opens a view. */
  go(view: string): void;
  /** Brings the page into another state, as a link does. */
  follow(state: import("./core/link.js").State): void;
  /** Brings the address up to date, which else lags a moment behind. */
  settle(): void;
  /** Changes what the link holds, with a place of its own in the browser's history. */
  visit(change: Partial<import("./core/link.js").State>): void;
  /** Brings the result that is shown into sight. */
  reveal(): void;
  /** Opens a file dialog. */
  choose(what: "picture" | "model" | "report"): void;
  /** Opens what is on the clipboard. */
  paste(): Promise<void>;
}
