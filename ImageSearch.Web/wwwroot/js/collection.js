// Deletes and retries pictures, in the collection and on a picture's own page.
import { announce, byId, call, showProblem } from './ui.js';

const dialog = byId('delete-dialog');
let doomed = null;

const pictureOf = button => button.closest('[data-id]');

function markWaiting(picture) {
  for (const badge of picture.querySelectorAll('[data-state]')) {
    if (badge.classList.contains('failed')) {
      badge.className = 'badge pending';
      badge.textContent = 'Waiting';
    }
  }

  picture.querySelectorAll('.reason, [data-action=retry]').forEach(element => element.remove());
}

async function retry(button) {
  const picture = pictureOf(button);
  await call(`/api/v1/images/${picture.dataset.id}/retry`, { method: 'POST' });
  const next = picture.querySelector('a');
  markWaiting(picture);
  next?.focus();
  announce('It is tried again.');
}

async function retryAll(button) {
  const { retried } = await (await call('/api/v1/images/retry?state=failed', { method: 'POST' })).json();
  document.querySelectorAll('[data-id]').forEach(markWaiting);
  button.remove();
  announce(retried === 1 ? '1 extraction is tried again.' : `${retried} extractions are tried again.`);
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
