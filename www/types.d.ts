/** The types that pass between the worker and the page. The engine's JSON is in payloads.d.ts, written from Rust. */

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

/** The progress of an explanation. */
export type Progress = ProgressOf<Standing>;

/** An open model. */
export interface OpenModel {
  info: ModelInfo;
  labels: string[];
  /** Whether the labels are ImageNet's, because there were no others. */
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

/** The settings with which a run starts. A missing one takes the preset's value. */
export interface Settings {
  method: string;
  /** Any setting of the registry that the method takes. */
  [setting: string]: unknown;
  /** Classes summed with the target, and classes contrasted with it. */
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
  /** The complete report.json; null if the engine could no longer prove the result. */
  report: string | null;
  /** The regions of all areas, the smallest first, if there are several. */
  regions: Region[];
  /** Present if it was asked for. */
  verdict: Judged | null;
  end: "done" | "cancelled" | "replaced";
}

/** One look at a running task. What it has found is reported at intervals. */
export interface TaskTick {
  progress: Said;
  task: number;
  found: any | null;
  rate: number;
}

export interface TaskFinished {
  /** The number under which the worker keeps it. */
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

/** A failure in words for the user. The kind "panic" is a bug in this program. */
export interface Fault {
  kind: string;
  message: string;
}

// -------- The worker's answers

export interface Booted {
  version: string;
  device: DeviceUsed;
  registry: Registry;
}

/** The text of a worker, and the settings with which it starts. */
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
  /** Null if its picture or model is not open. */
  pictures: Pictures | null;
}

// -------- Views, and what they are given

export type ViewEvent = { type: "change"; names: import("./app/store.js").Names } | { type: "reveal" };

export interface View {
  id: string;
  title: string;
  mount(root: HTMLElement, context: Context): void;
  unmount(): void;
  onEvent(event: ViewEvent): void;
  /** Takes files that are dropped on the page, if it can use them; otherwise they are opened. */
  take?(files: File[], entries: (FileSystemEntry | null)[]): boolean;
}

export interface Context {
  store: import("./app/store.js").Store;
  jobs: import("./app/jobs.js").Jobs;
  opening: import("./app/opening.js").Opening;
  voice: import("./app/opening.js").Voice;
  /** Asks the engine. */
  call: import("./app/client.js").EngineClient["call"];
  /** The worker that `call` asks. */
  client: import("./app/client.js").EngineClient;
  /** What that worker was started from, for other workers; null before. */
  engine(): EngineUsed | null;
  /** Reports what went wrong, or repairs it. */
  handle(error: unknown): void;
  /** Changes the link's state. */
  set(change: Partial<import("./core/link.js").State>): void;
  /** Opens a view. */
  go(view: string): void;
  /** Brings the page into another state, as a link does. */
  follow(state: import("./core/link.js").State): void;
  /** Updates the address at once; otherwise it follows a moment later. */
  settle(): void;
  /** Changes the link's state, as a new entry of the browser's history. */
  visit(change: Partial<import("./core/link.js").State>): void;
  /** Scrolls the shown result into view. */
  reveal(): void;
  /** Opens a file dialog. */
  choose(what: "picture" | "model" | "report"): void;
  /** Opens what is on the clipboard. */
  paste(): Promise<void>;
}
