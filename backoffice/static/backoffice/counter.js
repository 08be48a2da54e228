// The counter works without any of this. It keeps the field in focus, says so when no answer
// comes, sounds the outcome, counts down what can be undone, and scans where a camera can.
(() => {
  const field = document.getElementById("code");
  const ask = document.getElementById("ask");
  const trouble = document.getElementById("trouble");
  const offline = document.getElementById("offline");

  // A scanner types wherever the focus is, so it is always in the field. Where that would bring
  // a keyboard up over the page, the field takes the focus with the first key instead.
  const focus = () => field.focus({ preventScroll: true });
  const isTouched = matchMedia("(pointer: coarse)").matches;
  const refocus = () => { if (!isTouched) focus(); };
  document.addEventListener("click", () => setTimeout(refocus, 0));
  window.addEventListener("focus", refocus);
  document.addEventListener("keydown", ({ key, ctrlKey, metaKey, altKey }) => {
    if (key.length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey) focus();
  });

  // A code is taken out of the address: loading the page again does not look it up again.
  if (location.search) history.replaceState(null, "", location.pathname);

  // Sounds. A browser keeps silent until somebody has pressed something.
  const TUNES = {
    found: [[520, 0]],
    done: [[660, 0], [880, 0.12]],
    undone: [[660, 0], [520, 0.12]],
    refused: [[220, 0], [185, 0.18], [220, 0.36]],
  };
  TUNES.stands = TUNES.trouble = TUNES.refused;
  const Audio = window.AudioContext || window.webkitAudioContext;
  const mute = document.getElementById("mute");
  let audio;
  const isMuted = () => localStorage.getItem("counter-muted") === "yes";
  const wake = () => {
    audio ??= Audio && new Audio();
    audio?.resume();
  };
  const play = (name) => {
    if (isMuted() || audio?.state !== "running") return;
    for (const [pitch, start] of TUNES[name] || []) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + start;
      tone.type = name === "done" ? "sine" : "triangle";
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.24);
    }
  };
  const showMute = () => mute.setAttribute("aria-pressed", isMuted());
  for (const press of ["pointerdown", "keydown"]) document.addEventListener(press, wake);
  mute.hidden = !Audio;
  mute.addEventListener("click", () => {
    localStorage.setItem("counter-muted", isMuted() ? "no" : "yes");
    showMute();
    play("found");
  });
  showMute();

  // Asking. What is in the field leaves it when it is sent, and comes back if nothing answers.
  let sent = "";
  ask.addEventListener("htmx:beforeSend", (event) => {
    if (event.target !== ask) return;
    sent = field.value;
    field.value = "";
    trouble.hidden = true;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    // Whoever is no longer signed in is answered by the page to sign in on, or not at all.
    const { responseURL, status } = event.detail.xhr;
    const isHere = new URL(responseURL || location.href).pathname === location.pathname;
    if (isHere && status !== 403) return;
    event.detail.shouldSwap = false;
    location.assign(location.pathname);
  });
  const noAnswer = (event) => {
    const form = event.detail.elt.closest("form");
    const after = form.id || "undo";
    for (const sentence of trouble.querySelectorAll("[data-after]"))
      sentence.hidden = sentence.dataset.after !== after;
    if (after === "ask" && !field.value) field.value = sent;
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "nearest" });
    play("trouble");
    refocus();
  };
  for (const name of ["timeout", "sendError", "responseError"])
    document.body.addEventListener(`htmx:${name}`, noAnswer);
  const showNetwork = () => { offline.hidden = navigator.onLine; };
  for (const name of ["online", "offline"]) window.addEventListener(name, showNetwork);
  showNetwork();

  // An answer.
  const arrived = () => {
    const desk = document.getElementById("desk");
    trouble.hidden = true;
    play(desk.dataset.outcome);
    if (desk.dataset.outcome) navigator.vibrate?.(desk.dataset.outcome === "refused" ? [200, 80, 200] : 60);
    for (const form of desk.querySelectorAll(".undo"))
      form.dataset.until = performance.now() + 1000 * form.dataset.seconds;
    countDown();
    refocus();
  };
  const countDown = () => {
    for (const form of document.querySelectorAll(".undo")) {
      const left = Math.ceil((form.dataset.until - performance.now()) / 1000);
      form.querySelector(".left").textContent =
        `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (left <= 0) form.remove();
    }
  };
  document.body.addEventListener("htmx:afterSettle", arrived);
  setInterval(countDown, 1000);
  arrived();

  // The camera.
  const camera = document.getElementById("camera");
  const viewer = document.getElementById("viewer");
  const video = viewer.querySelector("video");
  const canScan = "BarcodeDetector" in window && navigator.mediaDevices;
  camera.hidden = !canScan;
  document.getElementById("no-camera").hidden = canScan;
  const isOn = () => camera.getAttribute("aria-pressed") === "true";
  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    viewer.hidden = true;
    camera.setAttribute("aria-pressed", "false");
  };
  const look = async (detector) => {
    if (!isOn()) return;
    const [found] = await detector.detect(video).catch(() => []);
    if (!found) return requestAnimationFrame(() => look(detector));
    stop();
    field.value = found.rawValue;
    ask.requestSubmit();
  };
  camera.addEventListener("click", async () => {
    if (isOn()) return stop();
    camera.setAttribute("aria-pressed", "true");
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
      });
    } catch {
      stop();
      document.getElementById("camera-refused").hidden = false;
      return;
    }
    viewer.hidden = false;
    await video.play();
    look(new BarcodeDetector({ formats: ["qr_code"] }));
  });
})();
