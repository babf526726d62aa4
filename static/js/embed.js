// Beside the flag form in a frame: fills in what the button handed over, and says that the frame was let in.
// The fragment of an address is never sent to a server, so that an output lies in no log.
const form = document.querySelector("form");
for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
  for (const field of form?.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type="hidden"])`) ?? []) {
    if (field.type === "checkbox" || field.type === "radio") field.checked ||= field.value === value;
    else field.value ||= value;
  }
}
if (parent !== window) parent.postMessage("rollout-flag-ready", "*");
