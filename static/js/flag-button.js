// For the pages of other tools: <rollout-flag pilot="letters" token="rf_…"> becomes a button with a short flag form.
// use-case, use-cases, tool-version, prompt, output and label may be attributes, or properties (useCase …) where long.
// No markup is parsed and no style is written into the page, so that it works under a policy of nothing but
// script-src and connect-src, and under Trusted Types. Refused there it goes on in a frame, and else as a link.
customElements.get("rollout-flag") || (() => {
const ours = document.currentScript.src.replace(/\/static\/.*/, "");
const KINDS = {
  WRONG: "It’s wrong",
  MADEUP: "It made something up",
  SOURCE: "It doesn’t match what I gave it",
  MISSING: "It left out something important",
  IGNORED: "It didn’t do what I asked",
  LOGIC: "It contradicts itself, or the sums don’t work",
  STALE: "It’s out of date",
  STYLE: "Not fit to send",
  UNFAIR: "Unfair or offensive",
  PRIVATE: "It showed or used something it shouldn’t",
  RISKY: "Dangerous or against the rules",
  NOTHING: "Nothing came back, it broke or was too slow",
  SCOPE: "It wasn’t made for this",
  JUDGE: "I couldn’t tell if it was right",
  FIT: "It makes my work harder",
  OTHER: "Something else",
};
const LEVELS = [
  "I saw it could go wrong",
  "I caught it before using it",
  "It went to someone, and we fixed it",
  "It affected a decision, a customer or someone’s work",
  "Someone was harmed, law or privacy was broken, or it can’t be undone",
];
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
:host { display: inline-block }
* { box-sizing: border-box; font: inherit }
button { min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid light-dark(#7b8691, #77838f); border-radius: 6px; background: light-dark(#fff, #1a2026); color: light-dark(#1556a0, #82b8f0); font-weight: 600; cursor: pointer }
.send { border-color: transparent; background: light-dark(#1556a0, #82b8f0); color: light-dark(#fff, #0c1a29) }
:focus-visible { outline: 3px solid light-dark(#0b3d78, #ffd24d); outline-offset: 2px }
dialog { width: min(40rem, 100vw); max-width: 100vw; max-height: calc(100dvh - 2rem); padding: 1.5rem; border: 1px solid light-dark(#d7dce1, #333c45); border-radius: 6px; background: light-dark(#fff, #1a2026); color: light-dark(#1b2127, #e8ecef); font: 1rem/1.5 system-ui, sans-serif; text-align: left; overflow-wrap: anywhere }
dialog::backdrop { background: #0008 }
h2 { margin: 0 0 1rem; font-size: 1.25rem; font-weight: 650 }
fieldset, .text { display: block; margin: 0 0 1.25rem; padding: 0; border: 0 }
.strong { font-weight: 600 }
legend, .text { padding: 0; font-weight: 600 }
fieldset label { display: flex; gap: .625rem; align-items: start; padding: .375rem 0; cursor: pointer }
@media (min-width: 36rem) { .two { columns: 2 } .two legend { column-span: all } .two label { break-inside: avoid } }
input { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: light-dark(#1556a0, #82b8f0) }
textarea, select { display: block; width: 100%; margin-top: .25rem; padding: .5rem .625rem; border: 1px solid light-dark(#7b8691, #77838f); border-radius: 6px; background: transparent; color: inherit; font-weight: 400 }
option { background: light-dark(#fff, #1a2026) }
iframe { display: block; width: calc(100% + 3rem); height: 65dvh; margin: 0 -1.5rem 1rem; border: 0 }
a { color: light-dark(#1556a0, #82b8f0) }
p { margin: 0 0 1rem }
[role=alert]:not(:empty) { padding: .75rem; border: 3px solid light-dark(#a8261b, #ff9e8f); border-radius: 6px }
.end { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 }
`);

const make = (tag, fields, ...inside) => {
  const made = Object.assign(document.createElement(tag), fields);
  made.append(...inside);
  return made;
};
const choices = (type, name, legend, labels, className) => make("fieldset", { className }, make("legend", {}, legend),
  ...Object.entries(labels).map(([value, label]) => make("label", {}, make("input", { type, name, value }), label)));
const text = (name, label, value, rows) => make("label", { className: "text" }, label, make("textarea", { name, value, rows }));
// "first-draft=A first draft; sums=Sums", for a page that serves several uses
const uses = (given, chosen) => make("label", { className: "text" }, "What were you using it for? (optional)",
  make("select", { name: "use_case" }, make("option", { value: "" }, "Choose…"), ...given.split(";").map((use) => {
    const [value, label] = use.split("=").map((part) => part.trim());
    return make("option", { value, selected: value === chosen }, label || value);
  })));
const link = (href, words) => make("a", { href, target: "_blank", rel: "noopener" }, `${words} (opens in a new tab)`);

customElements.define("rollout-flag", class extends HTMLElement {
  said(name) {
    return String(this[name.replace(/-(.)/, (_, letter) => letter.toUpperCase())] ?? this.getAttribute(name) ?? "");
  }

  connectedCallback() {
    if (this.shadowRoot) return;
    this.title_ = this.said("label") || "Flag this output";
    this.dialog = make("dialog");
    const button = make("button", { type: "button", onclick: () => this.show() }, this.title_);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(button, this.dialog);
  }

  // What was typed stays until it is sent, even where the dialog was closed.
  show() {
    if (!this.typed) this.ask();
    this.dialog.showModal();
  }

  fill(heading, ...inside) {
    this.dialog.replaceChildren(make("h2", { id: "h", tabIndex: -1 }, heading), ...inside);
    this.dialog.setAttribute("aria-labelledby", "h");
  }

  close(words) {
    return make("button", { type: "button", onclick: () => this.dialog.close() }, words);
  }

  ask() {
    this.submission = crypto.randomUUID?.();
    this.bad = make("p", { tabIndex: -1, role: "alert" });
    const form = make("form", { noValidate: true, oninput: () => { this.typed = true; }, onsubmit: (event) => {
      event.preventDefault();
      this.send(new FormData(form));
    } },
      choices("checkbox", "categories", "What is wrong with the output? Choose one or two.", KINDS, "two"),
      choices("radio", "severity", "What happened next?", LEVELS, ""),
      text("output", "The output, or where it can be found", this.said("output"), 4),
      text("expected", "What should it have said? (optional)", "", 2),
      this.said("use-cases") && uses(this.said("use-cases"), this.said("use-case")),
      make("p", {}, "Leave names out; e-mail addresses, phone and account numbers are taken out before it is stored. You get a link to what becomes of it."),
      make("p", { className: "end" }, make("button", { className: "send" }, "Send the flag"), this.close("Cancel")));
    this.fill(this.title_, this.bad, form);
  }

  refuse(words) {
    this.bad.textContent = words;
    this.bad.focus();
  }

  async send(said) {
    const categories = said.getAll("categories"), severity = said.get("severity");
    if (!categories.length || categories.length > 2) return this.refuse("Choose one or two of what is wrong.");
    if (!severity) return this.refuse("Choose what happened next.");
    if (this.sending) return;
    this.sending = true;
    let answer, told;
    try {
      answer = await fetch(`${ours}/api/v1/flag/${this.said("pilot")}/`, {
        method: "POST",
        credentials: "omit",
        headers: { Authorization: `Bearer ${this.said("token")}`, "Content-Type": "application/json" },
        body: JSON.stringify({
          categories, severity: +severity, output: said.get("output"), expected: said.get("expected"),
          prompt: this.said("prompt"), tool_version: this.said("tool-version"), use_case: (said.get("use_case") ?? this.said("use-case")) || null,
          submission: this.submission,
        }),
      });
      told = await answer.json();
    } catch {
      return this.frame(said);
    } finally {
      this.sending = false;
    }
    if (answer.ok) return this.thank(told, severity > 2);
    this.submission = crypto.randomUUID?.();
    this.refuse(told.errors ? Object.values(told.errors).flat().join(" ") : told.detail);
  }

  thank(told, severe) {
    this.typed = false;
    this.fill(`We have your flag ${told.reference}`,
      ...severe ? [make("p", { role: "status", className: "strong" }, "Stop using it for this until you hear from us.")] : [],
      make("p", {}, "Keep this link. It is the only way to what becomes of it, and whoever has it can read the answer."),
      make("p", {}, link(told.link, "Read what happens next")), make("p", {}, told.link),
      make("p", { className: "end" }, this.close("Close")));
    this.dialog.querySelector("h2").focus();
    this.dispatchEvent(new CustomEvent("rollout-flag-sent", { detail: told.reference, bubbles: true, composed: true }));
  }

  // What was typed goes along behind the #, which no server sees.
  frame(said) {
    said.append("prompt", this.said("prompt"));
    const known = new URLSearchParams({ use_case: said.get("use_case") ?? this.said("use-case"), tool_version: this.said("tool-version") });
    const address = `${ours}/embed/flag/${this.said("token")}/?${known}#${new URLSearchParams(said)}`;
    const frame = make("iframe", { title: this.title_, src: address });
    let ready;
    addEventListener("message", (event) => { ready ||= event.source === frame.contentWindow; });
    frame.onload = () => setTimeout(() => ready || frame.remove(), 500);
    this.fill(this.title_, frame, make("p", {}, link(address, "Open the form by itself")),
      make("p", { className: "end" }, this.close("Close")));
  }
});
})();
