// The failures page: tries again or discards one, the selected, or all that the filter shows.
import { changed, onSelection, selectAll, selected } from './selecting.js';
import { announce, byId, call, showProblem } from './ui.js';

const workbench = byId('workbench');
const dialog = byId('discard-dialog');
let discarding = null; // what the open dialog is about

const failures = count => count === 1 ? '1 failure' : `${count} failures`;
const pictures = count => count === 1 ? '1 picture' : `${count} pictures`;

/** All that the page's filter means, whether it is on this page or not. */
const all = () => ({
  count: Number(workbench.dataset.total),
  bodies: [{ ...(workbench.dataset.model && { model: workbench.dataset.model }), ...(workbench.dataset.reason && { reason: workbench.dataset.reason }) }],
  rows: [...document.querySelectorAll('.failure')],
  whole: true,
});

/** Some rows: one request for each model, because a picture may have failed in several. */
function some(rows) {
  const models = Map.groupBy ? Map.groupBy(rows, row => row.dataset.model) : rows.reduce(
    (map, row) => map.set(row.dataset.model, [...map.get(row.dataset.model) ?? [], row]), new Map());
  return { count: rows.length, bodies: [...models].map(([model, items]) => ({ ids: items.map(row => row.dataset.id), model })), rows };
}

async function post(verb, body) {
  const response = await call(`/api/v1/failures/${verb}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  return response.json();
}

function take(rows) {
  const next = [...document.querySelectorAll('.failure')].find(row => !rows.includes(row));
  rows.forEach(row => row.remove());
  changed();
  (next?.querySelector('[data-one]') ?? byId('list-title')).focus?.();
}

async function act(verb, target) {
  showProblem('');
  document.querySelectorAll('[data-all], [data-one], [data-selected]').forEach(button => { button.disabled = true; });
  try {
    let done = 0;
    for (const body of target.bodies) {
      const answer = await post(verb, body);
      done += answer.retried ?? answer.discarded;
    }

    const text = verb === 'retry' ? `${failures(done)} tried again.` : `${pictures(done)} discarded.`;
    // A discarded picture is gone from every model.
    const ids = new Set(target.rows.map(row => row.dataset.id));
    take(verb === 'retry' ? target.rows : [...document.querySelectorAll('.failure')].filter(row => ids.has(row.dataset.id)));
    announce(text);
    if (target.whole || !document.querySelector('.failure')) {
      sessionStorage.setItem('failures:said', text);
      location.assign(location.pathname + (workbench.dataset.model ? `?model=${encodeURIComponent(workbench.dataset.model)}` : ''));
    } else {
      recount(target.count);
    }
  } catch (error) {
    showProblem(error.message);
    byId('problem').scrollIntoView({ block: 'center' });
  } finally {
    document.querySelectorAll('[data-all], [data-one], [data-selected]').forEach(button => { button.disabled = false; });
  }
}

function recount(gone) {
  const total = Math.max(0, Number(workbench.dataset.total) - gone);
  workbench.dataset.total = total;
  byId('list-title').textContent = failures(total);
  for (const button of document.querySelectorAll('[data-all]')) {
    button.textContent = `${button.dataset.all === 'retry' ? 'Retry' : 'Discard'} all ${total.toLocaleString('en')}`;
  }
}

function ask(target) {
  discarding = target;
  const many = target.whole ? `all ${failures(target.count)}` : failures(target.count);
  byId('discard-title').textContent = target.rows.length === 1 && !target.whole ? `Discard ${target.rows[0].dataset.name}?` : `Discard ${many}?`;
  byId('discard-text').textContent = `${target.count === 1 ? 'The picture is' : 'Their pictures are'} deleted from the collection, in every model. This cannot be undone.`;
  byId('discard-button').textContent = target.count === 1 ? 'Discard' : `Discard ${target.count.toLocaleString('en')}`;
  dialog.returnValue = '';
  dialog.showModal();
}

function run(verb, target) {
  return verb === 'retry' ? act(verb, target) : ask(target);
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-all], [data-one], [data-selected]');
  if (!button) {
    return;
  }

  if (button.dataset.all) {
    run(button.dataset.all, all());
  } else if (button.dataset.one) {
    run(button.dataset.one, some([button.closest('.failure')]));
  } else if (button.dataset.selected === 'none') {
    selectAll(false);
  } else {
    run(button.dataset.selected, some(selected()));
  }
});

document.addEventListener('keydown', event => {
  if (event.key === 'Delete' && !event.target.closest('input:not([type=checkbox]), dialog') && selected().length > 0) {
    event.preventDefault();
    ask(some(selected()));
  }
});
dialog.addEventListener('close', () => {
  if (dialog.returnValue === 'discard' && discarding) {
    act('discard', discarding);
  }
});
onSelection(rows => announce(rows.length === 0 ? '' : `${rows.length} selected`));

// A picture that does not decode has no small version either.
function replace(image) {
  image.replaceWith(byId('placeholder').content.cloneNode(true));
}

for (const image of document.querySelectorAll('.failure img')) {
  image.addEventListener('error', () => replace(image));
  if (image.complete && image.naturalWidth === 0 && image.currentSrc) {
    replace(image);
  }
}

// What was done is said on the page that it led to.
const said = sessionStorage.getItem('failures:said');
if (said) {
  sessionStorage.removeItem('failures:said');
  announce(said);
}
