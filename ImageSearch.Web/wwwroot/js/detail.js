// One result in a dialog over the grid: its own page's article, with the way to the ones before and after it. In the address as view=ID.
import { byId, failureOf } from './ui.js';

const dialog = byId('detail');
const content = byId('detail-content');
const position = byId('detail-position');
const steps = [...dialog.querySelectorAll('[data-step]')];

const addressWith = id => {
  const url = new URL(location.href);
  if (id) {
    url.searchParams.set('view', id);
  } else {
    url.searchParams.delete('view');
  }

  return url.pathname + url.search;
};

export const viewed = () => new URLSearchParams(location.search).get('view');

/**
 * @param results the element with the tiles
 * @param more fetches the page after the last tile of a list
 */
export function createDetail(results, more) {
  let current = null;
  let asking = null;
  let leaving = false;

  // Side by side, a picture stands in several lists: steps stay in the one it was opened from.
  let origin = null;
  const links = () => [...(origin?.isConnected ? origin.closest('.column') ?? results : results).querySelectorAll('a[data-view]')]
    .filter(link => !link.closest('[hidden]'));
  const indexOf = list => list.findIndex(link => link.dataset.view === current);

  async function fetchArticle(id, signal) {
    const response = await fetch(`/image/${encodeURIComponent(id)}`, { signal, headers: { Accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const article = page.querySelector('article.picture');
    if (article) {
      return document.adoptNode(article);
    }

    const notice = document.createElement('p');
    notice.className = 'notice error';
    notice.textContent = page.getElementById('problem')?.textContent || `The server answered with status ${response.status}. Try again in a moment.`;
    return notice;
  }

  function showPosition() {
    const list = links();
    const index = indexOf(list);
    position.textContent = index >= 0 ? `${index + 1} of ${list.length}` : '';
    steps[0].disabled = index <= 0;
    steps[1].disabled = index < 0 || (index === list.length - 1 && !origin?.closest('.answer')?.dataset.next);
    for (const near of [list[index + 1], list[index - 1]].filter(link => index >= 0 && link)) {
      new Image().src = `/api/v1/images/${near.dataset.view}/thumbnail?size=1024`;
    }
  }

  async function load(id) {
    current = id;
    asking?.abort();
    const mine = asking = new AbortController();
    showPosition();
    content.setAttribute('aria-busy', 'true');
    let article;
    try {
      article = await fetchArticle(id, mine.signal);
    } catch (error) {
      if (mine.signal.aborted) {
        return;
      }

      article = document.createElement('p');
      article.className = 'notice error';
      article.textContent = failureOf(error);
    }

    if (mine.signal.aborted) {
      return;
    }

    content.replaceChildren(article);
    content.removeAttribute('aria-busy');
    content.scrollTop = 0;
    const title = article.querySelector('h1');
    dialog.setAttribute('aria-label', title?.textContent ?? 'Picture');
    if (title && !dialog.querySelector('.detail-bar :focus')) {
      title.tabIndex = -1;
      title.focus({ preventScroll: true });
    }
  }

  function openDialog(id, link) {
    origin = link ?? links().find(candidate => candidate.dataset.view === id) ?? null;
    if (!dialog.open) {
      content.replaceChildren();
      dialog.showModal();
    }

    load(id);
  }

  function open(id, link) {
    history.pushState({ ...history.state, opened: true }, '', addressWith(id));
    openDialog(id, link);
  }

  function go(id) {
    history.replaceState(history.state, '', addressWith(id));
    load(id);
  }

  async function step(by) {
    const list = links();
    const index = indexOf(list);
    let next = index < 0 ? null : list[index + by];
    if (!next && by > 0 && index >= 0) {
      const from = current;
      await more(list[index].closest('.answer'));
      if (current !== from) {
        return; // closed, or gone on otherwise, meanwhile
      }

      next = links()[index + 1];
    }

    if (next) {
      go(next.dataset.view);
    }
  }

  function closeDialog() {
    if (!current) {
      return;
    }

    asking?.abort();
    dialog.close();
    const link = links().find(candidate => candidate.dataset.view === current);
    link?.focus();
    current = null;
  }

  // Closing is going back to the grid; where the address was opened with a picture there is nothing to go back to.
  function leave() {
    if (leaving) {
      return;
    }

    if (history.state?.opened) {
      leaving = true; // until the browser has gone back
      history.back();
    } else {
      history.replaceState(history.state, '', addressWith(null));
      closeDialog();
    }
  }

  const isPlain = event => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

  results.addEventListener('click', event => {
    const link = event.target.closest('a[data-view]');
    if (link && isPlain(event)) {
      event.preventDefault();
      open(link.dataset.view, link);
    }
  });

  dialog.addEventListener('click', event => {
    const stepping = event.target.closest('[data-step]');
    const link = event.target.closest('a[data-view]');
    if (stepping) {
      step(Number(stepping.dataset.step));
    } else if (event.target === dialog || event.target.closest('[data-close]')) {
      leave();
    } else if (link && isPlain(event)) {
      event.preventDefault();
      go(link.dataset.view);
    }
  });

  dialog.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }

    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      step(event.key === 'ArrowLeft' ? -1 : 1);
    }
  });

  dialog.addEventListener('cancel', event => {
    event.preventDefault();
    leave();
  });

  // A second Escape closes it whatever the page says. The event comes a frame later: by then the dialog that the page closed may be open again.
  dialog.addEventListener('close', () => !dialog.open && current && leave());

  return {
    /** Shows what the address says. */
    sync() {
      leaving = false;
      const id = viewed();
      if (!id) {
        closeDialog();
      } else if (!dialog.open || id !== current) {
        openDialog(id);
      }
    },
  };
}
