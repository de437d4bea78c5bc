// A field to sign in with a finger, a pen or a mouse. It sends the path of an SVG of 600 by 200; without
// this script the name that was typed is the signature.

const WIDTH = 600;
const HEIGHT = 200;
const LONGEST = 20000;
const NEAREST = 2;

function padOf(box) {
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input[type=hidden]");
  const pen = canvas.getContext("2d");
  let stroke = null;
  let strokes = [];

  const path = () => strokes.map((points) => points.map(([x, y], at) => `${at ? "L" : "M"}${x} ${y}`).join("")).join("");

  function draw() {
    const scale = window.devicePixelRatio || 1;
    const shown = canvas.getBoundingClientRect();
    canvas.width = Math.round(shown.width * scale);
    canvas.height = Math.round(shown.height * scale);
    pen.setTransform(canvas.width / WIDTH, 0, 0, canvas.height / HEIGHT, 0, 0);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = getComputedStyle(canvas).color;
    for (const points of strokes) {
      pen.beginPath();
      points.forEach(([x, y], at) => (at ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      if (points.length === 1) pen.lineTo(points[0][0] + 0.5, points[0][1]);
      pen.stroke();
    }
  }

  function point(event) {
    const shown = canvas.getBoundingClientRect();
    const within = (part, most) => Math.round(Math.min(Math.max(part, 0), 1) * most);
    return [within((event.clientX - shown.left) / shown.width, WIDTH), within((event.clientY - shown.top) / shown.height, HEIGHT)];
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    stroke = [point(event)];
    strokes.push(stroke);
    event.preventDefault();
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const next = point(event);
    const last = stroke[stroke.length - 1];
    if (Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]) < NEAREST) return;
    if (path().length > LONGEST - 20) return;
    stroke.push(next);
    draw();
  });
  const lift = () => {
    stroke = null;
    field.value = path();
  };
  ["pointerup", "pointercancel"].forEach((name) => canvas.addEventListener(name, lift));
  box.querySelector("button").addEventListener("click", () => {
    strokes = [];
    lift();
    draw();
  });

  const kept = field.value.match(/M[^M]+/g) || [];
  strokes = kept.map((part) => part.slice(1).split("L").map((pair) => pair.split(" ").map(Number)));
  box.hidden = false;
  draw();
  addEventListener("resize", draw);
}

document.querySelectorAll("[data-signature]").forEach(padOf);
