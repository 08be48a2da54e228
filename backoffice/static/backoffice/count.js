// Counting by scanner: the field keeps the focus, and a scan that the network lost is sent again.
(() => {
  const form = document.querySelector("#scan-form");
  if (!form) return;
  const field = form.elements.scan;
  const beep = form.querySelector(".beep");
  const waiting = [];
  let sending = false;

  // crypto.randomUUID is kept from pages without TLS, as in a shop's own network.
  function token() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      const answer = await ask(waiting[0]).catch(() => null);
      if (!answer) {
        await new Promise((resolve) => setTimeout(resolve, 1500));
        continue;
      }
      waiting.shift();
      tell(answer);
      sayWaiting();
    }
    sending = false;
  }

  async function ask({ sku, token }) {
    const body = new FormData(form);
    body.set("scan", sku);
    body.set("token", token);
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected) form.querySelector(".refusal").textContent = form.dataset.left;
    if (answer.redirected || ![200, 409].includes(answer.status)) return null;
    return answer.json();
  }

  function tell({ said, key, title, sku, counted, typed }) {
    form.querySelector(".refusal").textContent = said ?? "";
    beep.classList.toggle("wrong", Boolean(said));
    if (said) return sound(180, 0.35);
    beep.querySelector("strong").textContent = counted;
    beep.querySelector("span").textContent = `${title} · ${sku}`;
    sound(880, 0.07);
    const line = document.querySelector(`[name="counted-${key}"]`);
    if (!line) return;
    // What the scanner counted is written down already.
    line.value = document.querySelector(`[name="shown-${key}"]`).value = typed;
    line.closest("tr").classList.add("booked");
  }

  function sayWaiting() {
    form.querySelector(".waiting").textContent = waiting.length > 1 ? `${waiting.length} ${form.dataset.waiting}` : "";
  }

  let ears;
  function sound(pitch, seconds) {
    ears ??= new AudioContext();
    const tone = ears.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(ears.destination);
    tone.start();
    tone.stop(ears.currentTime + seconds);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const sku = field.value.trim();
    if (!sku) return;
    waiting.push({ sku, token: token() });
    field.value = "";
    field.focus();
    sayWaiting();
    send();
  });
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
})();
