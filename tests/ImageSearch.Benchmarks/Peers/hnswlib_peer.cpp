// hnswlib as a peer of the vectors benchmark: HNSW, and its brute force. Compiled by the benchmark for this machine's processor.
//
//   hnswlib_peer (hnsw|flat) BASE QUERIES N DIMENSION K
//
// Reads commands from standard input, a line each, and answers with a line of JSON (see Vectors/EngineProtocol.cs).
#include <hnswlib/hnswlib.h>

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr size_t M = 16;
constexpr size_t EfConstruction = 200;
constexpr size_t Seed = 100;

using Graph = hnswlib::HierarchicalNSW<float>;
using Flat = hnswlib::BruteforceSearch<float>;
using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point started) { return std::chrono::duration<double>(Clock::now() - started).count(); }

/// A file of floats, mapped: its pages are the file's and not counted as the index's memory.
class Floats {
public:
    explicit Floats(const char* path) {
        int file = open(path, O_RDONLY);
        struct stat status {};
        if (file < 0 || fstat(file, &status) != 0) {
            throw std::runtime_error(std::string("cannot read ") + path);
        }
        bytes_ = static_cast<size_t>(status.st_size);
        data_ = static_cast<const float*>(mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file, 0));
        close(file);
        if (data_ == MAP_FAILED) {
            throw std::runtime_error(std::string("cannot map ") + path);
        }
    }

    const float* Row(size_t row, size_t dimension) const { return data_ + row * dimension; }
    size_t Rows(size_t dimension) const { return bytes_ / sizeof(float) / dimension; }

    /// Reads everything once, so that a build does not wait for the disk.
    float Touch() const {
        float sum = 0;
        for (size_t i = 0; i < bytes_ / sizeof(float); i += 1024) {
            sum += data_[i];
        }
        return sum;
    }

private:
    const float* data_ = nullptr;
    size_t bytes_ = 0;
};

/// Memory of the process that no file backs.
long AnonymousBytes() {
    malloc_trim(0);
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("RssAnon:", 0) == 0) {
            return std::stol(line.substr(8)) * 1024;
        }
    }
    return 0;
}

/// Work for indices 0 to count on some threads, each taking the next; as hnswlib's Python module does it.
template <class Function>
void ParallelFor(size_t count, size_t threads, Function work) {
    if (threads <= 1 || count <= 1) {
        for (size_t i = 0; i < count; i++) {
            work(i);
        }
        return;
    }
    std::atomic<size_t> next{0};
    auto run = [&] {
        for (size_t i; (i = next.fetch_add(1)) < count;) {
            work(i);
        }
    };
    std::vector<std::thread> others;
    for (size_t t = 1; t < threads; t++) {
        others.emplace_back(run);
    }
    run();
    for (auto& other : others) {
        other.join();
    }
}

class Peer {
public:
    Peer(bool graph, const char* base, const char* queries, size_t n, size_t dimension, size_t k)
        : graph_(graph), n_(n), dimension_(dimension), k_(k), base_(base), queries_(queries), space_(dimension) {
        if (base_.Rows(dimension) < n) {
            throw std::runtime_error("the base file is too short");
        }
        touched_ = base_.Touch();
        std::vector<std::thread> warm;
        warm.emplace_back([] {});
        warm[0].join();
        before_ = AnonymousBytes();
    }

    std::string Build(size_t threads, const std::string& cache) {
        index_.reset();
        hnsw_ = nullptr;
        double seconds = 0;
        bool cached = false;
        std::ifstream note(cache + ".seconds");
        if (graph_ && cache != "-" && note >> seconds) {
            hnsw_ = new Graph(&space_, cache);
            index_.reset(hnsw_);
            cached = true;
        } else {
            auto started = Clock::now();
            if (graph_) {
                hnsw_ = new Graph(&space_, n_, M, EfConstruction, Seed);
                index_.reset(hnsw_);
            } else {
                index_.reset(new Flat(&space_, n_));
            }
            index_->addPoint(base_.Row(0, dimension_), 0);
            ParallelFor(n_ - 1, graph_ ? threads : 1, [&](size_t i) { index_->addPoint(base_.Row(i + 1, dimension_), i + 1); });
            seconds = SecondsSince(started);
            if (graph_ && cache != "-") {
                hnsw_->saveIndex(cache);
                std::ofstream(cache + ".seconds") << seconds << "\n";
            }
        }
        std::ostringstream answer;
        answer << "{\"seconds\":" << seconds << ",\"cached\":" << (cached ? "true" : "false") << ",\"resident\":" << AnonymousBytes() - before_
               << ",\"account\":0,\"graph\":0,\"mapped\":0,\"version\":\"hnswlib of Debian's libhnswlib-dev, -O3 -march=native\"}";
        return answer.str();
    }

    std::string Latency(size_t threads, size_t first, size_t count, size_t least, double budget) {
        std::vector<size_t> ids(k_);
        Search(threads, first % Queries(), 1, ids.data());
        Search(threads, first % Queries(), 1, ids.data());
        std::ostringstream answer;
        answer << "{\"allocated\":0,\"ms\":[";
        auto begun = Clock::now();
        for (size_t i = 0; i < least || (i < count && SecondsSince(begun) < budget); i++) {
            auto started = Clock::now();
            Search(threads, (first + i) % Queries(), 1, ids.data());
            answer << (i ? "," : "") << SecondsSince(started) * 1e3;
        }
        answer << "]}";
        return answer.str();
    }

    std::string Batch(size_t threads, size_t size, size_t first, size_t count, size_t least, double budget) {
        std::vector<size_t> ids(k_ * size);
        std::ostringstream answer;
        answer << "{\"allocated\":0,\"rates\":[";
        auto begun = Clock::now();
        size_t at = first + size <= Queries() ? first : 0;
        for (size_t i = 0; i < least || (i < count && SecondsSince(begun) < budget); i++) {
            auto started = Clock::now();
            Search(threads, at, size, ids.data());
            answer << (i ? "," : "") << size / SecondsSince(started);
            at = at + 2 * size <= Queries() ? at + size : 0;
        }
        answer << "]}";
        return answer.str();
    }

    std::string Ids(size_t threads, size_t count) {
        std::vector<size_t> ids(k_ * count);
        Search(threads, 0, count, ids.data());
        std::ostringstream answer;
        answer << "{\"ids\":[";
        for (size_t i = 0; i < ids.size(); i++) {
            answer << (i ? "," : "") << ids[i];
        }
        answer << "]}";
        return answer.str();
    }

    void SetEf(size_t ef) {
        if (hnsw_ != nullptr) {
            hnsw_->setEf(ef);
        }
    }

private:
    size_t Queries() const { return queries_.Rows(dimension_); }

    void Search(size_t threads, size_t first, size_t count, size_t* ids) {
        ParallelFor(count, threads, [&](size_t i) {
            const float* query = queries_.Row(first + i, dimension_);
            auto found = index_->searchKnn(query, k_);
            std::fill(ids + i * k_, ids + (i + 1) * k_, n_);
            for (size_t at = found.size(); at-- > 0; found.pop()) {
                ids[i * k_ + at] = found.top().second;
            }
        });
    }

    bool graph_;
    size_t n_, dimension_, k_;
    Floats base_, queries_;
    hnswlib::InnerProductSpace space_;
    std::unique_ptr<hnswlib::AlgorithmInterface<float>> index_;
    Graph* hnsw_ = nullptr;
    float touched_ = 0;
    long before_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 7) {
        std::cerr << "hnswlib_peer (hnsw|flat) BASE QUERIES N DIMENSION K\n";
        return 2;
    }
    Peer peer(std::string(arguments[1]) == "hnsw", arguments[2], arguments[3], std::stoul(arguments[4]), std::stoul(arguments[5]), std::stoul(arguments[6]));
    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream words(line);
        std::string command, cache;
        size_t threads = 0, ef = 0, size = 0, first = 0, most = 0, least = 0;
        double budget = 0;
        words >> command >> threads;
        if (command == "ready") {
            std::cout << "{\"ready\":true}" << std::endl;
            continue;
        }
        if (command == "build") {
            words >> cache;
            std::cout << peer.Build(threads, cache) << std::endl;
            continue;
        }
        words >> ef;
        peer.SetEf(ef);
        if (command == "latency" && words >> first >> most >> least >> budget) {
            std::cout << peer.Latency(threads, first, most, least, budget) << std::endl;
        } else if (command == "batch" && words >> size >> first >> most >> least >> budget) {
            std::cout << peer.Batch(threads, size, first, most, least, budget) << std::endl;
        } else if (command == "ids" && words >> most) {
            std::cout << peer.Ids(threads, most) << std::endl;
        } else {
            std::cerr << "not understood: " << line << "\n";
            return 2;
        }
    }
    return 0;
}
