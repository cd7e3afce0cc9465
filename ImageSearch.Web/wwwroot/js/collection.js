// Deletes and retries pictures, in the collection and on a picture's own page.
import { follow } from './retrying.js';
import { announce, byId, call, showProblem } from './ui.js';

const dialog = byId('delete-dialog');
let doomed = null;

const pictureOf = button => button.closest('[data-id]');

function outcomeOf({ indexed, failed, waiting }) {
  const count = (n, one, many) => n === 0 ? '' : n === 1 ? `1 picture ${one}.` : `${n} pictures ${many}.`;
  return [
    count(indexed, 'is searchable', 'are searchable'),
    count(failed, 'has failed again', 'have failed again'),
    count(waiting, 'is still waiting: look again later', 'are still waiting: look again later'),
  ].filter(Boolean).join(' ');
}

async function retry(button) {
  const picture = pictureOf(button);
  await call(`/api/v1/images/${picture.dataset.id}/retry`, { method: 'POST' });
  const settled = follow([picture]);
  picture.querySelector('a')?.focus();
  announce('It is tried again.');
  settled.then(counts => announce(outcomeOf(counts)));
}

async function retryAll(button) {
  const { retried } = await (await call('/api/v1/images/retry?state=failed', { method: 'POST' })).json();
  const settled = follow([...document.querySelectorAll('.tile[data-id]')]);
  button.hidden = true;
  announce(retried === 1 ? '1 failed extraction is tried again.' : `${retried} failed extractions are tried again.`);
  settled.then(counts => {
    button.hidden = counts.failed === 0;
    announce(outcomeOf(counts));
  });
}

async function remove(picture) {
  await call(`/api/v1/images/${picture.dataset.id}`, { method: 'DELETE' });
  if (picture.dataset.afterDelete) {
    location.assign(picture.dataset.afterDelete);
    return;
  }

  const next = (picture.nextElementSibling ?? picture.previousElementSibling)?.querySelector('a');
  picture.remove();
  announce('Deleted.');
  if (next) {
    next.focus();
  } else {
    location.reload(); // the page is empty: the server says what is left
  }
}

async function attempt(button, action) {
  showProblem('');
  button.disabled = true;
  try {
    await action();
  } catch (error) {
    showProblem(error.message);
    byId('problem').scrollIntoView({ block: 'center' });
  } finally {
    button.disabled = false;
  }
}

document.addEventListener('click', event => {
  const button = event.target.closest('[data-action]');
  switch (button?.dataset.action) {
    case 'retry':
      attempt(button, () => retry(button));
      break;
    case 'retry-all':
      attempt(button, () => retryAll(button));
      break;
    case 'delete':
      doomed = button;
      byId('delete-name').textContent = button.dataset.name;
      dialog.returnValue = '';
      dialog.showModal();
      break;
  }
});

dialog?.addEventListener('close', () => {
  if (dialog.returnValue === 'delete' && doomed) {
    const button = doomed;
    attempt(button, () => remove(pictureOf(button)));
  }
});
