// The import page: sends files of this computer. What the server imports by itself is asked for with a form, and its progress drawn anew.
import { filesIn, filesOf } from './dropped.js';
import { follow } from './indexing.js';
import * as manifest from './manifest.js';
import { Pace, paceText } from './throughput.js';
import { acceptDrops, announce, byId } from './ui.js';
import { Uploads } from './uploads.js';
import './refresh.js';

const shownMissing = 500;
const counts = { files: 0, settled: 0, skipped: 0, accepted: 0, duplicate: 0, rejected: 0, indexed: 0, failed: 0, cancelled: 0 };
const ids = new Set();
const pace = new Pace();
let lost = []; // what may be sent again
let watching = null;
let painting = false;

const pictures = count => count === 1 ? '1 picture' : `${count} pictures`;

const uploads = new Uploads(batch => {
  settle(batch);
  paint();
});

function reject(path, reason) {
  counts.rejected++;
  const item = document.createElement('li');
  item.append(Object.assign(document.createElement('strong'), { textContent: path }), `: ${reason}`);
  byId('rejection-list').append(item);
  byId('rejections').hidden = false;
}

function settle({ entries, images, reason, final, cancelled }) {
  counts.settled += entries.length;
  if (cancelled) {
    counts.cancelled += entries.length;
    return; // they stay in the manifest: that is what is missing
  }

  if (!images) {
    entries.forEach(({ path }) => reject(path, reason));
    if (final) {
      manifest.drop(entries);
    } else {
      lost.push(...entries);
    }

    return;
  }

  entries.forEach((entry, i) => {
    const image = images[i];
    if (!image || image.state === 'rejected') {
      reject(entry.path, image?.reason ?? 'It is no picture that can be read.');
      manifest.drop([entry]);
    } else {
      counts[image.state]++;
      ids.add(image.id);
    }
  });
  manifest.settle(entries.filter((_, i) => images[i] && images[i].state !== 'rejected'));
}

function statusText() {
  const open = ids.size - counts.indexed - counts.failed;
  const skipped = counts.skipped > 0 ? ` ${pictures(counts.skipped)} had been sent before.` : '';
  if (uploads.active) {
    return `Sending: ${counts.settled} of ${counts.files} pictures`;
  }

  const total = counts.files - counts.cancelled;
  const cancelled = counts.cancelled > 0 ? `Cancelled: ${pictures(counts.cancelled)} not sent. ` : '';
  return open > 0
    ? `${cancelled}All sent. ${counts.indexed} of ${ids.size} are searchable${skipped && `.${skipped}`}`
    : `${cancelled || 'Done: '}${counts.indexed} of ${total} pictures are searchable.${skipped}`;
}

function draw() {
  painting = false;
  for (const name of ['accepted', 'duplicate', 'rejected', 'indexed', 'failed']) {
    byId(name).textContent = counts[name];
  }

  const progress = byId('upload-progress');
  progress.max = Math.max(1, counts.files);
  progress.value = counts.settled;
  const rate = pace.at(counts.settled);
  byId('upload-pace').textContent = uploads.active ? paceText(rate, rate && (counts.files - counts.settled) / rate) : '';
  if (byId('upload-status').textContent !== statusText()) {
    announce(statusText(), 'upload-status');
  }

  byId('upload').hidden = counts.files + counts.skipped === 0;
  byId('upload-cancel').hidden = !uploads.active;
  byId('upload-again').hidden = uploads.active || lost.length === 0;
  byId('upload-done').hidden = uploads.active || ids.size > counts.indexed + counts.failed || counts.indexed === 0;
  drawMissing();
}

/** However many files settle at once, the page is drawn once. */
function paint() {
  if (!painting) {
    painting = true;
    requestAnimationFrame(draw);
  }
}

/** What an upload that ended early left: of a page that was closed, or one that was cancelled. */
function drawMissing() {
  const missing = uploads.active ? [] : manifest.missing().filter(path => !lost.some(entry => entry.path === path));
  byId('interrupted').hidden = missing.length === 0;
  if (missing.length === 0) {
    return;
  }

  byId('interrupted-title').textContent = `An upload ended early: ${manifest.sentCount()} were sent, ${missing.length} were not.`;
  byId('interrupted-text').textContent = 'The browser cannot read the files again by itself: drop or choose the same pictures or the same folder once more. What was sent is skipped, and only the rest is sent.';
  byId('interrupted-list').replaceChildren(...missing.slice(0, shownMissing).map(path => Object.assign(document.createElement('li'), { textContent: path })));
  if (missing.length > shownMissing) {
    byId('interrupted-list').append(Object.assign(document.createElement('li'), { textContent: `and ${missing.length - shownMissing} more` }));
  }
}

function send(entries) {
  if (!uploads.active) {
    pace.reset();
    pace.at(counts.settled);
  }

  counts.files += entries.length;
  manifest.expect(entries);
  uploads.add(entries);
  paint();
  watching ??= follow(ids, () => uploads.active, progress => {
    Object.assign(counts, progress);
    paint();
  }).finally(() => { watching = null; });
}

function add(files) {
  const tags = byId('tags').value.split(',').map(tag => tag.trim()).filter(Boolean);
  const entries = files.map(entry => ({ ...entry, tags }));
  // Only while something is missing of it: otherwise who adds a picture again means it, with new tags perhaps.
  const continued = manifest.missing().length > 0 && !uploads.active;
  const fresh = continued ? entries.filter(entry => !manifest.wasSent(entry)) : entries;
  counts.skipped += entries.length - fresh.length;
  if (fresh.length > 0) {
    send(fresh);
  } else {
    paint();
  }
}

for (const input of [byId('files'), byId('directory')]) {
  input.addEventListener('change', () => {
    add(filesIn(input));
    input.value = '';
  });
}

acceptDrops(byId('dropzone'), async transfer => {
  const addresses = transfer.getData('text/uri-list').split(/\r?\n/).filter(line => /^https?:/i.test(line));
  const files = await filesOf(transfer);
  if (files.length > 0) {
    add(files);
  } else if (addresses.length > 0) {
    // A picture of another page: its address is what there is of it.
    byId('urls').value = [byId('urls').value.trim(), ...addresses].filter(Boolean).join('\n');
    byId('urls').focus();
  }
});
byId('upload-cancel').addEventListener('click', () => {
  const left = uploads.cancel();
  counts.settled += left.length;
  counts.cancelled += left.length;
  paint();
});
byId('upload-again').addEventListener('click', () => {
  const entries = lost;
  lost = [];
  counts.files -= entries.length;
  counts.settled -= entries.length;
  counts.rejected -= entries.length;
  for (const item of [...byId('rejection-list').children]) {
    if (entries.some(entry => item.firstChild.textContent === entry.path)) {
      item.remove();
    }
  }

  byId('rejections').hidden = counts.rejected === 0;
  send(entries);
});
byId('interrupted-forget').addEventListener('click', () => {
  manifest.forget();
  paint();
});
addEventListener('beforeunload', event => uploads.active && event.preventDefault());

// While nothing settles the pace changes, too.
setInterval(() => uploads.active && paint(), 1000);
if (manifest.load()) {
  drawMissing();
}
