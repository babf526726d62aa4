// allauth reports a passkey that was refused, timed out or cancelled; say so where screen readers hear it.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const notice = document.createElement("div");
  notice.className = "notice tone-caution";
  const words = document.createElement("p");
  words.textContent = "No passkey was used: the request was cancelled, timed out, or this device holds none for this site.";
  notice.append(document.createElement("span"), words);
  document.getElementById("messages").replaceChildren(notice);
});
