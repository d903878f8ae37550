// The first page's chooser: five questions, one answer with code to copy, and what the rule does to a signal and its gradient.
// Without scripts the table below has the same rows.
(() => {
  const QUESTIONS = {
    activation: { relu: "ReLU", leaky: "leaky ReLU", tanh: "tanh", none: "none, or a head", selu: "SELU", gelu: "GELU, SiLU", sigmoid: "sigmoid" },
    normalization: { no: "none", yes: "behind each matrix" },
    shortcuts: { no: "none", yes: "L residual branches" },
    depth: { tens: "tens of layers", few: "five or fewer", hundreds: "hundreds" },
    numbers: { float32: "float32", bfloat16: "bfloat16", float16: "float16" },
  };
  // rule, variance, why, its page, and calls for a weight w of a layer: those of the cheat sheet, and NumPy's for W x.
  const RULES = {
    relu: ["He", "2/fan_in", "A ReLU cuts off half of the mean square in every layer, and the 2 pays for it.", "variance/he/", 'nn.init.kaiming_normal_(w, nonlinearity="relu")', "he_normal()", '"he_normal"', "rng.normal(0, (2 / fan_in)**0.5, (fan_out, fan_in))"],
    leaky: ["He, with the slope a", "2/((1 + a²) fan_in)", "The negative side keeps a² of its half.", "variance/he/#leaky-relu-and-a-default", "nn.init.kaiming_normal_(w, a=a)", 'variance_scaling(2 / (1 + a**2), "fan_in", "normal")', 'VarianceScaling(2 / (1 + a**2), "fan_in", "normal")', "rng.normal(0, (2 / (1 + a**2) / fan_in)**0.5, (fan_out, fan_in))"],
    tanh: ["Xavier", "2/(fan_in + fan_out)", "Near zero tanh is the identity. Signal and gradient pull in two directions, and this is between them.", "variance/xavier/", "nn.init.xavier_normal_(w)", "glorot_normal()", '"glorot_normal"', "rng.normal(0, (2 / (fan_in + fan_out))**0.5, (fan_out, fan_in))"],
    none: ["LeCun", "1/fan_in", "Nothing is cut off, so each layer keeps the mean square with the bare fan. Between equal fans Xavier's variance is the same.", "variance/propagation/", 'nn.init.kaiming_normal_(w, nonlinearity="linear")', "lecun_normal()", '"lecun_normal"', "rng.normal(0, (1 / fan_in)**0.5, (fan_out, fan_in))"],
    selu: ["LeCun", "1/fan_in", "SELU is made so that its gain is one. PyTorch's name \"selu\" asks for another number.", "variance/gains/#selu", 'nn.init.kaiming_normal_(w, nonlinearity="linear")', "lecun_normal()", '"lecun_normal"', "rng.normal(0, (1 / fan_in)**0.5, (fan_out, fan_in))"],
    gelu: ["a normalization in front of each activation, then LeCun", "1/fan_in", "No gain holds GELU or SiLU over many layers without biases: what is a little too small dies, what is a little too large grows.", "variance/gains/#gelu", 'nn.init.kaiming_normal_(w, nonlinearity="linear")', "lecun_normal()", '"lecun_normal"', "rng.normal(0, (1 / fan_in)**0.5, (fan_out, fan_in))"],
    sigmoid: ["tanh in its place, with Xavier", "2/(fan_in + fan_out)", "The slope of a sigmoid is at most a quarter, and twenty layers leave next to nothing of the gradient.", "gradients/vanishing/#listing-paths", "nn.init.xavier_normal_(w)", "glorot_normal()", '"glorot_normal"', "rng.normal(0, (2 / (fan_in + fan_out))**0.5, (fan_out, fan_in))"],
  };
  const LIBRARIES = ["PyTorch", "JAX", "Keras", "NumPy"];
  const NOTES = {   // for an answer: what is added, and where it is derived
    "normalization yes": ["The normalization divides the scale out of the signal, so the variance is not critical. It sets the size of the first steps. The gradient may still grow: the picture is LayerNorm's, and behind BatchNorm that of a plain ReLU network grows too.", "depth/normalization/"],
    "shortcuts yes": ["Multiply each branch, or its last matrix, by 1/√L, and let the activation stand in front of the matrix. With two additions per block, as in a transformer, by 1/√(2L).", "depth/residual/"],
    "relu depth few": ["Xavier does too: five layers leave 0.18 of the size, which seldom matters.", "variance/he/#where-it-fails"],
    "gelu depth few": ["Few layers do without a normalization: gain²/fan_in, and 1/fan_in in the first.", "variance/gains/#own"],
    "depth hundreds": ["This holds on average. A single plain network differs from the average more with every layer, and less where layers are wide.", "gradients/typical/"],
    "numbers float16": ["Keep the weights in float32, with autocast and a GradScaler: gradients leave the format first.", "precision/training/"],
    "numbers bfloat16": ["Keep the weights in float32, with autocast and no scaler: small steps are lost in rounding.", "precision/training/#the-rule"],
  };

  function answer(chosen) {
    const [name, variance, why, page, ...calls] = RULES[chosen.activation];
    const plain = chosen.normalization === "no" && chosen.shortcuts === "no";   // what is added for one activation is about plain networks
    const notes = Object.entries(chosen).flatMap(([question, value]) => [NOTES[`${question} ${value}`], plain && NOTES[`${chosen.activation} ${question} ${value}`]]).filter(Boolean);
    return { name, variance, why, page, calls: Object.fromEntries(LIBRARIES.map((library, i) => [library, calls[i]])), notes };
  }

  // What the theory of wide layers says of a choice: equal fans, no biases, an input of mean square one.
  const PHI = Object.fromEntries(Object.keys(QUESTIONS.activation).map((name) => [name, law.of({ activation: name === "none" ? "linear" : name, leak: 0.1 }).phi]));
  const RULE = { relu: 2, leaky: 2 / 1.01 };   // fan times the variance; the others have one
  const PYTORCH = 1 / 3;                       // that of nn.Linear
  const LAYERS = { tens: 30, few: 5, hundreds: 200 };

  // log10 of the size of the signal, of the input and each layer, and of the gradient of each layer, which is one in the last.
  function curve(activation, variance, depth, normalized, residual) {
    const named = activation === "none" ? "linear" : activation;
    const { forward, stream, backward } = law.theory({ activation: named, leak: 0.1, depth, width: 256, w: Math.sqrt(variance), b: 0, norm: normalized ? "layer" : "none", residual });
    return { signal: residual === "none" ? forward : [forward[0], ...stream], gradient: backward };
  }
  function curves({ activation, normalization, shortcuts, depth }) {
    const layers = LAYERS[depth], normalized = normalization === "yes", branches = shortcuts === "yes";
    const one = activation === "sigmoid" ? "tanh" : activation, held = normalized || activation === "gelu";
    return {
      rule: curve(one, RULE[activation] ?? 1, layers, held, branches ? "depth" : "none"),
      pytorch: curve(activation, PYTORCH, layers, normalized, branches ? "one" : "none"),
    };
  }
  if (typeof document === "undefined") { globalThis.chooser = { QUESTIONS, RULES, answer, curves }; return; }

  const place = document.querySelector("[data-chooser]"), chosen = Object.fromEntries(Object.entries(QUESTIONS).map(([question, values]) => [question, Object.keys(values)[0]]));
  const make = (tag, attributes = {}, ...children) => {
    const drawn = ["svg", "path", "text", "g"].includes(tag);
    const made = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const line = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;

  // An activation from -3 to 3, as a tile.
  function tile(phi) {
    const at = (x) => [20 + 6 * x, 14 - 5 * Math.min(Math.max(phi(x), -2.6), 2.6)];
    return make("svg", { viewBox: "0 0 40 28", "aria-hidden": "true" },
      make("path", { class: "axis", d: "M0 14H40M20 0V28" }), make("path", { class: "forward", d: line(Array.from({ length: 61 }, (_, i) => at(i / 10 - 3))) }));
  }

  // The same network as the rule starts it and as PyTorch would: the sizes of signal and gradient by layer.
  const WIDE = 300, HIGH = 150, LEFT = 44, TOP = 10, FOOT = 128, LEAST = -12, MOST = 4;
  function picture() {
    const { rule, pytorch } = curves(chosen), depth = LAYERS[chosen.depth];
    const x = (layer) => LEFT + layer / depth * (WIDE - LEFT - 8), y = (log) => TOP + (MOST - log) / (MOST - LEAST) * (FOOT - TOP);
    const way = (logs, first) => line(logs.map((log, i) => [x(first + i), y(log)]).filter(([, at]) => at > 0 && at < FOOT + 1));
    const left = (log) => `10${String(Math.round(log)).replace(/./g, (digit) => "-0123456789".indexOf(digit) ? "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit] : "⁻")}`;
    const ticks = [4, 0, -4, -8, -12].map((log) => make("text", { x: LEFT - 4, y: y(log) + 4, "text-anchor": "end" }, log ? left(log) : "1"));
    const said = `With the rule ${left(rule.signal.at(-1))} of the signal reach layer ${depth}, and ${left(rule.gradient[0])} of the gradient the first layer; with PyTorch's default ${left(pytorch.signal.at(-1))} and ${left(pytorch.gradient[0])}.`;
    return make("figure", {},
      make("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": said },
        make("path", { class: "axis", d: [4, 0, -4, -8, -12].map((log) => `M${LEFT} ${y(log)}H${WIDE - 8}`).join("") }), ...ticks,
        make("path", { class: "forward without", d: way(pytorch.signal, 0) }), make("path", { class: "backward without", d: way(pytorch.gradient, 1) }),
        make("path", { class: "forward", d: way(rule.signal, 0) }), make("path", { class: "backward", d: way(rule.gradient, 1) }),
        make("text", { x: LEFT, y: HIGH - 8 }, "input"), make("text", { x: WIDE - 8, y: HIGH - 8, "text-anchor": "end" }, `layer ${depth}`)),
      make("figcaption", {}, "Size of the ", make("b", { class: "forward" }, "signal"), " and its ", make("b", { class: "backward" }, "gradient"), "; dashed, as PyTorch's own default starts it. Wide layers, equal fans, no biases."));
  }

  let library = LIBRARIES[0];
  const card = make("div", { class: "card" }), words = make("div", { role: "status" });
  for (const [question, values] of Object.entries(QUESTIONS)) {
    place.append(make("fieldset", { class: question }, make("legend", {}, question), ...Object.entries(values).map(([value, words]) => {
      const input = make("input", { type: "radio", name: `choose-${question}`, value });
      input.checked = chosen[question] === value;
      input.addEventListener("change", () => { chosen[question] = value; show(); });
      return make("label", {}, input, ...(PHI[value] ? [tile(PHI[value])] : []), make("span", {}, words));
    })));
  }
  place.append(card);
  function show() {
    const { name, variance, why, page, calls, notes } = answer(chosen), link = (to) => make("a", { href: `${to.split("#")[0]}index.html${to.includes("#") ? `#${to.split("#")[1]}` : ""}` }, "Why");
    const tabs = LIBRARIES.map((each) => {
      const button = make("button", { type: "button", "aria-pressed": each === library }, each);
      button.addEventListener("click", () => { library = each; show(); card.querySelector(`button[aria-pressed="true"]`).focus(); });
      return button;
    });
    const copy = make("button", { type: "button" }, "copy"), code = make("code", {}, calls[library]);
    copy.addEventListener("click", async () => { copy.textContent = await navigator.clipboard?.writeText(calls[library]).then(() => "copied", () => "select it") ?? "select it"; });
    words.replaceChildren(
      make("p", {}, make("b", {}, name), ": variance ", make("b", {}, variance), ". ", why, " ", link(page)),
      make("div", { class: "calls" }, ...tabs, copy), make("p", {}, code),
      ...notes.map(([words, to]) => make("p", {}, words, " ", link(to))),
    );
    card.replaceChildren(words, picture());
  }
  show();
})();
