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

/** Fetches and starts an engine: a worker with the compiled wasm, on a tested device. */
export function load(options?: LoadOptions): Promise<Engine>;

export interface LoadOptions {
  /**
   * The engine: the address, the bytes or the compiled module of `vanish_bg.wasm` or `vanish_cpu_bg.wasm`. By default,
   * the build that fits this browser is fetched from beside the package's script.
   */
  wasm?: URL | string | BufferSource | WebAssembly.Module;
  /** Starts `vanish/worker` from an address of yours. By default, the worker starts from a blob. */
  worker?: () => Worker;
  /** `auto`, the default, takes the GPU if there is one that agrees with the CPU. */
  device?: "auto" | "cpu" | "gpu";
  /** Called with what is being fetched and started. */
  onLoading?: (news: Loading) => void;
}

/** What the engine is waiting for. `done` and `total` are bytes, and `total` is 0 if it is not known. */
export interface Loading {
  stage: "engine" | "device" | "model" | "read" | "parse" | "classify" | "start" | "order" | "proof" | "judge";
  name?: string;
  done?: number;
  total?: number;
}

/** A failure with a sentence for the user. `kind` is "panic" for a bug in this package. */
export class EngineError extends Error {
  kind: string;
}

/** The files of a model that is not fetched from one address. */
export interface ModelFiles {
  /** The ONNX file. */
  file: Blob;
  /** Its name, such as `squeezenet.onnx`. */
  name: string;
  /** Its profile, as JSON: how a picture becomes its input. */
  profile?: string;
  /** The names of its classes, one per line or as JSON. */
  labels?: string;
  /** Files beside it, such as separate weights. */
  beside?: { name: string; file: Blob }[];
}

/** A built-in model (`critters`, `critters-biased`), an address with the profile beside it, or the files. */
export type ModelSource = string | URL | Blob | ModelFiles;

/** An address, a file, or `critter:7`: a sample of the built-in world by its number. */
export type PictureSource = string | URL | Blob;

export interface OpenModel {
  info: ModelInfo;
  /** The names of the classes, in the order of the output. */
  labels: string[];
  /** Whether the names are ImageNet's, because the file has a thousand classes without names. */
  assumedLabels: boolean;
}

export interface OpenPicture {
  info: { name: string; width: number; height: number; sha256: string; caption?: string; label?: string };
  /** Notes for the user on how it was read. */
  notes: string[];
  /** At most 1024 pixels on the longer side. */
  preview: ImageBitmap;
}

/** The settings with which a run starts. A missing one takes the method's preset; `engine.registry` lists all. */
export interface Settings {
  method?: string;
  /** The class to explain, by its index or its label. The default is the model's first answer. */
  target?: number | string;
  /** Classes summed with the target, and classes contrasted with it. */
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
  /** Everything that is needed to repeat and check the run, with the finding in one sentence. */
  report: Report;
  /** The report as the text of report.json. */
  json: string;
  pictures: Pictures;
  curves: Curves;
  /** The regions of all areas, the smallest first, if the method learns several. */
  regions: Region[];
  /** Whether it ran to its end; false after `stop`. */
  complete: boolean;
}

/** Listeners to a run, and the signal that ends it. */
export interface Watch<T> {
  onProgress?: (tick: T) => void;
  /** Called with anything else that the run is waiting for. */
  onLoading?: (news: Loading) => void;
  /** Aborting ends the run and rejects its promise. */
  signal?: AbortSignal;
}

/** One look at a study. What it has found is reported at intervals. */
export interface StudyTick<T> {
  progress: Said;
  found: T | null;
}

/**
 * The settings of each study. The defaults are the page's, but `evaluate` has every metric that needs no runs of its
 * own.
 */
export interface StudySettings {
  /** About one picture: its report.json, as `explain` returns it. Without one, `invariance` asks about the answer. */
  deletion: { report: string };
  invariance: { report?: string };
  attack: {
    attack?: "least-likely" | "fgsm" | "pgd" | "pgd-l2" | "patch";
    /** In 255ths of the range of a value, or in per cent of the picture for a patch. */
    eps?: number;
    steps?: number;
    restarts?: number;
    seed?: number;
    /**
     * Numbers of clean pictures of the built-in world on which the detectors are calibrated, and of those for the wide
     * rule.
     */
    calibrate?: number;
    calibrate_wide?: number;
  };
  /** On the built-in world and its models: `pictures` is the number of its pictures. */
  concept: { pictures?: number; tested?: number; seed?: number };
  parts: { pictures?: number };
  /** On your own pictures, or on the built-in world. */
  cues: { method?: string; pictures?: number; beside_cues?: boolean; files?: StudyFile[] };
  evaluate: { methods?: string[]; metrics?: string[]; controls?: boolean; pictures?: number; files?: StudyFile[] };
}

/** A picture of a study. A folder in its name is its class, as in `owl/1.jpg`. */
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

/** A worker with one open model and one open picture. Opening another replaces the previous one. */
export interface Engine {
  readonly version: string;
  /** The device on which it computes, and the reason. */
  readonly device: DeviceUsed;
  /** Every method and every setting, with titles, presets and limits. */
  readonly registry: Registry;
  /** The compiled engine, for another `load({ wasm })`. */
  readonly wasm: WebAssembly.Module;
  /** False once it has been closed or has crashed. Load another one then. */
  readonly alive: boolean;

  openModel(source: ModelSource, watch?: Pick<Watch<never>, "onLoading">): Promise<OpenModel>;
  openPicture(source: PictureSource): Promise<OpenPicture>;
  /** The model's most probable classes for the picture; five by default. */
  classify(options?: { topK?: number }): Promise<Prediction[]>;
  /** Learns what the answer depends on. A second call ends the first one, which then rejects. */
  explain(settings?: Settings, watch?: Watch<Tick>): Promise<Explanation>;
  /** Tests a rule, attacks, or judges methods. */
  study<K extends keyof Studies>(
    kind: K,
    settings?: StudySettings[K],
    watch?: Watch<StudyTick<Studies[K]>>,
  ): Promise<Studies[K]>;
  /** Ends what is running. Its promise resolves with what has been found so far. */
  stop(): void;
  /** Reads a report.json. It has pictures only if its model and its picture are open. */
  readReport(text: string): Promise<{ report: Report; pictures: Pictures | null }>;
  /** The samples of the built-in world. */
  samples(): Promise<Sample[]>;
  /** Ends the worker. */
  close(): void;
}
