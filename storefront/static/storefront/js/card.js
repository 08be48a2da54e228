// A card form for test cards. What is typed picks a card's token and is never sent: no field has a name.
(() => {
  const cards = [...document.querySelectorAll("[data-number]")];
  const part = document.querySelector("[data-card-form]");
  const [number, expiry, check, fault] = ["number", "expiry", "check", "fault"].map((name) =>
    part.querySelector(`[data-card-${name}]`),
  );

  part.hidden = false;
  cards.forEach((card) => card.addEventListener("change", () => fill(card)));
  fill(cards.find((card) => card.checked));
  number.addEventListener("input", typed);
  expiry.addEventListener("input", () => (expiry.value = spaced(expiry.value, 2, " / ", 4)));
  check.addEventListener("input", () => (check.value = digits(check.value)));
  document.getElementById("checkout-form").addEventListener("submit", (event) => {
    if (event.submitter?.name === "look") return;
    const [words, field] = wrong();
    say(words, field);
    if (words) event.preventDefault();
  });

  function fill(card) {
    if (!card) return;
    number.value = card.dataset.number;
    expiry.value = `12 / ${String(new Date().getFullYear() + 3).slice(2)}`;
    check.value = "123";
    say("", null);
  }

  function typed() {
    number.value = spaced(number.value, 4, " ", 19);
    const known = cards.find((card) => digits(card.dataset.number) === digits(number.value));
    cards.forEach((card) => (card.checked = card === known));
    if (known || digits(number.value).length < 16) return say("", null);
    say("unknown", number);
  }

  function wrong() {
    if (!cards.some((card) => card.checked)) return ["unknown", number];
    const [month, year] = expiry.value.split(" / ").map(Number);
    const ends = new Date(2000 + year, month);
    if (!(month >= 1 && month <= 12 && ends > new Date())) return ["expired", expiry];
    return check.value.length < 3 ? ["short", check] : ["", null];
  }

  function say(words, field) {
    fault.textContent = words ? fault.dataset[words] : "";
    for (const each of [number, expiry, check]) each.removeAttribute("aria-invalid");
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    if (document.activeElement !== field) field.focus();
  }

  function digits(text) {
    return text.replace(/\D/g, "");
  }

  function spaced(text, group, between, most) {
    const groups = digits(text).slice(0, most).match(new RegExp(`.{1,${group}}`, "g")) ?? [];
    return groups.join(between);
  }
})();
