// Nine guided states and a clinic: each asks for a guess before it shows.
const stories = (() => {
  const { make, indexed } = chart;
  const base = { activation: "relu", depth: 30, width: 256, w: 1, b: 0, view: "size" };
  // title, state, question, answers with the right one's place, what it teaches, the page that derives it
  const STORIES = [
    ["The missing factor of two", { w: 1 }, "Thirty ReLU layers with variance 1/n. What is left of the signal?", ["a half", "a thousandth", "three hundred-thousandths"], 2, "A ReLU passes half of the mean square. Thirty halvings leave 2⁻³⁰ of it, and its root is 3 × 10⁻⁵. Twice the variance repairs it.", "../../variance/he/index.html"],
    ["Flat is not safe", { activation: "tanh", w: 1.66667, depth: 60 }, "Tanh with gain 5/3: the signal is flat. And the gradient?", ["it explodes", "it is flat too", "it vanishes"], 0, "A flat signal says nothing about the gradient. Each layer multiplies its mean square by more than one.", "../../gradients/vanishing/index.html"],
    ["Alive but deaf", { w: 0.57735, b: 0.03608, weights: "uniform", depth: 30, view: "pair" }, "PyTorch's default: the signal settles at the size of the biases. What do two different inputs look like at the end?", ["as different as at the start", "the same", "opposite"], 1, "What is left after thirty layers comes from the biases, which are the same for every input.", "../frameworks/index.html"],
    ["The quarter of the sigmoid", { activation: "sigmoid", w: 1 }, "Sigmoid layers under Xavier keep a healthy signal. How much gradient reaches the first layer?", ["nearly all", "about a hundredth", "less than 10⁻¹⁰"], 2, "The slope of a sigmoid is at most a quarter, and thirty quarters multiply.", "../../gradients/vanishing/index.html"],
    ["Your seed is not the mean", { w: 1.41421, width: 16, depth: 60 }, "He's variance, sixteen units wide. The theory is flat. Where do most networks end?", ["mostly below", "about as often above as below", "mostly above"], 0, "The mean is carried by few large networks. The typical one loses in every narrow layer.", "../../gradients/typical/index.html"],
    ["Where float16 ends", { w: 2, depth: 60, format: "float16", view: "bits" }, "Twice He: each layer enlarges the size by √2. At which layer does the root mean square pass 65504, the largest number of float16?", ["about 8", "about 32", "never"], 1, "65504 is nearly 2¹⁶, which is (√2)³². The largest units overflow earlier, and half of all stay zero.", "../../precision/formats/index.html"],
    ["Rescue", { w: 2, depth: 60, residual: "depth" }, "Twice He exploded. Now each layer is a branch divided by √L beside a shortcut. What happens to the signal of sixty layers?", ["it stays within a factor of ten", "it still explodes", "it vanishes"], 0, "Each branch multiplies the mean square by 1 + 2/60, and sixty such factors stay below e², however deep.", "../../depth/normalization/index.html#pre-and-post"],
    ["GELU has no edge", { activation: "gelu", w: 1.53353, depth: 60, scale: 0.65209 }, "GELU with its gain at variance one. Is it stable?", ["yes, as He is for ReLU", "no, small changes grow or die"], 1, "For GELU the share that is kept depends on the size. A little more grows, a little less dies.", "../../variance/gains/index.html"],
    ["Hourglass", { profile: "hourglass", w: 1.41421, mode: "in", depth: 10 }, "Widths fall to a quarter and rise again. Variance 2/fan_in keeps the signal. And the gradient?", ["kept as well, from end to end", "it explodes", "it vanishes"], 0, "In the middle it is off, by the ratio of the widths, and what is lost on one side comes back on the other.", "../../variance/xavier/index.html"],
  ];
  const CLINIC = [
    [{ w: 0.5 }, "weights too small"], [{ w: 2.4 }, "weights too large"], [{ activation: "sigmoid", w: 1 }, "flat slopes of the sigmoid"],
    [{ activation: "tanh", w: 4, depth: 20 }, "saturated and chaotic: weights far too large for tanh"], [{ w: 0.57735, b: 0.03608, weights: "uniform" }, "the default of PyTorch: only biases arrive"],
    [{ weights: "constant", w: 1, depth: 8, width: 64 }, "all weights equal"], [{ activation: "tanh", w: 1, scale: 50, depth: 20, view: "ridges" }, "inputs that are not scaled"],
    [{ norm: "batch", w: 1.41421, depth: 60 }, "BatchNorm without shortcuts: the gradient grows"], [{ residual: "one", w: 1.41421, depth: 40 }, "shortcuts without a scale of the branches"],
    [{ profile: "funnel", mode: "out", w: 1.41421, depth: 12 }, "the wrong fan in a funnel"],
  ];

  // The names among which the reader chooses: the right one and four others, in an order that does not tell.
  function options(right) {
    const others = CLINIC.map(([, name]) => name).filter((name) => name !== right), at = CLINIC.findIndex(([, name]) => name === right);
    return [right, ...[1, 3, 5, 7].map((step) => others[(at + step) % others.length])].sort();
  }

  // A strip of steps, and the question that is asked, which stands with the picture. Its class says what is covered.
  function mount(change, shown) {
    const asked = make("div", { class: "asked", tabindex: "-1", role: "group", "aria-label": "question" }), steps = [];
    const clear = (kind) => { asked.replaceChildren(); asked.className = `asked ${kind}`; };
    const go = (state, quiet) => change({ ...address.START, ...base, ...state, seed: shown.state.seed }, quiet);
    function ask(title, question, answers, right, said, link, next) {
      const verdict = make("p", { class: "verdict", "aria-live": "polite" }), after = make("button", { type: "button", hidden: "" }, "next"), buttons = answers.map((answer, i) => {
        const button = make("button", { type: "button" }, answer);
        button.addEventListener("click", () => {
          asked.className = "asked";
          buttons.forEach((each, j) => { each.disabled = true; each.classList.toggle("right", j === right); });
          after.hidden = false;
          after.focus({ preventScroll: true });   // the button that was pressed takes no focus any more
          verdict.replaceChildren(make("b", {}, i === right ? "Right. " : "Not so. "), ...indexed(said), ...(link ? [" ", make("a", { href: link }, "Where this is derived")] : []));
          asked.scrollIntoView({ block: "nearest" });   // on a phone the picture has come above it
          change({});
        });
        return button;
      });
      after.addEventListener("click", () => next.click());
      asked.replaceChildren(make("p", {}, make("b", {}, `${title}. `), ...indexed(question)), make("div", { class: "answers" }, ...buttons, after), verdict);
      asked.scrollIntoView({ block: "nearest" });
      asked.focus({ preventScroll: true });
    }
    STORIES.forEach(([title, state, question, answers, right, said, link], i) => {
      const step = make("button", { type: "button" }, `${i + 1} ${title}`);
      step.addEventListener("click", () => { clear("guessing"); pressed(step); go(state); ask(title, question, answers, right, said, link, steps[i + 1] ?? clinic); });
      steps.push(step);
    });
    let patient = -1;
    const clinic = make("button", { type: "button" }, "Clinic: what is wrong?");
    clinic.addEventListener("click", () => {
      patient = (patient + 1) % CLINIC.length;
      const [state, name] = CLINIC[patient], answers = options(name);
      clear("patient");
      pressed(clinic);
      go(state, true);
      ask(`Patient ${patient + 1} of ${CLINIC.length}`, "The controls are covered. What is wrong with this network?", answers, answers.indexOf(name), `It is: ${name}. The controls show it now.`, null, clinic);
    });
    const close = make("button", { type: "button" }, "close the story");
    close.addEventListener("click", () => { clear(""); pressed(null); change({}); });
    const pressed = (chosen) => { for (const step of [...steps, clinic]) step.setAttribute("aria-pressed", step === chosen); };
    pressed(null);
    return { strip: make("div", { class: "strip", role: "group", "aria-label": "stories" }, ...steps, clinic, close), asked };
  }

  return { mount, STORIES, CLINIC, options, base };
})();
