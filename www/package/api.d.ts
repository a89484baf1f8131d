/** The package's API: an engine that explains what an image classifier said, in a worker of your own page. */

import type { Pictures } from "../pictures.js";
import type {
  ConceptTest,
  CuesTold,
  Curves,
  DeviceUsed,
  DuelTold,
  EvaluationTold,
  InvarianceTest,
  ModelInfo,
  PartsTest,
  Prediction,
  Progress as ProgressOf,
  RegionInfo,
  Registry,
  Report,
  RuleTest,
  Said,
  Sample,
  Standing,
} from "../payloads.js";

export type { Pictures };
export type { Curves, DeviceUsed, ModelInfo, Prediction, Profile, Registry, Report, Sample } from "../payloads.js";

/** Fetches and starts an engine: a worker with the compiled wasm, and a device that was tried. */
export function load(options?: LoadOptions): Promise<Engine>;

export interface LoadOptions {
  /**
   * The engine: the address, the bytes or the compiled module of `vanish_bg.wasm` or `vanish_cpu_bg.wasm`. Without it
   * the build that fits this browser is fetched from beside the package's script.
   */
  wasm?: URL | string | BufferSource | WebAssembly.Module;
  /** Starts `vanish/worker` from an address of yours. Without it the worker starts from a blob. */
  worker?: () => Worker;
  /** `auto`, which is the default, takes the GPU where there is one that agrees with the CPU. */
  device?: "auto" | "cpu" | "gpu";
  /** Hears what is fetched and started. */
  onLoading?: (news: Loading) => void;
}

/** What is being waited for; `done` and `total` are bytes, and `total` is 0 where it is not known. */
export interface Loading {
  stage: "engine" | "device" | "model" | "read" | "parse" | "classify" | "start" | "order" | "proof" | "judge";
  name?: string;
  done?: number;
  total?: number;
}

/** A failure in a sentence for the user. `kind` is "panic" where it is a bug of ours. */
export class EngineError extends Error {
  kind: string;
}

/** Files of a model that is not fetched by one address. */
export interface ModelFiles {
  /** The ONNX file. */
  file: Blob;
  /** Its name, such as `squeezenet.onnx`. */
  name: string;
  /** Its profile, as JSON: how a picture becomes its input. */
  profile?: string;
  /** The names of its classes, one a line or as JSON. */
  labels?: string;
  /** Files that lie beside it, such as weights that it keeps apart. */
  beside?: { name: string; file: Blob }[];
}

/** A built-in model (`critters`, `critters-biased`), an address whose profile lies beside it, or the files. */
export type ModelSource = string | URL | Blob | ModelFiles;

/** An address, a file, or `critter:7`: a sample of the built-in world by its number. */
export type PictureSource = string | URL | Blob;

export interface OpenModel {
  info: ModelInfo;
  /** The names of the classes, in the order of the output. */
  labels: string[];
  /** The names are ImageNet's, because the file has a thousand classes and no names. */
  assumedLabels: boolean;
}

export interface OpenPicture {
  info: { name: string; width: number; height: number; sha256: string; caption?: string; label?: string };
  /** What a person should know of how it was read. */
  notes: string[];
  /** At most 1024 pixels on the longer side. */
  preview: ImageBitmap;
}

/** What a run is started with. What is missing takes the method's preset; `engine.registry` lists all there is. */
export interface Settings {
  method?: string;
  /** The class to explain, by its index or its label; without it the model's first answer. */
  target?: number | string;
  /** Classes summed with the target, and those held against it. */
  with?: number[];
  against?: number[];
  /** Any setting of the registry that the method takes, such as `iterations` or `seed`. */
  [setting: string]: unknown;
}

/** One look at a run. */
export interface Tick {
  progress: ProgressOf<Standing>;
  curves: Curves;
  pictures: Pictures;
  /** Iterations per second. */
  rate: number;
}

/** The best region of one area, of several learned at once. */
export interface Region extends RegionInfo {
  /** Its report.json. */
  report: string;
  pictures: Pictures;
}

export interface Explanation {
  /** All that is needed to repeat the run and to check it, with the finding in one sentence. */
  report: Report;
  /** The same as the text of report.json. */
  json: string;
  pictures: Pictures;
  curves: Curves;
  /** The regions of all areas, smallest first, where the method learns several. */
  regions: Region[];
  /** Whether it ran to its end; false after `stop`. */
  complete: boolean;
}

/** Who hears of a run, and what ends it. */
export interface Watch<T> {
  onProgress?: (tick: T) => void;
  /** Hears what is being waited for besides. */
  onLoading?: (news: Loading) => void;
  /** Aborting ends the run and rejects its promise. */
  signal?: AbortSignal;
}

/** One look at a study; what it has found comes now and then. */
export interface StudyTick<T> {
  progress: Said;
  found: T | null;
}

/** What each study is asked for; what is missing is as on the page, but `evaluate` has every measure without runs of its own. */
export interface StudySettings {
  /** Of one picture: a report.json about it, as `explain` gives it. Without one, `invariance` asks about the answer. */
  deletion: { report: string };
  invariance: { report?: string };
  attack: {
    attack?: "least-likely" | "fgsm" | "pgd" | "pgd-l2" | "patch";
    /** In 255ths of the range of a value, or in per cent of the picture for a patch. */
    eps?: number;
    steps?: number;
    restarts?: number;
    seed?: number;
    /** Clean pictures of the built-in world on which the detectors are calibrated, and those for the wide rule. */
    calibrate?: number;
    calibrate_wide?: number;
  };
  /** Of the built-in world, and its models: so many pictures of it. */
  concept: { pictures?: number; tested?: number; seed?: number };
  parts: { pictures?: number };
  /** Of pictures of your own, or of the built-in world. */
  cues: { method?: string; pictures?: number; beside_cues?: boolean; files?: StudyFile[] };
  evaluate: { methods?: string[]; metrics?: string[]; controls?: boolean; pictures?: number; files?: StudyFile[] };
}

/** A picture of a study; a folder in its name is its class, as in `owl/1.jpg`. */
export interface StudyFile {
  name: string;
  file: Blob;
}

/** What each study finds. */
export interface Studies {
  deletion: RuleTest;
  invariance: InvarianceTest;
  attack: DuelTold;
  concept: ConceptTest;
  parts: PartsTest;
  cues: CuesTold;
  evaluate: EvaluationTold;
}

/** A worker with one model and one picture open; opening another takes the place of the one before. */
export interface Engine {
  readonly version: string;
  /** What it computes on, and why on that. */
  readonly device: DeviceUsed;
  /** Every method and every setting, with titles, presets and limits. */
  readonly registry: Registry;
  /** The engine compiled, for another `load({ wasm })`. */
  readonly wasm: WebAssembly.Module;
  /** False once it was closed or has crashed: load another. */
  readonly alive: boolean;

  openModel(source: ModelSource, watch?: Pick<Watch<never>, "onLoading">): Promise<OpenModel>;
  openPicture(source: PictureSource): Promise<OpenPicture>;
  /** The model's most probable classes of the picture; five unless `topK` says otherwise. */
  classify(options?: { topK?: number }): Promise<Prediction[]>;
  /** Learns what the answer hangs on. A second call ends the first, which then rejects. */
  explain(settings?: Settings, watch?: Watch<Tick>): Promise<Explanation>;
  /** Tests a rule, attacks, or judges methods. */
  study<K extends keyof Studies>(
    kind: K,
    settings?: StudySettings[K],
    watch?: Watch<StudyTick<Studies[K]>>,
  ): Promise<Studies[K]>;
  /** Ends what runs; its promise resolves with what was found until then. */
  stop(): void;
  /** Reads a report.json; its pictures are there if its model and its picture are open. */
  readReport(text: string): Promise<{ report: Report; pictures: Pictures | null }>;
  /** The samples of the built-in world. */
  samples(): Promise<Sample[]>;
  /** Ends the worker. */
  close(): void;
}
