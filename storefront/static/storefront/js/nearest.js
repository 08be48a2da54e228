// Sorts the locations by how far they are. Where the shopper is never leaves the browser.
(() => {
  const EARTH_KM = 6371;
  const button = document.querySelector("[data-nearest]");
  const said = document.querySelector("[data-nearest-said]");
  let here = null;

  if (!button || !("geolocation" in navigator)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    said.textContent = said.dataset.asking;
    navigator.geolocation.getCurrentPosition(found, refused, { timeout: 10_000, maximumAge: 600_000 });
  });
  // A list that was filtered anew is in its own order.
  document.body.addEventListener("htmx:afterSwap", sort);

  function found(position) {
    here = position.coords;
    sort();
    said.textContent = said.dataset.sorted;
  }

  function refused() {
    said.textContent = said.dataset.refused;
  }

  function sort() {
    if (!here) return;
    const countries = document.querySelector(".countries");
    if (!countries) return;
    for (const place of countries.querySelectorAll(".place")) measure(place);
    for (const list of countries.querySelectorAll(".places")) reorder(list, list.children);
    reorder(countries, countries.children);
  }

  function measure(place) {
    const { latitude, longitude } = place.dataset;
    place.distance = latitude === undefined ? Infinity : distance(Number(latitude), Number(longitude));
    if (place.distance === Infinity) return;
    const shown = place.querySelector("[data-distance]");
    const digits = place.distance < 10 ? 1 : 0;
    const format = { style: "unit", unit: "kilometer", maximumFractionDigits: digits };
    shown.textContent = place.distance.toLocaleString(document.documentElement.lang, format);
    shown.hidden = false;
  }

  // A country is as near as its nearest place.
  function reorder(parent, children) {
    const farness = (item) =>
      item.distance ?? Math.min(...[...item.querySelectorAll(".place")].map((place) => place.distance));
    parent.append(...[...children].sort((one, other) => farness(one) - farness(other)));
  }

  function distance(latitude, longitude) {
    const rad = Math.PI / 180;
    const height = Math.sin(((latitude - here.latitude) * rad) / 2) ** 2;
    const width = Math.sin(((longitude - here.longitude) * rad) / 2) ** 2;
    const chord = height + width * Math.cos(latitude * rad) * Math.cos(here.latitude * rad);
    return 2 * EARTH_KM * Math.asin(Math.sqrt(chord));
  }
})();
