// What was found: pages by cursor, the line of the cut-off, near-duplicates in place.
// The markup comes from the server, which encodes it; only its text and its numbers are touched here.
import { adopt } from './grid.js';
import { announce, failureOf, problemOf } from './ui.js';

const ahead = '1200px'; // how far below the window the next page is fetched

const tilesIn = root => [...root.querySelectorAll('.tile')];
const listOf = answer => answer.querySelector('.results-list');

/** @param root where answers are shown @param requestPage fetches the page after a cursor; a Response */
export function createResults(root, requestPage) {
  const loading = new WeakSet();
  const near = new IntersectionObserver(
    entries => entries.filter(entry => entry.isIntersecting).forEach(entry => loadMore(entry.target.closest('.answer'))),
    { rootMargin: `0px 0px ${ahead} 0px` });

  function watch(answer) {
    const more = answer.querySelector(':scope > .more');
    if (more) {
      near.unobserve(more);
      near.observe(more);
    }
  }

  /** @returns the summaries of the answers, for people who do not see them; none where no model could answer */
  function show(columns) {
    root.classList.toggle('columns', columns.length > 1);
    root.replaceChildren(...columns);
    attach();
    return columns.map(column => [column.dataset.column, column.querySelector('.answer')?.dataset.summary])
      .filter(([, summary]) => summary).map(([model, summary]) => columns.length > 1 ? `${model}: ${summary}` : summary).join(' ');
  }

  // In the words of SearchAnswer.razor.cs. Where no tile is above the line, none will be: scores only fall.
  function recount(answer) {
    const line = answer.querySelector('.cut-off');
    const tiles = [...listOf(answer).querySelectorAll(':scope > .tile:not(.copy, .cut-off ~ .tile)')];
    const shown = tiles.length;
    if (shown > 0) {
      const all = tiles.reduce((sum, tile) => sum + Number(tile.dataset.folded ?? 0), shown);
      const open = answer.dataset.next && !line ? '+' : '';
      answer.querySelector('.answer-head h2').textContent =
        all > 1 ? `${all}${open} similar pictures${all > shown ? `, ${shown} shown` : ''}`
          : tiles[0].querySelector('.match.exact') ? 'Only this picture itself' : '1 similar picture';
    }
  }

  // A page may bring the first pictures below the cut-off, and with them the line, or more of them.
  function append(answer, page) {
    const known = new Set(tilesIn(answer).map(tile => tile.dataset.id));
    const hasLine = answer.querySelector('.cut-off') !== null;
    const fresh = [...listOf(page).children].filter(item => item.matches('.tile') ? !known.has(item.dataset.id) : !hasLine);
    listOf(answer).append(...fresh);
    const tiles = fresh.filter(item => item.matches('.tile'));
    adopt(root, tiles);
    answer.dataset.next = page.dataset.next ?? '';
    if (!answer.dataset.next) {
      answer.querySelector(':scope > .more').remove();
    }

    recount(answer);
    return tiles.length;
  }

  async function load(answer) {
    const response = await requestPage(answer.dataset.next).catch(error => { throw new Error(failureOf(error), { cause: error }); });
    if (!response.ok) {
      throw new Error(await problemOf(response));
    }

    const page = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('.answer');
    if (!page) {
      throw new Error('The session has ended. Load this page again.');
    }

    if (answer.isConnected) {
      announce(`${append(answer, page)} more pictures.`);
    }
  }

  /** The page after what is shown. */
  async function loadMore(answer) {
    if (!answer?.dataset.next || loading.has(answer) || root.getAttribute('aria-busy') === 'true') {
      return;
    }

    loading.add(answer);
    const button = answer.querySelector('[data-action=more]');
    button.setAttribute('aria-busy', 'true');
    answer.querySelector('.more-problem')?.remove();
    try {
      await load(answer);
    } catch (error) {
      button.before(Object.assign(document.createElement('span'), { className: 'more-problem', textContent: error.message }));
      announce(error.message);
    } finally {
      loading.delete(answer);
      button.removeAttribute('aria-busy');
    }

    // A page that did not fill the window leaves the end where it was: the observer would not say so again.
    if (answer.isConnected && !answer.querySelector('.more-problem')) {
      requestAnimationFrame(() => watch(answer));
    }
  }

  // Near-duplicates open right behind the picture that they are duplicates of.
  function toggleCopies(button) {
    const tile = button.closest('.tile');
    const open = button.getAttribute('aria-expanded') !== 'true';
    button.setAttribute('aria-expanded', open);
    tile.classList.toggle('open', open);
    if (open) {
      const copies = [...tile.querySelector('template').content.cloneNode(true).children];
      copies.forEach(copy => { copy.dataset.of = tile.dataset.id; });
      tile.after(...copies);
      adopt(root, copies);
      announce(copies.length === 1 ? '1 near-duplicate is shown.' : `${copies.length} near-duplicates are shown.`);
    } else {
      tile.parentElement.querySelectorAll(`.copy[data-of="${CSS.escape(tile.dataset.id)}"]`).forEach(copy => copy.remove());
      announce('The near-duplicates are folded.');
    }
  }

  root.addEventListener('click', event => {
    const button = event.target.closest('button[data-action]');
    if (button?.dataset.action === 'more') {
      loadMore(button.closest('.answer'));
    } else if (button?.dataset.action === 'copies') {
      toggleCopies(button);
    }
  });

  // What the server rendered, or what was kept of it.
  function attach() {
    root.querySelectorAll('[data-current]').forEach(tile => delete tile.dataset.current);
    adopt(root, tilesIn(root));
    root.querySelectorAll('.more [aria-busy]').forEach(button => button.removeAttribute('aria-busy'));
    root.querySelectorAll('.answer').forEach(watch);
  }

  attach();
  return { show, attach, loadMore };
}
