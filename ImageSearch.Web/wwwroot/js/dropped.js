// What a person dropped or chose, folders included: files with the paths they had.

const picture = /\.(jpe?g|jfif|png|webp|gif|tiff?|avif|heic|heif|bmp)$/i;

const readEntries = reader => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = entry => new Promise((resolve, reject) => entry.file(resolve, reject));

async function walk(entry, found) {
  if (entry.isFile) {
    // In a folder there is more than pictures.
    if (picture.test(entry.name)) {
      found.push({ file: await fileOf(entry), path: entry.fullPath.replace(/^\//, '') });
    }

    return;
  }

  const reader = entry.createReader();
  for (let entries = await readEntries(reader); entries.length > 0; entries = await readEntries(reader)) {
    for (const child of entries) {
      await walk(child, found);
    }
  }
}

export async function filesOf(transfer) {
  // Both have to be taken before the first await: afterwards the transfer is empty.
  const entries = [...transfer.items].map(item => item.kind === 'file' ? item.webkitGetAsEntry?.() : null).filter(Boolean);
  const plain = [...transfer.files];
  const folders = entries.filter(entry => entry.isDirectory);
  if (folders.length === 0) {
    return plain.map(file => ({ file, path: file.name }));
  }

  const found = [];
  for (const folder of folders) {
    await walk(folder, found);
  }

  for (const entry of entries.filter(entry => entry.isFile)) {
    found.push({ file: await fileOf(entry), path: entry.name });
  }

  return found;
}

/** Of an input: all that was chosen one by one, of a folder its pictures. */
export const filesIn = input => [...input.files]
  .filter(file => !file.webkitRelativePath || picture.test(file.name))
  .map(file => ({ file, path: file.webkitRelativePath || file.name }));
