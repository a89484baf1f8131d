// One step of the method in TensorFlow.js, on the numbers that ../problem.py has written. Driven by ../../run.mjs.

/* global tf */

/** @typedef {{photo: any, null: any, smoothing: any, mask: any, weights: any[], biases: any[]}} Problem */

/** Reads every array of the problem into a tensor. */
async function load() {
  const { layout, constants } = await (await fetch("/problem/problem.json")).json();
  const numbers = new Float32Array(await (await fetch("/problem/problem.bin")).arrayBuffer());
  const tensors = {};
  for (const [name, { at, shape }] of Object.entries(layout)) {
    const length = shape.reduce((product, side) => product * side, 1);
    tensors[name] = tf.tensor(numbers.slice(at, at + length), shape);
  }
  return { tensors, constants };
}

/**
 * SqueezeNet 1.1. Convolution, bias and ReLU are separate on purpose: the fused one also computes the gradient of the
 * weights, which is not needed here.
 */
function squeezenet(x, tensors, constants) {
  const apply = (index, x, stride, padding) =>
    tf.relu(tf.add(tf.conv2d(x, tensors[`weight${index}`], stride, padding), tensors[`bias${index}`]));
  x = apply(0, x, 2, "valid");
  for (let fire = 0; fire < constants.fires.length; fire++) {
    if (constants.poolBefore.includes(fire)) x = tf.maxPool(x, 3, 2, "valid");
    const squeezed = apply(3 * fire + 1, x, 1, "same");
    x = tf.concat([apply(3 * fire + 2, squeezed, 1, "same"), apply(3 * fire + 3, squeezed, 1, "same")], 3);
  }
  return tf.mean(apply(25, x, 1, "same"), [1, 2]);
}

/** Returns Σ (√(dx² + dy²))^β over the grid, with no difference at the far edges. */
function variation(mask, beta) {
  const [rows, columns] = mask.shape;
  const difference = (a, b, padding) => tf.square(tf.pad(tf.sub(a, b), padding));
  const below = tf.slice(mask, [1, 0], [rows - 1, columns]);
  const above = tf.slice(mask, [0, 0], [rows - 1, columns]);
  const right = tf.slice(mask, [0, 1], [rows, columns - 1]);
  const left = tf.slice(mask, [0, 0], [rows, columns - 1]);
  const down = difference(below, above, [[0, 1], [0, 0]]);
  const across = difference(right, left, [[0, 0], [0, 1]]);
  return tf.sum(tf.pow(tf.add(down, across), beta / 2));
}

class Step {
  constructor({ tensors, constants }) {
    this.tensors = tensors;
    this.constants = constants;
    const normalise = (x) => tf.tidy(() => tf.div(tf.sub(x, constants.mean), constants.std));
    this.photo = normalise(tensors.photo);
    this.null = normalise(tensors.null);
    this.mask = tf.variable(tensors.mask);
    this.adam = tf.train.adam(constants.rate, 0.9, 0.999, 1e-8);
    this.count = 0;
  }

  async chooseTarget() {
    const logits = tf.tidy(() => squeezenet(tf.expandDims(this.crop(this.photo, 0)), this.tensors, this.constants));
    const values = await logits.data();
    logits.dispose();
    this.target = values.indexOf(Math.max(...values));
  }

  crop(x, step) {
    const { size, jitter } = this.constants;
    return tf.slice(x, [(5 * step + 1) % jitter, (3 * step + 2) % jitter, 0], [size, size, 3]);
  }

  objective() {
    const { smoothing } = this.tensors;
    const { l1, l2, beta } = this.constants;
    const smooth = tf.expandDims(tf.matMul(tf.matMul(smoothing, this.mask), smoothing, false, true), 2);
    const photo = this.crop(this.photo, this.count);
    const blurred = this.crop(this.null, this.count);
    const blended = tf.add(blurred, tf.mul(smooth, tf.sub(photo, blurred)));
    const scores = tf.softmax(squeezenet(tf.expandDims(blended), this.tensors, this.constants));
    const score = tf.sum(tf.slice(scores, [0, this.target], [1, 1]));
    const area = tf.sum(tf.abs(tf.sub(1, this.mask)));
    return tf.add(tf.add(tf.mul(l1, area), tf.mul(l2, variation(this.mask, beta))), score);
  }

  /** Takes one step and reads its objective back, so that the work is done when it returns. */
  async step() {
    const value = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => this.objective(), [this.mask]);
      this.adam.applyGradients(grads);
      this.mask.assign(tf.clipByValue(this.mask, 0, 1));
      return value;
    });
    const [objective] = await value.data();
    value.dispose();
    this.count += 1;
    return objective;
  }
}

/** @type {Step} */
let current;

globalThis.bench = {
  async start(backend) {
    tf.wasm.setWasmPaths("/peer/node_modules/@tensorflow/tfjs-backend-wasm/dist/");
    if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no backend ${backend} here.`);
    await tf.ready();
    current = new Step(await load());
    await current.chooseTarget();
    const simd = await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT");
    const threads = backend === "wasm" ? tf.wasm.getThreadsCount() : undefined;
    return { name: `TensorFlow.js, ${backend}`, version: tf.version.tfjs, simd, threads, target: current.target };
  },

  /** Times single steps. */
  async steps(count) {
    const ms = [];
    const objectives = [];
    for (let index = 0; index < count; index++) {
      const start = performance.now();
      objectives.push(await current.step());
      ms.push(performance.now() - start);
    }
    return { ms, objectives };
  },
};
