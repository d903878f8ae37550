// Draws networks beside the page. A new question stops the answer to the last one.
importScripts("law.js", "draws.js");
let stop = () => {};
addEventListener("message", ({ data: { job, settings } }) => {
  stop();
  stop = draws.stream(settings, (k, drawn) => postMessage({ job, k, drawn }));
});
