// Tags and deletes the selected pictures. Both can be taken back for a while: a deletion is not sent before that is over.
import { onSelection, changed, selectAll, selected } from './selecting.js';
import { show } from './toast.js';
import { announce, byId, call, showProblem } from './ui.js';

const previews = 11;

const pictures = count => count === 1 ? '1 picture' : `${count} pictures`;
const idsOf = items => items.map(item => item.dataset.id);
const tagsOf = item => JSON.parse(item.dataset.tags || '[]');

const post = (url, body, options = {}) => call(url, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), ...options,
});

async function attempt(action) {
  showProblem('');
  try {
    await action();
  } catch (error) {
    showProblem(error.message);
    byId('problem').scrollIntoView({ block: 'center' });
  }
}

function askToDelete() {
  const items = selected();
  const dialog = byId('bulk-delete');
  byId('bulk-delete-title').textContent = `Delete ${pictures(items.length)}?`;
  byId('bulk-delete-text').textContent = `${items.length === 1 ? 'It is' : 'They are'} removed from the collection and from every search. You have a few seconds to undo this; after that it is for good.`;
  byId('bulk-delete-button').textContent = `Delete ${pictures(items.length)}`;
  const preview = items.slice(0, items.length > previews ? previews - 1 : previews).map(item => {
    const element = document.createElement('li');
    const image = item.querySelector('img');
    element.append(image ? Object.assign(new Image(), { src: image.src, alt: '' }) : '?');
    return element;
  });
  if (items.length > preview.length) {
    const more = document.createElement('li');
    more.textContent = `+${items.length - preview.length}`;
    preview.push(more);
  }

  byId('bulk-delete-preview').replaceChildren(...preview);
  dialog.returnValue = '';
  dialog.showModal();
}

function focusNear(item) {
  const all = [...document.querySelectorAll('[data-gallery] > [data-id]:not([hidden])')];
  const next = all.find(other => item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) ?? all.at(-1);
  next?.querySelector('a')?.focus();
}

function remove(items) {
  selectAll(false);
  items.forEach(item => { item.hidden = true; });
  focusNear(items[0]);
  const text = `${pictures(items.length)} deleted.`;
  announce(text);
  show(text, {
    undo: () => {
      items.forEach(item => { item.hidden = false; });
      announce('Nothing was deleted.');
      items[0].querySelector('a')?.focus();
    },
    then: () => attempt(async () => {
      try {
        // It is sent even if the page is being left.
        await post('/api/v1/images/delete', { ids: idsOf(items) }, { keepalive: true });
        items.forEach(item => item.remove());
        changed();
        if (!document.querySelector('[data-gallery] > [data-id]')) {
          location.reload(); // the page is empty: the server says what is left
        }
      } catch (error) {
        items.forEach(item => { item.hidden = false; });
        throw error;
      }
    }),
  });
}

function askForTags() {
  const items = selected();
  const counts = new Map();
  items.flatMap(tagsOf).forEach(tag => counts.set(tag, (counts.get(tag) ?? 0) + 1));
  byId('bulk-tags-title').textContent = `Tags of ${pictures(items.length)}`;
  byId('bulk-add').value = '';
  byId('bulk-remove').hidden = counts.size === 0;
  byId('bulk-remove-list').replaceChildren(...[...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([tag, count]) => {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox', value: tag });
    label.append(box, count === items.length ? `#${tag}` : `#${tag} (on ${count})`);
    return label;
  }));
  byId('bulk-tags').returnValue = '';
  byId('bulk-tags').showModal();
}

function showTags(item, tags) {
  item.dataset.tags = JSON.stringify(tags);
  let list = item.querySelector('.chips');
  if (!list) {
    list = Object.assign(document.createElement('ul'), { className: 'chips' });
    item.querySelector('.actions').before(list);
  }

  list.replaceChildren(...tags.map(tag => {
    const chip = Object.assign(document.createElement('li'), { className: 'chip' });
    const link = Object.assign(document.createElement('a'), { href: `/collection?tag=${encodeURIComponent(tag)}`, textContent: `#${tag}` });
    chip.append(link);
    return chip;
  }));
  list.hidden = tags.length === 0;
}

/** Pictures that are given the same change, together: so that taking it back is exact. */
async function send(changes) {
  const groups = new Map();
  for (const { item, add, remove } of changes) {
    const key = JSON.stringify([add, remove]);
    groups.set(key, { add, remove, items: [...groups.get(key)?.items ?? [], item] });
  }

  for (const { add, remove, items } of groups.values()) {
    await post('/api/v1/images/tags', { ids: idsOf(items), add, remove });
    items.forEach(item => showTags(item, [...new Set([...tagsOf(item), ...add])].filter(tag => !remove.includes(tag)).sort()));
  }
}

function change(add, remove) {
  return attempt(async () => {
    const changes = selected().map(item => ({
      item,
      add: add.filter(tag => !tagsOf(item).includes(tag)),
      remove: remove.filter(tag => tagsOf(item).includes(tag)),
    })).filter(one => one.add.length + one.remove.length > 0);
    await send(changes);
    const text = changes.length === 0 ? 'All of them have these tags already.' : `Tags of ${pictures(changes.length)} changed.`;
    announce(text);
    show(text, {
      undo: changes.length > 0 && (() => attempt(async () => {
        await send(changes.map(one => ({ item: one.item, add: one.remove, remove: one.add })));
        announce('The tags are as they were.');
      })),
    });
  });
}

const actions = { all: () => selectAll(true), none: () => selectAll(false), tag: askForTags, delete: askToDelete };

byId('selecting')?.addEventListener('click', event => actions[event.target.closest('[data-bulk]')?.dataset.bulk]?.());
document.addEventListener('keydown', event => {
  if (event.key === 'Delete' && !event.target.closest('input:not([type=checkbox]), textarea, dialog') && selected().length > 0) {
    event.preventDefault();
    askToDelete();
  }
});
byId('bulk-delete').addEventListener('close', event => event.target.returnValue === 'delete' && remove(selected()));
byId('bulk-tags').addEventListener('close', event => {
  if (event.target.returnValue === 'change') {
    const add = [...new Set(byId('bulk-add').value.split(',').map(tag => tag.trim()).filter(Boolean))];
    const removed = [...byId('bulk-remove-list').querySelectorAll(':checked')].map(box => box.value);
    change(add, removed.filter(tag => !add.includes(tag)));
  }
});

// Enter in the field means the change, not the first button, which is Cancel.
byId('bulk-add').addEventListener('keydown', event => {
  if (event.key === 'Enter') {
    event.preventDefault();
    byId('bulk-tags').close('change');
  }
});

onSelection(items => announce(items.length === 0 ? '' : `${items.length} selected`));

// Filters act at once; empty ones stay out of the address.
const filter = byId('filter');
function submit() {
  for (const field of filter.elements) {
    field.disabled = field.value === '';
  }

  filter.submit();
}

filter?.addEventListener('change', submit);
filter?.addEventListener('submit', event => {
  event.preventDefault();
  submit();
});
addEventListener('pageshow', () => {
  for (const field of filter?.elements ?? []) {
    field.disabled = false;
  }
});
