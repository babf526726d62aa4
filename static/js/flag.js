// The flag form keeps what is typed in this browser until its receipt opens, and shows similar patterns meanwhile.
// Of who is signed in for a day, and only for the same person; of visitors, and of what is confidential, for this tab.
const PREFIX = "flag-draft:", DAY = 864e5, DELAY = 500;
const form = document.querySelector("form[data-draft]");
let stores = [];
try {
  stores = [sessionStorage, localStorage];
} catch {
  // a browser may forbid both: then nothing is kept
}
const kept = (wanted) => {
  for (const store of stores) {
    for (const key of Object.keys(store).filter((key) => key.startsWith(PREFIX))) wanted(store, key, JSON.parse(store[key]));
  }
};

const done = document.querySelector("[data-draft-done]")?.dataset.draftDone;
kept((store, key, draft) => {
  const another = form?.dataset.owner && store === stores[1] && !key.endsWith(`:${form.dataset.owner}`);
  if (another || draft.submission === done || Date.now() - draft.at > DAY) store.removeItem(key);
});

const draftOf = (form) => {
  const { draft: pilot, owner } = form.dataset, key = `${PREFIX}${pilot}:${owner}`, fields = form.elements;
  const own = new Set(["csrfmiddlewaretoken", "ticket", "leave_empty", "zone", "files", "same_as"]);
  const drop = () => stores.forEach((store) => store.removeItem(key));
  const save = () => {
    const values = [...new FormData(form)].filter(([name, value]) => !own.has(name) && typeof value === "string");
    const draft = { at: Date.now(), submission: fields.ticket.value.split(" ")[0], values };
    drop();
    stores[owner && !fields.is_confidential.checked ? 1 : 0]?.setItem(key, JSON.stringify(draft));
  };
  const restore = () => {
    const text = stores.map((store) => store.getItem(key)).find(Boolean);
    if (!text) return false;
    const { values } = JSON.parse(text);
    for (const field of fields) {
      if (!field.name || own.has(field.name)) continue;
      const said = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.matches("[type=checkbox], [type=radio]")) field.checked = said.includes(field.value);
      else if (said.length) field.value = said[0];
    }
    for (const more of form.querySelectorAll("details")) more.open ||= [...more.querySelectorAll("textarea")].some((field) => field.value);
    return true;
  };
  return { drop, save, restore };
};

const similarTo = (form) => {
  const box = form.querySelector("[data-similar]"), { output, what_happened, is_confidential, csrfmiddlewaretoken } = form.elements;
  let timer, asked;
  const look = async () => {
    asked?.abort();
    asked = new AbortController();
    if (is_confidential.checked || box.contains(document.activeElement)) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", csrfmiddlewaretoken.value);
    for (const field of [output, what_happened]) body.set(field.name, field.value);
    body.set("same_as", new FormData(form).get("same_as") ?? "");
    const answer = await fetch(box.dataset.similar, { method: "POST", body, signal: asked.signal }).catch(() => null);
    if (answer?.ok) box.innerHTML = await answer.text();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(look, DELAY);
  };
  for (const field of [output, what_happened]) field.addEventListener("input", wait);
  return { wait, clear: () => box.replaceChildren() };
};

if (form) {
  const draft = draftOf(form), similar = similarTo(form), notice = form.querySelector("[data-restored]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  form.elements.zone.value = zone;
  form.querySelector("#id_made_at_helptext").textContent = `In your time (${zone}).`;
  if (!("sent" in form.dataset) && draft.restore()) {
    notice.hidden = false;
    similar.wait();
  }
  form.addEventListener("input", draft.save);
  form.addEventListener("submit", draft.save);
  notice.querySelector("button").addEventListener("click", () => {
    draft.drop();
    form.reset();
    form.elements.zone.value = zone;
    similar.clear();
    notice.hidden = true;
    form.querySelector("input, textarea").focus();
  });
}
