// Draws networks beside the page. A new question stops the answer to the last one.
importScripts("law.js", "limits.js", "matrices.js", "draws.js", "probes.js", "work.js");
let stop = () => {};
addEventListener("message", ({ data: { job, state, pinned, asks } }) => {
  stop();
  stop = work.start(state, pinned, asks, (answer) => postMessage({ job, ...answer }));
});
