// The bank's question, which Stripe shows within the page. The page itself learns the answer by asking.
(() => {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-bank]")) return;
    event.preventDefault();
    ask(event.target);
  });
  document.body.addEventListener("htmx:afterSwap", begin);
  begin();

  function begin() {
    const form = document.querySelector("[data-bank]");
    if (!form || form.begun) return;
    form.begun = true;
    form.querySelector("button").hidden = false;
    ask(form);
  }

  async function ask(form) {
    const said = form.querySelector("[data-bank-said]");
    said.textContent = "";
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const { waits, client_secret: clientSecret } = answer.ok ? await answer.json() : { waits: true };
    if (!waits) return;
    if (!clientSecret) {
      said.textContent = form.dataset.away;
      return;
    }
    const { error } = await Stripe(form.dataset.key).handleNextAction({ clientSecret });
    if (error) said.textContent = error.message;
  }
})();
