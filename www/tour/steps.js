/** The seven steps of the tour: their texts, the state of the page that each needs, and what each does there. */
import * as outcomes from "./outcomes.js";

/** @typedef {import("./guide.js").Guide} Guide */
/** @typedef {import("./outcomes.js").Outcome} Outcome */

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} link The state of the page, as in a link.
 * @property {string} at A selector of the part that is shown while the step runs.
 * @property {string} [after] A selector of the part that is shown afterwards; otherwise `at`.
 * @property {string} says What is about to happen, and why.
 * @property {string} lesson What to remember, whatever the outcome.
 * @property {(guide: Guide) => Promise<Outcome>} run
 */

/** Without any regulariser: a fine grid, no price on its roughness, no smoothing, and no shifts of the picture. */
const ROUGH = { l2: "0", jitter: "0", cell_px: "2", smoothing_px: "0" };

/** The methods of the comparison: two that learn a mask, and three that do not. */
const METHODS = ["meaningful", "fast", "gradient", "gradcam", "occlusion"];

/** The settings of the search for cues, as in the view of cues for the model with a hidden bias. */
const SEARCH = { method: "gradcam", pictures: 240, beside_cues: true };

/** The attack of the last step, as in its view but without the wide rule, which the step does not mention. */
const ATTACK = { attack: "least-likely", eps: 8, calibrate: 100 };

/** @type {readonly Step[]} */
export const STEPS = [
  {
    title: "An explanation is a rule",
    link: "view=rules&critter=46",
    at: "#changes",
    says:
      "The model has given this picture a name. A rule predicts what it would say to other pictures: “turn the " +
      "animal, and the name stays”. Such a rule can be tested: the page turns, shifts, blurs and recolours the " +
      "picture more and more, and asks the model each time.",
    lesson: "A rule says where it holds and where it ends. That is what an explanation is on this page.",
    run: async (guide) => outcomes.invariance(await guide.changes()),
  },
  {
    title: "Delete the evidence",
    link: "view=explain&critter=46",
    at: "#stage-part",
    after: "#result",
    says:
      "Which part of the picture does the name hang on? The page blurs a part, asks the model, and learns by " +
      "gradient descent the smallest part whose blurring makes the name vanish. The finding is a rule again, so it is " +
      "tested on deletions that it was not learned on, beside the same region moved elsewhere.",
    lesson:
      "The heat map is no more than a picture of the rule “delete this, and the answer goes”. The figures say how " +
      "far it can be trusted.",
    run: async (guide) => {
      const result = await guide.explain();
      return outcomes.deletion({ title: "The evidence", result, rule: await guide.rule(result) });
    },
  },
  {
    title: "Artefacts, and why to regularise",
    link: "view=explain&critter=46&method=meaningful",
    at: "#stage-part",
    after: "#result",
    says:
      "A free mask can cheat: a few pixels, changed just so, can upset a network without hiding anything. First the " +
      "mask is learned with nothing to hold it back: every place for itself, no price on roughness, one exact " +
      "position. Then it is learned as the paper does, smooth and on shifted pictures. Both are tested alike.",
    lesson:
      "The regularisers are part of the question. They ask for deletions that look like something missing, rather " +
      "than for noise that the network trips over.",
    run: async (guide) => {
      const [rough, smooth] = [await guide.finding("No regulariser", ROUGH), await guide.finding("The paper’s", {})];
      return outcomes.artefacts(rough, smooth);
    },
  },
  {
    title: "Other methods",
    link: "view=compare&critter=46",
    at: "#compare-body",
    after: "#compare-after",
    says:
      "There are quicker ways to colour a picture: the gradient of the score, the last layer’s channels, a grey " +
      "square that is moved about. Five methods explain the same answer and are judged alike: how small a box takes " +
      "the score away, and how well the map overlaps with the true evidence, which this drawn world knows.",
    lesson:
      "Maps differ although the question seems the same, because each method answers a question of its own. One " +
      "picture ranks no methods: the view Evaluate does that on many.",
    run: async (guide) => outcomes.comparison(await guide.compare(METHODS)),
  },
  {
    title: "A model’s mistake, found",
    link: "view=cues&model=critters-biased&critter=31",
    at: "#cues-title",
    says:
      "This is the model’s twin. It is right almost as often, yet it has learned something that it should not have. " +
      "First one of its answers is explained. Then the page searches: it groups the evidence of many pictures, and " +
      "puts each group to the test on pictures in which it was not found. Nobody tells it what to look for.",
    lesson:
      "High accuracy did not show the mistake; an explanation pointed at it, and an intervention confirmed it. Look " +
      "at the exemplars: whether a cue should count, only people can say.",
    run: async (guide) => {
      const result = await guide.explain();
      return outcomes.mistake(result, await guide.study("cues", SEARCH, "model"));
    },
  },
  {
    title: "Faces against feet",
    link: "view=rules&critter=46",
    at: "#parts",
    says:
      "Now a rule about all pictures: “faces matter more than feet”. Each part of the animal is blurred in 200 " +
      "pictures, and the fall of the score is counted, less the fall when as much is blurred elsewhere. In this " +
      "drawn world the kinds differ in their heads alone, so it is known what should come out.",
    lesson:
      "Many small findings make a statement about the model, with a number of trials and a chance of error. The " +
      "authors of the method counted the same for 76 classes of animals.",
    run: async (guide) => outcomes.parts(await guide.study("parts", {}, "model")),
  },
  {
    title: "An adversarial picture, detected and recovered",
    link: "view=adversarial&critter=46",
    at: "#attack-sentence",
    after: "#recover-title",
    says:
      "Every value of the picture is changed by so little that nobody sees it, until the model gives another name. " +
      "Two rules expose the attack. One is “light edits keep the name”, with a threshold set on 100 clean pictures. " +
      "The other deletes what the false answer hangs on, and looks whether the first one comes back.",
    lesson:
      "Explanations show what an attack acts on, and here they are used against it. An attack that knows the test " +
      "can avoid it: this studies attacks, and protects nobody.",
    run: async (guide) => outcomes.attack(await guide.study("attack", ATTACK, "picture")),
  },
];
