// What Lighthouse says of pages, one line of JSON for each: node lighthouse.js BROWSER ADDRESS…
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const [chromePath, ...addresses] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"] });
for (const address of addresses) {
  const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: "silent" }, desktopConfig);
  const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * score)]));
  const weighed = ["accessibility", "best-practices", "seo"].flatMap((id) => lhr.categories[id].auditRefs.filter(({ weight }) => weight));
  const missed = weighed.map(({ id }) => lhr.audits[id]).filter(({ score }) => score !== null && score < 1).map(({ title }) => title);
  const shift = lhr.audits["cumulative-layout-shift"].numericValue;
  console.log(JSON.stringify({ address, error: lhr.runtimeError?.message ?? "", shift, missed, ...scores }));
}
chrome.kill();
