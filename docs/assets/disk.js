// What a page that is opened from a disk may not do. The pages of the zip load this file, see press/disk.py.

// Fetch anything: the theme asks for the map of the site, and does without.
XMLHttpRequest.prototype.send = () => {};

// Start a worker: the search runs in a frame of the page instead.
window.Worker = class extends EventTarget {
  constructor(address) {
    super();
    const frame = Object.assign(document.createElement("iframe"), { hidden: true, title: "Search" });
    document.body.append(frame);
    this.inside = frame.contentWindow;
    this.inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
    const script = Object.assign(frame.contentDocument.createElement("script"), { src: address });
    this.ready = new Promise((resolve) => script.addEventListener("load", resolve));
    frame.contentDocument.head.append(script);
  }

  async postMessage(data) {
    await this.ready;
    this.inside.dispatchEvent(new MessageEvent("message", { data }));
  }
};
