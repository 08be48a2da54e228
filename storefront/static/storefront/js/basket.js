// Quantities save themselves: presses in a row are one change, and what is being typed survives an answer.
(() => {
  const PAUSE = 350;
  let waiting = null;

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".stepper__button");
    if (!button) return;
    const input = button.closest(".stepper").querySelector("input");
    const next = stepped(input, button.value === "more" ? 1 : -1);
    // None is left, or something that is no number was typed: the server answers.
    if (!(next > 0)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    input.value = next;
    clearTimeout(waiting);
    waiting = setTimeout(save, PAUSE, input.id);
  }, true);

  // An answer may have put another field into the place of the one that was pressed.
  function save(id) {
    document.getElementById(id)?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // A number that was set counts as it is, whichever button has the focus.
  document.body.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.triggeringEvent?.type === "change") delete event.detail.parameters.change;
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { elt: form, parameters: sent } = event.detail.requestConfig;
    const typed = [...document.querySelectorAll(".stepper__input")].filter(
      (input) => input.value !== (form.contains(input) ? sent.quantity : input.defaultValue),
    );
    const values = typed.map((input) => [input.id, input.value]);
    document.body.addEventListener("htmx:afterSwap", () => values.forEach(keep), { once: true });
  });

  function keep([id, value]) {
    const input = document.getElementById(id);
    if (input) input.value = value;
  }

  // In whole steps from none, as the shop counts: 0.25, 0.5, 0.75.
  function stepped(input, by) {
    const step = Number(input.dataset.step);
    const decimals = (input.dataset.step.split(".")[1] ?? "").length;
    const now = Number(input.value.replace(",", "."));
    return Number((Math.round(now / step + by) * step).toFixed(decimals));
  }
})();
