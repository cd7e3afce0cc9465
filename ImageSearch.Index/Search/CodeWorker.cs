using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Search;

/// <summary>What a thread of a <see cref="CodeScan"/> has for itself.</summary>
internal sealed unsafe class CodeWorker : ScanWorker
{
    private const int AllCandidates = 256 * 1024;
    private const int MostCandidates = 8192;
    private const int LeastCandidates = 1024;

    private readonly Scratch<int> _sums = new();
    private readonly Scratch<Candidate> _candidates = new();
    private TopK[] _lower = [];
    private int[] _counts = [];
    private int _capacity;

    /// <summary>Heaps of what scores are at least: the k-th best of that is a threshold that nothing had to be compared for.</summary>
    public ReadOnlySpan<TopK> Lower => _lower;

    /// <summary>Candidates of each query that there is room for.</summary>
    public int Capacity => _capacity;

    public int* Sums(int length)
    {
        _sums.Reserve(length);
        return _sums.Pointer;
    }

    /// <summary>Candidates of a query that were not looked at more closely yet.</summary>
    public Candidate* Candidates(int query) => _candidates.Pointer + ((nint)query * _capacity);

    public ref int Count(int query) => ref _counts[query];

    /// <summary>Takes note of a candidate; there must be room.</summary>
    public void Add(int query, in Candidate candidate)
    {
        Candidates(query)[_counts[query]++] = candidate;
        if (candidate.Lower > _lower[query].Threshold)
        {
            _lower[query].Add(new RowHit(candidate.Row, candidate.Lower));
        }
    }

    /// <summary>Below which nothing is among the best.</summary>
    public float Threshold(int query) => Math.Max(Best[query].Threshold, _lower[query].Threshold);

    public override void Reset(int queries, in SearchOptions options, Snapshot snapshot)
    {
        base.Reset(queries, options, snapshot);
        Reset(ref _lower, queries, options.K, float.NegativeInfinity, snapshot);
        _capacity = Math.Clamp(AllCandidates / queries, LeastCandidates, MostCandidates);
        _candidates.Reserve((long)queries * _capacity);
        if (_counts.Length < queries)
        {
            _counts = new int[queries];
        }

        Array.Clear(_counts, 0, queries);
    }
}
