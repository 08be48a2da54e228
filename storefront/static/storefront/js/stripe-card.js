// Stripe's form takes the card and gives a token for it; the order is sent with that alone.
(() => {
  const form = document.getElementById("checkout-form");
  const place = document.querySelector("[data-stripe]");
  const said = document.querySelector("[data-stripe-said]");
  const token = document.getElementById("id_card_token");

  if (!window.Stripe) {
    said.textContent = place.dataset.away;
    return;
  }
  const stripe = Stripe(place.dataset.stripe, { locale: place.dataset.language });
  const elements = stripe.elements({
    mode: "payment",
    paymentMethodTypes: ["card"],
    ...sum(),
  });
  elements.create("payment").mount(place);
  token.value = "";

  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "look" || token.value) return;
    event.preventDefault();
    take().catch((error) => (said.textContent = error.message));
  });

  async function take() {
    said.textContent = "";
    // A promo code or delivery may have changed it since the form was drawn.
    elements.update(sum());
    const { error: unfinished } = await elements.submit();
    if (unfinished) throw unfinished;
    const { error, confirmationToken } = await stripe.createConfirmationToken({ elements });
    if (error) throw error;
    token.value = confirmationToken.id;
    form.requestSubmit();
  }

  function sum() {
    const { amount, currency } = document.getElementById("pay").dataset;
    return { amount: Number(amount), currency };
  }
})();
