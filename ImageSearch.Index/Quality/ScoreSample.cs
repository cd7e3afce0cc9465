using System.Numerics.Tensors;
using ImageSearch.Index.Search.Rows;

namespace ImageSearch.Index.Quality;

/// <summary>
/// Some hundred pictures of an index, drawn at random, to compare with each other or with a vector. Every pair of them is less to read, and
/// tells more of the rare high scores, than as many pairs that have no picture in common.
/// </summary>
internal sealed class ScoreSample
{
    /// <summary>Vectors that are drawn: 130,816 pairs, some 50 ms of one processor.</summary>
    public const int Vectors = 512;

    /// <summary>With fewer, there is nothing to be said of the rarer half of the scores.</summary>
    public const int FewestVectors = 8;

    // The same pictures, the same figures.
    private const int Seed = 20_260;

    // A graph may have many more dead rows than living ones.
    private const int MostDraws = 64 * Vectors;

    private readonly float[] _vectors;
    private readonly int _dimension;

    private ScoreSample(float[] vectors, int dimension)
    {
        _vectors = vectors;
        _dimension = dimension;
    }

    private int Count => _vectors.Length / _dimension;

    /// <returns>Null when there are too few.</returns>
    public static ScoreSample? Draw(ReadView snapshot, int dimension)
    {
        var rows = Rows(snapshot);
        if (rows.Count < FewestVectors)
        {
            return null;
        }

        var vectors = new float[rows.Count * dimension];
        for (var i = 0; i < rows.Count; i++)
        {
            var vector = vectors.AsSpan(i * dimension, dimension);
            var (slot, row) = (rows[i] >> snapshot.SegmentShift, rows[i] & ((1 << snapshot.SegmentShift) - 1));
            snapshot.Parts[slot].Segment!.CopyVector(row, vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        }

        GC.KeepAlive(snapshot);
        return new ScoreSample(vectors, dimension);
    }

    /// <returns>How alike the pictures are to each other.</returns>
    public ScoreStats ComparePairs(CancellationToken cancellationToken)
    {
        var scores = new float[Count * (Count - 1) / 2];
        var next = 0;
        for (var i = 1; i < Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var j = 0; j < i; j++)
            {
                scores[next++] = TensorPrimitives.Dot(Vector(i), Vector(j));
            }
        }

        return Summarize(scores);
    }

    /// <returns>How alike they are to a vector, of any length but zero; null for one that has none.</returns>
    public ScoreStats? CompareWith(ReadOnlySpan<float> vector)
    {
        var norm = TensorPrimitives.Norm(vector);
        if (!float.IsNormal(norm))
        {
            return null;
        }

        var scores = new float[Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = TensorPrimitives.Dot(Vector(i), vector) / norm;
        }

        return Summarize(scores);
    }

    private ReadOnlySpan<float> Vector(int i) => _vectors.AsSpan(i * _dimension, _dimension);

    /// <returns>Numbers of rows that live, in ascending order: mapped ones are read in theirs.</returns>
    private static List<int> Rows(ReadView snapshot)
    {
        var starts = new int[snapshot.Parts.Length];
        var total = 0;
        for (var slot = 0; slot < starts.Length; slot++)
        {
            starts[slot] = total;
            total += snapshot.Parts[slot].Rows;
        }

        if (snapshot.Alive <= Vectors)
        {
            return [.. Enumerable.Range(0, total).Select(Row).Where(IsAlive)];
        }

        var random = new Random(Seed);
        var drawn = new SortedSet<int>();
        for (var draws = 0; drawn.Count < Vectors && draws < MostDraws; draws++)
        {
            var row = Row(random.Next(total));
            if (IsAlive(row))
            {
                drawn.Add(row);
            }
        }

        return [.. drawn];

        int Row(int position)
        {
            var slot = Array.BinarySearch(starts, position);
            slot = slot >= 0 ? slot : ~slot - 1;
            while (snapshot.Parts[slot].Rows == 0 || position - starts[slot] >= snapshot.Parts[slot].Rows)
            {
                slot++; // slots without rows begin where the next one does
            }

            return (slot << snapshot.SegmentShift) + position - starts[slot];
        }

        bool IsAlive(int row) =>
            snapshot.Parts[row >> snapshot.SegmentShift].Segment!.IsAlive(row & ((1 << snapshot.SegmentShift) - 1), snapshot.Version);
    }

    private static ScoreStats Summarize(float[] scores)
    {
        Array.Sort(scores);
        double sum = 0;
        foreach (var score in scores)
        {
            sum += score;
        }

        var mean = sum / scores.Length;
        double squares = 0;
        foreach (var score in scores)
        {
            squares += (score - mean) * (score - mean);
        }

        return new ScoreStats(
            scores.Length,
            Round(mean),
            Round(Math.Sqrt(squares / scores.Length)),
            new ScoreQuantiles(Quantile(0.5), Quantile(0.9), Quantile(0.99), Quantile(0.999), Round(scores[^1])) { P10 = Quantile(0.1), P25 = Quantile(0.25) });

        double Quantile(double share) => Round(scores[Math.Max(0, (int)Math.Ceiling(share * scores.Length) - 1)]);
    }

    private static double Round(double score) => Math.Round(score, 6);
}
