'use strict';

// s3rver with the promises of S3 that it does not keep: an object is replaced as a whole, and reading one goes on while it is replaced
// or deleted. Usage: node s3server.js <directory> <port>. Prints the port that it listens on; ends when its standard input does.

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const S3rver = require('s3rver');

const [directory, port] = process.argv.slice(2);
const data = path.join(directory, 'data');
const incoming = path.join(directory, 'incoming');
fs.mkdirSync(data, { recursive: true });
fs.mkdirSync(incoming, { recursive: true });

const server = new S3rver({ address: '127.0.0.1', port: Number(port), directory: data, silent: true, vhostBuckets: false });
const store = server.store;

store.putObject = async object => {
  const aside = path.join(incoming, crypto.randomUUID());
  const file = store.getResourcePath(object.bucket, object.key, 'object');
  const md5 = crypto.createHash('md5');
  let size = 0;
  const output = fs.createWriteStream(aside);
  const written = new Promise((resolve, reject) => output.on('close', resolve).on('error', reject));
  for await (const chunk of Buffer.isBuffer(object.content) ? [object.content] : object.content) {
    md5.update(chunk);
    size += chunk.length;
    if (!output.write(chunk)) {
      await new Promise(resolve => output.once('drain', resolve));
    }
  }
  output.end();
  await written;
  await fs.promises.mkdir(path.dirname(file), { recursive: true });
  await fs.promises.rename(aside, file);
  return { size, md5: md5.digest('hex') };
};

store.getObject = async (bucket, key) => {
  const { S3Object } = store;
  let file;
  try {
    file = await fs.promises.open(store.getResourcePath(bucket, key, 'object'));
  } catch (e) {
    if (e.code === 'ENOENT') return null;
    throw e;
  }
  const stat = await file.stat();
  return new S3Object(bucket, key, file.createReadStream(), {
    'content-length': stat.size,
    'last-modified': stat.mtime.toUTCString(),
    etag: JSON.stringify(`${stat.ino}-${stat.mtimeMs}`),
  });
};
store.S3Object = require('s3rver/lib/models/object');

store.deleteObject = (bucket, key) =>
  fs.promises.rm(store.getResourcePath(bucket, key, 'object'), { force: true });

server.run().then(
  address => console.log(address.port),
  e => {
    console.error(e.message);
    process.exit(1);
  },
);
process.stdin.on('end', () => process.exit()).resume();
process.on('SIGTERM', () => process.exit());
