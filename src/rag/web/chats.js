// The chats of this browser. The list is in localStorage, which all tabs share; each tab keeps which
// chat it shows in sessionStorage. The server draws a chat, and stores none.
const MOST = 100;
const line = () => document.querySelector("#cleared .cleared");
const fresh = () => `${Date.now()}-${Math.random()}`;
const same = (one, other) => JSON.stringify(one.map(id)) === JSON.stringify(other.map(id));
const id = (exchange) => exchange?.record?.id;

let key = ""; // until the page is open it is empty, and nothing is stored
let open = { id: "", exchanges: [] }; // the chat of this tab, as this tab last stored it
let opening = false; // whether the page still shows another chat than the open one
let sent = false; // whether the server is drawing a chat
let removed = null; // what Undo brings back

const read = () => {
  try {
    const list = JSON.parse(localStorage.getItem(`${key}-chats`)) ?? [];
    return list.filter((each) => each?.id && each.exchanges.every(id));
  } catch {
    return []; // not ours, or damaged
  }
};
// The browser limits storage: delete only as many chats as necessary, the oldest first.
const write = (list) => {
  for (let most = Math.min(list.length, MOST); most >= 0; most -= 1) {
    try {
      localStorage.setItem(`${key}-chats`, JSON.stringify(list.slice(0, most)));
      break;
    } catch {}
  }
  draw();
};
const remember = (chat) => {
  open = chat;
  sessionStorage.setItem(`${key}-chat`, chat.id);
};

// ---- storing

const store = (kept) => {
  const list = read();
  const mine = list.find((each) => each.id === open.id);
  if (mine && same(kept, mine.exchanges)) return;
  // Another tab has continued the same chat: keep both.
  const forked = mine && !same(open.exchanges, mine.exchanges);
  remember({ id: forked || !open.id ? fresh() : open.id, exchanges: kept });
  const rest = list.filter((each) => each.id !== open.id);
  const chat = { ...open, name: mine?.name ?? "", at: Date.now() };
  write(kept.length ? [chat, ...rest] : rest);
};
document.addEventListener("byline:stored", ({ detail }) => key && store(detail.kept));

document.addEventListener("byline:opened", ({ detail }) => {
  key = detail.key;
  const kept = detail.kept ?? [];
  const linked = new URLSearchParams(location.search).has("ask");
  const known = read().find((each) => kept.length && same(each.exchanges, kept));
  const before = linked ? "" : sessionStorage.getItem(`${key}-chat`);
  remember({ id: before || known?.id || fresh(), exchanges: kept });
  if (kept.length && !known) store(kept);
  draw();
});

// ---- opening and removing

const show = (chat) => {
  giveBack();
  tell("byline:cleared");
  tell("byline:stopped");
  forget();
  load({ id: chat.id, exchanges: chat.exchanges });
  draw();
};
const load = (chat) => {
  remember(chat);
  sessionStorage.setItem(key, JSON.stringify(chat.exchanges));
  opening = true;
  send();
};
// One at a time: Gradio draws answers as they arrive, so the last one drawn would not be the last opened.
const send = () => {
  if (sent) return;
  sent = true;
  trigger("open", open);
};
// A pending question returns to the box, unless another one is already typed there.
const giveBack = () => {
  const box = document.querySelector("#question textarea");
  const question = document.querySelector(".waiting .asked-text")?.textContent;
  if (!question || box.value) return;
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
};
// Until the open chat is drawn, the server has another one: do not ask or store anything.
for (const name of ["byline:ask", "byline:storing"]) {
  document.addEventListener(
    name,
    (event) => {
      if (!opening) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
document.addEventListener("byline:reopened", ({ detail }) => {
  sent = false;
  if (detail === open.id) opening = false;
  else send();
});
document.addEventListener("byline:unopened", () => (sent = false)); // a click on the chat tries again
const start = () => show({ id: fresh(), exchanges: [] });

const forget = () => {
  removed = null;
  line().hidden = true;
  $(".removed").hidden = true;
};
const remove = (chat, place) => {
  const list = read();
  const shown = chat.id === open.id;
  write(list.filter((each) => each.id !== chat.id));
  if (shown && place !== line()) start();
  removed = { chat, at: list.findIndex((each) => each.id === chat.id), shown };
  place.hidden = false;
};
const undo = () => {
  if (!removed) return;
  const { chat, at, shown } = removed;
  const list = read().filter((each) => each.id !== chat.id);
  list.splice(Math.max(0, at), 0, chat);
  write(list);
  if (shown) show(chat);
  forget();
};

document.addEventListener("byline:clearing", () => {
  const chat = read().find((each) => each.id === open.id);
  if (!chat) return;
  remove(chat, line());
  const empty = { id: fresh(), exchanges: [] };
  if (opening) load(empty);
  else remember(empty);
});
document.addEventListener("byline:asked", forget);
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#cleared .restore")) return;
  undo();
  if (matchMedia("(hover: hover)").matches) document.querySelector("#question textarea").focus();
});

// ---- the list

const day = (at) => new Date(at).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
const nameOf = (chat) => chat.name || chat.exchanges[0].record.question.trim() || "No question";
const row = (chat) => {
  const made = $(".chat-row").content.firstElementChild.cloneNode(true);
  const many = chat.exchanges.length;
  made.dataset.id = chat.id;
  made.classList.toggle("open", chat.id === open.id);
  made.querySelector(".name").textContent = nameOf(chat);
  if (chat.id === open.id) made.querySelector(".name").setAttribute("aria-current", "true");
  made.querySelector(".size").textContent = `${many} ${many === 1 ? "question" : "questions"} · ${day(chat.at)}`;
  for (const name of ["Rename", "Delete"]) {
    const button = made.querySelector(`.${name.toLowerCase()}`);
    button.setAttribute("aria-label", `${name} ${nameOf(chat)}`);
  }
  return made;
};
const draw = () => {
  const list = read().filter((each) => each.exchanges.length);
  $(".rows").replaceChildren(...list.map(row));
  $(".none").hidden = list.length > 0;
};
addEventListener("storage", (event) => {
  if (key && event.key === `${key}-chats`) draw();
});

const entry = (event) => event.target.closest?.(".entry");
const chatOf = (event) => read().find((each) => each.id === entry(event)?.dataset.id);
const naming = (place, on) => {
  place.querySelector(".naming").hidden = !on;
  place.querySelector(".name").hidden = on;
  place.querySelector(on ? "input" : ".rename").focus();
};
const close = () => $(".side-close").click();

element.addEventListener("click", (event) => {
  const clicked = (selector) => event.target.closest(selector);
  if (clicked(".new")) {
    start();
    close();
    document.querySelector("#question textarea").focus();
  }
  if (clicked(".restore")) {
    undo();
    $(".new").focus();
  }
  const chat = chatOf(event);
  if (!chat) return;
  if (clicked(".name")) {
    if (chat.id !== open.id || opening) show(chat);
    close();
  }
  if (clicked(".delete")) {
    remove(chat, $(".removed"));
    $(".restore").focus();
  }
  if (clicked(".rename")) {
    entry(event).querySelector("input").value = nameOf(chat);
    naming(entry(event), true);
  }
  if (clicked(".cancel")) naming(entry(event), false);
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const chat = chatOf(event);
  const name = entry(event).querySelector("input").value.trim();
  write(read().map((each) => (each.id === chat?.id ? { ...each, name } : each)));
  element.querySelector(`[data-id="${chat?.id}"] .rename`)?.focus();
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !event.target.closest(".naming")) return;
  event.preventDefault(); // the panel stays open
  naming(entry(event), false);
});
