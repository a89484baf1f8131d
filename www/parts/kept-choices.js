/** Keeps the choices in a view's form, so that they are restored when the view is opened again. */

/** The choices, by view and control. @type {Map<string, Map<string, string | boolean>>} */
const kept = new Map();

/**
 * Notes what the user changes from now on.
 *
 * @param {HTMLElement} form which is removed with its view
 * @param {string} view
 * @returns {() => void} restores earlier choices in the controls that exist by then
 */
export function keepChoices(form, view) {
  const chosen = kept.get(view) ?? new Map();
  kept.set(view, chosen);
  form.addEventListener("change", ({ target }) => {
    if (isControl(target)) chosen.set(nameOf(target), isOf(target, "checkbox") ? target.checked : target.value);
  });
  return () => {
    for (const control of form.querySelectorAll("input, select")) {
      const value = isControl(control) ? chosen.get(nameOf(control)) : undefined;
      if (value === undefined || !isControl(control)) continue;
      if (isOf(control, "checkbox")) control.checked = value === true;
      else if (isOf(control, "radio")) control.checked = control.value === value;
      else control.value = String(value);
    }
  };
}

/** @param {unknown} target @returns {target is HTMLInputElement | HTMLSelectElement} whether it can be set from here */
function isControl(target) {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "file");
}

/** @param {Element} control @param {string} type @returns {control is HTMLInputElement} */
function isOf(control, type) {
  return control instanceof HTMLInputElement && control.type === type;
}

/** Radio buttons of one name are one control. Checkboxes without a name are identified by their values. */
function nameOf(/** @type {HTMLInputElement | HTMLSelectElement} */ control) {
  return control.id || control.name || `${control.closest("[id]")?.id} ${control.value}`;
}
