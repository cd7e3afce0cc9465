namespace ImageSearch.Benchmarks.Sizing;

/// <summary>What an index of ours costs at one size, with as many threads as are asked for.</summary>
/// <param name="Seconds">One query, p50.</param>
/// <param name="Rate">Queries a second, 256 at a time.</param>
/// <param name="Bytes">By its account.</param>
/// <param name="Mapped">Bytes that files back.</param>
/// <param name="Build">Seconds.</param>
/// <param name="Recall">At 10, against the exact index.</param>
/// <param name="Bandwidth">Bytes of memory read a second, measured beside it.</param>
internal sealed record SizingPoint(
    string Kind, int Count, int Dimension, double Seconds, double Rate, long Bytes, long Mapped, double Build, double Recall, double Bandwidth)
{
    public double BytesPerVector => (double)Bytes / Count;
}
