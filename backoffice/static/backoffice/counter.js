// The counter works without any of this: it keeps the field in focus, stops a
// second press, sounds the outcome, and scans with the camera where it can.
(() => {
  const field = document.getElementById("code");
  const ask = document.getElementById("ask");
  const handOver = document.getElementById("hand-over");

  // A scanner types wherever the focus is, so it is always in the field.
  const refocus = () => {
    if (document.activeElement === document.body) field.focus({ preventScroll: true });
  };
  document.addEventListener("click", () => setTimeout(refocus, 0));
  window.addEventListener("focus", refocus);
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (document.activeElement !== field) field.focus({ preventScroll: true });
    }
  });

  // The server hands over once however often it is asked; this saves the asking.
  for (const form of [ask, handOver]) {
    form?.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      form.querySelector("button[type=submit]").setAttribute("aria-busy", "true");
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of [ask, handOver]) delete form?.dataset.sent;
  });

  // An order is taken off a reload: the address of a code is not kept in it.
  if (location.search) history.replaceState(null, "", location.pathname);

  const TUNES = { done: [[660, 0], [880, 0.12]], refused: [[220, 0], [185, 0.18]] };
  const sound = (tune) => {
    const Audio = window.AudioContext || window.webkitAudioContext;
    if (!Audio) return;
    const audio = new Audio();
    // Without a press on this page a browser keeps silent, and that is all right.
    if (audio.state !== "running") return audio.close();
    for (const [pitch, start] of tune) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.15, audio.currentTime + start);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + start);
      tone.stop(audio.currentTime + start + 0.24);
    }
  };
  const tune = TUNES[document.body.dataset.outcome];
  if (tune) sound(tune);

  const camera = document.getElementById("camera");
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  camera.hidden = false;
  camera.addEventListener("click", async () => {
    const viewer = document.getElementById("viewer");
    const video = viewer.querySelector("video");
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
      });
    } catch {
      camera.hidden = true;
      return;
    }
    viewer.hidden = false;
    await video.play();
    const look = async () => {
      const [found] = await detector.detect(video).catch(() => []);
      if (!found) return requestAnimationFrame(look);
      for (const track of video.srcObject.getTracks()) track.stop();
      field.value = found.rawValue;
      ask.requestSubmit();
    };
    look();
  });
})();
