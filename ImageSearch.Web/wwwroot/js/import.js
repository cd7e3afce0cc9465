// Adds pictures: files in requests of a few, and imports that the server carries out.
import { acceptDrops, announce, byId } from './ui.js';
import { follow } from './indexing.js';
import './imports.js';

const filesPerRequest = 20;
const bytesPerRequest = 100_000_000;
const requestTimeout = 15 * 60_000;
const counts = { files: 0, sent: 0, accepted: 0, duplicate: 0, rejected: 0, indexed: 0, failed: 0 };
const waiting = [];
const ids = new Set();
let sending = false;

function batch() {
  const files = [];
  let bytes = 0;
  while (waiting.length > 0 && files.length < filesPerRequest && (files.length === 0 || bytes + waiting[0].file.size <= bytesPerRequest)) {
    // One request carries one set of tags.
    if (files.length > 0 && waiting[0].tags.join() !== files[0].tags.join()) {
      break;
    }

    bytes += waiting[0].file.size;
    files.push(waiting.shift());
  }

  return files;
}

function reject(name, reason) {
  counts.rejected++;
  const item = document.createElement('li');
  const strong = document.createElement('strong');
  strong.textContent = name;
  item.append(strong, `: ${reason}`);
  byId('rejection-list').append(item);
  byId('rejections').hidden = false;
}

async function send(files) {
  const body = new FormData();
  for (const tag of files[0].tags) {
    body.append('tag', tag);
  }

  for (const { file } of files) {
    body.append('file', file, file.name);
  }

  let images;
  try {
    const response = await fetch('/api/v1/images', { method: 'POST', body, signal: AbortSignal.timeout(requestTimeout) });
    const answer = await response.json();
    images = answer.images;
    if (!images) {
      throw new Error(answer.detail ?? `The server answered with status ${response.status}.`);
    }
  } catch (error) {
    const reason = error instanceof TypeError || error.name === 'TimeoutError' || error instanceof SyntaxError
      ? 'The server did not answer. Add it again in a moment.'
      : error.message;
    files.forEach(({ file }) => reject(file.name, reason));
    counts.sent += files.length;
    return;
  }

  images.forEach((image, i) => {
    if (image.state === 'rejected') {
      reject(files[i]?.file.name ?? image.source, image.reason ?? 'It is no picture that can be read.');
    } else {
      counts[image.state]++;
      ids.add(image.id);
    }
  });
  counts.sent += files.length;
}

function show() {
  for (const name of ['accepted', 'duplicate', 'rejected', 'indexed', 'failed']) {
    byId(name).textContent = counts[name];
  }

  const progress = byId('upload-progress');
  progress.max = Math.max(1, counts.files);
  progress.value = counts.sent;
  const open = ids.size - counts.indexed - counts.failed;
  const done = !sending && open <= 0;
  const text = sending
    ? `Sending: ${counts.sent} of ${counts.files} pictures`
    : open > 0
      ? `All sent. ${counts.indexed} of ${ids.size} are searchable`
      : `Done: ${counts.indexed} of ${counts.files} pictures are searchable.`;
  if (byId('upload-status').textContent !== text) {
    announce(text, 'upload-status');
  }

  byId('upload-done').hidden = !done || counts.indexed === 0;
}

async function add(files) {
  const tags = byId('tags').value.split(',').map(tag => tag.trim()).filter(Boolean);
  waiting.push(...files.map(file => ({ file, tags })));
  counts.files += files.length;
  byId('upload').hidden = files.length === 0 && counts.files === 0;
  if (sending || files.length === 0) {
    return;
  }

  sending = true;
  show();
  const watch = watchIndexing();
  while (waiting.length > 0) {
    await send(batch());
    show();
  }

  sending = false;
  show();
  await watch;
}

let watching = null;

function watchIndexing() {
  watching ??= follow(ids, () => sending, progress => {
    Object.assign(counts, progress);
    show();
  }).finally(() => { watching = null; });
  return watching;
}

byId('files').addEventListener('change', event => {
  add([...event.target.files]);
  event.target.value = '';
});
acceptDrops(byId('dropzone'), transfer => add([...transfer.files]));
addEventListener('beforeunload', event => sending && event.preventDefault());
