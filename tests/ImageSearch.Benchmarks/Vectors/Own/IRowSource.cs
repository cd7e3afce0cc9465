namespace ImageSearch.Benchmarks.Vectors.Own;

/// <summary>Vectors to be indexed, in order.</summary>
internal interface IRowSource : IDisposable
{
    int Count { get; }

    /// <summary>Rows one after the other. Valid until the next call.</summary>
    ReadOnlyMemory<float> Rows(int first, int count);
}
