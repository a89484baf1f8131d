/** The papers of the methods, as BibTeX and as they are cited in a sentence. Pure. */

/** @typedef {{cited: string, bibtex: string}} Paper */

/**
 * @param {string} key
 * @param {"inproceedings" | "article" | "misc"} kind
 * @param {string} cited
 * @param {Record<string, string>} fields
 * @returns {Paper}
 */
function paper(key, kind, cited, fields) {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name.padEnd(9)} = {${value}},`);
  return { cited, bibtex: [`@${kind}{${key},`, ...lines, "}"].join("\n") };
}

const MEANINGFUL = paper("fong2017meaningful", "inproceedings", "Fong and Vedaldi, 2017", {
  author: "Fong, Ruth C. and Vedaldi, Andrea",
  title: "Interpretable Explanations of Black Boxes by Meaningful Perturbation",
  booktitle: "Proceedings of the IEEE International Conference on Computer Vision (ICCV)",
  year: "2017",
});

/** By the names of the methods. Methods that are not listed cite the paper on meaningful perturbations. */
const PAPERS = /** @type {Record<string, Paper>} */ ({
  meaningful: MEANINGFUL,
  localisation: MEANINGFUL,
  fast: MEANINGFUL,
  extremal: paper("fong2019extremal", "inproceedings", "Fong, Patrick and Vedaldi, 2019", {
    author: "Fong, Ruth and Patrick, Mandela and Vedaldi, Andrea",
    title: "Understanding Deep Networks via Extremal Perturbations and Smooth Masks",
    booktitle: "Proceedings of the IEEE/CVF International Conference on Computer Vision (ICCV)",
    year: "2019",
  }),
  igos: paper("qi2020igos", "inproceedings", "Qi, Khorram and Li, 2020", {
    author: "Qi, Zhongang and Khorram, Saeed and Li, Fuxin",
    title: "Visualizing Deep Networks by Optimizing with Integrated Gradients",
    booktitle: "Proceedings of the AAAI Conference on Artificial Intelligence",
    year: "2020",
  }),
  "igos++": paper("khorram2021igospp", "inproceedings", "Khorram, Lawson and Li, 2021", {
    author: "Khorram, Saeed and Lawson, Tyler and Li, Fuxin",
    title: "{iGOS++}: Integrated Gradient Optimized Saliency by Bilateral Perturbations",
    booktitle: "Proceedings of the Conference on Health, Inference, and Learning (CHIL)",
    year: "2021",
  }),
  gradient: paper("simonyan2014deep", "inproceedings", "Simonyan, Vedaldi and Zisserman, 2014", {
    author: "Simonyan, Karen and Vedaldi, Andrea and Zisserman, Andrew",
    title: "Deep Inside Convolutional Networks: Visualising Image Classification Models and Saliency Maps",
    booktitle: "ICLR Workshop",
    year: "2014",
  }),
  smoothgrad: paper("smilkov2017smoothgrad", "misc", "Smilkov et al., 2017", {
    author: "Smilkov, Daniel and Thorat, Nikhil and Kim, Been and Viégas, Fernanda and Wattenberg, Martin",
    title: "{SmoothGrad}: Removing Noise by Adding Noise",
    note: "arXiv:1706.03825",
    year: "2017",
  }),
  "gradient-input": paper("shrikumar2016not", "misc", "Shrikumar et al., 2016", {
    author: "Shrikumar, Avanti and Greenside, Peyton and Shcherbina, Anna and Kundaje, Anshul",
    title: "Not Just a Black Box: Learning Important Features Through Propagating Activation Differences",
    note: "arXiv:1605.01713",
    year: "2016",
  }),
  integrated: paper("sundararajan2017axiomatic", "inproceedings", "Sundararajan, Taly and Yan, 2017", {
    author: "Sundararajan, Mukund and Taly, Ankur and Yan, Qiqi",
    title: "Axiomatic Attribution for Deep Networks",
    booktitle: "Proceedings of the International Conference on Machine Learning (ICML)",
    year: "2017",
  }),
  guided: paper("springenberg2015striving", "inproceedings", "Springenberg et al., 2015", {
    author: "Springenberg, Jost Tobias and Dosovitskiy, Alexey and Brox, Thomas and Riedmiller, Martin",
    title: "Striving for Simplicity: The All Convolutional Net",
    booktitle: "ICLR Workshop",
    year: "2015",
  }),
  gradcam: paper("selvaraju2017gradcam", "inproceedings", "Selvaraju et al., 2017", {
    author:
      "Selvaraju, Ramprasaath R. and Das, Abhishek and Vedantam, Ramakrishna and Cogswell, Michael and Parikh, Devi " +
      "and Batra, Dhruv",
    title: "{Grad-CAM}: Visual Explanations from Deep Networks via Gradient-Based Localization",
    booktitle: "Proceedings of the IEEE International Conference on Computer Vision (ICCV)",
    year: "2017",
  }),
  occlusion: paper("zeiler2014visualizing", "inproceedings", "Zeiler and Fergus, 2014", {
    author: "Zeiler, Matthew D. and Fergus, Rob",
    title: "Visualizing and Understanding Convolutional Networks",
    booktitle: "European Conference on Computer Vision (ECCV)",
    year: "2014",
  }),
  rise: paper("petsiuk2018rise", "inproceedings", "Petsiuk, Das and Saenko, 2018", {
    author: "Petsiuk, Vitali and Das, Abir and Saenko, Kate",
    title: "{RISE}: Randomized Input Sampling for Explanation of Black-box Models",
    booktitle: "British Machine Vision Conference (BMVC)",
    year: "2018",
  }),
});

/** @param {string} method @returns {Paper} */
export function paperOf(method) {
  return PAPERS[method] ?? MEANINGFUL;
}

/** Whether a method has its own paper here. @param {string} method @returns {boolean} */
export function isCited(method) {
  return Object.hasOwn(PAPERS, method);
}
