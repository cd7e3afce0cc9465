#!/usr/bin/env python3
"""faiss and scikit-learn as peers of the vectors benchmark, one engine a process.

    python_peers.py ENGINE BASE QUERIES N DIMENSION K

Engines: faiss_flat, faiss_sq8, faiss_hnsw, faiss_ivf, sk_cosine, sk_kdtree. Reads commands from standard input, a line each, and answers
with a line of JSON (see Vectors/EngineProtocol.cs). Exits with 3 where the engine's module is not installed.
"""
import ctypes
import gc
import json
import os
import sys
import time

# libgomp's waiting workers would take the processors from those that work.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

try:
    import numpy as np
    from threadpoolctl import threadpool_limits
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(3)

LINKS, EF_CONSTRUCTION = 16, 200


def anonymous_bytes():
    """Memory of the process that no file backs."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon:"))


class Faiss:
    def __init__(self, kind, base, k):
        import faiss
        self.faiss, self.kind, self.base, self.k, self.index = faiss, kind, base, k, None
        self.version = f"faiss {faiss.__version__}"

    def build(self, threads, cache):
        faiss, dimension, product = self.faiss, self.base.shape[1], self.faiss.METRIC_INNER_PRODUCT
        faiss.omp_set_num_threads(threads)
        self.index = None
        if cache and os.path.exists(cache + ".seconds"):
            self.index = faiss.read_index(cache)
            with open(cache + ".seconds") as note:
                return float(note.read()), True
        started = time.perf_counter()
        if self.kind == "flat":
            index = faiss.IndexFlatIP(dimension)
        elif self.kind == "sq8":
            index = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, product)
        elif self.kind == "hnsw":
            index = faiss.IndexHNSWFlat(dimension, LINKS, product)
            index.hnsw.efConstruction = EF_CONSTRUCTION
        else:
            self.coarse = faiss.IndexFlatIP(dimension)
            index = faiss.IndexIVFFlat(self.coarse, dimension, 1024 if len(self.base) >= 100_000 else 128, product)
        if not index.is_trained:
            index.train(self.base)
        index.add(self.base)
        seconds = time.perf_counter() - started
        self.index = index
        if cache and self.kind in ("hnsw", "ivf"):
            faiss.write_index(index, cache)
            with open(cache + ".seconds", "w") as note:
                note.write(str(seconds))
        return seconds, False

    def prepare(self, threads, parameter):
        self.faiss.omp_set_num_threads(threads)
        if self.kind == "hnsw":
            self.index.hnsw.efSearch = parameter
        elif self.kind == "ivf":
            self.index.nprobe = parameter

    def search(self, queries):
        return self.index.search(queries, self.k)[1]


class ScikitLearn:
    def __init__(self, kind, base, k):
        import sklearn
        self.kind, self.base, self.k, self.index = kind, base, k, None
        self.version = f"scikit-learn {sklearn.__version__}"

    def build(self, threads, cache):
        from sklearn.neighbors import NearestNeighbors
        how = {"cosine": dict(algorithm="brute", metric="cosine"), "kdtree": dict(algorithm="kd_tree", metric="euclidean")}[self.kind]
        rows = np.array(self.base)  # it keeps what it is given, and memory of its own is what the other engines have
        started = time.perf_counter()
        self.index = NearestNeighbors(n_neighbors=self.k, **how).fit(rows)
        return time.perf_counter() - started, False

    def prepare(self, threads, parameter):
        self.index.set_params(n_jobs=threads)

    def search(self, queries):
        return self.index.kneighbors(queries, return_distance=False)


def latency(engine, queries, first, most, least, budget):
    def query(i):
        return queries[(first + i) % len(queries)][None]

    engine.search(query(0))
    engine.search(query(0))
    times, begun = [], time.perf_counter()
    while len(times) < least or (len(times) < most and time.perf_counter() - begun < budget):
        one = query(len(times))
        started = time.perf_counter()
        engine.search(one)
        times.append((time.perf_counter() - started) * 1e3)
    return {"allocated": 0, "ms": times}


def batch(engine, queries, size, first, most, least, budget):
    at = first if first + size <= len(queries) else 0
    rates, begun = [], time.perf_counter()
    while len(rates) < least or (len(rates) < most and time.perf_counter() - begun < budget):
        some = queries[at:at + size]
        started = time.perf_counter()
        engine.search(some)
        rates.append(size / (time.perf_counter() - started))
        at = at + size if at + 2 * size <= len(queries) else 0
    return {"allocated": 0, "rates": rates}


def identifiers(engine, queries, count):
    found = [engine.search(queries[i:min(i + 128, count)]) for i in range(0, count, 128)]
    return {"ids": np.concatenate(found).ravel().tolist()}


def main():
    name, base_path, queries_path = sys.argv[1:4]
    rows, dimension, k = map(int, sys.argv[4:7])
    queries = np.fromfile(queries_path, np.float32).reshape(-1, dimension)
    base = np.memmap(base_path, np.float32, "r", shape=(rows, dimension))
    module, kind = name.split("_")
    try:
        engine = {"faiss": Faiss, "sk": ScikitLearn}[module](kind, base, k)
    except ImportError as missing:
        print(missing, file=sys.stderr)
        sys.exit(3)
    before = anonymous_bytes()
    for line in sys.stdin:
        command, *words = line.split()
        if command == "ready":
            answer = {"ready": True}
        elif command == "build":
            threads, cache = int(words[0]), "" if words[1] == "-" else words[1]
            with threadpool_limits(threads):
                seconds, cached = engine.build(threads, cache)
            answer = {"seconds": seconds, "cached": cached, "resident": anonymous_bytes() - before, "account": 0, "graph": 0, "mapped": 0, "version": engine.version}
        else:
            threads, parameter = int(words[0]), int(words[1])
            with threadpool_limits(threads):
                engine.prepare(threads, parameter)
                if command == "latency":
                    answer = latency(engine, queries, *map(int, words[2:5]), float(words[5]))
                elif command == "batch":
                    answer = batch(engine, queries, *map(int, words[2:6]), float(words[6]))
                elif command == "ids":
                    answer = identifiers(engine, queries, int(words[2]))
                else:
                    raise SystemExit(f"not understood: {line}")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
