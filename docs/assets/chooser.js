// The first page's chooser: four questions, one answer with code to copy. Without scripts the table below has the same rows.
(() => {
  const QUESTIONS = {
    activation: { relu: "ReLU", leaky: "leaky ReLU", tanh: "tanh", none: "none, or a head", selu: "SELU", gelu: "GELU, SiLU", sigmoid: "sigmoid" },
    normalization: { no: "none", yes: "behind each matrix" },
    shortcuts: { no: "none", yes: "L residual branches" },
    numbers: { float32: "float32", bfloat16: "bfloat16", float16: "float16" },
  };
  // rule, variance, why, its page, and calls for a weight w of a layer: those of the cheat sheet, and NumPy's for W x.
  const RULES = {
    relu: ["He", "2/fan_in", "A ReLU cuts off half of the mean square in every layer, and the 2 pays for it.", "variance/he/", 'nn.init.kaiming_normal_(w, nonlinearity="relu")', "he_normal()", '"he_normal"', "rng.normal(0, (2 / fan_in)**0.5, (fan_out, fan_in))"],
    leaky: ["He, with the slope a", "2/((1 + a²) fan_in)", "The negative side keeps a² of its half.", "variance/he/#leaky-relu-and-a-default", "nn.init.kaiming_normal_(w, a=a)", 'variance_scaling(2 / (1 + a**2), "fan_in", "normal")', 'VarianceScaling(2 / (1 + a**2), "fan_in", "normal")', "rng.normal(0, (2 / (1 + a**2) / fan_in)**0.5, (fan_out, fan_in))"],
    tanh: ["Xavier", "2/(fan_in + fan_out)", "Near zero tanh is the identity. Signal and gradient pull in two directions, and this is between them.", "variance/xavier/", "nn.init.xavier_normal_(w)", "glorot_normal()", '"glorot_normal"', "rng.normal(0, (2 / (fan_in + fan_out))**0.5, (fan_out, fan_in))"],
    none: ["LeCun", "1/fan_in", "Nothing is cut off, so each layer keeps the mean square with the bare fan.", "variance/propagation/", 'nn.init.kaiming_normal_(w, nonlinearity="linear")', "lecun_normal()", '"lecun_normal"', "rng.normal(0, (1 / fan_in)**0.5, (fan_out, fan_in))"],
    selu: ["LeCun", "1/fan_in", "SELU is made so that its gain is one. PyTorch's name \"selu\" asks for another number.", "variance/gains/#selu", 'nn.init.kaiming_normal_(w, nonlinearity="linear")', "lecun_normal()", '"lecun_normal"', "rng.normal(0, (1 / fan_in)**0.5, (fan_out, fan_in))"],
    gelu: ["a normalization in front of each activation, then LeCun", "1/fan_in", "No gain holds GELU or SiLU over many layers without biases: what is a little too small dies, what is a little too large grows.", "variance/gains/#gelu", 'nn.init.kaiming_normal_(w, nonlinearity="linear")', "lecun_normal()", '"lecun_normal"', "rng.normal(0, (1 / fan_in)**0.5, (fan_out, fan_in))"],
    sigmoid: ["tanh in its place, with Xavier", "2/(fan_in + fan_out)", "The slope of a sigmoid is at most a quarter, and twenty layers leave next to nothing of the gradient.", "gradients/vanishing/#listing-paths", "nn.init.xavier_normal_(w)", "glorot_normal()", '"glorot_normal"', "rng.normal(0, (2 / (fan_in + fan_out))**0.5, (fan_out, fan_in))"],
  };
  const LIBRARIES = ["PyTorch", "JAX", "Keras", "NumPy"];
  const NOTES = {   // for an answer: what is added, and where it is derived
    "normalization yes": ["The normalization divides the scale out of the signal, so the variance is not critical. It sets the size of the first steps.", "depth/normalization/"],
    "shortcuts yes": ["Multiply each branch, or its last matrix, by 1/√L. With two additions per block, as in a transformer, by 1/√(2L).", "depth/residual/"],
    "numbers float16": ["Keep the weights in float32, with autocast and a GradScaler: gradients leave the format first.", "precision/training/"],
    "numbers bfloat16": ["Keep the weights in float32, with autocast and no scaler: small steps are lost in rounding.", "precision/training/#the-rule"],
  };

  function answer(chosen) {
    const [name, variance, why, page, ...calls] = RULES[chosen.activation];
    const notes = Object.entries(chosen).map(([question, value]) => NOTES[`${question} ${value}`]).filter(Boolean);
    return { name, variance, why, page, calls: Object.fromEntries(LIBRARIES.map((library, i) => [library, calls[i]])), notes };
  }
  if (typeof document === "undefined") { globalThis.chooser = { QUESTIONS, RULES, answer }; return; }

  const place = document.querySelector("[data-chooser]"), chosen = Object.fromEntries(Object.entries(QUESTIONS).map(([question, values]) => [question, Object.keys(values)[0]]));
  const make = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  let library = LIBRARIES[0];
  const card = make("div", { class: "card", role: "status" });
  for (const [question, values] of Object.entries(QUESTIONS)) {
    place.append(make("fieldset", {}, make("legend", {}, question), ...Object.entries(values).map(([value, words]) => {
      const input = make("input", { type: "radio", name: `choose-${question}`, value });
      input.checked = chosen[question] === value;
      input.addEventListener("change", () => { chosen[question] = value; show(); });
      return make("label", {}, input, make("span", {}, words));
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
    card.replaceChildren(
      make("p", {}, make("b", {}, name), ": variance ", make("b", {}, variance), ". ", why, " ", link(page)),
      make("div", { class: "calls" }, ...tabs, copy), make("p", {}, code),
      ...notes.map(([words, to]) => make("p", {}, words, " ", link(to))),
    );
  }
  show();
})();
