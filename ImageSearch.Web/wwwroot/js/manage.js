// Pages that change the collection: the server renders them and does what their form asks for. This asks before, fills dialogs in
// from what is selected, and holds a deletion back for as long as it can be undone.
import './refresh.js';
import { selectAll, selected } from './selecting.js';
import { announce, byId } from './ui.js';

const previews = 11;
let deferred = null; // what is deleted when its message goes
let finishing = false;

const form = () => byId('manage');

/** `{n} pictures` in the words of how many there are. */
const fill = (text, n) => text.replace(/\{n\}(?: (\w+)s\b)?/, (_, word) => word ? `${n} ${n === 1 ? word : `${word}s`}` : n);

function previewOf(items) {
  const shown = items.slice(0, items.length > previews ? previews - 1 : previews).map(item => {
    const image = item.querySelector('img');
    return image ? Object.assign(new Image(), { src: image.src, alt: '' }) : '?';
  });
  return [...shown, ...items.length > shown.length ? [`+${items.length - shown.length}`] : []].map(content => {
    const element = document.createElement('li');
    element.append(content);
    return element;
  });
}

function ask(button) {
  const items = button.value === 'selected' ? selected() : [];
  const { confirm, text, keep, do: verb, defer } = button.dataset;
  const say = words => items.length > 0 ? fill(words, items.length) : words;
  byId('confirm-title').textContent = say(confirm);
  byId('confirm-text').textContent = text;
  byId('confirm-keep').textContent = keep;
  byId('confirm-preview').replaceChildren(...previewOf(items));
  Object.assign(byId('confirm-button'), { textContent: say(verb), name: button.name, value: button.value });
  byId('confirm-button').dataset.defer = defer ? say(defer) : '';
  byId('confirm').showModal();
}

function askForTags() {
  const items = selected();
  byId('bulk-tags-title').textContent = fill('Tags of {n} pictures', items.length);
  byId('bulk-add').value = '';
  for (const label of byId('bulk-remove-list').children) {
    const count = items.filter(item => item.querySelector(`[data-tag="${CSS.escape(label.dataset.of)}"]`)).length;
    label.hidden = count === 0;
    label.querySelector('input').checked = false;
    label.querySelector('small').textContent = count === items.length ? '' : ` (on ${count})`;
  }

  byId('bulk-remove').hidden = !byId('bulk-remove-list').querySelector('label:not([hidden])');
  byId('bulk-tags').showModal();
}

function focusNear(item) {
  const all = [...document.querySelectorAll('[data-gallery] > [data-id]:not([hidden])')];
  const next = all.find(other => item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) ?? all.at(-1);
  next?.querySelector('a')?.focus();
}

/** @param {any} submitter */
function defer({ name, value, dataset }) {
  const items = selected();
  const data = [...new FormData(form()), [name, value]];
  deferred = { items, ids: items.map(item => item.dataset.id), name, value, data };
  selectAll(false);
  items.forEach(item => { item.hidden = true; });
  focusNear(items[0]);
  byId('deferred').querySelector('p').textContent = dataset.defer;
  byId('deferred').hidden = false;
  announce(dataset.defer);
}

function take() {
  const taken = deferred;
  deferred = null;
  byId('deferred').hidden = true;
  return taken;
}

function undo() {
  const { items } = take();
  items.forEach(item => { item.hidden = false; });
  announce('Nothing was deleted.');
  items[0].querySelector('a')?.focus();
}

function finish() {
  if (!deferred) {
    return;
  }

  // By the ids of then: what stands in the list now may be other pictures.
  const { ids, name, value } = take();
  finishing = true;
  selectAll(false);
  const fields = ids.map(id => Object.assign(document.createElement('input'), { type: 'hidden', name: 'id', value: id }));
  const button = Object.assign(document.createElement('button'), { name, value, hidden: true });
  form().append(...fields, button);
  form().requestSubmit(button);
  [...fields, button].forEach(element => element.remove());
}

/** Sends what is held back, for a page that is being left or asks for something else. */
const send = () => deferred && fetch(location.href, { method: 'POST', body: new URLSearchParams(take().data), keepalive: true });

document.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.confirm) {
    ask(button);
  } else if (button?.matches('[data-tags]')) {
    askForTags();
  } else if (button?.dataset.close) {
    button.closest(button.dataset.close).remove();
  } else if (button?.id === 'deferred-undo') {
    undo();
  } else if (button?.id === 'deferred-now') {
    finish();
  }
});
document.addEventListener('keydown', event => {
  if (event.key === 'Delete' && !event.target.closest('input:not([type=checkbox]), textarea, dialog') && selected().length > 0) {
    event.preventDefault();
    ask(document.querySelector('.selecting [data-confirm]'));
  } else if (event.key === 'Enter' && event.target.id === 'bulk-add') {
    event.preventDefault();
    byId('bulk-tags-button').click();
  }
});
document.addEventListener('animationend', event => event.target === byId('deferred') && finish());
addEventListener('pagehide', send);

// A picture that does not decode has no small version either: the placeholder under it is shown.
const drop = image => image.matches?.('.failure img') && image.remove();
document.addEventListener('error', event => drop(event.target), true);
document.querySelectorAll('.failure img').forEach(image => image.complete && image.naturalWidth === 0 && image.currentSrc && drop(image));

// Before Blazor's own listener, which sends forms.
document.addEventListener('submit', event => {
  document.querySelector('dialog[open]')?.close();
  if (event.target === form() && event.submitter?.dataset.defer) {
    event.preventDefault();
    defer(event.submitter);
  } else if (!finishing) {
    send();
  }

  // Empty filters stay out of the address.
  if (event.target.method === 'get') {
    const empty = [...event.target.elements].filter(field => field.name && field.value === '');
    empty.forEach(field => { field.disabled = true; });
    setTimeout(() => empty.forEach(field => { field.disabled = false; }));
  }
}, true);
document.addEventListener('change', event => event.target.form?.id === 'filter' && event.target.form.requestSubmit());
globalThis.Blazor?.addEventListener('enhancedload', () => {
  send();
  if (finishing) {
    finishing = false;
    byId('toast')?.remove(); // it was said when it began
  }

  // A message that takes the place of another begins its time anew.
  byId('toast')?.replaceWith(byId('toast').cloneNode(true));
});
