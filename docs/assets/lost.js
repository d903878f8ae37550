// On the page that stands for one that is not there: the search begins with the words of the address that was asked for.
(() => {
  const link = document.getElementById("wanted"), book = link.pathname.length;
  const words = location.pathname.slice(book).replace(/\.\w+$/, "").match(/[a-z]{2,}/gi);
  if (words) link.search += encodeURIComponent(words.join(" "));
})();
