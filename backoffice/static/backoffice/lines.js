// Lines of goods: a scan adds one, the server says what the lines mean, and nothing typed is lost.
(() => {
  const form = document.querySelector("#lines-form");
  const scan = form.querySelector("#scan");
  const howMuch = form.querySelector("#how-much");
  const found = form.querySelector("#found");
  const said = form.querySelector("#lines-said");
  const pasted = form.querySelector("#pasted");
  let asking = false; // a question is under way
  let again = false; // something was added or typed since it was asked
  let touched = false; // a line that was asked about was typed in or taken away since
  let booked = false;

  const body = () => form.querySelector("#lines tbody");
  const rows = () => [...(body()?.rows ?? [])];

  function add(sku, quantity) {
    const waiting = document.createElement("tr");
    waiting.className = "waiting";
    waiting.innerHTML = '<td><strong></strong><input type="hidden" name="sku"></td><td class="number"><input type="hidden" name="quantity"></td><td></td><td></td><td></td>';
    waiting.querySelector("strong").textContent = sku;
    waiting.querySelector('[name="sku"]').value = sku;
    waiting.querySelector('[name="quantity"]').value = quantity || "+";
    (body() ?? emptyTable()).append(waiting);
    look();
  }

  function emptyTable() {
    form.querySelector("#lines").innerHTML = '<table class="office-table lines-table"><tbody></tbody></table>';
    return body();
  }

  // One question at a time; what was added or typed meanwhile is asked about next.
  async function look() {
    again = true;
    if (asking) return;
    asking = true;
    let answered = true;
    while (again && answered) {
      again = touched = false;
      const sent = { rows: new Set(rows()), pasted: pasted.value };
      const page = await ask();
      answered = Boolean(page);
      if (page && !touched) show(page, sent);
    }
    asking = false;
  }

  async function ask() {
    try {
      const answer = await fetch(location.href, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const understood = page.querySelector("#lines");
      said.textContent = understood ? "" : form.dataset.lost;
      return understood && page;
    } catch {
      said.textContent = form.dataset.lost;
      return null;
    }
  }

  function show(page, sent) {
    const added = rows().filter((row) => !sent.rows.has(row));
    const focused = document.activeElement?.id;
    form.querySelector("#lines").replaceWith(page.querySelector("#lines"));
    added.forEach((row) => (body() ?? emptyTable()).append(row));
    if (pasted.value === sent.pasted) pasted.value = page.querySelector("#pasted").value;
    if (focused) document.getElementById(focused)?.focus();
  }

  function take() {
    const sku = scan.value.trim();
    if (!sku) return;
    add(sku, howMuch.value.trim());
    scan.value = howMuch.value = "";
    scan.focus();
  }

  scan.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  });
  howMuch.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  });
  form.querySelector("#add-line").addEventListener("click", take);

  let last = 0;
  scan.addEventListener("input", async (event) => {
    const words = scan.value.trim();
    // A choice from the list is whole; a scanner is quicker than any list.
    if (words.length < 2 || event.inputType === "insertReplacementText" || !event.inputType) return;
    const turn = ++last;
    await new Promise((resolve) => setTimeout(resolve, 180));
    if (turn !== last) return;
    const where = form.elements.location.value;
    const answer = await fetch(`${form.dataset.suggest}?${new URLSearchParams({ location: where, q: words })}`).catch(() => null);
    if (!answer?.ok || turn !== last) return;
    const options = (await answer.json()).found.map(({ sku, title }) => new Option(title, sku));
    found.replaceChildren(...options);
  });

  form.addEventListener("change", ({ target }) => {
    if (target.name === "quantity" || target.name === "sku" || target.name === "location") {
      touched = true;
      look();
    }
  });
  form.addEventListener("click", ({ target }) => {
    const away = target.closest(".take-away");
    if (!away) return;
    away.closest("tr").remove();
    touched = true;
    scan.focus();
    look();
  });
  pasted.addEventListener("paste", () => setTimeout(look));
  form.addEventListener("keydown", (event) => {
    // Enter in a line's field goes back to the scanner, and books nothing by accident.
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
    scan.focus();
  });
  form.addEventListener("submit", (event) => {
    if (booked) return event.preventDefault();
    booked = true;
  });
  window.addEventListener("pageshow", () => (booked = false));
  window.addEventListener("beforeunload", (event) => { if (!booked && rows().length) event.preventDefault(); });
})();
